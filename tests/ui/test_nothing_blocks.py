"""Every page with everything on it, over a real home with a real copy: no call on the main thread that waits."""

import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import keyring
import pytest
from PySide6.QtWidgets import QApplication, QDialog, QTabBar, QWidget
from pytestqt.qtbot import QtBot

from app.domain.operations import Operation, OperationKind
from tests.app.office import Office, open_office
from tests.blocking import Watch, watching
from ui.bootstrap import Console, preferences_of
from ui.models.navigation import FlowRequest, Go, RunRequest
from ui.theme.scheme import Theme
from ui.views import PAGES
from ui.views.flow.page import FlowPage
from ui.widgets.fields import SearchField
from ui.widgets.header import FilterBar
from ui.widgets.menus import ChoiceButton
from ui.widgets.tables import Table

REF = "Harbor/sandbox"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with open_office(tmp_path) as made:
        yield made


@pytest.fixture
def run(office: Office) -> Operation:
    """What made the sandbox."""
    office.populate()
    return office.run(OperationKind.PROVISION)


class Walk:
    """Goes everywhere and touches everything that only shows."""

    def __init__(self, console: Console, qtbot: QtBot) -> None:
        self.console, self._qtbot = console, qtbot

    def waits(self) -> None:
        self._qtbot.waitUntil(lambda: self.console.shell.page is not None and not self.console.bridge.busy)

    def goes(self, key: Go, subject: object | None = None) -> QWidget:
        self.console.shell.go(key, subject)
        self.waits()
        page = self.console.shell.page
        assert page is not None
        return page

    def touches_everything(self, page: QWidget) -> None:
        for tabs in self._shown(page, QTabBar):
            for at in range(tabs.count()):
                if tabs.isTabVisible(at):
                    tabs.setCurrentIndex(at)
                    self.waits()
                    self._touches_what_is_there(page)
        self._touches_what_is_there(page)

    def _touches_what_is_there(self, page: QWidget) -> None:
        for bar in self._shown(page, FilterBar):
            for key in list(bar._buttons):
                bar.choose(key)
            bar.choose(next(iter(bar._buttons)))
        for choice in self._shown(page, ChoiceButton):
            for action in choice._group.actions():
                choice.choose(str(action.data()))
        for field in self._shown(page, SearchField):
            field.setText("a")
            field.clear()
        self.waits()
        for table in self._shown(page, Table):
            table.selectRow(0)
            if table.currentIndex().isValid():
                table.activated.emit(table.currentIndex())
            self.waits()
        for dialog in QApplication.topLevelWidgets():
            if isinstance(dialog, QDialog) and dialog.isVisible():
                dialog.close()

    def _shown(self, page: QWidget, kind: type) -> list:  # type: ignore[type-arg]  # of that kind
        return [widget for widget in page.findChildren(kind) if widget.isVisible()]


@pytest.fixture
def opened(
    qapp: QApplication, theme: Theme, office: Office, run: Operation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Console, Watch]]:
    """From the start of the console until it is closed, watched."""
    with watching(monkeypatch, office.folder) as watch:
        console = Console(qapp, lambda: office.services, theme, preferences=preferences_of(tmp_path))
        console.start()
        yield console, watch
        console.shell.close()
        console.close()


def test_no_page_waits_for_anything_on_the_main_thread(
    opened: tuple[Console, Watch], run: Operation, qtbot: QtBot
) -> None:
    console, watch = opened
    walk = Walk(console, qtbot)
    walk.waits()
    for entry in PAGES:
        if entry.in_rail:
            walk.touches_everything(walk.goes(entry.key))
    for ref in ("Harbor/production", REF):
        walk.touches_everything(walk.goes(Go.ENVIRONMENTS, ref))
    walk.touches_everything(walk.goes(Go.POLICIES, REF))
    walk.touches_everything(walk.goes(Go.RUN, RunRequest(operation=run.id)))
    for kind in (OperationKind.REFRESH, OperationKind.WIPE):
        flow = walk.goes(Go.FLOW, FlowRequest(ref=REF, kind=kind))
        assert isinstance(flow, FlowPage)
        while flow.footer.next.isVisible() and flow.footer.next.isEnabled():
            flow.footer.next.click()
            walk.waits()
            walk.touches_everything(flow)
        assert flow.step is flow.impact
    console.shell.finder.open_over(console.shell.desk)
    walk.waits()
    console.shell.finder.field.setText("refresh harbor")
    console.shell.finder.close_now()
    console.shell.catalog_changed({"environment", "operation", "policy", "audit", "worker"}, {REF})
    walk.waits()
    console.shell.close()
    assert watch.caught == []
    assert [shown for shown in console.dialogs.shown if shown.kind in ("error", "crash")] == []


def test_what_would_block_is_noticed(tmp_path: Path, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    with watching(monkeypatch, tmp_path) as watch:
        (tmp_path / "file").write_text("x")
        with closing(sqlite3.connect(office.production)):
            pass
        office.services.tenants.all()
        with closing(socket.socket()) as line, suppress(OSError):
            line.connect(("127.0.0.1", 9))
        subprocess.run([sys.executable, "-c", ""], check=True)
        keyring.get_password("a", "b")
        (tmp_path / "other").exists()
    told = " ".join(watch.caught)
    for what in ("open ", "sqlite3.connect", "a query", "socket.connect", "subprocess.Popen", "keychain", "os.stat"):
        assert what in told, what
