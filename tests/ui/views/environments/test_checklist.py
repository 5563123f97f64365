"""The checklist: found through, read to the bottom of an item, and ticked without losing what is being typed."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from app.domain.operations import ItemState, OperationKind
from tests.app.office import Office
from tests.fakes.checklists import crm_checklist
from tests.fakes.world import HARBOR, NORDLYS
from tests.shots.stage import Stage
from ui.models.checklist import Show
from ui.models.navigation import Go
from ui.views.environments.checklist import ChecklistTab
from ui.views.environments.checklist_item import ItemView
from ui.views.environments.page import EnvironmentsPage
from ui.widgets.text import ElidedLabel, Text

REF = f"{NORDLYS}/sandbox"


@pytest.fixture
def checklist(stage: Stage) -> ChecklistTab:
    stage.services.world.checklists[REF] = crm_checklist()
    stage.open(Go.ENVIRONMENTS, REF)
    page = stage.find(EnvironmentsPage)
    page.detail.tabs.setCurrentIndex(1)
    stage.settle()
    return page.detail.checklist


def _view(checklist: ChecklistTab, id_: str) -> ItemView:
    return next(view for view in checklist.views if view.item.id == id_)


def _said(view: ItemView) -> str:
    return "\n".join(t.text() for t in view.findChildren(Text) if t.isVisible())


def _press(view: ItemView, words: str) -> None:
    next(b for b in view.findChildren(QAbstractButton) if b.text() == words).click()


def test_a_long_list_is_found_through(stage: Stage, checklist: ChecklistTab) -> None:
    assert [view.item.state for view in checklist.views[:3]] == [ItemState.OPEN, ItemState.OPEN, ItemState.FAILED]
    checklist.search.setText("webhook")
    assert [view.item.id for view in checklist.views] == ["webhooks-gone"]
    checklist.search.clear()
    assert checklist.filters is not None
    checklist.filters.choose(Show.STEPS)
    assert [view.item.id for view in checklist.views] == [f"step-{n:02d}" for n in range(1, 13)]
    checklist.search.setText("zebra")
    assert checklist.views == ()
    assert "Nothing found" in [t.text() for t in checklist.findChildren(Text) if t.isVisible()]
    stage.open(Go.ENVIRONMENTS, f"{HARBOR}/training-01")


def test_an_item_opens_to_its_evidence_query_and_table_and_is_copied(
    stage: Stage, checklist: ChecklistTab, qtbot: QtBot
) -> None:
    tasks, ways = _view(checklist, "tasks-off"), _view(checklist, "outward")
    assert tasks.item.query not in _said(tasks)
    qtbot.keyClick(tasks.line.heading, Qt.Key.Key_Return)
    assert tasks.item.query in _said(tasks)
    _press(tasks, "Copy query")
    assert QGuiApplication.clipboard().text() == tasks.item.query
    assert stage.notify.said[-1].text == "Query copied"
    _press(tasks, "Copy evidence")
    assert tasks.item.evidence in QGuiApplication.clipboard().text()
    qtbot.keyClick(tasks.line.heading, Qt.Key.Key_Left)
    assert tasks.item.query not in _said(tasks)
    qtbot.keyClick(ways.line.heading, Qt.Key.Key_Right)
    cells = [label.text() for label in ways.findChildren(ElidedLabel)]
    assert cells[:6] == ["Way out", "State", "Shown by", "Scheduled tasks", "closed", "41 of 43 off"]
    assert len(cells) == 3 * 9
    assert ways.width() <= checklist.width()


def test_ticking_one_item_keeps_what_is_typed_at_another(stage: Stage, checklist: ChecklistTab, qtbot: QtBot) -> None:
    first, second = _view(checklist, "step-09"), _view(checklist, "step-10")
    assert "SO_ARC/Template" in _said(first)
    assert first.note is not None
    assert second.note is not None
    qtbot.keyClicks(second.note, "I asked")
    _view(checklist, "tasks-off").line.open()
    qtbot.keyClicks(first.note, "Copied, 41 files")
    qtbot.keyClick(first.note, Qt.Key.Key_Return)
    stage.settle()
    ticked = _view(checklist, "step-09")
    assert (ticked.item.state, ticked.item.note) == (ItemState.TICKED, "Copied, 41 files")
    ticked.line.open()
    assert "Copied, 41 files · ana, 21 Nov 2025" in _said(ticked)
    again = _view(checklist, "step-10")
    assert again.note is not None
    assert again.note.text() == "I asked"
    assert _view(checklist, "tasks-off").line.is_open


def test_a_real_copy_shows_the_query_behind_what_was_checked(stage: Stage, office: Office) -> None:
    office.populate()
    operation = office.run(OperationKind.PROVISION)
    stage.open(Go.ENVIRONMENTS, "Harbor/sandbox")
    page = stage.find(EnvironmentsPage)
    page.detail.tabs.setCurrentIndex(1)
    stage.settle()
    views = {view.item.id: view for view in page.detail.checklist.views}
    assert set(views) == {item.id for item in operation.checklist}
    asked = next(view for view in views.values() if view.item.query)
    asked.line.open()
    assert asked.item.query in _said(asked)
    assert asked.item.evidence in _said(asked)
