"""Originals are taken from all over the source, out of values of any type, and counted by the rows they stand in."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from app.databases.postgresql.catalogue import read_shapes
from app.databases.postgresql.originals import choose, count
from app.databases.postgresql.shapes import MaskedColumn, TableShape
from app.databases.postgresql.snapshot import Snapshot
from app.databases.proof.fitness import NOT_TEXT, PRODUCIBLE, RARE, SHORT
from app.domain.policy import Treatment
from app.ports.databases import RowValue
from tests.app.databases.postgresql.copies import plan_for
from tests.app.databases.postgresql.servers import READER, Server, create_source

Found = dict[str, dict[RowValue, int]]


def chosen(
    server: Server, sql: str, masks: Mapping[str, Any], limit: int = 1_000, table: str = "t"
) -> tuple[Found, dict[str, Counter[str]]]:
    source = create_source(server, sql)
    try:
        with Snapshot(server.place(source, *READER)) as snapshot:
            shapes = read_shapes(snapshot.main)
            plan = plan_for(shapes, {f"{table}.{c}": m for c, m in masks.items()}, {})
            root = next(t for t in shapes.named(table) if not t.partition)
            tables: list[TableShape] = [t for t in shapes.stored if t.policy_name == table]
            columns = next(t.columns for t in plan.tables if t.table == table)
            masked = [
                MaskedColumn(table=table, plan=treated, shape=shape)
                for treated, shape in zip(columns, root.columns, strict=True)
                if treated.treatment is Treatment.MASK
            ]
            unfit = choose(snapshot.main, tables, masked, limit)
            count(snapshot.main, tables, masked)
            return {m.plan.column: m.originals for m in masked}, unfit
    finally:
        server.drop_database(source)


def test_values_that_mean_something_are_counted_exactly(server: Server) -> None:
    sql = """
    CREATE TABLE t (id int, "odd %s" varchar(40), c char(12), n numeric(20, 2), b bigint, f float8, u uuid, h inet);
    INSERT INTO t SELECT i, 'Quackenbush ' || i / 20, 'Oddfell' || i, 50000000 + i, 600000000 + i, i + 0.5,
      md5((i / 2)::text)::uuid, ('10.20.30.' || i)::inet FROM generate_series(0, 99) i;
    INSERT INTO t VALUES (100, 'Ann', NULL, NULL, 12, NULL, NULL, NULL);
    """
    masks = dict.fromkeys(("odd %s", "c", "n", "b", "f", "u", "h"), "token")
    found, unfit = chosen(server, sql, masks)
    assert found["odd %s"] == {f"Quackenbush {i}": 20 for i in range(5)}
    assert found["c"] == {f"Oddfell{i}": 1 for i in range(100)}
    assert found["n"] == {50_000_000 + i: 1 for i in range(100)}
    assert found["b"] == {600_000_000 + i: 1 for i in range(100)}
    assert set(found["u"].values()) == {2}
    assert found["h"]["10.20.30.99"] == 1
    assert found["f"] == {}
    assert unfit["f"] == {NOT_TEXT: 100}
    assert unfit["odd %s"] == unfit["b"] == {SHORT: 1}


def test_leaves_of_documents_arrays_and_rows_are_originals(server: Server) -> None:
    sql = """
    CREATE TYPE who AS (name text, mail text);
    CREATE TABLE t (id int, doc jsonb, raw json, list text[], who who, whos who[], bytes bytea);
    INSERT INTO t SELECT i, jsonb_build_object('name', 'Quackenbush' || i, 'agent', 'Mozilla of all', 'n', 7000000 + i),
      json_build_array('Öddfellow' || i), ARRAY['Alias' || i, 'Alias' || i, 'Everybody'],
      ROW('Zebulon' || i::text, 'zeb' || i || '@quack.example')::who, ARRAY[ROW('Whole' || i::text, NULL)::who],
      convert_to('Letter to Mr. ' || i, 'UTF8') FROM generate_series(10, 40) i;
    """
    masks = dict.fromkeys(("doc", "raw"), "json") | dict.fromkeys(("list", "who", "whos", "bytes"), "token")
    found, _ = chosen(server, sql, masks)
    assert found["doc"]["Quackenbush12"] == found["doc"][7_000_012] == 1
    assert found["doc"]["Mozilla of all"] > RARE
    assert found["raw"]["Öddfellow12"] == 1
    assert found["list"]["Alias12"] == 1
    assert found["list"]["Everybody"] > RARE
    assert found["who"]["Zebulon12"] == found["who"]["zeb12@quack.example"] == 1
    assert found["whos"]["Whole12"] == 1
    assert found["bytes"]["Letter to Mr. 12"] == 1


def test_what_the_mask_keeps_or_could_write_is_no_original(server: Server) -> None:
    sql = """
    CREATE TABLE t (id int, doc jsonb, name text);
    INSERT INTO t VALUES (1,
      '{"state": "Quackenland", "items": [{"kind": "Oddity"}, {"kind": "Rarity", "who": "Zebulon"}]}', 'Smith');
    """
    found, unfit = chosen(server, sql, {"doc": ("json", {"keep": ("state", "items.*.kind")}), "name": "last_name"})
    assert found == {"doc": {"Zebulon": 1}, "name": {}}
    assert unfit == {"doc": {PRODUCIBLE: 3}, "name": {PRODUCIBLE: 1}}


def test_all_partitions_are_read_and_children_are_not(server: Server) -> None:
    sql = """
    CREATE TABLE t (id int, name text) PARTITION BY RANGE (id);
    CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (50);
    CREATE TABLE t2 PARTITION OF t DEFAULT;
    INSERT INTO t SELECT i, 'Quackenbush ' || i % 50 FROM generate_series(0, 99) i;
    CREATE TABLE parent (name text);
    CREATE TABLE child () INHERITS (parent);
    INSERT INTO parent VALUES ('Zebulon');
    INSERT INTO child VALUES ('Zebulon'), ('Oddfellow');
    """
    found, _ = chosen(server, sql, {"name": "token"})
    assert found["name"] == {f"Quackenbush {i}": 2 for i in range(50)}
    found, _ = chosen(server, sql, {"name": "token"}, table="parent")
    assert found["name"] == {"Zebulon": 1}


def test_of_a_long_text_its_beginning_is_searched_for(server: Server) -> None:
    sql = "CREATE TABLE t (id int, note text); INSERT INTO t VALUES (1, 'Zebulon' || repeat(' told me', 1000))"
    found, _ = chosen(server, sql, {"note": "token"})
    ((note, times),) = found["note"].items()
    assert isinstance(note, str)
    assert (note[:15], len(note), times) == ("Zebulon told me", 500, 1)
