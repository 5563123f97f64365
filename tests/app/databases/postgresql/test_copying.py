"""Copying all rows from one server to another, on real ones."""

from collections.abc import Iterator
from typing import Any

import pytest

from app.databases.postgresql import copying as copying_module
from app.databases.postgresql import slices
from app.databases.postgresql.carrier_messages import Route
from app.databases.postgresql.carriers import Carriers
from app.databases.postgresql.masks.arrays import array_elements
from app.databases.postgresql.masks.reference import text_mask
from app.domain.policy import Clause, Operator, RowSet
from app.errors import OutsideError, RefusedError
from tests.app.databases.postgresql.copies import KEY, Copying, copying, prepare
from tests.app.databases.postgresql.servers import WORKER, Server

PEOPLE = r"""
CREATE TYPE mood AS ENUM ('good', 'bad'); CREATE TYPE pair AS (a int, b text); CREATE DOMAIN mail AS varchar(80);
CREATE SCHEMA "Odd ""Schema";
CREATE TABLE person (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "E-Mail" varchar(120), other mail, name text NOT NULL,
    secret char(30), gone numeric(10, 2), born date, amount numeric(12, 2), note text,
    twice text GENERATED ALWAYS AS (name || name) STORED, feels mood, both_ pair, tags text[], doc jsonb,
    raw bytea, span tstzrange, at timestamptz, took interval, net inet, u uuid, x float8, flag boolean
);
INSERT INTO person ("E-Mail", other, name, secret, gone, born, amount, note, feels, both_, tags, doc, raw, span, at,
    took, net, u, x, flag)
SELECT CASE i % 7 WHEN 0 THEN NULL WHEN 1 THEN 'Jürgen' || i || '@café.example' WHEN 2 THEN 'a@b.de; ' || i || '@c.de'
    ELSE 'user' || i || '@Mail.example' END,
    'x' || i || '@y.example', CASE i % 5 WHEN 0 THEN 'Müller ' || i WHEN 1 THEN '' ELSE 'Smith ' || i END, 's' || i,
    i, '1950-01-01'::date + i, i / 7.0, E'tab\there\\ and \r\n\x0b\x08\x0c line \\N \\. ' || i, 'good',
    ROW(i, 'b,"' || i)::pair,
    ARRAY['a', NULL, 'c d' || i], jsonb_build_object('k', i), decode(md5(i::text), 'hex'),
    tstzrange('2020-01-01', '2021-01-01'), '2020-01-01'::timestamptz + make_interval(secs => i),
    make_interval(days => i), '10.0.0.1', md5(i::text)::uuid, i / 3.0, i % 2 = 0 FROM generate_series(1, 1000) i;
CREATE TABLE "Odd ""Schema"."T%s'\" ("C%s ""'\" text, t text); INSERT INTO "Odd ""Schema"."T%s'\" VALUES ('%s', 't');
CREATE TABLE nothing (); INSERT INTO nothing SELECT FROM generate_series(1, 3);
CREATE TABLE computed (g int GENERATED ALWAYS AS (5) STORED); INSERT INTO computed DEFAULT VALUES;
CREATE TABLE empty (a int);
CREATE TABLE parent (a int, mail text); CREATE TABLE child (b int) INHERITS (parent);
INSERT INTO parent VALUES (1, 'p@example.org'); INSERT INTO child VALUES (2, 'c@example.org', 3);
CREATE TABLE part (a int NOT NULL, mail text) PARTITION BY RANGE (a);
CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM (0) TO (50);
CREATE TABLE part_2 (gone int, mail text, a int NOT NULL); ALTER TABLE part_2 DROP COLUMN gone;
ALTER TABLE part ATTACH PARTITION part_2 FOR VALUES FROM (50) TO (100);
INSERT INTO part SELECT i, 'p' || i || '@example.org' FROM generate_series(0, 99) i;
CREATE TABLE names_of (what regclass, mail text); INSERT INTO names_of VALUES ('person', 'a@b.example'), (NULL, 'ü@b');
"""
MASKS = {
    "person.E-Mail": "email",
    "person.other": "email",
    "person.name": "full_name",
    "person.secret": "token",
    "person.gone": "null",
    "person.born": "date_shift",
    "person.amount": "number_noise",
    "person.note": "redact_text",
    "person.tags": "token",
    "part.mail": "email",
    "parent.mail": "email",
    "names_of.mail": "email",
}
KEPT = ("id", "feels", "both_", "doc", "raw", "span", "at", "took", "net", "u", "x", "flag")


@pytest.fixture(scope="module")
def people(server18: Server) -> Iterator[Copying]:
    with copying(server18, PEOPLE) as pair:
        pair.copy(MASKS)
        yield pair


def assert_masked(pair: Copying) -> None:
    """Every masked value is what the reference makes of it, and nothing else has changed."""
    assert pair.copied is not None
    tables = {"person": "id", "part": "a", "names_of": "what"}
    for masked in pair.copied.masked:
        key = tables.get(masked.table)
        if key is None:
            continue
        mask = text_mask(masked.plan, masked.shape, KEY)
        name = masked.plan.column
        sql = f"SET timezone = 'UTC'; SELECT {key}, \"{name}\"::text FROM {masked.table} ORDER BY 1"
        before = pair.read(sql)
        wanted = [(id_, None if value is None else mask(value)) for id_, value in before]
        if masked.shape.base == "bpchar":
            wanted = [(id_, None if value is None else value.rstrip()) for id_, value in wanted]
        found = pair.found(sql)
        if masked.shape.array:
            assert _elements(found) == _elements(wanted), name
        else:
            assert found == wanted, name
        assert masked.values == sum(value is not None for _, value in before) or masked.constant
    assert pair.same("person", *KEPT)


def _elements(rows: list[tuple[Any, ...]]) -> list[object]:
    return [(key, array_elements(text)) for key, text in rows]


def test_every_masked_value_is_what_the_reference_makes_of_it(people: Copying) -> None:
    assert_masked(people)


def test_everything_else_comes_as_it_is(people: Copying) -> None:
    assert people.same('"Odd ""Schema"."T%s\'\\"')
    assert people.same('"Odd ""Schema"."T%s\'\\"', "C%s \"'\\", "t")
    assert people.same("part", "a")
    assert people.same("part_2", "a")
    assert people.same("names_of", "what")
    assert people.same("nothing")
    assert people.same("computed", "g")
    assert people.same("ONLY parent", "a")
    assert people.same("child", "a", "b", "mail")
    assert people.found("SELECT count(*) FROM person WHERE twice = name || name") == [(1000,)]


def test_rows_are_counted_by_the_table_that_policies_name(people: Copying) -> None:
    assert people.copied is not None
    rows = {run.table: run.rows for run in people.copied.runs}
    assert rows == {
        '"Odd ""Schema".T%s\'\\': 1, "child": 1, "computed": 1, "empty": 0, "names_of": 2, "nothing": 3, "parent": 1,
        "part": 100, "person": 1000,
    }  # fmt: skip
    assert all(run.of == run.rows for run in people.copied.runs)
    assert sum(run.bytes for run in people.copied.runs) > 100_000


def test_each_stored_table_is_told_of_once_it_is_there(people: Copying) -> None:
    assert sorted(people.ready) == sorted(
        ["child", "computed", "empty", "names_of", "nothing", "parent", "part_1", "part_2", "person", "T%s'\\"]
    )


def test_originals_are_chosen_at_the_same_moment(people: Copying) -> None:
    assert people.copied is not None
    column = next(m for m in people.copied.masked if (m.table, m.plan.column) == ("person", "other"))
    assert column.originals["x1@y.example"] == 1
    assert people.copied.unfit["person", "name"]


def test_a_table_filled_by_one_stream_needs_no_look_at_its_rows(people: Copying) -> None:
    people.found("CREATE INDEX ON person (id)")
    plan = people.found(
        "SET enable_seqscan = off; SET enable_bitmapscan = off; "
        "EXPLAIN (ANALYZE, COSTS off) SELECT id FROM person WHERE id > 0"
    )
    assert any("Heap Fetches: 0" in line for (line,) in plan)


@pytest.fixture
def again(people: Copying) -> Iterator[Copying]:
    """The same source, and a new empty target."""
    target = people.other.create_database(owner=WORKER[0])
    pair = Copying(people.server, people.source, people.other, target)
    prepare(pair)
    yield pair
    people.other.drop_database(target)


def same_as(one: Copying, other: Copying) -> bool:
    sql = (
        "SELECT md5(string_agg(p::text, '' ORDER BY id)) FROM person p UNION ALL "
        "SELECT md5(string_agg(a || mail, '' ORDER BY a)) FROM part"
    )
    return one.found(sql) == other.found(sql)


def test_without_keys_on_the_server_the_copy_is_the_same(
    people: Copying, again: Copying, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[list[str]] = []

    def seeing(route: Route, number: int, *, processes: bool) -> Carriers:
        told.append([name for name, _ in route.settings if name.startswith("sandkeeper.k")])
        return Carriers(route, number, processes=processes)

    monkeypatch.setattr(copying_module, "Carriers", seeing)
    again.copy(MASKS, keys_may_travel=False)
    assert told == [[]]
    assert same_as(people, again)


def test_a_table_in_pieces_carried_by_processes_is_the_same(
    people: Copying, again: Copying, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slices, "_LEAST_PAGES", 2)
    monkeypatch.setattr(slices, "_LARGE", 0.1)
    monkeypatch.setattr(copying_module, "_PROCESSES_FROM", 0)
    again.copy(MASKS, lanes=3)
    assert_masked(again)
    assert same_as(people, again)
    assert again.ready.count("person") == 1


def test_some_rows_or_none(again: Copying) -> None:
    condition = (Clause(column="id", operator=Operator.AT_MOST, value=100),)
    copied = again.copy(MASKS, rows={"person": condition, "part": "none"})
    rows = {run.table: run.rows for run in copied.runs}
    assert rows["person"] == 100
    assert rows["part"] == 0
    assert again.found("SELECT count(*), max(id) FROM person") == [(100, 100)]
    assert again.found("SELECT count(*) FROM part") == [(0,)]
    assert "part_1" in again.ready
    assert not [m for m in copied.masked if m.table == "part"]


@pytest.mark.parametrize(("of", "to"), [("server18", "server16"), ("server16", "server18"), ("server15", "server18")])
def test_between_versions(of: str, to: str, request: pytest.FixtureRequest) -> None:
    with copying(request.getfixturevalue(of), PEOPLE, request.getfixturevalue(to)) as pair:
        pair.copy(MASKS)
        assert_masked(pair)


def test_from_a_new_version_to_an_old_one(server18: Server, server15: Server) -> None:
    with copying(server18, PEOPLE, server15) as pair:
        pair.copy(MASKS)
        assert_masked(pair)


def test_a_column_nobody_decided_about_is_not_copied(again: Copying) -> None:
    with pytest.raises(RefusedError, match="Nothing was decided about person"):
        again.copy({}, rows={}, without="person.name")
    assert again.found("SELECT count(*) FROM person") == [(0,)]


def test_a_rule_of_the_table_that_masks_break_is_told_without_a_value(again: Copying) -> None:
    with pytest.raises(OutsideError) as caught:
        again.copy({"person.name": "null"})
    assert "person.name" in caught.value.detail
    assert "Smith" not in str(caught.value)


def test_bytes_that_are_no_text_neither_stop_the_copy_nor_come_along(server18: Server) -> None:
    sql = r"""
        CREATE TABLE t (id int, name text, kept text, mail text);
        INSERT INTO t VALUES (1, E'\xed\xf5 \xf2', E'\xe4', E'm\xfc@x.example'), (2, 'plain', 'plain', 'a@b.example');
    """
    with copying(server18, sql, encoding="SQL_ASCII") as pair:
        pair.copy({"t.name": "full_name", "t.mail": "email"})
        assert pair.found("SELECT kept::bytea FROM t ORDER BY id") == [(b"\xe4",), (b"plain",)]
        for column in ("name", "mail"):
            found = pair.found(f"SELECT {column}::bytea FROM t ORDER BY id")
            assert not [value for (value,) in found if any(b in value for b in (b"\xed", b"\xf2", b"\xfc", b"a@b"))]


def test_another_encoding(server18: Server) -> None:
    sql = "CREATE TABLE t (id int, name text, kept text); INSERT INTO t VALUES (1, 'Jürgen Müßig', 'äöü')"
    with copying(server18, sql, encoding="LATIN1") as pair:
        pair.copy({"t.name": "full_name"})
        assert pair.same("t", "kept")
        [(name,)] = pair.found("SELECT name FROM t")
        assert name
        assert "Jürgen" not in name


def test_a_huge_value(server18: Server) -> None:
    sql = """
        CREATE TABLE t (id int, raw bytea, name text);
        INSERT INTO t SELECT i, convert_to(repeat(md5(i::text), 200000), 'UTF8'), 'Müller' || i
        FROM generate_series(1, 3) i
    """
    with copying(server18, sql) as pair:
        pair.copy({"t.name": "full_name"})
        assert pair.same("t", "id", "raw")


def test_rows_that_follow_come_with_their_parents_masked_or_not(server18: Server) -> None:
    """Also where a column has the name that a mask's value might have in the query."""
    sql = (
        "CREATE TABLE parent (id int, name text); INSERT INTO parent SELECT i, 'Anna' FROM generate_series(1, 20) i;"
        "CREATE TABLE child (v bigint, name text); INSERT INTO child SELECT i, 'Ida' FROM generate_series(0, 40) i;"
        "INSERT INTO child VALUES (NULL, 'Ida')"
    )
    few = (Clause(column="id", operator=Operator.ABOVE, value=10),)
    rows = RowSet(table="parent", column="id", condition=few, nothing=(None, 0))
    follow = (Clause(column="v", operator=Operator.IN_ROWS, value=rows),)
    with copying(server18, sql) as pair:
        copied = pair.copy(
            {"child.name": "first_name", "parent.name": "first_name"}, rows={"parent": few, "child": follow}
        )
        assert {run.table: run.rows for run in copied.runs} == {"parent": 10, "child": 12}
        assert pair.found("SELECT v FROM child ORDER BY v") == [(0,), *((n,) for n in range(11, 21)), (None,)]
        assert pair.found("SELECT count(*) FROM child WHERE name = 'Ida'") == [(0,)]
