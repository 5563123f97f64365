"""The window: rail, pages, messages."""

from collections.abc import Callable, Collection, Sequence
from functools import partial

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QMoveEvent, QResizeEvent, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMainWindow, QStackedWidget
from typing_extensions import override

from ui.actions.palette import page_entry
from ui.actions.shortcuts import Shortcut, page_shortcut
from ui.actions.workers import start_worker
from ui.bridge.desk import Desk
from ui.bridge.notify import Message
from ui.models.palette import Command, Entry
from ui.theme.appearance import Scheme
from ui.theme.tokens import Tone
from ui.views import PageEntry
from ui.views.palette.palette import Palette
from ui.widgets.keys import KeysKept
from ui.widgets.page import Page
from ui.widgets.placing import centre, place, placing
from ui.widgets.rail import Rail
from ui.widgets.remembered import Memory
from ui.widgets.states import EmptyState, Skeleton
from ui.widgets.toast import Toast, ToastStack

NARROW_BELOW = 1100  # logical pixels of window width
SIZE = 1280, 800  # logical pixels, at the first start
_WINDOW, _PAGE = "window", "page"  # what is remembered of the window itself
_FOUND = frozenset({"tenant", "environment", "policy", "operation"})  # what the palette knows of
_SCHEMES = {Command.AS_SYSTEM: Scheme.SYSTEM, Command.LIGHT: Scheme.LIGHT, Command.DARK: Scheme.DARK}


class Shell(QMainWindow):
    """Shows itself at once and waits for its desk; pages are made when first shown and kept.

    Signals:
        closed(): the window was closed.
        retry_asked(): opening the catalog failed and the person wants to try again.
    """

    closed = Signal()
    retry_asked = Signal()

    def __init__(self, entries: Sequence[PageEntry], memory: Memory | None = None) -> None:
        super().__init__()
        self._memory = memory or Memory(None, self)
        self._entries = {str(entry.key): entry for entry in entries}
        self._desk: Desk | None = None
        self._pages: dict[str, Page] = {}
        self._trail: list[str] = []
        self.setWindowTitle("Sandkeeper")
        self.setMinimumSize(880, 560)
        if not place(self, self._memory.value(_WINDOW)):
            self.resize(*SIZE)
        self._rail = Rail("Sandkeeper")
        rail_entries = [entry for entry in entries if entry.in_rail]
        for number, entry in enumerate(rail_entries, start=1):
            self._rail.add(entry.key, entry.title, entry.icon)
            self._shortcut(page_shortcut(number), partial(self.go, str(entry.key)))
        self._first = str(rail_entries[0].key)
        remembered = self._memory.value(_PAGE)
        if remembered in {entry.key for entry in rail_entries}:
            self._first = remembered
        self._rail.show_chosen(self._first)
        self._rail.chosen.connect(self.go)
        self._stack = QStackedWidget()
        self._waiting = Skeleton(8)
        self._stack.addWidget(self._waiting)
        self._waiting.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # or the rail would get the first focus, and a ring
        self._waiting.setFocus()
        body = QFrame()
        line = QHBoxLayout(body)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(0)
        line.addWidget(self._rail)
        line.addWidget(self._stack, 1)
        self.setCentralWidget(body)
        self._toasts = ToastStack(body)
        self.finder = Palette(
            body, [page_entry(e.key, e.title, e.icon, page_shortcut(n)) for n, e in enumerate(rail_entries, start=1)]
        )
        self.finder.chosen.connect(self._on_found)
        self._shortcut(Shortcut.PALETTE, lambda: self.finder.open_over(self._desk))
        KeysKept(Shortcut.PALETTE, self)
        self._shortcut(Shortcut.QUIT, self.close)
        self._shortcut(Shortcut.BACK, self.back)

    def open(self, desk: Desk, first: str = "", subject: object | None = None) -> None:
        """The services are there: show the first page, or the one asked for."""
        self._desk = desk
        desk.notify.message_said.connect(self._on_said)
        self.refresh_worker()
        self.go(first or (self._trail[-1] if self._trail else self._first), subject)

    def show_trouble(self, title: str, detail: str, hint: str) -> None:
        """The services could not be built: say why, in the window, with a way to try again."""
        trouble = EmptyState(
            title,
            "\n".join(part for part in (detail, hint) if part),
            "mdi6.alert-octagon-outline",
            "Try again",
            tone=Tone.DANGER,
            primary=True,
        )
        trouble.acted.connect(self._on_retry)
        self._stack.setCurrentIndex(self._stack.addWidget(trouble))
        self._rail.set_status("Catalog not open", Tone.DANGER)

    def go(self, key: str, subject: object | None = None) -> None:
        """Show that page; raises KeyError for a page that does not exist. Before the desk is there, remembers it."""
        self.finder.close_now()
        current = self.page
        if current is not None and current is not self._pages.get(key) and not current.may_leave():
            self._rail.show_chosen(self._trail[-1])
            return
        if self._desk is None:
            self._trail = [key]
            self._rail.show_chosen(key)
            return
        page = self._pages.get(key) or self._make(key, self._desk)
        if not self._trail or self._trail[-1] != key:
            self._trail = [*self._trail[-20:], key]
        self._stack.setCurrentWidget(page)
        self._rail.show_chosen(key)
        self.setWindowTitle(f"{page.title or self._entries[key].title} · Sandkeeper")
        page.setFocus(Qt.FocusReason.OtherFocusReason)
        page.activate(subject)
        if self._entries[key].in_rail:
            self._memory.keep(_PAGE, lambda: key)

    def back(self) -> None:
        """To the page before."""
        if len(self._trail) > 1:
            self._trail.pop()
            self.go(self._trail.pop())

    @property
    def desk(self) -> Desk | None:
        """What pages work with, once the services are there."""
        return self._desk

    @property
    def page(self) -> Page | None:
        """The page on screen."""
        shown = self._stack.currentWidget()
        return shown if isinstance(shown, Page) else None

    def catalog_changed(self, kinds: Collection[str], refs: Collection[str]) -> None:
        """Tell the page on screen; the others fetch anew when they are shown again."""
        if "worker" in kinds or "operation" in kinds:
            self.refresh_worker()
        if not _FOUND.isdisjoint(kinds):
            self.finder.catalog_changed()
        if self.page is not None:
            self.page.catalog_changed(kinds, refs)

    def refresh_worker(self) -> None:
        """Ask whether a worker runs, and say so at the lower left."""
        if self._desk is not None:
            self._desk.bridge.submit(
                self._desk.services.settings.worker, owner=self, topic="worker", on_done=self._on_worker
            )

    def _make(self, key: str, desk: Desk) -> Page:
        entry = self._entries[key]
        page = entry.make(desk)
        page.navigate.connect(self.go)
        page.badge_changed.connect(lambda text, key=key: self._rail.set_count(key, text))
        self._pages[key] = page
        self._memory.take_in(page)
        page.restore(self._memory.value(f"selection/{key}"))
        self._stack.addWidget(page)
        return page

    def _remember_selections(self) -> None:
        for key, page in self._pages.items():
            self._memory.keep(f"selection/{key}", page.selection)

    def reset(self) -> None:
        """Size, place, columns, edges and filters as at the first start, and so at the next."""
        self._memory.forget()
        centre(self, *SIZE)

    def _shortcut(self, keys: str, act: Callable[[], object]) -> None:
        shortcut = QShortcut(QKeySequence(keys), self)
        shortcut.activated.connect(act)

    def _on_found(self, entry: Entry) -> None:
        """Something was chosen in the palette: it leads to a page, or the window does it."""
        if entry.go is not None:
            self.go(entry.go, entry.subject)
        elif entry.command is not None:
            self._do(entry.command)

    def _do(self, command: Command) -> None:
        if command is Command.BACK:
            self.back()
        elif command is Command.QUIT:
            self.close()
        elif command is Command.RESET_WINDOW:
            self.reset()
        elif self._desk is None:
            return
        elif command is Command.START_WORKER:
            start_worker(owner=self, desk=self._desk, on_settled=self.refresh_worker)
        elif command in _SCHEMES:
            self._desk.appearance.choose(_SCHEMES[command])

    def _on_worker(self, status: object) -> None:
        running, stalled = getattr(status, "running", False), getattr(status, "stalled", False)
        words = "Worker stalled" if stalled else "Worker running" if running else "Worker idle"
        self._rail.set_status(words, Tone.WARNING if stalled else Tone.GOOD if running else Tone.MUTED)

    def _on_said(self, message: Message) -> None:
        toast = Toast(message.text, message.tone, message.action)
        if message.act is not None:
            toast.acted.connect(message.act)
        self._toasts.add(toast)

    def _on_retry(self) -> None:
        self._stack.setCurrentWidget(self._waiting)
        self.retry_asked.emit()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._rail.set_narrow(event.size().width() < NARROW_BELOW)
        self._remember_place()

    @override
    def moveEvent(self, event: QMoveEvent) -> None:
        super().moveEvent(event)
        self._remember_place()

    def _remember_place(self) -> None:
        if self.isVisible():
            self._memory.keep(_WINDOW, lambda: placing(self))

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self._remember_selections()
        self._memory.write()
        self.closed.emit()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.ActivationChange and self.isActiveWindow():
            self.refresh_worker()
