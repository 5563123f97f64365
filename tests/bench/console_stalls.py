"""How long the window stands still at most: paging through everything over a real catalog of 10,000 tenants.

`python -m tests.bench.console_stalls HOME [MILLISECONDS]` prints one line of JSON: by step, the longest time between
two ticks of a timer on the main thread. With milliseconds, each query of the catalog takes that much longer. The
catalog is made in HOME where there is none yet.
"""

import json
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication
from sqlalchemy import event
from sqlalchemy.engine import Engine

from ui.bootstrap import Console, make_application
from ui.models.navigation import Go
from ui.views import PAGES
from ui.views.environments.page import EnvironmentsPage

if TYPE_CHECKING:
    from app.services import Services

TICK_MS = 2
PATIENCE, QUIET = 60.0, 0.1  # seconds: a step may take, and nothing was under way for when it is over


class Pulse(QObject):
    """Ticks on the main thread and keeps the longest pause between two ticks, in milliseconds."""

    def __init__(self) -> None:
        super().__init__()
        self.longest, self._last = 0.0, time.perf_counter()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_tick)
        self._timer.start(TICK_MS)

    def begin(self) -> None:
        self.longest, self._last = 0.0, time.perf_counter()

    def _on_tick(self) -> None:
        now = time.perf_counter()
        self.longest, self._last = max(self.longest, 1000 * (now - self._last)), now


class Pager:
    """Does what a person does, and measures each step until nothing is under way any more."""

    def __init__(self, console: Console) -> None:
        self.console, self._pulse = console, Pulse()
        self.stalls: dict[str, float] = {}

    def step(self, name: str, act: Callable[[], object]) -> None:
        loop, limit = QEventLoop(), time.monotonic() + PATIENCE
        self._pulse.begin()
        act()
        busy = time.monotonic()
        while time.monotonic() < min(busy + QUIET, limit):
            loop.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, TICK_MS)
            if self.console.bridge.busy or self.console.shell.page is None:
                busy = time.monotonic()
        self.stalls[name] = max(self.stalls.get(name, 0.0), self._pulse.longest)


def main(home: str, delay_ms: float) -> None:
    place = Path(home) / "home"
    if not place.exists():
        _fill(place)
    if delay_ms:
        event.listen(Engine, "before_cursor_execute", lambda *_a: _pause(delay_ms / 1000))
    application = make_application()
    console = Console(application, lambda: _build(place))
    pager = Pager(console)
    pager.step("start", console.start)
    for visit in ("first", "again"):
        for entry in PAGES:
            if entry.in_rail:
                pager.step(f"{entry.title}, {visit}", lambda key=entry.key: console.shell.go(key))
    pager.step("Environments, back", lambda: console.shell.go(Go.ENVIRONMENTS))
    page = console.shell.page
    assert isinstance(page, EnvironmentsPage)
    for row in range(1, 12):
        pager.step("choosing an environment", lambda row=row: page.tree.selectRow(row))
    for text in ("h", "har", "harbor s", ""):
        pager.step("filtering", lambda text=text: page.search.setText(text))
    pager.step("palette, opening", lambda: console.shell.finder.open_over(console.shell.desk))
    for text in ("r", "ref", "refresh h", "hbrsnd"):
        pager.step("palette, typing", lambda text=text: console.shell.finder.field.setText(text))
    pager.step("a change arrives", lambda: console.shell.catalog_changed({"environment", "operation"}, set()))
    console.shell.close()
    console.close()
    print(json.dumps(pager.stalls), flush=True)


def _pause(seconds: float) -> None:
    threading.Event().wait(seconds)


def _build(place: Path) -> "Services":
    from app.bootstrap import build

    return build(place)


def _fill(place: Path) -> None:
    """Into the catalog itself: through the services it would take an hour."""
    from app.bootstrap import build_parts
    from tests.fakes.world import crowd

    world = crowd()
    parts = build_parts(place)
    with suppress(KeyError), parts.catalog.write() as tx:
        for tenant in world.tenants:
            tx.tenants.add(tenant)
        for environment in world.environments.values():
            bare = replace(
                environment, policy=None, policy_version=None, copied_policy=None, source_id=None, source=None
            )
            tx.environments.add(bare)
    parts.catalog.close()


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]) if len(sys.argv) > 2 else 0.0)
    QApplication.quit()
