"""Choosing the originals the proof will search for, inside the copy's own snapshot.

An original means something when finding it in the copy could only be a leak: long enough, rare in its column, and
nothing the mask could have come up with by itself. The others are counted by reason, so that nobody believes more was
proven than was. Originals live in memory and nowhere else.
"""

import re
import sqlite3
from collections import Counter
from collections.abc import Sequence

from app.databases.sqlite.masking import MaskedColumn
from app.databases.sqlite.quoting import quoted
from app.databases.sqlite.shapes import TableShape
from app.databases.sqlite.source import spread
from app.policy import masks
from app.ports.databases import RowValue

SAMPLE = 2_000
"""Rows looked at per table for originals."""

TOTAL = 200_000
"""Originals of all columns together; beyond that each column gets fewer."""

RARE = 10
"""A value in more rows than this says nothing about one person."""

_ENOUGH, _FRESH = 200, 0.7
"""A column repeats its values when fewer than this share of so many values differ."""

SHORT = "too short to mean anything"
COMMON = "stand in many rows"
PRODUCIBLE = "the mask could make them by itself"
NOT_TEXT = "neither text nor a whole number"


def per_column(columns: int) -> int:
    return max(50, min(SAMPLE, TOTAL // max(columns, 1)))


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
            why = unfitness(value) or (PRODUCIBLE if masks.could_produce(column.plan, value) else "")
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


def unfitness(value: RowValue) -> str:
    """Why a value is no evidence by its looks; empty when it may be one."""
    if isinstance(value, float | bytes):
        return NOT_TEXT
    text = str(value).strip()
    if isinstance(value, int) or re.fullmatch(r"[\d\W_]*", text):
        return SHORT if sum(c.isdigit() for c in text) < 6 else ""
    return SHORT if len(text) < 5 else ""
