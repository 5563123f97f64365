"""`provision`, `refresh`, `reset`, `wipe`, and `sandkeeper operation` for those that run or ran."""

from collections import Counter
from collections.abc import Sequence
from typing import Annotated

import typer

from app.cli import contract
from app.cli.choices import Acknowledge, Confirm, Detach, Options, pairs
from app.cli.environments import Ref
from app.cli.errors import ExitCode, exit_code_of
from app.cli.follow import follow
from app.cli.output import clean, facts_table, table
from app.cli.session import Session
from app.cli.text import ago, duration, ended_line, finding_lines, operation_state_text, proof_line
from app.domain.environments import Environment
from app.domain.ids import OperationId
from app.domain.operations import Choices, Operation, OperationKind, OperationState, PhaseState, ProofState
from app.errors import RefusedError, UserError
from app.system.clock import SystemClock

cli = typer.Typer(name="operation", help="Operations that run or ran.")

Id = Annotated[str, typer.Argument(metavar="ID", help="The operation's id.")]
AS_PUBLISHED = "as-published"


def add_to(root: typer.Typer) -> None:
    """Give the root the verbs and the group."""
    for verb in (provision, refresh, reset, wipe):
        root.command()(verb)
    root.add_typer(cli)


def provision(
    context: typer.Context,
    ref: Ref,
    option: Options = None,
    acknowledge: Acknowledge = None,
    confirm: Confirm = None,
    detach: Detach = False,
) -> None:
    """Make the first copy."""
    _run(context.obj, OperationKind.PROVISION, [ref], option, acknowledge, confirm, detach=detach)


def refresh(
    context: typer.Context,
    ref: Ref,
    option: Options = None,
    acknowledge: Acknowledge = None,
    confirm: Confirm = None,
    detach: Detach = False,
) -> None:
    """Replace the copy with a new one."""
    _run(context.obj, OperationKind.REFRESH, [ref], option, acknowledge, confirm, detach=detach)


def reset(
    context: typer.Context,
    refs: Annotated[list[str], typer.Argument(metavar="TENANT/NAME...", help="The environments.")],
    baseline: Annotated[
        str | None,
        typer.Option("--baseline", metavar="NAME", help="The state to go back to.", show_default=AS_PUBLISHED),
    ] = None,
    option: Options = None,
    acknowledge: Acknowledge = None,
    confirm: Confirm = None,
    detach: Detach = False,
) -> None:
    """Bring one or several back to their baseline: the state they were published in."""
    if baseline not in (None, AS_PUBLISHED):
        raise UserError(
            f"There is no baseline {baseline!r}",
            f"Each copy has one, {AS_PUBLISHED}: the state it was published in.",
            "Leave --baseline out.",
        )
    _run(context.obj, OperationKind.RESET, refs, option, acknowledge, confirm, detach=detach)


def wipe(
    context: typer.Context,
    ref: Ref,
    option: Options = None,
    acknowledge: Acknowledge = None,
    confirm: Confirm = None,
    detach: Detach = False,
) -> None:
    """Remove the copy and everything that belongs to it, for good."""
    _run(context.obj, OperationKind.WIPE, [ref], option, acknowledge, confirm, detach=detach)


def _run(
    session: Session,
    kind: OperationKind,
    refs: Sequence[str],
    option: Sequence[str] | None,
    acknowledge: Sequence[str] | None,
    confirm: Sequence[str] | None,
    *,
    detach: bool,
) -> None:
    """Check all of them, then start all, then wait. Where one is refused, none is started."""
    options = pairs(option)
    environments = [session.services.environments.get(ref) for ref in refs]
    twice = [ref for ref, times in Counter(e.ref for e in environments).items() if times > 1]
    if twice:
        raise UserError(f"{twice[0]} was named twice", "", "Name each environment once.")
    all_choices = [
        Choices(options=options, acknowledged=tuple(acknowledge or ()), confirm=typed)
        for typed in _typed_names(environments, confirm or ())
    ]
    try:
        for environment, choices in zip(environments, all_choices, strict=True):
            if len(environments) > 1:
                session.services.operations.check(environment.ref, kind, choices)
        ids = [
            session.services.operations.start(environment.ref, kind, choices).id
            for environment, choices in zip(environments, all_choices, strict=True)
        ]
    except RefusedError as refused:
        raise _with_command(session, refused, kind, environments, option, acknowledge) from refused
    finish(session, ids, detach=detach)


def _typed_names(environments: Sequence[Environment], confirm: Sequence[str]) -> list[str]:
    """For each environment its name where it was typed for it, else what was typed instead."""
    left = Counter(confirm)
    typed = []
    for environment in environments:
        if left[environment.name] > 0:
            left[environment.name] -= 1
            typed.append(environment.name)
        else:
            typed.append(next((name for name in confirm if name != environment.name), ""))
    return typed


def finish(session: Session, ids: Sequence[OperationId], *, detach: bool) -> None:
    """Wait for operations and tell how they ended; leaves with the exit code that says so."""
    if detach:
        operations = tuple(session.services.operations.get(id_) for id_ in ids)
        _emit(session, operations)
        if not session.out.json:
            for operation in operations:
                session.out.show(f"Queued {operation.kind} of {clean(operation.environment)} as {operation.id}")
        return
    operations = follow(session, ids)
    _emit(session, operations)
    if not session.out.json:
        for operation in operations:
            _tell(session, operation)
    if not all(operation.state.ended for operation in operations):
        raise typer.Exit(ExitCode.CANCELLED)
    code = exit_code_of(operations)
    if code:
        raise typer.Exit(code)


def _emit(session: Session, operations: Sequence[Operation]) -> None:
    if session.out.json:
        one = len(operations) == 1
        session.out.emit(contract.operation_data(operations[0]) if one else contract.operations_data(operations))


def _tell(session: Session, operation: Operation) -> None:
    out = session.out
    if not operation.state.ended:
        out.show(f"{clean(operation.environment)}: operation {operation.id} goes on in the worker")
        return
    out.show(ended_line(operation))
    if operation.checklist and operation.state is OperationState.SUCCEEDED:
        done = sum(item.state.done for item in operation.checklist)
        out.show(f"  checklist    {done} of {len(operation.checklist)} done")
    if operation.proof.state is not ProofState.NOT_RUN:
        out.show(f"  proof        {proof_line(operation.proof)}")
    if operation.certificate is not None and operation.state is OperationState.SUCCEEDED:
        out.show(f"  certificate  {operation.certificate}")


def _with_command(
    session: Session,
    refused: RefusedError,
    kind: OperationKind,
    environments: Sequence[Environment],
    option: Sequence[str] | None,
    acknowledge: Sequence[str] | None,
) -> RefusedError:
    """The refusal with the exact command that would go on, where one would."""
    if not (refused.findings or refused.warnings or "confirmation" in refused.title) or refused.operation is not None:
        return refused
    if any(getattr(finding, "severity", "") == "error" for finding in refused.findings):
        return refused
    words = [str(kind), *(e.ref for e in environments)]
    words += [word for text in option or () for word in ("--option", text)]
    ids = dict.fromkeys(acknowledge or ())
    ids |= dict.fromkeys(str(getattr(f, "fingerprint", "")) for f in refused.findings)
    ids |= dict.fromkeys(str(getattr(w, "id", "")) for w in refused.warnings)
    words += [word for id_ in ids if id_ for word in ("--acknowledge", id_)]
    words += [word for e in environments for word in ("--confirm", e.name)]
    return RefusedError(
        refused.title,
        refused.detail,
        f"{refused.hint} When you have read what is listed here:\n  {session.command(*words)}",
        findings=refused.findings,
        warnings=refused.warnings,
    )


@cli.command("list")
def list_(
    context: typer.Context,
    ref: Annotated[
        str | None, typer.Argument(metavar="[TENANT/NAME]", help="Only of this environment.", show_default=False)
    ] = None,
    state: Annotated[
        list[OperationState] | None, typer.Option("--state", help="Only in this state; may be repeated.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=10_000, help="How many, newest first.")] = 50,
) -> None:
    """Operations, newest first."""
    session: Session = context.obj
    operations = session.services.operations.all(ref, tuple(state or ()), limit)
    if session.out.json:
        session.out.emit(contract.operations_data(operations))
        return
    if not operations:
        session.out.show("There are no operations")
        return
    now = SystemClock().now()
    rows = [
        (
            operation.id,
            str(operation.kind),
            operation.environment,
            operation_state_text(operation.state),
            ago(operation.created, now),
            duration(operation.seconds),
            operation.reason,
        )
        for operation in operations
    ]
    headings = ("Id", "Kind", "Environment", "State", "Asked for", "Took", "Reason")
    session.out.show(table(headings, rows, right=(5,)))


@cli.command()
def show(context: typer.Context, id_: Id) -> None:
    """One operation: phases, tables, findings and its log."""
    session: Session = context.obj
    operation = session.services.operations.get(id_)
    if session.out.json:
        log = [{"at": contract.moment(line.at), "text": line.text} for line in operation.log]
        session.out.emit(contract.operation_data(operation) | {"log": log})
        return
    out = session.out
    facts = (
        ("Operation", operation.id),
        ("Kind", str(operation.kind)),
        ("Environment", operation.environment),
        ("State", operation_state_text(operation.state)),
        ("Asked for by", operation.requested_by),
        ("Started", ago(operation.started, SystemClock().now())),
        ("Took", duration(operation.seconds)),
        ("Reason", operation.reason),
        ("What helps", operation.hint),
        ("Proof", proof_line(operation.proof) if operation.proof.state is not ProofState.NOT_RUN else ""),
        ("Certificate", operation.certificate or ""),
    )
    out.show(facts_table(facts))
    phases = [p for p in operation.phases if p.state is not PhaseState.WAITING]
    if phases:
        out.show(
            "", table(("Phase", "State", "Took"), [(str(p.name), str(p.state), duration(p.seconds)) for p in phases])
        )
    if operation.tables:
        rows = [(t.table, f"{t.rows:,}") for t in operation.tables]
        out.show("", table(("Table", "Rows"), rows, right=(1,)))
    if operation.findings:
        out.show("", "Findings", *finding_lines(operation.findings))
    if operation.log:
        out.show("", table(("Log", ""), [(f"{line.at:%H:%M:%S}", line.text) for line in operation.log]))


@cli.command()
def cancel(context: typer.Context, id_: Id) -> None:
    """Stop one: at once when it is queued, within two seconds when it runs."""
    session: Session = context.obj
    operation = session.services.operations.cancel(id_)
    if session.out.json:
        session.out.emit(contract.operation_data(operation))
    elif operation.state.ended:
        session.out.show(ended_line(operation))
    else:
        session.out.show(f"Asked operation {operation.id} to stop")


@cli.command()
def resume(context: typer.Context, id_: Id, detach: Detach = False) -> None:
    """Take up one that failed, was interrupted or cancelled, with the choices it was started with."""
    session: Session = context.obj
    operation = session.services.operations.resume(id_)
    finish(session, [operation.id], detach=detach)
