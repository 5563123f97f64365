"""Which originals are evidence.

An original means something when finding it in the copy could only be a leak: long enough, rare in its column, and
nothing the mask could have come up with by itself. The others are counted by reason, so that nobody believes more was
proven than was. Originals live in memory and nowhere else.
"""

import re

from app.domain.plan import ColumnPlan
from app.policy import masks
from app.ports.databases import RowValue

SAMPLE = 2_000
"""Rows looked at per table for originals."""

TOTAL = 200_000
"""Originals of all columns together; beyond that each column gets fewer."""

RARE = 10
"""A value in more rows than this says nothing about one person."""

SHORT = "too short to mean anything"
COMMON = "stand in many rows"
PRODUCIBLE = "the mask could make them by itself"
NOT_TEXT = "neither text nor a whole number"


def per_column(columns: int) -> int:
    """How many rows are looked at for a column's originals, where so many columns are masked."""
    return max(50, min(SAMPLE, TOTAL // max(columns, 1)))


def unfitness(plan: ColumnPlan, value: RowValue) -> str:
    """Why a value of the masked column is no evidence; empty when it may be one."""
    return unfit_looks(value) or (PRODUCIBLE if masks.could_produce(plan, value) else "")


def unfit_looks(value: RowValue) -> str:
    """Why a value is no evidence by its looks; empty when it may be one."""
    if isinstance(value, float | bytes):
        return NOT_TEXT
    text = str(value).strip()
    if isinstance(value, int) or re.fullmatch(r"[\d\W_]*", text):
        return SHORT if sum(c.isdigit() for c in text) < 6 else ""
    return SHORT if len(text) < 5 else ""
