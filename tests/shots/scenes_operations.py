"""Operations: the list, each outcome in full, and nothing."""

from PySide6.QtWidgets import QWidget

from app.domain.operations import OperationState
from tests.shots.stage import Stage, scene
from ui.models.navigation import Go, RunRequest
from ui.views.operations.page import OperationsPage


def _open(stage: Stage, state: OperationState | None = None) -> OperationsPage:
    runs = stage.services.operations.all(states=(state,)) if state else ()
    stage.open(Go.OPERATIONS, RunRequest(operation=runs[0].id) if runs else None)
    return stage.find(OperationsPage)


@scene("operations-list")
def whole(stage: Stage) -> None:
    _open(stage)


@scene("operations-failed")
def failed(stage: Stage) -> None:
    _open(stage, OperationState.FAILED)


@scene("operations-running")
def running(stage: Stage) -> None:
    _open(stage, OperationState.RUNNING)


@scene("operations-succeeded")
def succeeded(stage: Stage) -> None:
    stage.open(Go.OPERATIONS, RunRequest(operation=stage.services.operations.all()[3].id))


@scene("operations-evidence")
def evidence(stage: Stage) -> None:
    stage.open(Go.OPERATIONS, RunRequest(operation=stage.services.operations.all()[3].id))
    page: QWidget = stage.find(OperationsPage)
    stage.settle()
    from ui.widgets.layouts import Scrolled

    for area in page.findChildren(Scrolled):
        area.verticalScrollBar().setValue(area.verticalScrollBar().maximum())


@scene("operations-nothing-found")
def nothing_found(stage: Stage) -> None:
    _open(stage).search.setText("zebra")


@scene("operations-empty")
def empty(stage: Stage) -> None:
    stage.services.world.operations.clear()
    _open(stage)
