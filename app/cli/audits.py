"""`sandkeeper audit`: who did what, and whether the record still holds."""

from pathlib import Path
from typing import Annotated

import typer

from app.cli.errors import ExitCode
from app.cli.output import table
from app.cli.session import Session
from app.services.audit import record_data

cli = typer.Typer(name="audit", help="Who did what, in a chain that shows tampering.")

SHOWN = 50


@cli.command("list")
def list_(
    context: typer.Context,
    limit: Annotated[
        int | None, typer.Option("--limit", min=1, help="Only the newest.", show_default="50; all with --json")
    ] = None,
) -> None:
    """The records, oldest first."""
    session: Session = context.obj
    audit = session.services.audit
    newest = limit if limit is not None or session.out.json else SHOWN
    after = 0 if newest is None else max(0, audit.count() - newest)
    records = audit.all(after=after)
    if session.out.json:
        session.out.emit({"records": [record_data(record) for record in records]})
        return
    rows = [
        (
            str(record.number),
            f"{record.at:%Y-%m-%d %H:%M:%S}",
            record.actor,
            record.action,
            record.subject,
            ", ".join(f"{key}={_short(value)}" for key, value in record.detail.items() if value not in (None, "", [])),
        )
        for record in records
    ]
    if after:
        session.out.say(f"{after} older records are not shown; --limit shows more")
    session.out.show(table(("No", "When (UTC)", "Who", "What", "On", "Detail"), rows, right=(0,)))


@cli.command()
def verify(context: typer.Context) -> None:
    """Walk the whole chain; exits 1 when a record was altered, removed, moved or cut off."""
    session: Session = context.obj
    verdict = session.services.audit.verify()
    if session.out.json:
        session.out.emit(
            {
                "valid": verdict.valid,
                "records": verdict.records,
                "first_broken": verdict.first_broken,
                "why": verdict.why,
                "note": verdict.note,
            }
        )
    elif verdict.valid:
        session.out.show(f"The chain holds: {verdict.records} records")
        if verdict.note:
            session.out.show(verdict.note)
    else:
        session.out.error(
            f"The audit trail is broken at record {verdict.first_broken}",
            f"{verdict.why[:1].upper()}{verdict.why[1:]}. {verdict.note}".strip(),
            "Compare it with an export or a copy of the catalog from before, and find out who could write to it.",
        )
    if not verdict.valid:
        raise typer.Exit(ExitCode.FAILED)


@cli.command()
def export(
    context: typer.Context, file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that does not exist.")]
) -> None:
    """Write all records to a file, one JSON object a line."""
    session: Session = context.obj
    count = session.services.audit.export(file)
    if session.out.json:
        session.out.emit({"records": count, "file": str(file)})
    else:
        session.out.show(f"Wrote {count} records to {file}")


def _short(value: object) -> str:
    text = ", ".join(str(part) for part in value) if isinstance(value, list) else str(value)
    return text if len(text) <= 60 else text[:59] + "…"
