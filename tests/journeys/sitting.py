"""A person in front of the console: they read what is on screen, press what they see, and wait for what they were told.

Everything is real: the console as `main.py` makes it, the services, the files, and a worker in a process of its own.
The screen alone is Qt's offscreen one. A press is a mouse click where the thing is seen, so what is hidden, covered,
scrolled away or not enabled cannot be pressed.
"""

import gc
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel, QLineEdit, QScrollArea, QTabBar, QWidget
from pytestqt.exceptions import TimeoutError as NeverHappened
from pytestqt.qtbot import QtBot

from app.bootstrap import build
from app.domain.environments import Environment
from app.domain.operations import Choices, Operation, OperationKind, OperationState
from app.ports.processes import Workers
from app.services import Services
from app.system.home import Home
from app.system.processes import WorkerProcesses
from tests.app.office import POLICY, make_production
from tests.journeys.conftest import Person
from ui.bootstrap import Console, preferences_of
from ui.models.table import Role
from ui.shell import Shell
from ui.theme.scheme import Theme
from ui.views.environments.page import EnvironmentsPage
from ui.views.flow.page import FlowPage
from ui.views.flow.run import RunPage
from ui.widgets.fields import Check
from ui.widgets.page import Page
from ui.widgets.tables import Table

LONG = 30_000  # milliseconds a fact may take on a machine that does much else
Made = TypeVar("Made", bound=QWidget)


class Sitting:
    """One person, one home. `workers` replaces the processes that the services start."""

    def __init__(self, application: QApplication, qtbot: QtBot, person: Person, theme: Theme) -> None:
        self._application, self._qtbot, self._theme = application, qtbot, theme
        self.person = person
        self.workers: Workers | None = None
        self._console: Console | None = None
        self._built: list[Services] = []
        self._services: Services | None = None

    @property
    def services(self) -> Services:
        """The home without its console: to make ready what the journey begins with, and to look at what came of it."""
        if self._services is None:
            self._services = self._build()
        return self._services

    @property
    def console(self) -> Console:
        assert self._console is not None, "the console is closed"
        return self._console

    @property
    def shell(self) -> Shell:
        return self.console.shell

    def page(self, kind: type[Made]) -> Made:
        """The page on screen, which is of that kind."""
        assert isinstance(self.shell.page, kind), f"on screen is {self.shell.page!r}"
        return self.shell.page

    def opens_the_console(self) -> None:
        """Until its first page has been read and everything that changes from now on is told."""
        console = self._console = Console(
            self._application, self._build, self._theme, preferences=preferences_of(self.person.home)
        )
        console.start()
        console.shell.activateWindow()  # as a desktop does with a window that has just come up
        self.waits_for(console.shell.isActiveWindow)
        self.waits_for(lambda: console.feed is not None and console.feed.ready and not console.bridge.busy)

    def closes_the_console(self) -> None:
        """As the window's own button does."""
        if self._console is not None:
            self._console.shell.close()
            self._console.close()
            self._console = None
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            gc.collect()

    def leaves(self) -> None:
        self.closes_the_console()
        for services in self._built:
            services.close()

    def waits_for(self, fact: Callable[[], object]) -> None:
        """Fails when it does not become so, and says what is on screen instead."""
        try:
            self._qtbot.waitUntil(lambda: bool(fact()), timeout=LONG)
        except NeverHappened:
            pytest.fail(f"what the test waits for did not happen; on screen is\n{self.reads()}")

    def acknowledges_and_starts(self, name: str, verb: str) -> list[str]:
        """The last step of the flow: everything ticked, the name typed, the button pressed. What was ticked."""
        page = self.page(FlowPage)
        self.waits_for(lambda: page.impact.ticks and page.step is page.impact and not self.console.bridge.busy)
        assert not page.footer.start.isEnabled()
        told = self.ticks_everything()
        assert not page.footer.start.isEnabled(), "the name is still missing"
        self.types(f"Type {name} to confirm", name)
        self.presses(verb)
        self.waits_for(lambda: page.watch.operation is not None)
        return told

    def watches_it_end(self) -> Operation:
        """The run on screen, until it has ended and the console knows."""
        page = self.shell.page
        assert isinstance(page, FlowPage | RunPage)
        self.waits_for(lambda: page.watch.operation is not None and page.watch.operation.state.ended)
        assert page.watch.operation is not None
        return page.watch.operation

    def goes_to(self, page: str) -> None:
        """By the rail."""
        self.presses(page)
        self.waits_for(lambda: self.shell.page is not None and self.shell.page.title == page)
        self.waits_for(lambda: not self.console.bridge.busy)

    def chooses(self, ref: str) -> None:
        """That environment, in the list at the left."""
        self.goes_to("Environments")
        page = self.page(EnvironmentsPage)
        self.waits_for(lambda: self._place_of(page, ref) is not None)
        place = self._place_of(page, ref)
        assert place is not None
        self._qtbot.mouseClick(page.tree.viewport(), Qt.MouseButton.LeftButton, pos=place)
        self.waits_for(lambda: page.detail.environment is not None and page.detail.environment.ref == ref)
        self.waits_for(lambda: not self.console.bridge.busy)

    def reads(self) -> str:
        """Every word on screen."""
        return "\n".join(words for window in self._windows() for words in _words_of(window))

    def waits_to_read(self, *words: str) -> None:
        for part in words:
            self.waits_for(lambda part=part: part in self.reads())

    def sees(self, kind: type[Made], words: str = "") -> list[Made]:
        """What is on screen of that kind, with these words on it or as its name."""
        return [
            widget
            for window in self._windows()
            for widget in window.findChildren(kind)
            if widget.isVisible() and (not words or words in (_said(widget), widget.accessibleName()))
        ]

    def presses(self, words: str) -> None:
        """The one button with these words, as soon as it can be pressed."""
        self.waits_for(lambda: any(button.isEnabled() for button in self.sees(QAbstractButton, words)))
        (button,) = self.sees(QAbstractButton, words)
        self._clicks(button)

    def ticks_everything(self) -> list[str]:
        """Every box on screen that is open; what it says."""
        told = []
        for box in self.sees(Check):
            if not box.isChecked():
                self._clicks(box)
                assert box.isChecked(), box.text()
                told.append(box.text())
        return told

    def types(self, field: str, words: str) -> None:
        """Into the field of that name, or after that placeholder, in place of what stands there."""
        (line,) = [f for f in self.sees(QLineEdit) if field in (f.accessibleName(), f.placeholderText())]
        self._clicks(line)
        line.selectAll()
        self._qtbot.keyClicks(line, words)
        assert line.text() == words

    def picks(self, field: str, words: str) -> None:
        """One of several, with the keyboard, as the list of choices is the system's own."""
        (choice,) = self.sees(QComboBox, field)
        wanted = choice.findText(words)
        assert wanted >= 0, [choice.itemText(at) for at in range(choice.count())]
        choice.setFocus()
        self._qtbot.keyClick(choice, Qt.Key.Key_Home)
        for _ in range(choice.count()):
            if choice.currentText() == words:
                break
            self._qtbot.keyClick(choice, Qt.Key.Key_Down)
        assert choice.currentText() == words

    def opens_tab(self, words: str) -> None:
        """Of the page's tabs."""
        for tabs in self.sees(QTabBar):
            for at in range(tabs.count()):
                if tabs.tabText(at) == words and tabs.isTabVisible(at):
                    self._qtbot.mouseClick(tabs, Qt.MouseButton.LeftButton, pos=tabs.tabRect(at).center())
                    assert tabs.currentIndex() == at
                    return
        raise AssertionError(f"no tab {words!r}")

    def cells(self, table: str) -> list[list[str]]:
        """What stands in that table, row by row."""
        (view,) = self.sees(Table, table)
        model = view.model()
        shown = [column for column in range(model.columnCount()) if not view.isColumnHidden(column)]
        return [[str(model.index(row, column).data() or "") for column in shown] for row in range(model.rowCount())]

    def clicks_row(self, table: str, words: str) -> None:
        """The row of that table with these words in one of its cells."""
        self.waits_for(lambda: self._row_of(table, words) is not None)
        (view,) = self.sees(Table, table)
        row = self._row_of(table, words)
        assert row is not None
        index = view.model().index(row, 0)
        view.scrollTo(index)
        self._qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(index).center())

    def hits(self, keys: str) -> None:
        """A shortcut, where the focus is."""
        sequence = QKeySequence(keys)[0]
        target = self._application.focusWidget() or self.shell
        self._qtbot.keyClick(target, sequence.key(), sequence.keyboardModifiers())

    def owns(self, tenant: str, copies: Mapping[str, str], people: int = 60) -> Path:
        """A small production of that tenant, and environments of these kinds beside it. Where production lies."""
        production, policy = self.person.folder / "production.sqlite", self.person.folder / "office.yaml"
        make_production(production, people)
        policy.write_text(POLICY)
        services = self.services
        services.tenants.add(tenant)
        services.environments.add(tenant, "production", kind="production", database=f"sqlite:///{production}")
        for name, kind in copies.items():
            url = f"sqlite:///{self.person.folder / name}.sqlite"
            services.environments.add(tenant, name, kind=kind, database=url, policy=str(policy))
        return production

    def did(self, ref: str, kind: OperationKind) -> None:
        """Without the console: an earlier operation that the journey takes for granted."""
        choices = Choices(acknowledged=("all",), confirm=ref.rpartition("/")[2])
        id_ = self.services.operations.start(ref, kind, choices).id
        self.waits_for(lambda: self.services.operations.get(id_).state.ended)
        done = self.services.operations.get(id_)
        assert done.state is OperationState.SUCCEEDED, done.reason

    def environment(self, ref: str) -> Environment:
        return self.services.environments.get(ref)

    def _build(self) -> Services:
        services = build(self.person.home, workers=self.workers)
        self._built.append(services)
        return services

    def _windows(self) -> list[QWidget]:
        """The window, or the dialog over it, which is all one can reach then."""
        if self._console is None:
            return []
        modal = QApplication.activeModalWidget()
        return [modal] if modal is not None else [self.shell]

    def _place_of(self, page: EnvironmentsPage, ref: str) -> QPoint | None:
        for row in range(page.model.rowCount()):
            index = page.model.index(row)
            shown = index.data(Role.ROW)
            if isinstance(shown, Environment) and shown.ref == ref:
                page.tree.scrollTo(index)
                return page.tree.visualRect(index).center()
        return None

    def _row_of(self, table: str, words: str) -> int | None:
        if not self.sees(Table, table):
            return None
        return next((number for number, row in enumerate(self.cells(table)) if words in row), None)

    def _clicks(self, widget: QWidget) -> None:
        """In its middle, once nothing lies over it there."""
        window, above = widget.window(), widget.parentWidget()
        while above is not None:
            if isinstance(above, QScrollArea):
                above.ensureWidgetVisible(widget)
            above = above.parentWidget()
        place = widget.rect().center()
        self.waits_for(lambda: window.childAt(widget.mapTo(window, place)) is widget)
        self._qtbot.mouseClick(widget, Qt.MouseButton.LeftButton, pos=place)


def pausing_workers(home: Path, moment: str) -> WorkerProcesses:
    """Real workers that stand still at that moment: then the file `paused` is in the home, until `go` is."""
    return WorkerProcesses(
        Home(home), command=[sys.executable, "-m", "tests.app.operations.pausing", str(home), moment]
    )


def _said(widget: QWidget) -> str:
    if isinstance(widget, QAbstractButton | QLabel | QLineEdit):
        return widget.text()
    return widget.windowTitle() if isinstance(widget, Page) else ""


def _words_of(window: QWidget) -> list[str]:
    shown = [widget for widget in window.findChildren(QWidget) if widget.isVisible()]
    return [
        words
        for widget in shown
        for words in dict.fromkeys((_said(widget), widget.accessibleName(), widget.accessibleDescription()))
        if words
    ]
