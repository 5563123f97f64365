"""Rows from all over a table of any size, cheaply: pages are chosen, not rows."""

from collections.abc import Sequence
from typing import Final

from app.databases.postgresql.connections import Session, quoted
from app.databases.postgresql.masks.values import reader
from app.databases.postgresql.shapes import ColumnShape, TableShape
from app.ports.databases import RowValue

_WHOLE_PAGES: Final = 64
"""A table this small is read as a whole."""
_LARGEST: Final = 256 * 1024
"""Bytes of a stored value that is still fetched; a larger one counts as none, so that memory stays small."""
_TRIES: Final = 3


def spread(
    session: Session, tables: Sequence[TableShape], columns: Sequence[str], limit: int
) -> list[tuple[RowValue, ...]]:
    """Up to `limit` rows of a table, or of all partitions of one, each by its share.

    Rows that a policy of the database hides from the role are an error (`row_security` is off), as in the copy.
    """
    stored = [table for table in tables if table.stored and table.pages]
    pages = sum(table.pages for table in stored)
    found: list[tuple[RowValue, ...]] = []
    for number, table in enumerate(sorted(stored, key=lambda t: t.pages)):
        left = limit - len(found)
        share = -(-limit * table.pages // pages)
        last = number == len(stored) - 1
        found.extend(_of_one(session, table, columns, left if last else min(share, left)))
    return found


def _of_one(session: Session, table: TableShape, names: Sequence[str], limit: int) -> list[tuple[RowValue, ...]]:
    shapes = [shape for name in names for shape in (table.column(name),) if shape is not None]
    if limit <= 0 or not shapes:
        return []
    share = 100.0 if table.pages <= _WHOLE_PAGES else 100.0 * max(limit, _WHOLE_PAGES) / table.pages
    for _ in range(_TRIES):  # pages may be nearly empty; then more of them are read
        chosen = "" if share >= 100 else f" TABLESAMPLE SYSTEM ({share:.8f}) REPEATABLE (17)"
        place = f"ONLY {table.sql}{chosen}"
        row = session.execute(f"SELECT count(*) FROM {place}").fetchone()
        there = int(row[0]) if row else 0
        if there >= limit or share >= 100:
            break
        share *= 8
    return _rows(session, place, shapes, max(1, there // limit), limit)


def _rows(
    session: Session, place: str, columns: Sequence[ColumnShape], step: int, limit: int
) -> list[tuple[RowValue, ...]]:
    """Every umpteenth row of a place. Values come as the server writes them, whatever their type."""
    fields = ", ".join(f"{_field(column)} AS c{at}" for at, column in enumerate(columns))
    names = ", ".join(f"c{at}" for at in range(len(columns)))
    return _read(
        session,
        f"SELECT {names} FROM (SELECT {fields}, row_number() OVER () AS row FROM {place}) AS t "
        f"WHERE row % {step} = 0 LIMIT {limit}",
        columns,
    )


def ordered(
    session: Session, place: str, columns: Sequence[ColumnShape], condition: str, limit: int
) -> list[tuple[RowValue, ...]]:
    """The first rows of a place, ordered by these columns. `condition` has its values as constants."""
    fields = ", ".join(_field(column) for column in columns)
    turns = ", ".join(quoted(column.name) for column in columns)
    return _read(
        session, f"SELECT {fields} FROM {place} WHERE {condition} ORDER BY {turns} LIMIT {int(limit)}", columns
    )


def _read(session: Session, query: str, columns: Sequence[ColumnShape]) -> list[tuple[RowValue, ...]]:
    cursor = session.execute(query.encode())
    result, readers = cursor.pgresult, [reader(column) for column in columns]
    if result is None:
        return []
    return [
        tuple(
            None if (value := result.get_value(row, at)) is None else read(value.decode("utf-8", "replace"))
            for at, read in enumerate(readers)
        )
        for row in range(result.ntuples)
    ]


def _field(column: ColumnShape) -> str:
    name = quoted(column.name)
    return f"CASE WHEN pg_column_size({name}) <= {_LARGEST} THEN {name} END"
