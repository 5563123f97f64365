"""Reading every cell of a table in pieces that stay small."""

import sqlite3
from contextlib import closing

import pytest

from app.databases.sqlite import cells
from app.databases.sqlite.shapes import read_shapes


def test_large_rows_behind_many_small_ones_are_read_in_small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cells, "_LARGEST", 200_000)
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(
            "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b BLOB);"
            "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 5000)"
            "INSERT INTO t SELECT i, 'small', NULL FROM n;"
            "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 200)"
            "INSERT INTO t SELECT 5000 + i, printf('%.*c', 50000, 'x'), x'01' FROM n;"
            "INSERT INTO t VALUES (9000, printf('%.*c', 300000, 'y'), zeroblob(400000)), (9001, 'last', NULL);"
        )
        table = read_shapes(connection).tables[0]
        connection.text_factory = bytes
        pieces = list(cells.pieces(connection, table))
    assert sum(piece.values for piece in pieces) == 5202 * 3
    assert sum(piece.text.count(b"x") for piece in pieces) == 200 * 50_000
    assert sum(piece.blob is not None for piece in pieces) == 201
    assert sorted(len(piece.text) for piece in pieces)[-2:] == [200_000 // 50_001 * 50_001 - 1, 300_000]
