import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.errors import OutsideError
from tests.fakes.world import HARBOR
from tests.shots.stage import Stage
from ui.models.navigation import Go
from ui.models.palette import Entry
from ui.models.table import Role
from ui.theme.appearance import Scheme
from ui.views.audit.page import AuditPage
from ui.views.environments.form import EnvironmentForm
from ui.views.environments.page import EnvironmentsPage
from ui.views.flow.page import FlowPage
from ui.views.overview.page import OverviewPage
from ui.views.palette.palette import Palette


class Typist:
    """Nothing but keys."""

    def __init__(self, stage: Stage, qtbot: QtBot) -> None:
        self.stage, self._qtbot = stage, qtbot

    @property
    def palette(self) -> Palette:
        return self.stage.shell.finder

    def opens(self, page: Go = Go.OVERVIEW) -> "Typist":
        self.stage.open(page)
        self.stage.shell.activateWindow()
        self._qtbot.waitUntil(self.stage.shell.isActiveWindow)
        self.hits(Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
        assert self.palette.isVisible()
        self.stage.settle()
        return self

    def hits(self, key: Qt.Key, with_: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        self._qtbot.keyClick(QApplication.focusWidget() or self.stage.shell, key, with_)

    def types(self, words: str) -> None:
        self._qtbot.keyClicks(QApplication.focusWidget(), words)

    @property
    def chosen(self) -> str:
        line = self.palette.list.currentIndex().data(Role.ROW)
        assert isinstance(line, Entry)
        return line.title


@pytest.fixture
def typist(stage: Stage, qtbot: QtBot) -> Typist:
    return Typist(stage, qtbot)


def test_typing_filters_and_return_opens(typist: Typist) -> None:
    typist.opens().types("harbor train")
    assert typist.chosen == f"{HARBOR}/training-01"
    typist.hits(Qt.Key.Key_Return)
    typist.stage.settle()
    page = typist.stage.shell.page
    assert isinstance(page, EnvironmentsPage)
    assert page.detail.environment is not None
    assert page.detail.environment.ref == f"{HARBOR}/training-01"
    assert not typist.palette.isVisible()


def test_arrows_pass_over_headings_and_go_around(typist: Typist) -> None:
    typist.opens()
    entries = [line.title for line in typist.palette.model.lines if isinstance(line, Entry)]
    walked = [typist.chosen]
    for _ in entries:
        typist.hits(Qt.Key.Key_Down)
        walked.append(typist.chosen)
    assert walked == [*entries, entries[0]]
    typist.hits(Qt.Key.Key_Up)
    assert typist.chosen == entries[-1]
    typist.hits(Qt.Key.Key_PageDown)
    assert typist.chosen == entries[-1]


def test_escape_gives_the_keys_back(typist: Typist) -> None:
    typist.opens(Go.ENVIRONMENTS).types("nord")
    typist.hits(Qt.Key.Key_Escape)
    page = typist.stage.shell.page
    assert isinstance(page, EnvironmentsPage)
    assert not typist.palette.isVisible()
    assert QApplication.focusWidget() is page.tree


def test_the_shortcut_works_in_a_field_that_uses_it_for_itself(typist: Typist, qtbot: QtBot) -> None:
    typist.stage.open(Go.ENVIRONMENTS)
    page = typist.stage.shell.page
    assert isinstance(page, EnvironmentsPage)
    typist.stage.shell.activateWindow()
    qtbot.waitUntil(typist.stage.shell.isActiveWindow)
    page.search.setFocus()
    page.search.setText("harbor")
    page.search.setCursorPosition(0)
    typist.hits(Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert typist.palette.isVisible()
    assert page.search.text() == "harbor"


@pytest.mark.parametrize("verb", ["refresh", "reset", "wipe"])
def test_a_verb_opens_its_flow_and_starts_nothing(typist: Typist, verb: str) -> None:
    typist.opens().types(f"{verb} harbor sandbox")
    typist.hits(Qt.Key.Key_Return)
    typist.hits(Qt.Key.Key_Return)
    typist.stage.settle()
    assert isinstance(typist.stage.shell.page, FlowPage)
    assert typist.stage.services.operations.started == []


def test_commands_do_what_they_say(typist: Typist) -> None:
    typist.opens().types("verify")
    typist.hits(Qt.Key.Key_Return)
    typist.stage.settle()
    page = typist.stage.shell.page
    assert isinstance(page, AuditPage)
    assert page.banner.isVisible()
    typist.opens(Go.OVERVIEW).types("dark")
    typist.hits(Qt.Key.Key_Return)
    assert typist.stage.desk.appearance.chosen is Scheme.DARK
    typist.stage.desk.appearance.choose(Scheme.LIGHT)
    typist.opens(Go.OVERVIEW).types("add env")
    typist.hits(Qt.Key.Key_Return)
    typist.stage.settle()
    assert any(isinstance(w, EnvironmentForm) for w in QApplication.topLevelWidgets() if w.isVisible())


def test_it_is_read_when_it_opens_and_again_only_after_a_change(typist: Typist) -> None:
    typist.opens().types("brandnew")
    assert typist.palette.model.lines == []
    typist.stage.services.tenants.add("Brandnew Ltd")
    typist.stage.shell.catalog_changed({"tenant"}, {"Brandnew Ltd"})
    typist.stage.settle()
    assert typist.chosen == "Brandnew Ltd"
    typist.hits(Qt.Key.Key_Escape)
    typist.stage.services.tenants.add("Unheard Of")
    typist.opens().types("unheard")
    assert typist.palette.model.lines == []


def test_a_catalog_that_cannot_be_read_leaves_pages_and_commands(
    typist: Typist, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(tenant: str | None = None) -> None:
        raise OutsideError("The catalog cannot be read", "It is locked.", "Try again.")

    monkeypatch.setattr(typist.stage.services.environments, "all", fail)
    typist.stage.shell.open(typist.stage.desk, Go.SETTINGS)
    typist.palette.open_over(typist.stage.desk)
    typist.stage.settle()
    assert "The catalog cannot be read" in [
        label.text() for label in typist.palette.findChildren(type(typist.palette._state))
    ]
    assert typist.chosen == "Overview"


def test_a_screen_reader_hears_what_is_chosen(typist: Typist) -> None:
    typist.opens().types("harbor sandbox")
    told = typist.palette.field.accessibleDescription()
    assert told == f"{HARBOR}/sandbox, Sandbox · ready · agency-management, Environments"
    listed = QAccessible.queryAccessibleInterface(typist.palette.list)
    assert listed.role() is QAccessible.Role.List
    assert listed.childCount() == len(typist.palette.model.lines)
    assert listed.child(1).text(QAccessible.Text.Name) == told


def test_it_goes_when_the_page_changes_or_the_keys_go_elsewhere(typist: Typist) -> None:
    typist.opens()
    typist.stage.shell.go(Go.SETTINGS)
    assert not typist.palette.isVisible()
    typist.opens(Go.OVERVIEW)
    page = typist.stage.shell.page
    assert isinstance(page, OverviewPage)
    typist.stage.shell.page.setFocus()
    assert not typist.palette.isVisible()
