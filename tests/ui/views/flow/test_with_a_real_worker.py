"""The flow over real services and a real worker: a person makes a sandbox, a column being decided on the way."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.domain.operations import OperationKind, OperationState
from app.domain.policy import ColumnPolicy, Treatment
from tests.app.operations.conftest import POLICY, Workspace, made_in
from ui.actions.certificates import write_pdf
from ui.bootstrap import Console
from ui.bridge.work import Bridge
from ui.models.navigation import FlowRequest, Go
from ui.theme.scheme import Theme
from ui.views.flow.page import FlowPage

REF = "Harbor/sandbox"


@dataclass
class Opened:
    """A console over a real home, at the flow."""

    workspace: Workspace
    bridge: Bridge
    page: FlowPage


@pytest.fixture
def opened(tmp_path: Path, qapp: QApplication, qtbot: QtBot, theme: Theme) -> Iterator[Opened]:
    with made_in(tmp_path) as workspace:
        undecided = tmp_path / "undecided.yaml"
        undecided.write_text(POLICY.replace("remarks: {mask: redact_text}", "remarks: review"))
        workspace.services.environments.set(REF, policy=str(undecided))
        console = Console(qapp, lambda: workspace.services, theme)
        console.start()
        qtbot.waitUntil(lambda: console.feed is not None and console.feed.ready, timeout=20_000)
        console.shell.go(Go.FLOW, FlowRequest(ref=REF, kind=OperationKind.PROVISION))
        page = console.shell.page
        assert isinstance(page, FlowPage)
        qtbot.waitUntil(lambda: page.step is page.source, timeout=20_000)
        yield Opened(workspace, console.bridge, page)
        console.shell.close()
        console.close()


def test_a_sandbox_is_made_after_its_last_column_was_decided(opened: Opened, qtbot: QtBot, tmp_path: Path) -> None:
    page, workspace = opened.page, opened.workspace
    page.footer.next.click()
    assert page.options.form is None  # this policy has none
    page.footer.next.click()
    panel = page.preview.decision
    assert panel.column is not None
    assert panel.column.name == "person.remarks"
    masks = [getattr(panel.choice.itemData(at), "name", "") for at in range(panel.choice.count())]
    panel.choice.setCurrentIndex(masks.index("redact_text"))
    panel.choice.activated.emit(masks.index("redact_text"))
    panel.why.setText("free text")
    panel.decide.click()
    qtbot.waitUntil(lambda: page.facts is not None and page.facts.preview.waiting == 0, timeout=20_000)
    decided = workspace.services.policies.policy_of(REF).tables["person"].columns["remarks"]
    assert (decided.treatment, decided.mask, decided.reason) == (Treatment.MASK, "redact_text", "free text")
    qtbot.waitUntil(lambda: page.footer.next.isEnabled() and not opened.bridge.busy, timeout=20_000)

    page.footer.next.click()
    assert not page.footer.start.isEnabled()
    for tick in page.impact.ticks:
        tick.click()
    page.impact.name.setText("sandbox")
    page.footer.start.click()
    qtbot.waitUntil(lambda: page.watch.operation is not None, timeout=20_000)
    workspace.worker()
    with qtbot.waitSignal(page.watch.run_ended, timeout=60_000):
        pass
    run = page.watch.operation
    assert run is not None
    assert run.state is OperationState.SUCCEEDED
    picture = page.watch.view.picture
    assert picture is not None
    assert picture.ending is not None
    assert picture.ending.title.startswith("Provisioned sandbox in ")
    assert picture.share == 1.0
    assert {step.state for step in picture.phases} == {"done"}
    assert "Copied" in page.watch.view.log.toPlainText()
    assert not [name for name in workspace.names() if "Original" in name]
    assert run.certificate is not None
    write_pdf(Path(run.certificate), tmp_path / "certificate.pdf")
    assert (tmp_path / "certificate.pdf").read_bytes().startswith(b"%PDF-")


def test_a_run_that_waits_for_a_worker_is_stopped_from_the_page(opened: Opened, qtbot: QtBot) -> None:
    page, workspace = opened.page, opened.workspace
    page.preview.decision.decided.emit("person", "remarks", _kept())
    qtbot.waitUntil(lambda: page.facts is not None and page.facts.preview.waiting == 0, timeout=20_000)
    qtbot.waitUntil(lambda: not opened.bridge.busy, timeout=20_000)
    for _ in range(3):
        page.footer.next.click()
    for tick in page.impact.ticks:
        tick.click()
    page.impact.name.setText("sandbox")
    page.footer.start.click()
    qtbot.waitUntil(lambda: page.watch.operation is not None, timeout=20_000)
    page.watch.view.stop.click()
    qtbot.waitUntil(lambda: page.watch.view.ending.isVisible(), timeout=20_000)
    assert [o.state for o in workspace.services.operations.all(REF)] == [OperationState.CANCELLED]
    assert page.watch.operation is not None
    assert "Cancelled before it began" in page.watch.view.ending.accessibleName()


def _kept() -> ColumnPolicy:
    return ColumnPolicy(treatment=Treatment.KEEP, reason="nothing about people")
