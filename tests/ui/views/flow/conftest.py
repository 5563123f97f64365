"""A flow that is open at a step."""

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QLineEdit, QWidget

from app.domain.operations import OperationKind
from tests.fakes.world import HARBOR, ORCHARD
from tests.shots.stage import Stage
from ui.models.navigation import FlowRequest, Go
from ui.views.flow.page import FlowPage
from ui.widgets.text import Text

SANDBOX, SCRATCH = f"{HARBOR}/sandbox", f"{ORCHARD}/scratch"

Open = Callable[..., FlowPage]


@pytest.fixture
def flow(stage: Stage) -> Open:
    """Opens the flow and goes on by that many steps."""

    def opened(ref: str = SANDBOX, kind: OperationKind = OperationKind.REFRESH, steps: int = 0) -> FlowPage:
        stage.open(Go.FLOW, FlowRequest(ref=ref, kind=kind))
        page = stage.find(FlowPage)
        for _ in range(steps):
            page.footer.next.click()
            stage.settle()
        return page

    return opened


def field_of(form: QWidget, option: str) -> QLineEdit:
    """The line of that option."""
    found = form.findChild(QLineEdit, option)
    assert isinstance(found, QLineEdit)
    return found


def said_by(widget: QWidget) -> str:
    return " ".join(t.text() for t in widget.findChildren(Text) if t.isVisible())
