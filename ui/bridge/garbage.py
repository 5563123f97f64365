"""Collecting garbage on the main thread alone."""

import gc

from PySide6.QtCore import QObject, QTimer

EVERY_MS = 2_000
YOUNG_MANY = 20_000  # containers made since the last look
FULL_AFTER = 30  # young collections until a full one
FLOOD = 150_000  # containers made since the last look: somebody read very many rows


class MainThreadGarbage(QObject):
    """Python may collect on any thread, and a widget in a cycle that is freed on a pool's thread takes Qt down with it.
    So automatic collection is off while a console runs, and happens here between events. What survives a full
    collection is frozen, which keeps later ones short with 30,000 environments in memory. So is a flood, unseen: going
    through it would be felt, and rows have no cycles. What has one and came along with it is freed at the end.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._young = 0
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self._on_moment)

    def start(self) -> None:
        gc.disable()
        self._timer.start()

    def close(self) -> None:
        self._timer.stop()
        gc.unfreeze()
        gc.enable()

    def _on_moment(self) -> None:
        many = gc.get_count()[0]
        if many < YOUNG_MANY:
            return
        if many > FLOOD:
            gc.freeze()
            return
        self._young += 1
        if self._young % FULL_AFTER:
            gc.collect(1)
        else:
            gc.collect()
            gc.freeze()
