"""Which tables of a copy go to which process, and whether more than one is worth it."""

import os
import sqlite3
import sys
from collections.abc import Mapping

from app.databases.sqlite.quoting import quoted
from app.databases.sqlite.shapes import Shapes, TableShape
from app.domain.plan import TablePlan
from app.domain.policy import Treatment

MOST = 8
"""So many processes at most: each has a cache of its own, and they share one disk."""

WORTH = 1_500_000
"""Values, masked ones above all, that make a process worth starting: some two seconds of work."""

_KEPT_WEIGHS = 0.3
_MERGING_WEIGHS = 1.15


def divide(connection: sqlite3.Connection, shapes: Shapes, plans: Mapping[str, TablePlan]) -> list[tuple[str, ...]]:
    """The names of the tables each helper copies, largest first; nothing where one process does best.

    Virtual tables stay with this process, and so does what is left over.
    """
    if sys.platform == "win32" or getattr(sys, "frozen", False):
        return []
    weights = {
        table.name: _weight(connection, table, plans[table.name]) for table in shapes.tables if table.name in plans
    }
    total = sum(weights.values())
    processes = min(MOST, len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1)
    processes = min(processes, int(total // WORTH) if WORTH else processes)
    if processes < 2:
        return []
    shares: list[list[str]] = [[] for _ in range(processes)]
    loads = [0.0] * processes
    for table in sorted(shapes.tables, key=lambda t: (t.ordinary, -weights.get(t.name, 0))):
        if table.name not in weights:
            continue
        lightest = min(range(processes), key=loads.__getitem__) if table.ordinary else 0
        loads[lightest] += weights[table.name] * (_MERGING_WEIGHS if lightest else 1)
        shares[lightest].append(table.name)
    return [tuple(share) for share in shares[1:] if share]


def _weight(connection: sqlite3.Connection, table: TableShape, plan: TablePlan) -> float:
    """About how many values the table has, those that are kept for less."""
    if plan.copied == "none":
        return 0
    masked = sum(column.treatment is Treatment.MASK for column in plan.columns)
    what = f"max({quoted(table.rowid)}) - min({quoted(table.rowid)}) + 1" if table.rowid else "count(*)"
    (rows,) = connection.execute(f"SELECT {what} FROM source.{quoted(table.name)}").fetchone()
    return (rows or 0) * (masked + (len(table.stored) - masked) * _KEPT_WEIGHS)
