"""Invariant 1 on screen: nowhere is there anything that refreshes, resets, wipes or provisions production."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QAccessible, QAccessibleInterface, QAction
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QMenu, QTabBar, QWidget
from typing_extensions import override

from app.domain.operations import OperationKind
from app.errors import RefusedError
from tests.journeys.sitting import Sitting
from ui.actions.shortcuts import Shortcut
from ui.models.navigation import FlowRequest, Go
from ui.shell import Shell
from ui.views.environments.page import EnvironmentsPage
from ui.views.flow.page import FlowPage

REF = "Harbor/production"
PAGES = ("Overview", "Environments", "Operations", "Policies", "Audit", "Settings")
VERB = re.compile(r"\b(refresh|reset|wipe|provision|scrub|restore|overwrite|drop|delete|clear|start|run)(?!\w)", re.I)
HARMLESS = {"Start a worker now", "Start"}  # the worker's, in the settings


def test_where_there_is_only_production_no_control_anywhere_destroys(sitting: Sitting) -> None:
    sitting.owns("Harbor", {})
    sitting.opens_the_console()
    sitting.chooses(REF)
    with no_strays():
        for page in (*PAGES, "Environments"):
            sitting.goes_to(page)
            assert offered(sitting.shell) == [], page
        for tabs in sitting.sees(QTabBar):
            for at in range(tabs.count()):
                if tabs.isTabVisible(at):
                    tabs.setCurrentIndex(at)
                    assert offered(sitting.shell) == []
        sitting.shell.go(Go.RUN)
        assert offered(sitting.shell) == []


def test_whatever_is_pressed_while_production_is_chosen_nothing_happens_to_it(sitting: Sitting) -> None:
    production = sitting.owns("Harbor", {"sandbox": "sandbox", "training-01": "training"})
    untouched = production.read_bytes()
    sitting.opens_the_console()
    sitting.chooses(REF)
    page = sitting.page(EnvironmentsPage)
    assert offered(page.detail) == []
    with no_strays():
        for keys in Shortcut:
            if keys is Shortcut.QUIT:
                continue
            sitting.hits(keys)
            back(sitting)
        names = [b.accessibleName() for b in pressable(page.detail)]
        assert {"Copy connection", "More about this environment", "sandbox", "training-01"} <= set(names)
        for name in names:
            next(b for b in pressable(page.detail) if b.accessibleName() == name).click()
            back(sitting)
        actions = [action for menu in page.detail.findChildren(QMenu) for action in menu.actions()]
        assert actions
        for action in actions:
            action.trigger()
            back(sitting)
    assert sitting.services.operations.all() == ()
    assert production.read_bytes() == untouched
    sitting.chooses("Harbor/sandbox")
    assert "Provision…" in offered(page.detail), "there it is offered, so it would have been found"


def test_a_flow_forced_open_on_production_has_nothing_to_start(sitting: Sitting) -> None:
    sitting.owns("Harbor", {})
    sitting.opens_the_console()
    for kind in OperationKind:
        sitting.shell.go(Go.FLOW, FlowRequest(ref=REF, kind=kind))
        sitting.waits_for(lambda: not sitting.console.bridge.busy)
        flow = sitting.page(FlowPage)
        assert flow.step is flow.trouble
        assert not flow.footer.start.isVisible()
        assert not flow.footer.next.isVisible()
        flow.footer.start.click()
        flow.footer.started.emit()
        with pytest.raises(RefusedError):
            sitting.services.operations.plan(REF, kind)
    assert sitting.services.operations.all() == ()


def pressable(root: QWidget) -> list[QAbstractButton]:
    return [button for button in root.findChildren(QAbstractButton) if button.isVisible() and button.isEnabled()]


def back(sitting: Sitting) -> None:
    """Whatever opened is closed, and production is chosen again. No flow may have opened."""
    sitting.waits_for(lambda: not sitting.console.bridge.busy)
    for window in QApplication.topLevelWidgets():
        if isinstance(window, QDialog | QMenu) and window.isVisible():
            assert offered(window) == []
            window.close()
    assert not isinstance(sitting.shell.page, FlowPage)
    page = sitting.shell.page
    if not isinstance(page, EnvironmentsPage) or page.detail.environment is None or page.detail.environment.ref != REF:
        sitting.chooses(REF)


def offered(root: QWidget) -> list[str]:
    """What one can press, choose or hit below `root`, as shown and as a screen reader tells it, that names a verb."""
    found = [*root.findChildren(QWidget), root]
    said: list[str] = []
    for button in root.findChildren(QAbstractButton):
        if button.isVisibleTo(root):
            said += [button.text(), button.accessibleName(), button.toolTip()]
    for action in root.findChildren(QAction):
        said += [action.text(), action.toolTip()]
    for tabs in root.findChildren(QTabBar):
        said += [tabs.tabText(at) for at in range(tabs.count()) if tabs.isTabVisible(at)]
    for widget in found:
        if widget.isVisibleTo(root):
            said += heard(widget)
    assert said
    return [words for words in said if VERB.search(words) and words not in HARMLESS]


def heard(widget: QWidget) -> list[str]:
    """What a screen reader tells of it, where it can do something with it."""
    told: QAccessibleInterface | None = QAccessible.queryAccessibleInterface(widget)
    if told is None or not told.isValid():
        return []
    acts = told.actionInterface()
    if acts is None or not acts.actionNames():
        return []
    return [told.text(QAccessible.Text.Name), told.text(QAccessible.Text.Description)]


class _Strays(QObject):
    """Writes down every window that is none of ours."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            known = isinstance(watched, Shell | QDialog | QMenu)
            self.seen += [] if known else [repr(watched)]
        return False


@contextmanager
def no_strays() -> Iterator[None]:
    """Nothing flashes up as a window of its own, which would take the keys from ours."""
    application, strays = QApplication.instance(), _Strays()
    assert application is not None
    application.installEventFilter(strays)
    yield
    application.removeEventFilter(strays)
    assert strays.seen == []
