"""The verb of the demo: make it, in the background."""

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QWidget

from app.domain.environments import Environment, EnvironmentKind
from ui.actions.environments import Navigates
from ui.bridge.desk import Desk
from ui.models.navigation import Go
from ui.theme.tokens import Tone


def make_demo(
    *,
    owner: QWidget,
    page: Navigates,
    desk: Desk,
    customers: int,
    on_made: Callable[[], None],
    on_failed: Callable[[Exception], None],
) -> None:
    """Make what is missing of the demo, its largest tenant with that many customers; say so at the end, with a way to
    its first sandbox."""

    def made(environments: Sequence[Environment]) -> None:
        on_made()
        first = next((e for e in environments if e.kind is EnvironmentKind.SANDBOX), None)
        if first is None:
            return
        desk.notify.say(
            "The demo is ready",
            Tone.GOOD,
            action="Open its sandbox",
            act=lambda: page.navigate.emit(Go.ENVIRONMENTS, first.ref),
        )

    desk.bridge.submit(
        desk.services.demo.create, customers, owner=owner, topic="demo", on_done=made, on_error=on_failed
    )
