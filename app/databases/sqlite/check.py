"""The automatic items of the checklist: what was looked at in the finished copy, and what was found."""

import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path

from app.databases.proof.items import counted, item, not_run
from app.databases.sqlite.copied import Copied
from app.databases.sqlite.failures import interrupted
from app.databases.sqlite.masking import MaskedColumn
from app.databases.sqlite.neutralise import table_named
from app.databases.sqlite.quoting import policy_name, quoted, where
from app.databases.sqlite.references import Reference, dangling, references
from app.databases.sqlite.shapes import Content
from app.databases.sqlite.source import SqliteSource
from app.databases.sqlite.staging import Staging
from app.domain.operations import ChecklistItem
from app.domain.plan import Plan
from app.domain.policy import Check
from app.errors import OutsideError
from app.ports.context import PhaseContext


def run_checks(
    staging: Staging, copied: Copied, plan: Plan, effects: Mapping[str, int], source: Path, ctx: PhaseContext
) -> tuple[ChecklistItem, ...]:
    """The built-in items, then the policy's own checks, each with its evidence; a failed one is an item, no error."""
    with staging.working(ctx, "while checking the copy") as connection:
        items = [
            _rows(connection, copied, effects, ctx),
            _masked(connection, copied, plan),
            _references(connection, copied, source, ctx),
            _integrity(connection, copied, ctx),
        ]
        for check in plan.checks:
            items.append(_policy_check(connection, copied, check))
            ctx.checkpoint(check.table)
    return tuple(items)


def _rows(
    connection: sqlite3.Connection, copied: Copied, effects: Mapping[str, int], ctx: PhaseContext
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
    evidence = (
        f"{total:,} rows in {len(copied.runs):,} tables, as many as the snapshot of the source and the actions say."
    )
    if wrong:
        evidence = "; ".join(wrong[:10]) + "."
    return item("rows", "All rows came along", not wrong, evidence, f"{total:,} rows" if not wrong else wrong[0])


def _masked(connection: sqlite3.Connection, copied: Copied, plan: Plan) -> ChecklistItem:
    emptied = [m for m in copied.masked if m.constant]
    filled = _not_empty(connection, emptied, plan)
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


def _references(connection: sqlite3.Connection, copied: Copied, source: Path, ctx: PhaseContext) -> ChecklistItem:
    checked, broken = 0, dict[Reference, int]()
    for reference in references(connection, copied.shapes):
        count = dangling(connection, reference)
        checked += 1
        if count:
            broken[reference] = count
        ctx.checkpoint(reference.table)
    worse = _worse_than(source, broken) if broken else {}
    if worse:
        named = "; ".join(
            f"{count:,} rows of {reference} refer to rows that are not there" for reference, count in worse.items()
        )
        return item("references", "References hold", False, f"{named}.", f"{sum(worse.values()):,} broken")
    evidence = f"{checked:,} foreign keys were followed in every row; all lead somewhere."
    if broken:
        evidence = (
            f"{checked:,} foreign keys were followed; {sum(broken.values()):,} lead nowhere, as they do in the source."
        )
    return item("references", "References hold", True, evidence, f"{sum(broken.values()):,} broken")


def _worse_than(source: Path, broken: Mapping[Reference, int]) -> dict[Reference, int]:
    """The references with more dangling rows than the source has now; all of them when it cannot be asked."""
    try:
        with SqliteSource(source) as database:
            return {r: count for r, count in broken.items() if count > dangling(database.connection, r)}
    except (OutsideError, sqlite3.Error):
        return dict(broken)


def _integrity(connection: sqlite3.Connection, copied: Copied, ctx: PhaseContext) -> ChecklistItem:
    problems: list[str] = []
    for table in copied.shapes.tables:
        name = quoted(table.name)
        if table.module is None:
            rows = connection.execute(f"PRAGMA main.quick_check({name})").fetchall()
            problems.extend(str(text) for (text,) in rows if text != "ok")
        elif table.module in ("fts4", "fts5") and (table.content is Content.OWN or copied.shapes.rebuildable(table)):
            try:
                connection.execute(f"INSERT INTO {name} ({name}) VALUES ('integrity-check')")
            except sqlite3.DatabaseError as error:
                if interrupted(error):
                    raise
                problems.append(f"the full-text index {table.name} does not fit its text")
        ctx.checkpoint(table.policy_name)
    evidence = "SQLite's own check of every table's pages, rows and constraints found nothing wrong."
    if problems:
        evidence = "; ".join(problems[:10]) + "."
    return item(
        "integrity", "The file is sound", not problems, evidence, "nothing wrong" if not problems else problems[0]
    )


def _policy_check(connection: sqlite3.Connection, copied: Copied, check: Check) -> ChecklistItem:
    try:
        table = table_named(copied, check.table).name
        (condition, values), name = where(check.condition, table), quoted(table)
        found = int(connection.execute(f"SELECT count(*) FROM {name} WHERE {condition}", values).fetchone()[0])
        total = int(connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0])
    except OutsideError as error:
        return item(check.id, check.title, False, f"{error.title}.", "no such table")
    except sqlite3.OperationalError as error:
        if interrupted(error):
            raise
        return not_run(check, str(error))
    return counted(check, found, total)
