"""What a person arranged, kept from one start to the next. Pages opt in with one line for each widget."""

import logging
from collections.abc import Callable
from typing import Protocol, runtime_checkable

from PySide6.QtCore import QObject, QSettings, QTimer
from PySide6.QtWidgets import QWidget

log = logging.getLogger(__name__)

LATER_MS = 500
"""How long changes are collected before they are written: dragging an edge makes dozens."""

_PLACE = "layout"
_NAME = "remembered"
_LONGEST = 20_000  # characters: what is longer is not ours


@runtime_checkable
class Arranged(Protocol):
    """A widget whose arrangement can be remembered. It also has a signal `rearranged`, for each change by a person."""

    def arrangement(self) -> str:
        """What the person changed, "" for nothing."""
        ...

    def arrange(self, kept: str) -> None:
        """Put it so; "" is as made. What cannot be used is passed over: anyone may write into the file."""
        ...


def remember(widget: QWidget, name: str) -> None:
    """Keep how a person arranges this widget under `name`, which is said once in all pages and never changes."""
    widget.setProperty(_NAME, name)


class Memory(QObject):
    """Keeps arrangements in the console's preferences. Without any (`None`) it holds them until the end.

    No name of a tenant or environment goes in there, only what it takes to find them again: ids.
    """

    def __init__(self, preferences: QSettings | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._preferences = preferences
        self._known: dict[str, str] = {}
        self._waiting: dict[str, Callable[[], str]] = {}
        self._arranged: dict[str, Arranged] = {}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(LATER_MS)
        self._timer.timeout.connect(self.write)

    def value(self, key: str) -> str:
        """What was kept under that key; "" when nothing was."""
        if key not in self._known:
            kept = self._preferences.value(f"{_PLACE}/{key}", "") if self._preferences is not None else ""
            self._known[key] = kept if isinstance(kept, str) and len(kept) <= _LONGEST else ""
        return self._known[key]

    def keep(self, key: str, ask: Callable[[], str]) -> None:
        """Ask for its value soon, and keep that."""
        self._waiting[key] = ask
        if not self._timer.isActive():
            self._timer.start()

    def take_in(self, page: QWidget) -> None:
        """Arrange everything in `page` that is remembered as it was, and listen from now on."""
        for widget in page.findChildren(QWidget):
            name = widget.property(_NAME)
            if not isinstance(name, str) or not isinstance(widget, Arranged):
                continue
            self._arranged[name] = widget
            kept = self.value(name)
            if kept:
                self._arrange(name, widget, kept)
            widget.rearranged.connect(  # type: ignore[attr-defined]  # a signal cannot stand in a protocol
                lambda name=name, widget=widget: self.keep(name, widget.arrangement)
            )

    def forget(self) -> None:
        """Everything as made, now and at the next start."""
        self._waiting.clear()
        self._known.clear()
        for name, widget in self._arranged.items():
            self._arrange(name, widget, "")
        self._waiting.clear()
        if self._preferences is not None:
            self._preferences.remove(_PLACE)
            self._preferences.sync()

    def write(self) -> None:
        """Keep what waits. A file that cannot be written is no trouble of anyone's: it holds until the end."""
        self._timer.stop()
        waiting, self._waiting = self._waiting, {}
        changed = {key: now for key, ask in waiting.items() if (now := ask()) != self.value(key)}
        self._known |= changed
        if self._preferences is not None and changed:
            for key, now in changed.items():
                self._preferences.setValue(f"{_PLACE}/{key}", now)
            self._preferences.sync()

    def _arrange(self, name: str, widget: Arranged, kept: str) -> None:
        try:
            widget.arrange(kept)
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError):
            log.debug("what was remembered of %s cannot be used", name)
