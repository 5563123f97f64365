"""Before and after: what the masks would make of a few real rows. Read, shown, and never stored."""

from collections.abc import Callable
from dataclasses import replace

from app.domain.plan import ColumnPlan, Plan, TablePlan
from app.domain.policy import Treatment
from app.errors import SandkeeperError
from app.policy.masks import bind
from app.ports.databases import RowValue, SourceDatabase
from app.ports.secrets import MaskKey

LONGEST_SAMPLE = 80
"""Characters of a value that are shown."""

_SHOWN = (Treatment.KEEP, Treatment.MASK, Treatment.REVIEW)


def with_samples(plan: Plan, source: SourceDatabase, key: MaskKey, limit: int) -> Plan:
    """The plan with `before` and `after` filled from up to `limit` rows of every table whose rows come along.

    A column nobody has decided on has a `before` alone. A table that cannot be read stays without samples.
    """
    return replace(plan, tables=tuple(_table(table, source, key, limit) for table in plan.tables))


def _table(table: TablePlan, source: SourceDatabase, key: MaskKey, limit: int) -> TablePlan:
    wanted = [c for c in table.columns if c.treatment in _SHOWN]
    if table.copied == "none" or not wanted:
        return table
    try:
        rows = source.sample(table.table, [c.column for c in wanted], limit)
    except SandkeeperError:
        return table
    filled = {column.column: sampled_column(column, [row[at] for row in rows], key) for at, column in enumerate(wanted)}
    return replace(table, columns=tuple(filled.get(c.column, c) for c in table.columns))


def sampled_column(column: ColumnPlan, values: list[RowValue], key: MaskKey) -> ColumnPlan:
    """The column's plan with `before` and `after` of these values; without `after` where the mask cannot take them."""
    before = tuple(as_text(value) for value in values)
    if column.treatment is Treatment.KEEP:
        return replace(column, before=before, after=before)
    if column.treatment is Treatment.REVIEW or column.mask is None:
        return replace(column, before=before)
    try:
        mask: Callable[[RowValue], RowValue] = bind(column, key)
        return replace(column, before=before, after=tuple(as_text(mask(value)) for value in values))
    except (ValueError, TypeError, KeyError, SandkeeperError):
        return replace(column, before=before)  # what is wrong with the mask here is a finding of the plan


def as_text(value: RowValue) -> str | None:
    """A value as one short line; bytes only as their number."""
    if value is None:
        return None
    if isinstance(value, bytes):
        return f"{len(value):,} bytes"
    text = " ".join(str(value).split()) if isinstance(value, str) else str(value)
    return text if len(text) <= LONGEST_SAMPLE else text[: LONGEST_SAMPLE - 1] + "…"
