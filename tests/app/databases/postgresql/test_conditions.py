"""Conditions of a policy as SQL: bound or as constants, they choose the same rows, and never become statements."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.databases.postgresql.conditions import where, where_constant
from app.databases.postgresql.connections import Session
from app.databases.postgresql.shapes import Shapes, TableShape
from app.domain.policy import Clause, Condition, Operator, OptionRef, RowSet, Scalar, Value
from app.errors import UserError
from tests.app.databases.postgresql.reading import reading, shapes_of, source, table_of
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
CREATE TABLE "odd % table" (key int8, "odd % code" text, small int2, exact numeric, wide float8, day date, mood mood,
    kept boolean);
INSERT INTO "odd % table" VALUES (1, ' 1', 1, 1.0, 1, '2026-01-01', 'glad', true), (3, 'x', 3, 2.5, 0.5, NULL, 'sad',
    false), (NULL, NULL, NULL, NULL, NULL, NULL, NULL, true);
CREATE TABLE key (key int, id int);
INSERT INTO key VALUES (1, 2), (NULL, 3), (7, 1);
CREATE TABLE region (id int, part text) PARTITION BY LIST (part);
CREATE TABLE region_n PARTITION OF region FOR VALUES IN ('n');
CREATE TABLE region_s PARTITION OF region DEFAULT;
INSERT INTO region VALUES (1, 'n'), (2, 's');
"""


@pytest.fixture(scope="module")
def opened(server18: Server) -> Iterator[tuple[Session, TableShape, Shapes]]:
    with source(server18, SQL) as name, reading(server18, name) as session:
        shapes = shapes_of(server18, name)
        yield session, table_of(shapes, "public.t"), shapes


def _chosen(opened: tuple[Session, TableShape, Shapes], condition: Condition) -> list[int]:
    session, table, shapes = opened
    text, values = where(condition, table, shapes)
    bound = session.execute(f'SELECT id FROM public."t" WHERE {text} ORDER BY 1', values).fetchall()
    constant = session.execute(f'SELECT id FROM public."t" WHERE {where_constant(condition, table, shapes)} ORDER BY 1')
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
    column: str, operator: str, value: Value, rows: list[int], opened: tuple[Session, TableShape, Shapes]
) -> None:
    assert _chosen(opened, _one(column, operator, value)) == rows


def test_all_clauses_must_hold_and_none_means_every_row(opened: tuple[Session, TableShape, Shapes]) -> None:
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
    column: str, value: Value, opened: tuple[Session, TableShape, Shapes]
) -> None:
    with pytest.raises(UserError) as caught:
        where(_one(column, "is", value), *opened[1:])
    assert caught.value.hint
    with pytest.raises(UserError):
        where_constant(_one(column, "is", value), *opened[1:])


@given(
    st.sampled_from(["name", "s", "c", "mood", "j", "b", "a"]),
    st.sampled_from(["is", "not", "in", "not_in", "like", "not_like", "below", "at_least"]),
    st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=12)
    | st.sampled_from(["'; DROP TABLE t; --", "\\'; SELECT 1; --", "%s", "%(x)s", "$1", "E'\\'", "'||name||'", "\\"]),
)
@settings(max_examples=150, deadline=None)
def test_no_value_ever_becomes_a_statement(
    opened: tuple[Session, TableShape, Shapes], column: str, operator: str, value: str
) -> None:
    given_value: Value = (value,) if operator in ("in", "not_in") else value
    rows = _chosen(opened, _one(column, operator, given_value))
    known = {"name": ("Anna", "anna\\b"), "s": ("x", "5")}
    if column in known and operator == "is":
        assert bool(rows) == (value in known[column])


def test_citext_is_compared_without_case(server15: Server) -> None:
    sql = "RESET ROLE; CREATE EXTENSION citext; CREATE TABLE t (id int, c citext); INSERT INTO t VALUES (1, 'Anna')"
    with source(server15, sql) as name, reading(server15, name) as session:
        shapes = shapes_of(server15, name)
        opened = (session, table_of(shapes, "public.t"), shapes)
        for operator, value in (("is", "ANNA"), ("like", "an%"), ("in", ("x", "aNNa")), ("below", "B")):
            assert _chosen(opened, _one("c", operator, value)) == [1], operator
        assert _chosen(opened, _one("c", "not", "anna")) == []


def _among(
    column: str, of: str, table: str = "odd % table", *, out: bool = False, nothing: tuple[Scalar, ...] = (),
    condition: Condition = (),
) -> Condition:  # fmt: skip
    rows = RowSet(table=table, column=of, condition=condition, nothing=nothing)
    return (Clause(column=column, operator=Operator.NOT_IN_ROWS if out else Operator.IN_ROWS, value=rows),)


@pytest.mark.parametrize(
    ("column", "of", "nothing", "rows"),
    [
        ("id", "key", (), [1, 3]), ("id", "small", (), [1, 3]), ("id", "exact", (), [1]), ("id", "wide", (), [1]),
        ("id", "odd % code", (), [1]), ("s", "key", (), []), ("s", "odd % code", (), [1]), ("big", "key", (5,), [2]),
        ("big", "key", (None,), [3]), ("big", "key", (None, "5"), [2, 3]), ("name", "odd % code", ("Anna",), [1]),
        ("d", "day", (), [1]), ("ts", "day", (), []), ("tz", "day", (None,), [3]), ("mood", "mood", (), [1, 2]),
        ("mood", "mood", ("nobody's", None), [1, 2, 3]), ("ok", "kept", (), [1, 2]), ("dec", "exact", (-2,), [2]),
        ("f8", "wide", (), [2]), ("f4", "wide", (0.1,), [1, 2]), ("c", "odd % code", ("ab",), [1]),
        ("mood", "odd % code", (), []), ("m", "exact", (0,), [2]),
    ],
)  # fmt: skip
def test_rows_of_another_table_are_compared_whatever_the_types(
    column: str, of: str, nothing: tuple[Scalar, ...], rows: list[int], opened: tuple[Session, TableShape, Shapes]
) -> None:
    assert _chosen(opened, _among(column, of, nothing=nothing)) == rows
    others = [number for number in (1, 2, 3) if number not in rows]
    assert _chosen(opened, _among(column, of, nothing=nothing, out=True)) == others


def test_rows_are_chosen_by_conditions_of_their_own_however_deep(opened: tuple[Session, TableShape, Shapes]) -> None:
    assert _chosen(opened, _among("id", "key", condition=_one("kept", "is", True))) == [1]
    deep = _among("key", "key", "key", condition=_among("id", "id", "region", condition=_one("part", "is", "s")))
    assert _chosen(opened, _among("id", "key", condition=deep)) == [1]
    assert _chosen(opened, _among("id", "key", condition=deep, nothing=(2,))) == [1, 2]
    deep = _among("key", "key", "key", out=True, condition=_one("id", "is", 2))
    assert _chosen(opened, _among("id", "key", condition=deep)) == [3]
    assert _chosen(opened, _among("id", "key", condition=deep, out=True, nothing=(1,))) == [2]
    assert _chosen(opened, (*_one("id", "above", 1), *_among("id", "id", "region"), *_one("ok", "is", 0))) == [2]


def test_names_mean_the_table_they_stand_with(opened: tuple[Session, TableShape, Shapes]) -> None:
    session, _, shapes = opened
    table = table_of(shapes, "public.key")
    for out, expected in ((False, [2]), (True, [1, 3])):
        text = where_constant(_among("key", "id", "region", out=out), table, shapes)
        rows = session.execute(f"SELECT id FROM public.key WHERE {text} ORDER BY 1").fetchall()
        assert [row[0] for row in rows] == expected


@pytest.mark.parametrize(("column", "of", "table"), [("d", "key", "odd % table"), ("id", "no", "region"),
                                                     ("id", "id", "nowhere"), ("r", "day", "odd % table")])  # fmt: skip
def test_rows_that_nothing_can_be_among_are_an_error(
    column: str, of: str, table: str, opened: tuple[Session, TableShape, Shapes]
) -> None:
    with pytest.raises(UserError) as caught:
        where(_among(column, of, table), *opened[1:])
    assert caught.value.hint


def test_large_tables_are_joined_and_not_searched_row_by_row(opened: tuple[Session, TableShape, Shapes]) -> None:
    """However little memory there is: a subplan that is not hashed would be looked through for every row."""
    session, table, shapes = opened
    with session.transaction():
        session.execute("SET LOCAL work_mem = '64kB'")
        for out in (False, True):
            for nothing in ((), (None, 5)):
                text = where_constant(_among("id", "key", out=out, nothing=nothing), table, shapes)
                plan = str(session.execute(f'EXPLAIN SELECT count(*) FROM public."t" WHERE {text}').fetchall())
                assert "SubPlan" not in plan
                assert "Join" in plan
