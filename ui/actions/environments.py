"""Verbs of environments: which are possible, and what happens when one is chosen."""

from collections.abc import Callable
from typing import Protocol

from PySide6.QtWidgets import QWidget

from app.domain.environments import Environment, EnvironmentKind, EnvironmentState
from app.domain.findings import Severity
from app.domain.operations import Choices, Operation, OperationKind
from app.domain.plan import Plan
from ui.bridge.confirmation import Acknowledgement, Confirmation, Confirmed
from ui.bridge.desk import Desk
from ui.models.kinds import OPERATION_WORDS
from ui.models.navigation import AddRequest, FlowRequest, Go, RunRequest
from ui.models.words import ago, count, size
from ui.theme.tokens import Tone


class Navigates(Protocol):
    """A page, as far as a verb cares."""

    @property
    def navigate(self) -> "Emits": ...


class Emits(Protocol):
    def emit(self, key: str, subject: object, /) -> None: ...


def verbs_of(environment: Environment) -> tuple[OperationKind, ...]:
    """What can be done here, the first being what one most likely wants. Nothing can be done to production."""
    if environment.kind is EnvironmentKind.PRODUCTION:
        return ()
    if environment.copied_at is None:
        return (OperationKind.PROVISION,)
    return (OperationKind.REFRESH, OperationKind.RESET, OperationKind.WIPE)


def is_busy(environment: Environment) -> bool:
    """Whether an operation runs or waits there, so that no other can start."""
    return environment.state is EnvironmentState.BUSY


def open_flow(page: Navigates, environment: Environment, kind: OperationKind) -> None:
    """Provision and refresh go through the flow."""
    page.navigate.emit(Go.FLOW, FlowRequest(ref=environment.ref, kind=kind))


def add_environment(page: Navigates, tenant: str = "") -> None:
    """The form that adds an environment opens over the list it will stand in."""
    page.navigate.emit(Go.ENVIRONMENTS, AddRequest(tenant=tenant))


def ask_and_start(
    *,
    parent: QWidget,
    page: Navigates,
    desk: Desk,
    environment: Environment,
    kind: OperationKind,
    on_settled: Callable[[], None],
) -> None:
    """Reset and wipe: make the plan, show what will be lost, start when everything asked was given.

    `on_settled` is called when the question is on screen or could not be asked.
    """

    def ask(plan: Plan) -> None:
        on_settled()
        desk.dialogs.confirm(parent, confirmation_of(environment, kind, plan, desk), start)

    def start(given: Confirmed) -> None:
        choices = Choices(confirm=given.typed.strip(), acknowledged=given.acknowledged)
        desk.bridge.submit(
            desk.services.operations.start,
            environment.ref,
            kind,
            choices,
            owner=parent,
            on_done=lambda operation: say_started(page, desk, operation),
        )

    def fail(error: Exception) -> None:
        on_settled()
        desk.dialogs.error(parent, error)

    desk.bridge.submit(
        desk.services.operations.plan, environment.ref, kind, {}, owner=parent, on_done=ask, on_error=fail, topic="plan"
    )


def say_started(page: Navigates, desk: Desk, operation: Operation) -> None:
    """Tell that it runs, with a way to watch."""
    doing = OPERATION_WORDS[operation.kind][1]
    desk.notify.say(
        f"{doing} {operation.environment}",
        Tone.ACCENT,
        action="Watch",
        act=lambda: page.navigate.emit(Go.RUN, RunRequest(operation=operation.id)),
    )


def confirmation_of(environment: Environment, kind: OperationKind, plan: Plan, desk: Desk) -> Confirmation:
    """The question, made from the plan: blocking findings, what will be lost, what must be acknowledged."""
    verb = OPERATION_WORDS[kind][0]
    impact = plan.impact
    warnings = [Acknowledgement(id=w.id, text=w.text) for w in plan.warnings]
    warnings += [
        Acknowledgement(id=f.fingerprint, text=f"{f.message} {f.where}".strip())
        for f in plan.findings
        if f.severity is Severity.WARNING
    ]
    losses = list(impact.destroys) if kind is OperationKind.WIPE else []
    if impact.rows_changed:
        tables = count(len(impact.changes), "table")
        losses.append(f"{count(impact.rows_changed, 'row')} changed since the copy, in {tables}")
    facts = [("Last copied", ago(impact.last_copied_at or environment.copied_at, desk.now()))]
    if impact.connected:
        facts.append(("Connected now", ", ".join(impact.connected)))
    if impact.size_bytes:
        facts.append(("Size", size(impact.size_bytes)))
    if impact.note:
        facts.append(("Changes here", impact.note))
    intro = {
        OperationKind.RESET: "The environment goes back to its baseline, the state it was published in.",
        OperationKind.WIPE: "Everything Sandkeeper made for this environment is destroyed. Production is not touched.",
    }.get(kind, "")
    return Confirmation(
        title=f"{verb} {environment.name}",
        subject=environment.tenant,
        intro=intro,
        verb=verb,
        name=environment.name,
        losses=tuple(losses),
        facts=tuple(facts),
        blocks=tuple((f.message, f.hint) for f in plan.errors),
        acknowledgements=tuple(warnings),
    )


def copy_connection(desk: Desk, environment: Environment) -> None:
    """Put the connection URL on the clipboard. It never holds a password."""
    desk.dialogs.copy(environment.database)
    desk.notify.say(f"Connection of {environment.ref} copied", Tone.GOOD)
