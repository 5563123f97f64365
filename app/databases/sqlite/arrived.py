"""Items about the rows as they were copied, looked at before a policy's scripts may change them."""

import sqlite3
from collections.abc import Mapping, Sequence

from app.databases.proof.items import item
from app.databases.proof.reconciled import Numbers
from app.databases.sqlite.copied import Copied
from app.databases.sqlite.masking import MaskedColumn
from app.databases.sqlite.neutralise import table_named
from app.databases.sqlite.quoting import policy_name, quoted
from app.databases.sqlite.reconcile import Sum, reconciliation
from app.databases.sqlite.staging import Staging
from app.domain.operations import ChecklistItem
from app.domain.plan import Plan
from app.ports.context import PhaseContext


def look_at_rows(
    staging: Staging,
    copied: Copied,
    plan: Plan,
    effects: Mapping[str, int],
    filled: Mapping[tuple[str, str], int],
    numbers: Mapping[str, Numbers[Sum]],
    ctx: PhaseContext,
) -> dict[str, ChecklistItem]:
    """By id: all rows came along, masked columns are masked, and the numbers agree where the policy asks for that.
    `effects` says how many rows more or fewer each table has since the copy and `filled` how many values stand in
    columns that were emptied, both by what was done since; `numbers` is what the copy had before."""
    with staging.working(ctx, "while looking at the rows that came along") as connection:
        items = [_rows(connection, copied, plan, effects, ctx), _masked(connection, copied, plan, filled)]
        if plan.reconcile:
            items.append(reconciliation(connection, plan.reconcile, copied.numbers, numbers, copied.missing))
    return {item.id: item for item in items}


def _rows(
    connection: sqlite3.Connection, copied: Copied, plan: Plan, effects: Mapping[str, int], ctx: PhaseContext
) -> ChecklistItem:
    total, wrong = 0, []
    for run in copied.runs:
        table = table_named(copied, run.table)
        there = int(connection.execute(f"SELECT count(*) FROM {quoted(table.name)}").fetchone()[0])
        expected = (run.of or 0) + effects.get(run.table, 0)
        total += there
        if there != expected:
            wrong.append(f"{run.table} has {there:,} rows instead of {expected:,}")
        ctx.checkpoint(run.table)
    say = "the actions and what was preserved say" if plan.preserve else "the actions say"
    between = "," if plan.preserve else " and"
    evidence = f"{total:,} rows in {len(copied.runs):,} tables, as many as the snapshot of the source{between} {say}."
    if wrong:
        evidence = "; ".join(wrong[:10]) + "."
    return item("rows", "All rows came along", not wrong, evidence, f"{total:,} rows" if not wrong else wrong[0])


def _masked(
    connection: sqlite3.Connection, copied: Copied, plan: Plan, later: Mapping[tuple[str, str], int]
) -> ChecklistItem:
    emptied = [m for m in copied.masked if m.constant]
    filled = [
        (m, count - later.get((m.table.casefold(), m.plan.column.casefold()), 0))
        for m, count in _not_empty(connection, emptied, plan)
    ]
    columns, values = len(copied.masked) - len(emptied), sum(m.values for m in copied.masked)
    wrong = [
        f"{count:,} values of {m.table}.{m.plan.column} came out unmasked"
        for m, count in [*((m, m.unchanged) for m in copied.masked), *filled]
        if count
    ]
    evidence = (
        f"{values:,} values of {columns:,} columns went through their masks and were compared with what came out; "
        f"{len(emptied):,} columns are empty."
    )
    if wrong:
        evidence = "; ".join(wrong[:10]) + "."
    found = f"{len(copied.masked):,} columns, {values:,} values" if not wrong else wrong[0]
    return item("masked", "Every masked column is masked", not wrong, evidence, found)


def _not_empty(
    connection: sqlite3.Connection, emptied: Sequence[MaskedColumn], plan: Plan
) -> list[tuple[MaskedColumn, int]]:
    """How many values stand in columns whose mask is a plain NULL, those that an action fills left out."""
    given = {(action.table.casefold(), column.casefold()) for action in plan.actions for column in action.values}
    looked_at: dict[str, list[MaskedColumn]] = {}
    for masked in emptied:
        names = {masked.table.casefold(), policy_name(masked.table).casefold()}
        if not any((name, masked.plan.column.casefold()) in given for name in names):
            looked_at.setdefault(masked.table, []).append(masked)
    found: list[tuple[MaskedColumn, int]] = []
    for table, columns in looked_at.items():
        counts = ", ".join(f"count({quoted(m.plan.column)})" for m in columns)
        row = connection.execute(f"SELECT {counts} FROM {quoted(table)}").fetchone()
        found.extend(zip(columns, row, strict=True))
    return found
