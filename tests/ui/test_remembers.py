"""The console is closed and opened again: it stands as it was left."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from app.domain.operations import OperationState
from tests.fakes.services import FakeServices, fake_services
from tests.fakes.world import HARBOR
from ui.bootstrap import Console, preferences_of
from ui.models.navigation import Go, RunRequest
from ui.models.operations import Shown
from ui.shell import SIZE, Shell
from ui.theme.scheme import Theme
from ui.views.environments.page import EnvironmentsPage
from ui.views.operations.page import OperationsPage

Opened = Callable[[], "contextmanager[Shell]"]  # type: ignore[valid-type]  # what a generator function becomes
PLACE = QRect(20, 30, 760, 560)


@pytest.fixture
def services() -> FakeServices:
    return fake_services()


@pytest.fixture
def opened(qapp: QApplication, theme: Theme, qtbot: QtBot, tmp_path: Path, services: FakeServices) -> Opened:
    @contextmanager
    def open_console() -> Iterator[Shell]:
        console = Console(qapp, lambda: services.real, theme, preferences=preferences_of(tmp_path))
        console.start()
        qtbot.waitUntil(lambda: console.shell.page is not None and not console.bridge.busy)
        yield console.shell
        qtbot.waitUntil(lambda: not console.bridge.busy)
        console.shell.close()
        console.close()

    return open_console


def test_page_environment_edge_and_order_are_there_again(opened: Opened, qtbot: QtBot) -> None:
    with opened() as shell:
        shell.go(Go.ENVIRONMENTS, f"{HARBOR}/training-01")
        first = shell.page
        assert isinstance(first, EnvironmentsPage)
        qtbot.waitUntil(lambda: first.detail.environment is not None and first.detail.environment.name == "training-01")
        first.split.move_by(48)
        first.order.choose("largest")
        width = first.split.width_of_panel
    with opened() as shell:
        again = shell.page
        assert isinstance(again, EnvironmentsPage)
        assert again.detail.environment is not None
        assert again.detail.environment.ref == f"{HARBOR}/training-01"
        assert again.split.width_of_panel == width
        assert again.order.key == "largest"


def test_the_run_that_was_open_and_the_filter_are_there_again(
    opened: Opened, services: FakeServices, qtbot: QtBot
) -> None:
    (failed,) = (o.id for o in services.world.operations.values() if o.state is OperationState.FAILED)
    with opened() as shell:
        shell.go(Go.OPERATIONS, RunRequest(operation=failed))
        shown = shell.page
        assert isinstance(shown, OperationsPage)
        qtbot.waitUntil(shown.side.isVisible)
        shown.filter.choose(Shown.FAILED)
    with opened() as shell:
        shown = shell.page
        assert isinstance(shown, OperationsPage)
        assert shown.side.isVisible()
        assert shown.detail.run is not None
        assert shown.detail.run.id == failed
        assert shown.filter.key == Shown.FAILED


def test_what_was_chosen_and_is_gone_is_not_asked_after(opened: Opened, services: FakeServices) -> None:
    with opened() as shell:
        shell.go(Go.ENVIRONMENTS, f"{HARBOR}/training-01")
    services.environments.remove(f"{HARBOR}/training-01")
    with opened() as shell:
        shown = shell.page
        assert isinstance(shown, EnvironmentsPage)
        assert shown.detail.environment is not None
        assert not [w for w in QApplication.topLevelWidgets() if isinstance(w, QDialog) and w.isVisible()]


def test_the_window_stands_where_it_stood_before_it_is_shown(opened: Opened, qapp: QApplication) -> None:
    with opened() as shell:
        shell.setMinimumSize(400, 300)  # the screen of the tests is small
        shell.setGeometry(PLACE)
    with opened() as shell:
        assert shell.geometry().topLeft() == PLACE.topLeft()
        shell.reset()
        screen = qapp.primaryScreen().availableGeometry()
        assert shell.width() in (min(SIZE[0], screen.width()), shell.minimumWidth())
    with opened() as shell:
        assert shell.geometry().topLeft() != PLACE.topLeft()


def test_no_name_of_anyone_is_written_down(opened: Opened, tmp_path: Path, qtbot: QtBot) -> None:
    with opened() as shell:
        for go in (Go.ENVIRONMENTS, Go.OPERATIONS, Go.AUDIT, Go.SETTINGS):
            shell.go(go)
            qtbot.waitUntil(lambda: shell.page is not None)
    written = (tmp_path / "console.ini").read_text()
    assert "page=settings" in written
    assert HARBOR not in written


def test_a_file_of_nonsense_opens_as_at_the_first_start(opened: Opened, tmp_path: Path) -> None:
    (tmp_path / "console.ini").write_bytes(
        b"[layout]\npage=nowhere\nwindow=9 9 9 9\n\xff\xfe[\n=\nselection\\environments=\x01\n"
    )
    with opened() as shell:
        assert shell.page is not None
        assert shell.page.title == "Overview"
