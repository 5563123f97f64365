"""The automatic items of the checklist: what was looked at in the finished copy, and what was found."""

import sqlite3
from collections.abc import Mapping
from pathlib import Path

from app.databases.proof.items import counted, item, not_applicable, not_run
from app.databases.sqlite.copied import Copied
from app.databases.sqlite.failures import interrupted
from app.databases.sqlite.quoting import quoted, shown, table_name, where
from app.databases.sqlite.references import Reference, dangling, dangling_query, references
from app.databases.sqlite.shapes import Content, Shapes, TableShape, read_shapes
from app.databases.sqlite.source import SqliteSource
from app.databases.sqlite.staging import Staging
from app.domain.operations import ChecklistItem
from app.domain.plan import Plan
from app.domain.policy import Check
from app.errors import OutsideError
from app.ports.context import PhaseContext


def run_checks(
    staging: Staging,
    copied: Copied,
    plan: Plan,
    known: Mapping[str, ChecklistItem],
    source: Path,
    ctx: PhaseContext,
) -> tuple[ChecklistItem, ...]:
    """The built-in items, then the policy's own checks, each with its evidence; a failed one is an item, no error.

    They look at the copy as it is now, also at tables that a script of the policy made; `known` are the items that
    were looked at before.
    """
    with staging.working(ctx, "while checking the copy") as connection:
        shapes = read_shapes(connection)
        looked = [
            _references(connection, shapes, copied, plan, source, ctx),
            _integrity(connection, shapes, ctx),
            not_applicable("login", "The copy has a login of its own", _NO_LOGIN),
        ]
        checks = []
        for check in plan.checks:
            checks.append(_policy_check(connection, shapes, check))
            ctx.checkpoint(check.table)
    first, then = [known[i] for i in ("rows", "masked") if i in known], ("preserved", "reconciliation")
    return (*first, *looked, *(known[i] for i in then if i in known), *checks)


_NO_LOGIN = "An SQLite file has no logins of its own; who may read the file may read the sandbox."


def _references(
    connection: sqlite3.Connection, shapes: Shapes, copied: Copied, plan: Plan, source: Path, ctx: PhaseContext
) -> ChecklistItem:
    counts = dict[Reference, int]()
    for reference in references(connection, shapes, plan.tables):
        counts[reference] = dangling(connection, reference)
        ctx.checkpoint(reference.table)
    broken = {reference: count for reference, count in counts.items() if count}
    before = _in_source(source, copied, broken)
    worse = {reference: count for reference, count in broken.items() if count > before[reference]}
    said = sum(not reference.declared for reference in counts)
    what = f"{len(counts) - said:,} foreign keys"
    if said:
        what += f" that the database declares and {said:,} references that the policy names"
    if worse:
        named = "; ".join(
            f"{count:,} rows of {reference} refer to rows that are not there" for reference, count in worse.items()
        )
        evidence, found = f"{named}.", f"{sum(worse.values()):,} broken"
    else:
        evidence, found = f"{what} were followed in every row; all lead somewhere.", f"{sum(broken.values()):,} broken"
        if broken:
            evidence = f"{what} were followed; {sum(broken.values()):,} lead nowhere, as they do in the source."
    return item(
        "references",
        "References hold",
        not worse,
        evidence,
        found,
        query=_asked(counts),
        details=_as_table(counts, {**copied.missing, **before}),
    )


_MOST_TOLD = 50


def _asked(counts: Mapping[Reference, int]) -> str:
    """What to ask again: for foreign keys SQLite's own statement, for the policy's references one each."""
    said = [reference for reference in counts if not reference.declared]
    own = ["PRAGMA foreign_key_check"] if len(said) < len(counts) else []
    return ";\n".join((*own, *(shown(*dangling_query(reference)) for reference in said[:_MOST_TOLD])))


def _as_table(counts: Mapping[Reference, int], before: Mapping[Reference, int]) -> tuple[tuple[str, ...], ...]:
    """Those that are worth a line: named by the policy, or leading nowhere somewhere."""
    lines = [
        (
            str(reference),
            reference.goal,
            "the database" if reference.declared else "the policy",
            f"{before[reference]:,}" if reference in before else "",
            f"{count:,}",
        )
        for reference, count in counts.items()
        if count or not reference.declared
    ]
    heading = ("Reference", "Leads to", "Declared by", "Lead nowhere in the source", "In the sandbox")
    return (heading, *lines[:_MOST_TOLD]) if lines else ()


def _in_source(source: Path, copied: Copied, broken: Mapping[Reference, int]) -> dict[Reference, int]:
    """How many rows dangle there, of those that came along: as counted with the copy, else now; none where the
    source cannot be asked, or has no such reference."""
    found = {reference: copied.missing[reference] for reference in broken if reference in copied.missing}
    asked = [reference for reference in broken if reference not in found]
    found.update(dict.fromkeys(asked, 0))
    try:
        with SqliteSource(source) as database:
            for reference in asked:
                plan = copied.plans.get(reference.table)
                condition = plan.condition if plan is not None and plan.copied == "where" else ()
                try:
                    found[reference] = dangling(database.connection, reference, "main", condition)
                except sqlite3.Error:
                    continue
    except OutsideError:
        pass
    return found


def _integrity(connection: sqlite3.Connection, shapes: Shapes, ctx: PhaseContext) -> ChecklistItem:
    problems: list[str] = []
    for table in shapes.tables:
        name = quoted(table.name)
        if table.module is None:
            rows = connection.execute(f"PRAGMA main.quick_check({name})").fetchall()
            problems.extend(str(text) for (text,) in rows if text != "ok")
        elif table.module in ("fts4", "fts5") and (table.content is Content.OWN or shapes.rebuildable(table)):
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
        "integrity",
        "The file is sound",
        not problems,
        evidence,
        problems[0] if problems else "nothing wrong",
        query="PRAGMA quick_check",
    )


def _policy_check(connection: sqlite3.Connection, shapes: Shapes, check: Check) -> ChecklistItem:
    table = _counted_table(shapes, check.table)
    if table is None:
        return item(check.id, check.title, False, f"The copy has no table {check.table}.", "no such table")
    (condition, values), name = where(check.condition, table.name), quoted(table.name)
    sql = f"SELECT count(*) FROM {name} WHERE {condition}"
    try:
        found = int(connection.execute(sql, values).fetchone()[0])
        total = int(connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0])
    except sqlite3.OperationalError as error:
        if interrupted(error):
            raise
        return not_run(check, str(error))
    return counted(check, found, total, shown(sql, values))


def _counted_table(shapes: Shapes, name: str) -> TableShape | None:
    table = shapes.table(table_name(name))
    return table if table is not None and table.copied else None
