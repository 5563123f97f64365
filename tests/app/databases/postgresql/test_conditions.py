"""Conditions of a policy as SQL: bound or as constants, they choose the same rows, and never become statements."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.databases.postgresql.conditions import where, where_constant
from app.databases.postgresql.connections import Session
from app.databases.postgresql.shapes import TableShape
from app.domain.policy import Clause, Condition, Operator, OptionRef, Value
from app.errors import UserError
from tests.app.databases.postgresql.reading import reading, shapes_of, source
from tests.app.databases.postgresql.servers import Server

SQL = """
CREATE TYPE mood AS ENUM ('glad', 'sad');
CREATE DOMAIN short AS varchar(20);
CREATE TABLE t (
    id int, big int8, dec numeric(10, 2), f4 float4, f8 float8, m money, name text, s short, c char(6), ok bool,
    d date, ts timestamp, tz timestamptz, ti time, mood mood, u uuid, i inet, j json, jb jsonb, b bytea,
    a text[], "50% ""off"" x" text, r int4range
);
INSERT INTO t VALUES
    (1, 10000000000, 1.50, 0.1, 0.1, 3.5, 'Anna', 'x', 'ab', true, '2026-01-01', '2026-01-01 10:00',
     '2026-01-01 10:00+00', '10:00', 'glad', '11111111-1111-1111-1111-111111111111', '192.0.2.1', '{"a": 1}',
     '{"a": 1, "b": 2}', 'abc', '{x,y}', 'half', '[1,5)'),
    (2, 5, -2, 0.5, 0.5, 0, 'anna\\b', '5', 'cd', false, '2026-06-01', 'infinity', '2026-06-01 00:00+02', '23:59',
     'sad', NULL, '2001:db8::1', NULL, NULL, NULL, NULL, 'it''s', NULL);
INSERT INTO t (id) VALUES (3);
"""


@pytest.fixture(scope="module")
def opened(server18: Server) -> Iterator[tuple[Session, TableShape]]:
    with source(server18, SQL) as name, reading(server18, name) as session:
        (table,) = shapes_of(server18, name).tables
        yield session, table


def _chosen(opened: tuple[Session, TableShape], condition: Condition) -> list[int]:
    session, table = opened
    text, values = where(condition, table)
    bound = session.execute(f'SELECT id FROM public."t" WHERE {text} ORDER BY 1', values).fetchall()
    constant = session.execute(f'SELECT id FROM public."t" WHERE {where_constant(condition, table)} ORDER BY 1')
    assert constant.fetchall() == bound
    return [row[0] for row in bound]


def _one(column: str, operator: str, value: Value) -> Condition:
    return (Clause(column=column, operator=Operator(operator), value=value),)


@pytest.mark.parametrize(
    ("column", "operator", "value", "rows"),
    [
        ("id", "is", 1, [1]), ("id", "is", "2", [2]), ("id", "not", 1, [2, 3]), ("id", "in", (1, "3"), [1, 3]),
        ("id", "below", 2.5, [1, 2]), ("big", "above", 9_999_999_999, [1]), ("big", "is", 10**30, []),
        ("id", "is", True, [1]), ("dec", "is", 1.5, [1]), ("dec", "at_most", 0, [2]), ("f4", "is", 0.1, [1]),
        ("f8", "is", 0.1, [1]), ("f8", "at_least", "0.5", [2]), ("m", "above", 3, [1]),
        ("name", "is", "Anna", [1]), ("name", "is", "anna", []), ("name", "like", "A%", [1]),
        ("name", "like", "anna\\_", [2]), ("name", "not_like", "A%", [2]), ("name", "is", None, [3]),
        ("name", "not", None, [1, 2]), ("s", "is", 5, [2]), ("c", "is", "ab", [1]), ("c", "is", "ab    ", [1]),
        ("name", "not_in", ("Anna",), [2, 3]), ("name", "above", "Anna", [2]),
        ("ok", "is", True, [1]), ("ok", "is", 0, [2]), ("ok", "is", "yes", [1]), ("ok", "not", 1, [2, 3]),
        ("d", "is", "2026-01-01", [1]), ("d", "above", "2026-01-01", [2]), ("d", "above", "2026-01-01 10:00", [2]),
        ("ts", "below", "2026-01-02", [1]), ("ts", "is", "infinity", [2]), ("tz", "is", "2026-05-31T22:00:00Z", [2]),
        ("tz", "above", "2026-01-01 10:00:00", [2]), ("ti", "is", "10:00", [1]), ("ti", "at_least", "12:00", [2]),
        ("mood", "is", "glad", [1]), ("mood", "is", "no such", []), ("mood", "in", ("sad", "glad"), [1, 2]),
        ("u", "is", "11111111111111111111111111111111", [1]), ("i", "is", "192.0.2.1", [1]),
        ("i", "is", "2001:0db8:0::1", [2]), ("i", "like", "192.%", [1]), ("j", "is", '{"a": 1}', [1]),
        ("jb", "is", '{"b":2,"a":1}', [1]), ("b", "is", "abc", [1]), ("a", "is", "{x,y}", [1]),
        ("a", "like", "%x%", [1]), ('50% "off" x', "is", "half", [1]), ('50% "off" x', "is", "it's", [2]),
        ("r", "is", "[1,5)", [1]), ("id", "like", "1", [1]), ("name", "below", None, []),
    ],
)  # fmt: skip
def test_values_are_compared_as_what_their_column_holds(
    column: str, operator: str, value: Value, rows: list[int], opened: tuple[Session, TableShape]
) -> None:
    assert _chosen(opened, _one(column, operator, value)) == rows


def test_all_clauses_must_hold_and_none_means_every_row(opened: tuple[Session, TableShape]) -> None:
    assert _chosen(opened, ()) == [1, 2, 3]
    assert _chosen(opened, (*_one("id", "below", 3), *_one("ok", "is", False))) == [2]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("id", "many"), ("id", "NaN"), ("id", "1e999999"), ("d", "yesterday"), ("d", "01/02/2026"), ("d", 5),
        ("tz", "now"), ("ti", "25:00"), ("ok", "perhaps"), ("u", "1234"), ("i", "my host"), ("jb", "{"),
        ("name", "a\0b"), ("name", OptionRef("who")), ("nothing", 1),
    ],
)  # fmt: skip
def test_what_a_column_cannot_hold_is_an_error_with_a_remedy(
    column: str, value: Value, opened: tuple[Session, TableShape]
) -> None:
    with pytest.raises(UserError) as caught:
        where(_one(column, "is", value), opened[1])
    assert caught.value.hint
    with pytest.raises(UserError):
        where_constant(_one(column, "is", value), opened[1])


@given(
    st.sampled_from(["name", "s", "c", "mood", "j", "b", "a"]),
    st.sampled_from(["is", "not", "in", "not_in", "like", "not_like", "below", "at_least"]),
    st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=12)
    | st.sampled_from(["'; DROP TABLE t; --", "\\'; SELECT 1; --", "%s", "%(x)s", "$1", "E'\\'", "'||name||'", "\\"]),
)
@settings(max_examples=150, deadline=None)
def test_no_value_ever_becomes_a_statement(
    opened: tuple[Session, TableShape], column: str, operator: str, value: str
) -> None:
    given_value: Value = (value,) if operator in ("in", "not_in") else value
    rows = _chosen(opened, _one(column, operator, given_value))
    known = {"name": ("Anna", "anna\\b"), "s": ("x", "5")}
    if column in known and operator == "is":
        assert bool(rows) == (value in known[column])


def test_citext_is_compared_without_case(server15: Server) -> None:
    sql = "RESET ROLE; CREATE EXTENSION citext; CREATE TABLE t (id int, c citext); INSERT INTO t VALUES (1, 'Anna')"
    with source(server15, sql) as name, reading(server15, name) as session:
        (table,) = shapes_of(server15, name).tables
        for operator, value in (("is", "ANNA"), ("like", "an%"), ("in", ("x", "aNNa")), ("below", "B")):
            assert _chosen((session, table), _one("c", operator, value)) == [1], operator
        assert _chosen((session, table), _one("c", "not", "anna")) == []
