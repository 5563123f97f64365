"""The catalog's change feed as a signal."""

import logging
import threading
from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QObject, Signal

log = logging.getLogger(__name__)

EVERY_S, AFTER_TROUBLE_S = 0.25, 2.0


class FeedEntry(Protocol):
    @property
    def id(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def ref(self) -> str: ...


class Changes(Protocol):
    """What the feed needs of the change service."""

    def last(self) -> int: ...
    def since(self, id: int, /) -> Sequence[FeedEntry]: ...


class CatalogFeed(QObject):
    """Looks at the change feed on a thread of its own and says what changed, several entries at once.

    A catalog that cannot be read for a moment (disk, network) is said once and tried again; nothing is missed, since
    the feed's ids grow.

    Signals:
        catalog_changed(kinds, refs): frozensets of what the entries named.
        feed_lost(error), feed_found(): the catalog could not be read; it can be read again.
    """

    catalog_changed = Signal(object, object)
    feed_lost = Signal(object)
    feed_found = Signal()

    def __init__(
        self,
        changes: Changes,
        parent: QObject | None = None,
        *,
        every: float = EVERY_S,
        after_trouble: float = AFTER_TROUBLE_S,
    ) -> None:
        super().__init__(parent)
        self._changes, self._every, self._after_trouble = changes, every, after_trouble
        self._ready = threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="catalog-feed", daemon=True)

    def start(self) -> None:
        self._thread.start()

    @property
    def ready(self) -> bool:
        """Whether it knows where the feed stood, so that what changes from now on is told."""
        return self._ready.is_set()

    def close(self) -> None:
        """Stop watching and wait for the thread, at most two seconds."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(2.0)

    def _watch(self) -> None:
        last, lost = -1, False
        while not self._stop.is_set():
            try:
                if last < 0:
                    last = self._changes.last()
                    self._ready.set()
                entries = self._changes.since(last)
            except Exception as error:  # a dying feed would leave a console that never updates
                log.exception("The change feed could not be read")
                if not lost:
                    self.feed_lost.emit(error)
                lost = True
                self._stop.wait(self._after_trouble)
                continue
            if lost:
                lost = False
                self.feed_found.emit()
            if entries and not self._stop.is_set():
                last = entries[-1].id
                self.catalog_changed.emit(frozenset(e.kind for e in entries), frozenset(e.ref for e in entries))
            self._stop.wait(self._every)
