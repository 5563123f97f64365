"""The verb of workers: start one."""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from ui.bridge.desk import Desk
from ui.theme.tokens import Tone


def start_worker(*, owner: QWidget, desk: Desk, on_settled: Callable[[], None]) -> None:
    """Start one where none runs; it ends by itself when nothing is to be done for a while."""

    def started(_done: None) -> None:
        on_settled()
        desk.notify.say("A worker runs", Tone.GOOD)

    def failed(error: Exception) -> None:
        on_settled()
        desk.dialogs.error(owner, error)

    desk.bridge.submit(
        desk.services.settings.ensure_worker, owner=owner, topic="start", on_done=started, on_error=failed
    )
