"""How many rows tables hold: the server's estimates brought up to date, small tables counted."""

from collections.abc import Iterable, Mapping
from typing import Final

import psycopg

from app.databases.postgresql.connections import Session
from app.databases.postgresql.shapes import TableShape

_COUNTED_PAGES: Final = 128
"""A table of a megabyte is counted; a larger one is estimated from this many of its pages."""
_MOST: Final = 400
"""How many tables are looked into; of the others the server's estimate must do."""
_PERMISSIONS: Final = ("42501", "55P03")


def estimated_rows(session: Session, tables: Iterable[TableShape]) -> Mapping[int, int | None]:
    """Rows by oid of the tables that store any: 0 only where there are none, None where nobody knows.

    Looks into tables only where the server has no estimate of its own, and into none that the role cannot read or
    that another session has locked.
    """
    found: dict[int, int | None] = {}
    unknown: list[TableShape] = []
    for table in tables:
        if table.pages == 0:
            found[table.oid] = 0
        elif table.rows and table.pages_estimated:
            found[table.oid] = max(1, round(table.rows * table.pages / table.pages_estimated))
        else:
            found[table.oid] = None
            unknown.append(table)
    for table in sorted(unknown, key=lambda t: t.pages)[:_MOST]:
        found[table.oid] = _looked(session, table)
    return found


def _looked(session: Session, table: TableShape) -> int | None:
    share = min(100.0, 100.0 * _COUNTED_PAGES / table.pages)
    sampled = "" if share >= 100 else f" TABLESAMPLE SYSTEM ({share:.6f}) REPEATABLE (1)"
    try:
        with session.transaction():
            row = session.execute(f"SELECT count(*) FROM ONLY {table.sql}{sampled}").fetchone()
    except psycopg.Error as error:
        if error.sqlstate in _PERMISSIONS:
            return None
        raise
    return round(row[0] * 100 / share) if row else None
