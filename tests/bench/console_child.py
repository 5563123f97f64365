"""One start of the console, for `tests.bench.console`: prints what it measured as one line of JSON."""

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QEventLoop, QObject
from PySide6.QtWidgets import QApplication
from typing_extensions import override

from ui.bootstrap import Console, make_application

if TYPE_CHECKING:
    from app.services import Services


class Watch(QObject):
    """Notes when the window was first painted."""

    def __init__(self) -> None:
        super().__init__()
        self.first: float | None = None

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint and self.first is None:
            self.first = time.time()
        return False


def main(what: str, home: str, began: float) -> None:
    application = make_application()
    console = Console(application, _crowd if what == "crowd" else _real(home))
    watch = Watch()
    console.shell.installEventFilter(watch)
    console.start()
    loop = QEventLoop()
    while watch.first is None:
        loop.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)
    while console.shell.page is None or console.bridge.busy:
        loop.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)
    loop.processEvents()
    content = time.time()
    measured: dict[str, object] = {"window": watch.first - began, "content": content - began}
    if what == "crowd":
        measured |= _filter(console)
        measured["palette"] = _find(console)
    measured["memory"] = _resident_mb()
    console.close()
    print(json.dumps(measured), flush=True)


def _filter(console: Console) -> dict[str, object]:
    """Milliseconds from each keystroke until the list is painted again."""
    from tests.bench.console import KEYS
    from tests.fakes.services import fake_services
    from tests.fakes.world import crowd
    from ui.models.environments import branches
    from ui.views.environments.page import EnvironmentsPage

    page = console.shell.page
    if not isinstance(page, EnvironmentsPage):
        console.shell.go("environments")
        page = console.shell.page
    assert isinstance(page, EnvironmentsPage)
    loop = QEventLoop()
    while console.bridge.busy or not page.model.rowCount():
        loop.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)
    spent = []
    for text in KEYS:
        before = time.perf_counter()
        page.search.setText(text)
        page.tree.repaint()
        spent.append(1000 * (time.perf_counter() - before))
        loop.processEvents()
    services = fake_services(crowd())
    before = time.perf_counter()
    branches(services.tenants.all(), services.environments.all())
    return {"keys": spent, "prepared": 1000 * (time.perf_counter() - before)}


def _find(console: Console) -> list[float]:
    """The same for the palette."""
    loop, palette = QEventLoop(), console.shell.finder
    palette.open_over(console.shell.desk)
    while console.bridge.busy:
        loop.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)
    spent = []
    for text in (
        "r",
        "re",
        "refresh",
        "refresh h",
        "refresh har",
        "h",
        "harbor",
        "harbor san",
        "hbsn",
        "zzz",
        "1",
        "12",
    ):
        before = time.perf_counter()
        palette.field.setText(text)
        palette.list.viewport().repaint()
        spent.append(1000 * (time.perf_counter() - before))
        loop.processEvents()
    palette.close_now()
    return spent


def _real(home: str) -> "Callable[[], Services]":
    def build() -> "Services":
        from app.bootstrap import build as build_services

        return build_services(Path(home) / "home")

    return build


def _crowd() -> "Services":
    from tests.fakes.services import fake_services
    from tests.fakes.world import crowd

    return fake_services(crowd()).real


def _resident_mb() -> float:
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1000
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], float(sys.argv[3]))
    QApplication.quit()
