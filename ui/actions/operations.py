"""Verbs of operations: stop one, take one up again."""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from app.domain.operations import Operation, OperationState
from ui.bridge.desk import Desk
from ui.models.kinds import OPERATION_WORDS
from ui.theme.tokens import Tone

RESUMABLE = (OperationState.FAILED, OperationState.INTERRUPTED, OperationState.CANCELLED)


def can_cancel(operation: Operation) -> bool:
    """Whether asking it to stop makes sense: it has not ended and was not asked before."""
    return not operation.state.ended and not operation.cancel_requested


def can_resume(operation: Operation, *, newest: bool) -> bool:
    """Whether it can be taken up again; `newest` says that nothing came after it on its environment."""
    return newest and operation.state in RESUMABLE


def cancel_operation(*, owner: QWidget, desk: Desk, operation: Operation, on_settled: Callable[[], None]) -> None:
    """Ask it to stop: the environment stays as it was before, so there is nothing to confirm."""

    def asked(now: Operation) -> None:
        on_settled()
        verb = OPERATION_WORDS[now.kind][0]
        if now.state is OperationState.CANCELLED:
            desk.notify.say(f"{verb} of {now.environment} was cancelled before it began", Tone.NEUTRAL)
        else:
            desk.notify.say(f"Stopping: {verb.lower()} of {now.environment}", Tone.NEUTRAL)

    _submit(owner, desk, desk.services.operations.cancel, operation, asked, on_settled)


def resume_operation(*, owner: QWidget, desk: Desk, operation: Operation, on_settled: Callable[[], None]) -> None:
    """Take it up again with the choices it was started with."""

    def resumed(now: Operation) -> None:
        on_settled()
        desk.notify.say(f"{OPERATION_WORDS[now.kind][1]} {now.environment} again", Tone.ACCENT)

    _submit(owner, desk, desk.services.operations.resume, operation, resumed, on_settled)


def _submit(
    owner: QWidget,
    desk: Desk,
    verb: Callable[[str], Operation],
    operation: Operation,
    on_done: Callable[[Operation], None],
    on_settled: Callable[[], None],
) -> None:
    def failed(error: Exception) -> None:
        on_settled()
        desk.dialogs.error(owner, error)

    desk.bridge.submit(verb, operation.id, owner=owner, on_done=on_done, on_error=failed)
