"""`sandkeeper plan`: a dry run. What would happen to every column, what stands in the way, what would be lost."""

from dataclasses import replace
from typing import Annotated

import typer

from app.cli import contract
from app.cli.choices import Options, pairs
from app.cli.environments import Ref
from app.cli.errors import ExitCode
from app.cli.output import table
from app.cli.planned_tables import named_tables, show_columns, show_summary
from app.cli.session import Session
from app.cli.text import finding_lines, warning_lines
from app.domain.operations import OperationKind
from app.domain.plan import Plan

SAMPLES = 5
"""Real rows read per table with --samples."""


def add_to(cli: typer.Typer) -> None:
    """Give the root this command."""
    cli.command()(plan)


def plan(
    context: typer.Context,
    ref: Ref,
    option: Options = None,
    samples: Annotated[
        bool, typer.Option("--samples", help="Show real values before and after, from a few rows of each table.")
    ] = False,
    names: Annotated[
        list[str] | None,
        typer.Option("--table", metavar="TABLE", help="Only this table, with every column; may be given again."),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Every column of every table, with the reason.")] = False,
    kind: Annotated[
        OperationKind | None,
        typer.Option("--for", help="The operation to plan.", show_default="provision, or refresh where a copy exists"),
    ] = None,
) -> None:
    """Say what an operation would do, and write nothing. Exits 3 when errors stand in the way."""
    session: Session = context.obj
    made = session.services.operations.plan(ref, kind, pairs(option), samples=SAMPLES if samples else 0)
    if names:
        made = replace(made, tables=named_tables(made, names))
    if session.out.json:
        session.out.emit(contract.plan_data(made))
    else:
        _tell(session, made, every=every, names=names or [])
    if made.errors:
        raise typer.Exit(ExitCode.REFUSED)


def _tell(session: Session, plan: Plan, *, every: bool, names: list[str]) -> None:
    out = session.out
    source = f" from {plan.source}" if plan.source else ""
    policy = f" under the policy {plan.policy}" if plan.policy else ""
    out.show(f"{plan.operation.capitalize()} of {plan.environment}{source}{policy}")
    if every or names or any(c.before for t in plan.tables for c in t.columns):
        show_columns(out, plan.tables)
    else:
        show_summary(out, plan)
    if plan.actions:
        out.show("", "Actions", table(("  Id", "What it does"), [(f"  {a.id}", a.title) for a in plan.actions]))
    if plan.options:
        lines = [(f"  {o.id}", str(_plain(plan.chosen.get(o.id))), o.title) for o in plan.options]
        out.show("", "Options", table(("  Id", "Chosen", "What it is"), lines))
        unread = [o.id for o in plan.options if o.choices_from is not None and o.id not in plan.offers]
        if unread:
            out.show(f"  What can be chosen for {', '.join(unread)} is read from production: --samples")
    for option_id, offers in plan.offers.items():
        offered = [(f"  {offer.value}", offer.label) for offer in offers]
        out.show("", f"What can be chosen for {option_id}", table(("  Value", "What it is"), offered))
    _beside(session, plan)
    _impact(session, plan)
    if plan.warnings:
        out.show("", "Warnings to acknowledge", *warning_lines(plan.warnings))
    if plan.findings:
        out.show("", "Findings", *finding_lines(plan.findings))
    errors = len(plan.errors)
    if errors:
        out.show("", f"{errors} error{'s stand' if errors > 1 else ' stands'} in the way; nothing was written")
    else:
        out.show("", "Nothing stands in the way that cannot be acknowledged; nothing was written")


def _beside(session: Session, plan: Plan) -> None:
    """What survives of the old copy, and what is run."""
    out = session.out
    if plan.preserve:
        lines = [
            (f"  {p.id}", p.title, p.table, "" if (n := plan.preserved.get(p.id)) is None else f"{n:,}")
            for p in plan.preserve
        ]
        out.show("", "Survives of the old copy", table(("  Id", "What", "Table", "Rows"), lines, right=(3,)))
    if plan.run:
        lines = [(f"  {r.id}", r.title, r.kind, r.digest[:16]) for r in plan.run]
        out.show("", "Run on the copy", table(("  Id", "What", "Kind", "SHA-256"), lines))


def _impact(session: Session, plan: Plan) -> None:
    impact = plan.impact
    if not impact.exists:
        return
    about = "" if impact.exact else "about "
    session.out.show("", f"The copy that is there: {about}{impact.rows_changed:,} rows changed since it was made")
    lines = [(f"  {c.table}", f"{c.added:,}", f"{c.changed:,}", f"{c.removed:,}") for c in impact.changes]
    if lines:
        session.out.show(table(("  Table", "Added", "Changed", "Removed"), lines, right=(1, 2, 3)))
    if impact.note:
        session.out.show(f"  {impact.note}")
    for who in impact.connected:
        session.out.show(f"  in use by {who}")


def _plain(value: object) -> object:
    return ", ".join(str(part) for part in value) if isinstance(value, tuple) else "" if value is None else value
