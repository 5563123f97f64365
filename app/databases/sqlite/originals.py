"""Choosing the originals the proof will search for, inside the copy's own snapshot. They live in memory alone."""

import sqlite3
from collections import Counter
from collections.abc import Sequence

from app.databases.proof.fitness import unfitness
from app.databases.sqlite.masking import MaskedColumn
from app.databases.sqlite.quoting import quoted
from app.databases.sqlite.shapes import TableShape
from app.databases.sqlite.source import spread
from app.ports.databases import RowValue

_ENOUGH, _FRESH = 200, 0.7
"""A column repeats its values when fewer than this share of so many values differ."""


def choose(
    connection: sqlite3.Connection, table: TableShape, masked: Sequence[MaskedColumn], limit: int
) -> dict[str, Counter[str]]:
    """Give each masked column of the table its originals; returns by column how many values were unfit, and why."""
    columns = ", ".join(quoted(m.plan.column) for m in masked)
    unfit: dict[str, Counter[str]] = {m.plan.column: Counter() for m in masked}
    seen: dict[str, set[RowValue]] = {m.plan.column: set() for m in masked}
    filled = Counter[str]()
    for row in spread(connection, "source", table, columns, limit):
        for column, value in zip(masked, row, strict=True):
            name = column.plan.column
            if value is None:
                continue
            filled[name] += 1
            if value in seen[name]:
                continue
            seen[name].add(value)
            why = unfitness(column.plan, value)
            if why:
                unfit[name][why] += 1
            else:
                column.originals[value] = 0
    for column in masked:
        name = column.plan.column
        column.repeats = filled[name] >= _ENOUGH and len(seen[name]) < filled[name] * _FRESH
    return unfit


def count_unseen(connection: sqlite3.Connection, table: TableShape, masked: Sequence[MaskedColumn]) -> None:
    """Count the originals of columns whose mask needs no function, which therefore nobody counted on the way."""
    for column in masked:
        if not (column.constant and column.originals):
            continue
        name, wanted = quoted(column.plan.column), list(column.originals)
        for begin in range(0, len(wanted), 500):
            some = wanted[begin : begin + 500]
            for value, times in connection.execute(
                f"SELECT {name}, count(*) FROM source.{quoted(table.name)} "
                f"WHERE {name} IN ({', '.join('?' * len(some))}) GROUP BY 1",
                some,
            ):
                if value in column.originals:
                    column.originals[value] = times
