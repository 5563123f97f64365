"""CHECK constraints and partial unique indexes over masked columns: what the masks would break is found before the
copy, not at row 900,000.

A constraint holds for every row of the source. It goes on holding when each of its comparisons that was true of a
value is true of the masked value, as long as nothing is negated. So each comparison we can read is tried with values
that satisfy it; one we cannot read is a warning.
"""

import re
from collections.abc import Callable

from app.domain.findings import Finding, error, warning
from app.domain.plan import ColumnPlan
from app.domain.policy import Treatment
from app.domain.schema import Table
from app.planning.comparisons import Comparison, Outcome, comparisons, mentions
from app.planning.draft import Draft, place
from app.planning.names import short
from app.policy.masks import bind, problems
from app.ports.databases import RowValue
from app.ports.secrets import MaskKey

_TRIAL_KEY = MaskKey(bytes(range(32)), stable=False)
"""Masks keep constraints under every key or under none; a trial needs one that is no secret."""

_NEGATED = re.compile(r"\bNOT\s*\(", re.IGNORECASE)


def look_at_constraints(draft: Draft) -> None:
    for table in draft.schema.tables:
        plan = draft.tables.get(table.name)
        if plan is None or plan.copied == "none":
            continue
        for column in plan.columns:
            if column.treatment is not Treatment.MASK:
                continue
            for check in table.checks:
                if mentions(check, column.column):
                    draft.findings.extend(_look_at_check(table, column, check))
            draft.findings.extend(_look_at_indexes(table, column))


def _look_at_check(table: Table, column: ColumnPlan, check: str) -> list[Finding]:
    where = place(table.name, column.column)
    read = comparisons(check, column.column)
    if read.rest or _NEGATED.search(check):
        return [_may_break(where, column, check)]
    if column.mask == "null":
        return [_may_break(where, column, check)] if read.needs_value else []
    if any(finding.severity == "error" for finding in problems(column, table.rows)):
        return []  # said already, and the mask cannot be tried
    outcomes = {_try(comparison, bind(column, _TRIAL_KEY)) for comparison in read.found}
    if Outcome.BREAKS in outcomes:
        return [
            error(
                "mask-breaks-check",
                f"The mask {column.mask} would break the rule {_quote(check)} of {short(table.name)}.",
                where,
                "Keep the column, or choose a mask whose values the rule allows (fixed, for example).",
            )
        ]
    return [_may_break(where, column, check)] if Outcome.UNSURE in outcomes else []


def _try(comparison: Comparison, mask: Callable[[RowValue], RowValue]) -> Outcome:
    """Whether values that satisfy the comparison still do when masked."""
    tried = False
    for value in comparison.samples:
        before = comparison.holds(value)
        if before is not True:
            continue
        tried = True
        after = comparison.holds(mask(value))
        if after is None:
            return Outcome.UNSURE
        if not after:
            return Outcome.UNSURE if comparison.gradual else Outcome.BREAKS
    return Outcome.UNSURE if comparison.rare and not tried else Outcome.HOLDS


def _may_break(where: str, column: ColumnPlan, check: str) -> Finding:
    return warning(
        "mask-may-break-check",
        f"The mask {column.mask} may break the rule {_quote(check)}; if it does, the operation stops in the copy and "
        "the environment stays as it is.",
        where,
        "Keep the column or choose another mask where the values matter to the rule.",
    )


def _look_at_indexes(table: Table, column: ColumnPlan) -> list[Finding]:
    found: list[Finding] = []
    for key in table.unique_keys:
        if not key.condition or not mentions(key.condition, column.column):
            continue
        read = comparisons(key.condition, column.column)
        if (read.rest or read.found or column.mask == "null") and len(key.columns) > 0:
            found.append(
                warning(
                    "mask-in-partial-index",
                    f"The unique index {short(key.name)} of {short(table.name)} holds only rows where "
                    f"{_quote(key.condition)}; masking {short(column.column)} changes which rows those are.",
                    place(table.name, column.column),
                    "Keep the column if two rows could meet in the index.",
                )
            )
    return found


def _quote(text: str) -> str:
    line = " ".join(text.split())
    return f"({line if len(line) <= 120 else line[:119] + '…'})"
