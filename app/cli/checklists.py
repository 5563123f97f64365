"""`sandkeeper checklist` and `sandkeeper inspect`: what is true of a copy, and what state it is in."""

from collections.abc import Sequence
from typing import Annotated

import typer

from app.cli import contract
from app.cli.environments import Ref
from app.cli.output import facts_table, table
from app.cli.session import Session
from app.cli.text import ago, item_sign, kind_text, policy_text, size, state_text
from app.domain.operations import ChecklistItem
from app.errors import UserError
from app.system.clock import SystemClock


def add_to(cli: typer.Typer) -> None:
    """Give the root these two commands."""
    cli.command()(checklist)
    cli.command()(inspect)


def checklist(
    context: typer.Context,
    ref: Ref,
    tick: Annotated[
        str | None, typer.Option("--tick", metavar="ITEM", help="Tick this manual item.", show_default=False)
    ] = None,
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="How you know that it is done.")] = "",
    item: Annotated[
        str | None,
        typer.Option("--item", metavar="ITEM", help="This item alone, with what was asked.", show_default=False),
    ] = None,
) -> None:
    """The items of the copy that is there now, each with its evidence."""
    session: Session = context.obj
    if tick is None and note:
        raise typer.BadParameter("--note needs --tick", param_hint="--note")
    service = session.services.inspection
    items = service.checklist(ref) if tick is None else service.tick(ref, tick, note)
    if item is not None:
        items = _only(items, item)
    if session.out.json:
        done = sum(item.state.done for item in items)
        data = {"environment": ref, "done": done, "of": len(items), "checklist": [contract.item_data(i) for i in items]}
        session.out.emit(data)
    elif item is not None:
        _show_item(session, items[0])
    else:
        show_checklist(session, items)


def _only(items: Sequence[ChecklistItem], wanted: str) -> tuple[ChecklistItem, ...]:
    found = tuple(item for item in items if item.id == wanted.strip())
    if not found:
        raise UserError(
            f"The checklist has no item {wanted!r}", f"It has {', '.join(i.id for i in items) or 'none'}.", "Name one."
        )
    return found


def _show_item(session: Session, item: ChecklistItem) -> None:
    """Everything about one item: what was asked, what was found, and what a person has to do."""
    facts = (
        ("Item", item.title),
        ("State", item_sign(item, symbols=session.out.symbols)),
        ("Evidence", item.evidence),
        ("Looked at", item.checked_at.isoformat(timespec="seconds") if item.checked_at else ""),
        ("Instructions", item.instructions),
        ("Ticked by", item.ticked_by),
        ("Note", item.note),
        ("Asked", item.query),
    )
    session.out.show(facts_table(facts))
    if item.details:
        session.out.show("", table(item.details[0], item.details[1:]))


def show_checklist(session: Session, items: Sequence[ChecklistItem]) -> None:
    """One item a line; manual ones that are open with their instructions."""
    if not items:
        session.out.show("There is no checklist: nothing was copied yet")
        return
    rows = []
    for item in items:
        evidence = item.evidence or item.instructions
        if item.ticked_by:
            evidence = f"{item.ticked_by}: {item.note}" if item.note else item.ticked_by
        rows.append((item_sign(item, symbols=session.out.symbols), item.id, item.title, evidence))
    session.out.show(table(("State", "Item", "What must be true", "Evidence"), rows))
    session.out.show(f"{sum(item.state.done for item in items)} of {len(items)} done")


def inspect(context: typer.Context, ref: Ref) -> None:
    """State, marker, size, rows per table and what changed since the copy; no personal data is read."""
    session: Session = context.obj
    seen = session.services.inspection.inspect(ref)
    if session.out.json:
        session.out.emit(contract.inspection_data(seen))
        return
    now = SystemClock().now()
    facts = (
        ("Environment", f"{seen.tenant}/{seen.name}"),
        ("Kind", kind_text(seen.kind, symbols=session.out.symbols)),
        ("State", state_text(seen.state)),
        ("Problem", seen.problem),
        ("Database", seen.database),
        ("Engine", seen.engine),
        ("Size", size(seen.size_bytes)),
        ("Source", seen.source or ""),
        ("Policy", policy_text(seen)),
        ("Copied", ago(seen.copied_at, now)),
        ("Expires", ago(seen.expires_at, now)),
        ("Proven", ("yes" if seen.proven else "no") if seen.copied_at else ""),
        ("Checklist", f"{seen.checklist_done} of {seen.checklist_of} done" if seen.checklist_of else ""),
        ("Marker", str(seen.marker)),
        ("Changed since", _changed(seen.impact.rows_changed, seen.impact.exact) if seen.impact.exists else ""),
        ("In use by", ", ".join(seen.impact.connected)),
        ("Secrets", seen.secrets),
    )
    session.out.show(facts_table(facts))
    if seen.tables:
        rows = [(t.table, "" if t.rows is None else f"{t.rows:,}") for t in seen.tables]
        session.out.show("", table(("Table", "Rows"), rows, right=(1,)))
    if seen.checklist:
        session.out.show("")
        show_checklist(session, seen.checklist)


def _changed(rows: int, exact: bool) -> str:
    return f"{'' if exact else 'about '}{rows:,} {'row' if rows == 1 else 'rows'}"
