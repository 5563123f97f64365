"""Verbs of environments: which are possible, and what happens when one is chosen."""

from typing import Protocol

from app.domain.environments import Environment, EnvironmentKind, EnvironmentState
from app.domain.operations import OperationKind
from ui.bridge.desk import Desk
from ui.models.navigation import AddRequest, FlowRequest, Go
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
    """Every operation goes through the flow, which asks for what it takes to start."""
    page.navigate.emit(Go.FLOW, FlowRequest(ref=environment.ref, kind=kind))


def add_environment(page: Navigates, tenant: str = "") -> None:
    """The form that adds an environment opens over the list it will stand in."""
    page.navigate.emit(Go.ENVIRONMENTS, AddRequest(tenant=tenant))


def copy_connection(desk: Desk, environment: Environment) -> None:
    """Put the connection URL on the clipboard. It never holds a password."""
    desk.dialogs.copy(environment.database)
    desk.notify.say(f"Connection of {environment.ref} copied", Tone.GOOD)
