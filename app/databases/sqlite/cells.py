"""Every value of the copy, in pieces of a few megabytes: text and numbers joined column by column, BLOBs one by one."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from app.databases.proof.patterns import SEPARATOR
from app.databases.sqlite.quoting import quoted
from app.databases.sqlite.shapes import TableShape

_PIECE = 4 * 1024**2
_LARGEST = 16 * 1024**2
"""Texts of a column are joined up to this; behind rows of a few bytes there may be rows of megabytes."""
_FIRST, _FEWEST, _MOST = 200, 16, 50_000
_ABREAST = 200


@dataclass(frozen=True, slots=True)
class Piece:
    """`values` cells of one column: their texts joined by SEPARATOR; or a BLOB among cells counted already."""

    column: str
    values: int
    text: bytes = b""
    blob: bytes | None = None


def pieces(connection: sqlite3.Connection, table: TableShape) -> Iterator[Piece]:
    """All cells of all columns of the table. Memory stays flat: the number of rows in a piece follows their size."""
    columns = [c.name for c in table.columns if c.hidden != 1]
    if not columns:
        return
    if table.rowid is None or table.module is not None:
        yield from _row_by_row(connection, table, columns)
        return
    for begin in range(0, len(columns), _ABREAST):
        yield from _in_ranges(connection, table, quoted(table.rowid), columns[begin : begin + _ABREAST])


def _in_ranges(connection: sqlite3.Connection, table: TableShape, rowid: str, columns: list[str]) -> Iterator[Piece]:
    place = f"main.{quoted(table.name)}"
    reads = ", ".join(_joined(column) for column in columns)
    any_blob = " OR ".join(f"{quoted(column)} >= x''" for column in columns)
    after, rows = "1", _FIRST
    while True:
        range_ = f"SELECT {rowid} AS r FROM {place} WHERE {after} ORDER BY {rowid} LIMIT {rows}"
        last, count = connection.execute(f"SELECT max(r), count(*) FROM ({range_})").fetchone()
        if last is None:
            return
        here = f"{after} AND {rowid} <= {last}"
        found = _bounded(connection, f"SELECT {reads}, sum({any_blob}) FROM {place} WHERE {here}", alone=count == 1)
        if found is None:
            rows = max(1, count // 8)
            continue
        *texts, blobs = found
        for column, text in zip(columns, texts, strict=True):
            yield Piece(column, count, text or b"")
            if blobs:
                yield from _blobs(connection, place, column, here)
        size = sum(len(text) for text in texts if text)
        rows = max(_FEWEST, min(_MOST, int(rows * _PIECE / max(size, 1)), rows * 8))
        after = f"{rowid} > {last}"


def _bounded(connection: sqlite3.Connection, sql: str, *, alone: bool) -> tuple[Any, ...] | None:
    """The one row of the query; None when a value of it would be larger than `_LARGEST`. A row that stands alone is
    read however large it is."""
    usual = connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, -1)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, usual if alone else _LARGEST)
    try:
        row: tuple[Any, ...] = connection.execute(sql).fetchone()
    except sqlite3.DataError:
        if alone:
            raise
        return None
    else:
        return row
    finally:
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, usual)


def _joined(column: str) -> str:
    """The column's texts in one; a BLOB, which is greater than any text, is left out. Operators and a literal instead
    of functions: they are called for every value there is."""
    name = quoted(column)
    return f"group_concat(CASE WHEN {name} >= x'' THEN NULL ELSE {name} END, '{SEPARATOR}')"


def _blobs(connection: sqlite3.Connection, place: str, column: str, here: str) -> Iterator[Piece]:
    name = quoted(column)
    for (value,) in connection.execute(f"SELECT {name} FROM {place} WHERE {here} AND {name} >= x''"):
        yield Piece(column, 0, blob=bytes(value))


def _row_by_row(connection: sqlite3.Connection, table: TableShape, columns: list[str]) -> Iterator[Piece]:
    names = ", ".join(f"{quoted(c)}, typeof({quoted(c)}) = 'blob'" for c in columns)
    rows = connection.execute(f"SELECT {names} FROM main.{quoted(table.name)}")
    while True:
        batch = rows.fetchmany(500)
        if not batch:
            return
        for number, column in enumerate(columns):
            cells = [(row[2 * number], row[2 * number + 1]) for row in batch]
            for value, is_blob in cells:
                if is_blob:
                    yield Piece(column, 0, blob=bytes(value))
            texts = [_text(value) for value, is_blob in cells if not is_blob and value is not None]
            yield Piece(column, len(cells), SEPARATOR.encode().join(texts))


def _text(value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()
