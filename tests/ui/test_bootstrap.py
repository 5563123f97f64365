import signal
import subprocess
import sys
import threading
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.errors import OutsideError
from app.services import Services
from tests.fakes.services import fake_services
from tests.fakes.world import HARBOR
from ui.bootstrap import Console, preferences_of
from ui.models.navigation import Go
from ui.theme.appearance import Scheme
from ui.theme.scheme import Theme, colours
from ui.views.environments.page import EnvironmentsPage
from ui.views.overview.page import OverviewPage
from ui.widgets.buttons import PrimaryButton


def test_the_window_stands_before_the_services_are_built_and_fills_after(
    qapp: QApplication, theme: Theme, qtbot: QtBot
) -> None:
    go, services = threading.Event(), fake_services()

    def build() -> Services:
        assert go.wait(10)
        return services.real

    console = Console(qapp, build, theme)
    console.start()
    assert console.shell.isVisible()
    assert console.shell.page is None
    go.set()
    qtbot.waitUntil(lambda: isinstance(console.shell.page, OverviewPage) and not console.bridge.busy)
    console.shell.go(Go.ENVIRONMENTS)
    qtbot.waitUntil(lambda: not console.bridge.busy)
    page = console.shell.page
    assert isinstance(page, EnvironmentsPage)
    feed = console.feed
    assert feed is not None
    qtbot.waitUntil(lambda: feed.ready)
    services.environments.change(f"{HARBOR}/sandbox", checklist_done=5)
    qtbot.waitUntil(lambda: page.tree.chosen is not None and page.tree.chosen.checklist_done == 5)
    console.shell.close()
    console.close()


def test_a_catalog_that_does_not_open_is_told_in_the_window_and_tried_again(
    qapp: QApplication, theme: Theme, qtbot: QtBot
) -> None:
    tries: list[int] = []

    def build() -> Services:
        tries.append(1)
        if len(tries) == 1:
            raise OutsideError("The home cannot be written", "/srv/ana is full.", "Free some space.")
        return fake_services().real

    console = Console(qapp, build, theme)
    console.start()
    qtbot.waitUntil(
        lambda: any(b.isVisible() and b.text() == "Try again" for b in console.shell.findChildren(PrimaryButton))
    )
    again = next(b for b in console.shell.findChildren(PrimaryButton) if b.text() == "Try again")
    again.click()
    qtbot.waitUntil(lambda: console.shell.page is not None and not console.bridge.busy)
    assert len(tries) == 2
    console.shell.close()
    console.close()


def test_an_uncaught_error_of_any_thread_ends_in_the_crash_dialog(
    qapp: QApplication, theme: Theme, qtbot: QtBot
) -> None:
    console = Console(qapp, lambda: fake_services().real, theme)
    console.start()
    qtbot.waitUntil(lambda: console.shell.page is not None and not console.bridge.busy)

    def fail() -> None:
        raise ValueError("not to be shown: margaret@web.example")

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: bool(console.dialogs.shown))
    shown = console.dialogs.shown[-1]
    assert shown.kind == "crash"
    assert "builtins.ValueError" in shown.detail
    assert "margaret" not in shown.detail
    for window in QApplication.topLevelWidgets():
        window.close()
    console.close()


def test_the_scheme_that_was_chosen_is_there_again_at_the_next_start(
    qapp: QApplication, theme: Theme, tmp_path: Path
) -> None:
    def start() -> Console:
        return Console(qapp, lambda: fake_services().real, theme, preferences=preferences_of(tmp_path))

    first = start()
    assert first.appearance.chosen is Scheme.SYSTEM
    first.appearance.choose(Scheme.DARK)
    first.close()
    theme.force(Qt.ColorScheme.Light)
    second = start()
    assert second.appearance.chosen is Scheme.DARK
    assert colours().dark
    second.close()
    theme.force(Qt.ColorScheme.Light)
    assert [path.name for path in tmp_path.iterdir()] == ["console.ini"]


def test_starting_the_console_imports_nothing_slow_before_the_window() -> None:
    code = (
        "import sys, ui.bootstrap, ui.views.environments.page;"
        "print([m for m in ('sqlalchemy', 'dbos', 'keyring', 'pydantic', 'qtawesome', 'qtpy', 'pyqtgraph', 'humanize')"
        " if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_console_told_to_end_by_its_terminal_ends_in_order(tmp_path: Path) -> None:
    code = "import sys, pathlib; from ui.bootstrap import run_console; sys.exit(run_console(pathlib.Path(sys.argv[1])))"
    started = subprocess.Popen([sys.executable, "-c", _TOLD + code, str(tmp_path / "home")], stdout=subprocess.PIPE)
    assert started.stdout is not None
    assert started.stdout.readline() == b"up\n"
    started.send_signal(signal.SIGTERM)
    assert started.wait(30) == 0
    started.stdout.close()


_TOLD = """
from ui import shell
opened = shell.Shell.open
def tell(self, *args, **named):
    opened(self, *args, **named)
    print("up", flush=True)
shell.Shell.open = tell
"""
