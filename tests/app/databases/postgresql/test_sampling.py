"""Rows from all over a table."""

from collections.abc import Iterator

import pytest

from app.databases.postgresql.connections import Session
from app.databases.postgresql.sampling import spread
from app.databases.postgresql.shapes import Shapes
from app.ports.databases import RowValue
from tests.app.databases.postgresql.reading import reading, shapes_of, source, table_of
from tests.app.databases.postgresql.servers import Server

SQL = """
CREATE TABLE large (id int, filling text DEFAULT repeat('x', 200));
INSERT INTO large SELECT generate_series(1, 30000);
CREATE TABLE sparse (id int, filling text DEFAULT repeat('x', 200));
ALTER TABLE sparse SET (autovacuum_enabled = off);
INSERT INTO sparse SELECT generate_series(1, 20000);
DELETE FROM sparse WHERE id % 1000 <> 0;
CREATE TABLE part (id int, at int) PARTITION BY RANGE (at);
CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM (0) TO (1);
CREATE TABLE part_2 PARTITION OF part FOR VALUES FROM (1) TO (2);
CREATE TABLE part_3 PARTITION OF part FOR VALUES FROM (2) TO (3);
INSERT INTO part SELECT n, CASE WHEN n < 100 THEN 0 ELSE 1 END FROM generate_series(1, 9000) AS n;
CREATE TABLE kinds (n numeric, b bool, d date, y bytea, j jsonb, a text[], c char(5), e text, f float8);
INSERT INTO kinds VALUES (1.5, true, '2026-01-02', 'ab', '{"a": 1}', '{x,"y z"}', 'ab', NULL, 0.1);
CREATE TABLE heavy (id int, letter text, small text);
ALTER TABLE heavy ALTER COLUMN letter SET STORAGE EXTERNAL;
INSERT INTO heavy VALUES (1, repeat('x', 1000000), 'y');
CREATE TABLE parent (a int); CREATE TABLE child (b int) INHERITS (parent);
INSERT INTO parent VALUES (1); INSERT INTO child VALUES (2, 3);
"""


@pytest.fixture(scope="module")
def opened(server18: Server) -> Iterator[tuple[Session, Shapes]]:
    with source(server18, SQL) as name, reading(server18, name) as session:
        yield session, shapes_of(server18, name)


def _spread(opened: tuple[Session, Shapes], table: str, columns: list[str], limit: int) -> list[tuple[RowValue, ...]]:
    return spread(opened[0], opened[1].named(table), columns, limit)


def test_rows_come_from_all_over_a_large_table(opened: tuple[Session, Shapes]) -> None:
    ids = [int(str(row[0])) for row in _spread(opened, "large", ["id"], 200)]
    assert len(ids) == len(set(ids)) == 200
    assert [sum(start < i <= start + 7500 for i in ids) > 20 for start in range(0, 30000, 7500)] == [True] * 4


def test_only_few_pages_of_a_large_table_are_read(opened: tuple[Session, Shapes]) -> None:
    session, shapes = opened
    assert table_of(shapes, "public.large").pages > 500
    session.execute("SELECT pg_stat_force_next_flush()")
    seen = "SELECT heap_blks_read + heap_blks_hit FROM pg_statio_user_tables WHERE relname = 'large'"

    def pages() -> int:
        row = session.execute(seen).fetchone()
        assert row is not None
        return int(row[0])

    before = pages()
    _spread(opened, "large", ["id"], 50)
    session.execute("SELECT pg_stat_force_next_flush()")
    assert pages() - before < 400


def test_a_nearly_empty_table_still_gives_rows(opened: tuple[Session, Shapes]) -> None:
    assert len(_spread(opened, "sparse", ["id"], 20)) == 20


def test_partitions_give_by_their_share(opened: tuple[Session, Shapes]) -> None:
    ids = [int(str(row[0])) for row in _spread(opened, "part", ["id"], 100)]
    assert len(ids) == 100
    assert 0 < sum(i < 100 for i in ids) < 20


def test_values_are_plain_ones(opened: tuple[Session, Shapes]) -> None:
    columns = ["n", "b", "d", "y", "j", "a", "c", "e", "f"]
    assert _spread(opened, "kinds", columns, 5) == [
        (1.5, 1, "2026-01-02", b"ab", '{"a": 1}', '{x,"y z"}', "ab", None, 0.1)
    ]
    assert _spread(opened, "kinds", ["f", "n"], 5) == [(0.1, 1.5)]
    assert _spread(opened, "kinds", [], 5) == []
    assert _spread(opened, "kinds", ["n"], 0) == []


def test_a_very_large_value_counts_as_none(opened: tuple[Session, Shapes]) -> None:
    assert _spread(opened, "heavy", ["id", "letter", "small"], 5) == [(1, None, "y")]


def test_a_parent_gives_its_own_rows(opened: tuple[Session, Shapes]) -> None:
    assert _spread(opened, "parent", ["a"], 5) == [(1,)]
