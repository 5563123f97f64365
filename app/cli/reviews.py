"""`sandkeeper policy drift`, `follow`, `waive`, `approve` and `example`: what a person decides between two copies."""

from datetime import datetime
from textwrap import indent
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli import contract
from app.cli.environments import Ref
from app.cli.errors import ExitCode
from app.cli.output import clean, table
from app.cli.policies import decision_of, split_place, summary
from app.cli.session import Session
from app.cli.text import finding_lines
from app.domain.policy import ColumnPolicy, Gone, Treatment
from app.domain.structure import ColumnFact
from app.errors import UserError

if TYPE_CHECKING:
    from app.services.drifting import DriftItem
    from app.services.reviews import RunApproval


def add_to(policy: typer.Typer) -> None:
    """Make these commands of `sandkeeper policy`."""
    policy.command()(drift)
    policy.command()(follow)
    policy.command()(waive)
    policy.command()(approve)
    policy.command()(example)


def drift(
    context: typer.Context,
    ref: Ref,
    places: Annotated[
        list[str] | None,
        typer.Argument(metavar="[TABLE.COLUMN]...", help="Only these, or a table's name.", show_default=False),
    ] = None,
    accept: Annotated[
        bool, typer.Option("--accept", help="Take what is suggested; a doubt becomes a mask, never keep.")
    ] = False,
) -> None:
    """What changed in production since somebody looked through it, and what is suggested for it."""
    from app.services.drifting import chosen  # planning takes a while to import

    session: Session = context.obj
    reviews = session.services.reviews
    report = reviews.drift(ref)
    accepted = reviews.accept(ref, places or None) if accept else ()
    items = accepted if accept else chosen(report.items, places or None)
    if session.out.json:
        session.out.emit(
            {
                "environment": report.environment,
                "source": report.source,
                "policy": report.policy,
                "reviewed_by": report.reviewed_by,
                "reviewed_at": contract.moment(report.reviewed_at),
                "drift": [_item_data(item) for item in report.items],
                "accepted": [item.place for item in accepted],
            }
        )
        return
    if report.reviewed_at is None:
        session.out.show(f"Nobody is on record as having looked through {report.source}.")
    else:
        session.out.show(f"{report.source}, looked through by {report.reviewed_by} on {_moment(report.reviewed_at)}")
    if items:
        session.out.show(table(("", "Place", "Was", "Is", "Accepting writes", "Why"), [_row(item) for item in items]))
    if accept:
        session.out.show(f"{len(accepted)} accepted" if accepted else "There was nothing to accept")
    elif not items:
        session.out.show("Nothing changed that needs a decision")
    else:
        session.out.show(f'To accept: sandkeeper policy drift "{report.environment}" --accept [TABLE.COLUMN]...')


def _row(item: "DriftItem") -> tuple[str, ...]:
    return (
        str(item.kind),
        item.place,
        _fact(item.before),
        _fact(item.now),
        _accepting(item),
        item.reason,
    )


def _fact(fact: ColumnFact | None) -> str:
    from app.planning.drift import said

    return "" if fact is None else said(fact)


def _accepting(item: "DriftItem") -> str:
    if item.rows == "none":
        return "rows stay behind"
    if item.accepted is None:
        return "leaves the policy" if item.kind == "removed" else "a person must decide"
    return item.accepted.mask or str(item.accepted.treatment)


def _item_data(item: "DriftItem") -> contract.Data:
    return {
        "kind": str(item.kind),
        "table": item.table,
        "column": item.column,
        "place": item.place,
        "before": _fact_data(item.before),
        "now": _fact_data(item.now),
        "decision": _decision_data(item.decision),
        "suggestion": _decision_data(item.suggestion),
        "confidence": round(item.confidence, 3),
        "accepting": _decision_data(item.accepted),
        "rows": item.rows,
        "reason": item.reason,
    }


def _fact_data(fact: ColumnFact | None) -> contract.Data | None:
    return None if fact is None else {"type": fact.type, "nullable": fact.nullable}


def _decision_data(decision: ColumnPolicy | None) -> contract.Data | None:
    if decision is None:
        return None
    return {
        "treatment": str(decision.treatment),
        "mask": decision.mask,
        "parameters": {k: list(v) if isinstance(v, tuple) else v for k, v in decision.parameters.items()},
        "reason": decision.reason,
        "decided_by": decision.decided_by,
        "decided_at": decision.decided_at,
    }


def follow(
    context: typer.Context,
    ref: Ref,
    place: Annotated[str, typer.Argument(metavar="TABLE.COLUMN", help="The reference; quote parts as in SQL.")],
    gone: Annotated[
        Gone,
        typer.Argument(
            metavar="follow|detach|stop",
            help="Rows stay behind too, come along with the reference emptied, or stop the operation.",
        ),
    ],
) -> None:
    """Say what happens to rows whose parent stays behind."""
    session: Session = context.obj
    table_name, column = split_place(place)
    policy = session.services.reviews.follow(ref, table_name, column, gone)
    if session.out.json:
        session.out.emit(summary(policy) | {"table": table_name, "column": column, "gone": str(gone)})
    else:
        said = {
            Gone.FOLLOW: "rows whose parent stays behind stay behind too",
            Gone.DETACH: "is emptied where its row stays behind",
            Gone.STOP: "a row whose parent stays behind stops the operation",
        }
        session.out.show(clean(f"{place}: {said[gone]}"))


def waive(
    context: typer.Context,
    ref: Ref,
    way: Annotated[str, typer.Argument(metavar="WAY", help="The id of a way out in the policy's `outward`.")],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why it may stay open; on record.")],
) -> None:
    """Let a way out stay open for a reason, as your decision; its check stays on the checklist."""
    session: Session = context.obj
    policy = session.services.reviews.waive(ref, way, reason)
    waived = next(w for w in policy.outward if w.id == way)
    if session.out.json:
        session.out.emit(
            summary(policy)
            | {
                "way": waived.id,
                "waived": waived.waived,
                "decided_by": waived.decided_by,
                "decided_at": waived.decided_at,
            }
        )
    else:
        session.out.show(clean(f"{waived.title}: waived by {waived.decided_by}. {waived.waived}"))


def approve(
    context: typer.Context,
    ref: Ref,
    run: Annotated[
        str | None,
        typer.Argument(metavar="[RUN]", help="The id of an entry of `run`; without it all are shown."),
    ] = None,
    digest: Annotated[
        str | None,
        typer.Option("--digest", metavar="SHA", help="The SHA-256 of what you read, as shown.", show_default=False),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Approve what is shown now, whatever it says.")] = False,
) -> None:
    """Show what the policy runs on a copy, and approve that exact text. Exits 3 where something is not approved."""
    session: Session = context.obj
    reviews = session.services.reviews
    if run is None and (yes or digest is not None):
        raise UserError(
            "Name what is to be approved", "Each text is approved for itself.", f'sandkeeper policy approve "{ref}" RUN'
        )
    runs = [entry for entry in reviews.runs(ref) if run is None or entry.run.id == run]
    if not session.out.json:
        for entry in runs:
            _show(session, entry)
    if run is not None and (digest is not None or yes or not runs):
        runs = [reviews.approve(ref, run, digest=runs[0].run.digest if digest is None and runs else digest or "")]
    if session.out.json:
        session.out.emit({"runs": [_run_data(entry) for entry in runs]})
    else:
        for entry in runs:
            session.out.show(_approved(ref, entry))
        if not runs:
            session.out.show(f"The policy of {ref} runs nothing")
    if any(entry.approval is None for entry in runs):
        raise typer.Exit(ExitCode.REFUSED)


def _show(session: Session, entry: "RunApproval") -> None:
    """The text stands indented, its title on one line, so that neither can pass for a line of ours."""
    run = entry.run
    session.out.show(clean(f"{' '.join(run.title.splitlines())} ({run.id}): {run.kind}, at most {run.timeout} seconds"))
    session.out.show("", indent(clean(run.text), "    ", lambda _: True), "", f"SHA-256 {run.digest}")


def _approved(ref: str, entry: "RunApproval") -> str:
    if entry.approval is None:
        return (
            f'{entry.run.id}: not approved. To approve it: sandkeeper policy approve "{ref}" {entry.run.id} '
            f"--digest {entry.run.digest}"
        )
    return f"{entry.run.id}: approved by {entry.approval.by} on {_moment(entry.approval.at)}"


def _run_data(entry: "RunApproval") -> contract.Data:
    approval = entry.approval
    return {
        "run": entry.run.id,
        "title": entry.run.title,
        "kind": entry.run.kind,
        "text": entry.run.text,
        "digest": entry.run.digest,
        "approved": approval is not None,
        "approved_by": approval.by if approval is not None else None,
        "approved_at": contract.moment(approval.at) if approval is not None else None,
    }


def example(
    context: typer.Context,
    ref: Ref,
    place: Annotated[str, typer.Argument(metavar="TABLE.COLUMN", help="The column; quote parts as in SQL.")],
    treatment: Annotated[str, typer.Argument(metavar="keep|MASK", help="Keep it as it is, or the mask to try.")],
    parameter: Annotated[
        list[str] | None,
        typer.Option(
            "--parameter", metavar="K=V", help="A parameter of the mask; may be repeated.", show_default=False
        ),
    ] = None,
    rows: Annotated[int, typer.Option("--rows", min=1, max=50, help="How many values to show.")] = 5,
) -> None:
    """Show what a mask would make of real values of a column. Decides nothing, and keeps nothing of it."""
    session: Session = context.obj
    table_name, column = split_place(place)
    decision = decision_of(treatment, parameter, "")
    found = session.services.reviews.example(ref, table_name, column, decision, rows)
    if session.out.json:
        session.out.emit(
            {
                "table": table_name,
                "column": column,
                "mask": decision.mask,
                "treatment": str(decision.treatment),
                "rows": [{"before": before, "after": after} for before, after in found.rows],
                "findings": [contract.finding_data(finding) for finding in found.findings],
            }
        )
        return
    made = decision.mask if decision.treatment is Treatment.MASK else "kept"
    session.out.show(f"{place}, {made}")
    if found.rows:
        session.out.show(
            table(("  Before", "After"), [(f"  {_value(before)}", _value(after)) for before, after in found.rows])
        )
    else:
        session.out.show("There is no value to show")
    if found.findings:
        session.out.show("", *finding_lines(found.findings))


def _value(value: str | None) -> str:
    return "NULL" if value is None else value


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}"
