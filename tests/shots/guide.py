"""The guide's pictures: the console over a real demo with real runs, into docs/guide/pictures/ (`make pictures`).

Unlike the scenes, which play on an invented world, everything here happened: copies were made by a worker, a row was
changed, one refresh failed. So the pictures show what a reader will see, and change a little each time.
"""

import os
import shutil
import socket
import sqlite3
import sys
import tempfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from struct import pack

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QDeadlineTimer, QEventLoop, Qt  # the platform is chosen first
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from app.bootstrap import build
from app.domain.environments import EnvironmentKind
from app.domain.operations import Choices, Operation, OperationKind, Phase, PhaseState
from app.services import Services
from tests.shots.stage import Stage
from ui.bootstrap import Console
from ui.models.navigation import AddRequest, FlowRequest, Go, RunRequest
from ui.models.policies_columns import Show
from ui.theme.scheme import Theme
from ui.views.audit.page import AuditPage
from ui.views.environments.form import EnvironmentForm
from ui.views.environments.page import EnvironmentsPage
from ui.views.flow.page import FlowPage
from ui.views.policies.page import PoliciesPage
from ui.views.policies.sheet import DecisionSheet

OUT = Path(__file__).parents[2] / "docs" / "guide" / "pictures"
CUSTOMERS = 20_000
COLOURS = 255
LARGEST = 64_000  # bytes
HARBOR, KESTREL = "Harbor Insurance", "Kestrel Brokers"
SANDBOX, TRAINING = f"{HARBOR}/sandbox", f"{HARBOR}/training-01"


class LiveStage(Stage):
    """The console itself, on a home's real services."""

    def __init__(self, home: Path, theme: Theme) -> None:
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        self._console = Console(application, lambda: build(home), theme)
        self.bridge, self.shell = self._console.bridge, self._console.shell
        self._console.start()
        self.settle()

    def go(self, key: Go, subject: object | None = None) -> None:
        self.shell.go(key, subject)
        self.settle()

    def wait_for(self, happened: Callable[[], bool], seconds: int = 240) -> None:
        """Let the window live until then. Raises TimeoutError."""
        limit = QDeadlineTimer(seconds * 1000)
        while not happened():
            if limit.hasExpired():
                raise TimeoutError("the picture's moment never came")
            QEventLoop().processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
        self.settle()

    def close(self) -> None:
        for dialog in self._dialogs():
            dialog.close()
        self.shell.close()
        self._console.close()


def main() -> int:
    """Play the story and keep a picture of each moment."""
    folder = Path(tempfile.gettempdir()) / "sandkeeper"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    os.environ.update(
        LOGNAME="you",
        PYTHON_KEYRING_BACKEND="tests.keyring_file.FileKeyring",  # nothing of this reaches the person's own
        SANDKEEPER_TEST_KEYRING=str(folder / "keyring.json"),
    )
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    theme = Theme(application)
    theme.force(Qt.ColorScheme.Light)
    OUT.mkdir(parents=True, exist_ok=True)
    socket.gethostname = lambda: "office"  # no machine's name in a picture
    home = folder / "home"
    services = build(home)
    try:
        services.demo.create(CUSTOMERS)
        stage = LiveStage(home, theme)
        try:
            _play(stage, services, theme)
        finally:
            stage.close()
    finally:
        services.close()
        shutil.rmtree(folder, ignore_errors=True)
    return 0


def _play(stage: LiveStage, services: Services, theme: Theme) -> None:
    run = _start(services, SANDBOX, OperationKind.PROVISION)
    stage.go(Go.OPERATIONS)
    stage.go(Go.RUN, RunRequest(operation=run.id))
    stage.wait_for(lambda: _in_the_middle(services.operations.get(run.id)))
    _keep(stage, "run")
    _finish(stage, services, run)
    _finish(stage, services, _start(services, TRAINING, OperationKind.PROVISION))
    services.inspection.tick(SANDBOX, "mail-test", "Test mail to three customers: all arrived at qa@agency.example")
    _work_in(services.environments.get(SANDBOX).database)

    stage.go(Go.ENVIRONMENTS, SANDBOX)
    _keep(stage, "environment")
    _find(stage, "refresh har")
    stage.find(EnvironmentsPage).detail.tabs.setCurrentIndex(1)
    stage.settle()
    _keep(stage, "checklist")

    stage.go(Go.FLOW, FlowRequest(ref=SANDBOX, kind=OperationKind.REFRESH))
    flow = stage.find(FlowPage)
    stage.wait_for(lambda: flow.facts is not None)
    for _ in range(3):
        flow.footer.next.click()
        stage.settle()
    flow.impact.ticks[0].click()
    stage.settle()
    _keep(stage, "warnings")

    with _held_open(services.environments.get(SANDBOX).database):
        _finish(stage, services, _start(services, SANDBOX, OperationKind.REFRESH))
    failed = services.operations.all(SANDBOX, limit=1)[0]
    _finish(stage, services, _start(services, TRAINING, OperationKind.RESET))
    stage.go(Go.OPERATIONS, RunRequest(operation=failed.id))
    _keep(stage, "operations")
    stage.go(Go.OVERVIEW)
    _keep(stage, "overview")
    theme.force(Qt.ColorScheme.Dark)
    stage.settle()
    _keep(stage, "overview-dark")
    theme.force(Qt.ColorScheme.Light)

    _add_a_column(services.environments.get(f"{HARBOR}/production").database)
    stage.go(Go.ENVIRONMENTS, TRAINING)
    stage.go(Go.FLOW, FlowRequest(ref=TRAINING, kind=OperationKind.REFRESH))
    stage.wait_for(lambda: flow.facts is not None and flow.facts.environment.ref == TRAINING)
    for _ in range(2):
        flow.footer.next.click()
        stage.settle()
    _keep(stage, "preview")

    _review(stage)
    stage.go(Go.AUDIT)
    stage.find(AuditPage).verify.click()
    stage.settle()
    _keep(stage, "audit")
    stage.go(Go.ENVIRONMENTS, AddRequest(tenant=KESTREL))
    form = stage.find(EnvironmentForm)
    form.kind.choose(EnvironmentKind.TRAINING)
    form.name.setText("training-01")
    form.database.setText("/data/kestrel/training-01.sqlite")
    stage.settle()
    _keep(stage, "add")


def _find(stage: LiveStage, words: str) -> None:
    palette = stage.shell.finder
    palette.open_over(stage.shell.desk)
    stage.settle()
    palette.field.setText(words)
    stage.settle()
    _keep(stage, "palette")
    palette.close_now()


def _review(stage: LiveStage) -> None:
    """The column that appeared, looked at on the policies page."""
    stage.go(Go.POLICIES, SANDBOX)
    page = stage.find(PoliciesPage)
    detail = page.detail
    stage.wait_for(lambda: detail.review is not None)
    tab = detail.columns
    tab.table.selectRow(0)
    tab.mask_chosen.click()
    sheet = stage.find(DecisionSheet)
    sheet.form.choice.setCurrentIndex(sheet.form.choice.findText("First name"))
    sheet.form.choice.activated.emit(sheet.form.choice.currentIndex())
    sheet.reveal.click()
    stage.settle()
    sheet.why.setText("What friends call them")
    _keep(stage, "decide")
    sheet.reject()
    tab.filter.choose(Show.ALL)
    page.search.setText("harbor")  # a picture of everything would be larger than the guide wants it
    tab.search.setText("name")
    tab.table.selectRow(0)
    stage.settle()
    _keep(stage, "policies")


def _start(services: Services, ref: str, kind: OperationKind) -> Operation:
    name = ref.rpartition("/")[2]
    return services.operations.start(ref, kind, Choices(acknowledged=("all",), confirm=name))


def _finish(stage: LiveStage, services: Services, run: Operation) -> None:
    stage.wait_for(lambda: services.operations.get(run.id).state.ended)


def _in_the_middle(run: Operation) -> bool:
    """Whether it copies and a good part is done. Raises RuntimeError when it ended before."""
    if run.state.ended:
        raise RuntimeError(f"too quick for a picture: {run.reason}")
    copying = any(p.name is Phase.COPY and p.state is PhaseState.RUNNING for p in run.phases)
    rows, of = sum(t.rows for t in run.tables), sum(t.of or 0 for t in run.tables)
    return copying and of > 0 and rows > of * 0.35


def _path(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


def _work_in(url: str) -> None:
    """What somebody does in a sandbox, so that there is something to lose."""
    with sqlite3.connect(_path(url)) as database:
        database.execute("UPDATE activity SET description = 'Called back' WHERE rowid <= 31")
        database.execute("DELETE FROM suspense WHERE rowid <= 4")
    database.close()


def _add_a_column(url: str) -> None:
    """Production moves on: a column that no rule covers."""
    with sqlite3.connect(_path(url)) as database:
        database.execute("ALTER TABLE customer ADD COLUMN nickname VARCHAR(40)")
        database.execute("UPDATE customer SET nickname = 'Chip'")
    database.close()


@contextmanager
def _held_open(url: str) -> Iterator[None]:
    """A program that reads and does not let go."""
    database = sqlite3.connect(_path(url))
    database.execute("BEGIN")
    database.execute("SELECT count(*) FROM customer").fetchone()
    try:
        yield
    finally:
        database.close()


def _keep(stage: LiveStage, name: str) -> None:
    path = OUT / f"{name}.png"
    path.write_bytes(palette_png(stage.grab().toImage()))
    print(f"{path.relative_to(OUT.parents[2])}  {path.stat().st_size / 1024:.0f} KB")


def palette_png(image: QImage) -> bytes:
    """A PNG with a palette of the picture's most frequent colours: a quarter of its size, and hardly to be told apart.

    Raises ValueError when it is larger than the guide wants its pictures.
    """
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    pixels = Counter(memoryview(image.constBits()).cast("I"))
    small = image.convertToFormat(QImage.Format.Format_Indexed8, _palette(pixels), Qt.ImageConversionFlag.AvoidDither)
    width, height, line = small.width(), small.height(), small.bytesPerLine()
    bits = bytes(small.constBits())
    rows = b"".join(b"\0" + bits[at * line : at * line + width] for at in range(height))
    colours = b"".join(pack(">I", colour)[1:] for colour in small.colorTable())
    parts = (
        (b"IHDR", pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
        (b"PLTE", colours),
        (b"IDAT", zlib.compress(rows, 9)),
        (b"IEND", b""),
    )
    made = b"\x89PNG\r\n\x1a\n" + b"".join(
        pack(">I", len(data)) + kind + data + pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )
    if len(made) > LARGEST:
        raise ValueError(f"a picture of {len(made):,} bytes is too large")
    return made


def _palette(pixels: "Counter[int]") -> list[int]:
    """The most frequent colours, near ones counted as one."""
    near: dict[int, Counter[int]] = {}
    for colour, times in pixels.items():
        near.setdefault(colour & 0xF8F8F8, Counter())[colour] += times
    groups = sorted(near.values(), key=lambda group: -group.total())
    return [group.most_common(1)[0][0] | 0xFF000000 for group in groups[:COLOURS]]


if __name__ == "__main__":
    sys.exit(main())
