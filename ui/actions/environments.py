"""Verbs of environments: which are possible, and what happens when one is chosen."""

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject

from app.domain.environments import Access, Environment, EnvironmentKind, EnvironmentState
from app.domain.operations import OperationKind
from ui.bridge.desk import Desk
from ui.bridge.dialogs import SECRET_SECONDS
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


def has_login(environment: Environment) -> bool:
    """Whether it is a copy that people reach with a login of its own."""
    return (
        environment.kind is not EnvironmentKind.PRODUCTION
        and environment.identity is not None
        and environment.database.startswith("postgresql:")
    )


def copy_connection(desk: Desk, environment: Environment, *, owner: QObject) -> None:
    """Put the connection URL on the clipboard, of a copy with a login the one for that. It never holds a password."""

    def copied(access: Access) -> None:
        desk.dialogs.copy(access.url)
        desk.notify.say(f"Connection of {environment.ref} copied", Tone.GOOD)

    if has_login(environment):
        _ask(desk, environment, owner, copied, reveal=False)
    else:
        desk.dialogs.copy(environment.database)
        desk.notify.say(f"Connection of {environment.ref} copied", Tone.GOOD)


def copy_password(desk: Desk, environment: Environment, *, owner: QObject) -> None:
    """Put the password of the copy's login on the clipboard for half a minute. That goes on record."""

    def copied(access: Access) -> None:
        if access.password is None:
            desk.notify.say(f"{environment.ref} has no login of its own, as there is no keychain", Tone.WARNING)
            return
        desk.dialogs.copy_secret(access.password)
        desk.notify.say(f"Password of {access.login} copied for {SECRET_SECONDS} seconds", Tone.GOOD)

    _ask(desk, environment, owner, copied, reveal=True)


def _ask(
    desk: Desk, environment: Environment, owner: QObject, on_done: Callable[[Access], None], *, reveal: bool
) -> None:
    def ask() -> Access:
        return desk.services.environments.access(environment.ref, reveal=reveal)

    desk.bridge.submit(
        ask, owner=owner, topic="access", on_done=on_done, on_error=lambda problem: desk.dialogs.error(None, problem)
    )
