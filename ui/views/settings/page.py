"""The page: how the console looks, whether a worker runs, where everything lies, and what this is."""

import platform
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import PySide6
from PySide6.QtWidgets import QLayout, QWidget
from typing_extensions import override

from ui.actions.places import copy_path, open_folder
from ui.actions.workers import start_worker
from ui.bridge.desk import Desk
from ui.models.licences import Library, libraries
from ui.theme.appearance import Scheme
from ui.theme.tokens import Space, Tone
from ui.views.settings.places import PlaceRow
from ui.widgets.badge import Glyph, StatusDot
from ui.widgets.buttons import Button
from ui.widgets.facts import KeyValue
from ui.widgets.header import FilterBar, PageHeader
from ui.widgets.layouts import Card, Scrolled, column, holder, row
from ui.widgets.page import Page
from ui.widgets.text import Text

if TYPE_CHECKING:
    from app.services import Services

WIDTH = 760  # pixels: longer lines are hard to read


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """What was read of it. `process` is the worker's, None when there is none."""

    version: str
    home: Path
    catalog: str
    logs: Path
    certificates: Path
    secrets: str
    keyring: bool
    running: bool
    stalled: bool
    process: int | None


def read(services: "Services") -> Installation:
    """Called through the bridge: the keyring may take a while to answer."""
    settings = services.settings
    worker = settings.worker()
    return Installation(
        version=settings.version,
        home=settings.home,
        catalog=shown_catalog(settings.catalog_url),
        logs=settings.logs,
        certificates=settings.certificates,
        secrets=settings.secrets,
        keyring=settings.keyring,
        running=worker.running,
        stalled=worker.stalled,
        process=worker.process,
    )


def shown_catalog(url: str) -> str:
    """The path of a catalog in a file, the URL of any other without its password."""
    if url.startswith("sqlite:///"):
        return url.removeprefix("sqlite:///")
    try:
        parts = urlsplit(url)
    except ValueError:
        return "a catalog whose URL cannot be shown"
    user, at, host = parts.netloc.rpartition("@")
    return f"{parts.scheme}://{user.partition(':')[0]}{at}{host}{parts.path}"  # parameters can hold a password too


class SettingsPage(Page):
    """Few choices, and the facts a person is asked for when they need help."""

    title = "Settings"
    icon = "mdi6.cog-outline"

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.scheme = FilterBar(
            "Colours", [(Scheme.SYSTEM, "As the system"), (Scheme.LIGHT, "Light"), (Scheme.DARK, "Dark")]
        )
        self.scheme.choose(desk.appearance.chosen)
        self._dot = StatusDot()
        self.worker = Text("Looking…", "strong")
        self._worker_detail = Text("", "detail", Tone.MUTED, wrap=True)
        self.start = Button("Start", "mdi6.play-outline", tip="Start a worker now")
        self.start.hide()
        self.home = PlaceRow("Home", "Everything of this installation lies in this folder.", folder=True)
        self.catalog = PlaceRow("Catalog", "Tenants, environments, operations and the audit trail.", folder=False)
        self.certificates = PlaceRow("Certificates", "One document for each run that succeeded.", folder=True)
        self.logs = PlaceRow("Logs", "What workers wrote; no value of any database stands in them.", folder=True)
        self._key = Glyph("mdi6.key-outline", Tone.MUTED)
        self.secrets = Text("", "body", wrap=True)
        self._about, self._licences = KeyValue(), KeyValue()
        self._lay_out()
        self.setFocusProxy(self.scheme)
        self.scheme.chosen.connect(lambda key: desk.appearance.choose(Scheme(key)))
        self.start.clicked.connect(self._on_start)
        for place in (self.home, self.catalog, self.certificates, self.logs):
            place.copy_asked.connect(lambda name, path: copy_path(desk, f"Path of {name.lower()}", path))
            place.open_asked.connect(lambda path: open_folder(desk, Path(path)))

    def _lay_out(self) -> None:
        looks = _section("Appearance", row(Text("Colours", "body"), Space.L, self.scheme, None))
        status = row(self._dot, spacing=Space.M)
        status.addLayout(column(self.worker, self._worker_detail, spacing=0), 1)
        status.addWidget(self.start)
        worker = _section("Worker", status)
        places = _section("Where things are", self.home, self.catalog, self.certificates, self.logs)
        places.body.setSpacing(Space.M)
        line = row(self._key, spacing=Space.M)
        line.addWidget(self.secrets, 1)
        secrets = _section("Secrets", line)
        about = _section("About", self._about)
        parts = _section("Built on", self._licences)
        cards = column(looks, worker, places, secrets, about, parts, None, spacing=Space.L)
        cards.setContentsMargins(Space.PAGE, Space.S, Space.PAGE, Space.PAGE)
        inside = holder(cards)
        inside.setMaximumWidth(WIDTH + 2 * Space.PAGE)
        content = QWidget()
        both = row(spacing=0)
        both.addWidget(inside, 1)
        both.addStretch(0)
        content.setLayout(both)
        head = column(PageHeader("Settings"), margins=(Space.PAGE, Space.XL - 4, Space.PAGE, Space.S))
        self.setLayout(column(head, Scrolled(content), spacing=0))

    @override
    def activate(self, subject: object | None = None) -> None:
        self._load()
        self._desk.bridge.submit(libraries, owner=self, topic="libraries", on_done=self._on_libraries)

    @override
    def catalog_changed(self, kinds: Collection[str], refs: Collection[str]) -> None:
        if "worker" in kinds or "operation" in kinds:
            self._load()

    def _load(self) -> None:
        self._desk.bridge.submit(
            read, self._desk.services, owner=self, topic="installation", on_done=self._on_installation
        )

    def _on_installation(self, found: Installation) -> None:
        self._show_worker(found)
        self.home.show_path(str(found.home))
        self.catalog.show_path(found.catalog)
        self.certificates.show_path(str(found.certificates))
        self.logs.show_path(str(found.logs))
        self.secrets.setText(found.secrets if found.secrets.endswith(".") else f"{found.secrets}.")
        glyph, tone = ("mdi6.key-outline", Tone.GOOD) if found.keyring else ("mdi6.key-alert-outline", Tone.WARNING)
        self._key.show_as(glyph, tone)
        self._about.set_facts(
            [
                ("Sandkeeper", found.version),
                ("Licence", "Apache-2.0"),
                ("Qt for Python", PySide6.__version__),
                ("Python", platform.python_version()),
                ("System", f"{platform.system()} {platform.release()}"),
            ]
        )

    def _show_worker(self, found: Installation) -> None:
        process = f"Process {found.process}. " if found.process is not None else ""
        if found.stalled:
            tone, words = Tone.WARNING, "Stalled"
            detail = f"{process}It holds its lock and gives no sign of life. A new one takes over its operations."
        elif found.running:
            tone, words = Tone.GOOD, "Running"
            detail = f"{process}It goes on when this window is closed."
        else:
            tone, words = Tone.MUTED, "Idle"
            detail = "No worker runs. One starts by itself when an operation waits, and ends when there is none left."
        self._dot.set_tone(tone)
        self.worker.setText(words)
        self._worker_detail.setText(detail)
        self.start.setVisible(not found.running)

    def _on_libraries(self, found: Sequence[Library]) -> None:
        self._licences.set_facts([(f"{lib.name} {lib.version}", lib.licence) for lib in found])

    def _on_start(self) -> None:
        self.start.setEnabled(False)
        start_worker(owner=self, desk=self._desk, on_settled=self._on_start_settled)

    def _on_start_settled(self) -> None:
        self.start.setEnabled(True)
        self._load()


def _section(title: str, *parts: QWidget | QLayout) -> Card:
    card = Card(title)
    for part in parts:
        if isinstance(part, QWidget):
            card.body.addWidget(part)
        else:
            card.body.addLayout(part)
    return card
