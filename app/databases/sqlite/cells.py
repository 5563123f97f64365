"""Every value of the copy, in pieces of a few megabytes: text and numbers joined column by column, BLOBs one by one."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from app.databases.sqlite.patterns import SEPARATOR
from app.databases.sqlite.quoting import quoted
from app.databases.sqlite.shapes import TableShape

_PIECE = 4 * 1024**2
_FEWEST, _MOST = 16, 50_000


@dataclass(frozen=True, slots=True)
class Piece:
    """`values` cells of one column: their texts joined by SEPARATOR, or one BLOB."""

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
    rowid, place = quoted(table.rowid), f"main.{quoted(table.name)}"
    reads = ", ".join(_joined(column) for column in columns)
    last: int | None = None
    rows = 500
    while True:
        begin = f"{rowid} > {last}" if last is not None else "1"
        end = connection.execute(
            f"SELECT max(r), count(*) "
            f"FROM (SELECT {rowid} AS r FROM {place} WHERE {begin} ORDER BY {rowid} LIMIT {rows})"
        ).fetchone()
        if end[0] is None:
            return
        here = f"{begin} AND {rowid} <= {end[0]}"
        row = connection.execute(f"SELECT {reads} FROM {place} WHERE {here}").fetchone()
        size = 0
        for number, column in enumerate(columns):
            text, blobs = row[2 * number], row[2 * number + 1]
            size += len(text or b"")
            yield Piece(column, end[1] - (blobs or 0), text or b"")
            if blobs:
                yield from _blobs(connection, place, column, here)
        last = end[0]
        rows = max(_FEWEST, min(_MOST, int(rows * _PIECE / max(size, 1)), rows * 8))


def _joined(column: str) -> str:
    name = quoted(column)
    separator = f"char({ord(SEPARATOR)})"
    return (
        f"group_concat(CASE typeof({name}) WHEN 'blob' THEN NULL ELSE {name} END, {separator}), "
        f"sum(typeof({name}) = 'blob')"
    )


def _blobs(connection: sqlite3.Connection, place: str, column: str, here: str) -> Iterator[Piece]:
    name = quoted(column)
    for (value,) in connection.execute(f"SELECT {name} FROM {place} WHERE {here} AND typeof({name}) = 'blob'"):
        yield Piece(column, 1, blob=bytes(value))


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
                    yield Piece(column, 1, blob=bytes(value))
            texts = [_text(value) for value, is_blob in cells if not is_blob and value is not None]
            yield Piece(column, len(texts), SEPARATOR.encode().join(texts))


def _text(value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()
