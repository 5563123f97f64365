"""The one mechanism for work off the main thread."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import shiboken6
from PySide6.QtCore import QObject, QRunnable, Qt, QThreadPool, Signal, Slot
from typing_extensions import override

log = logging.getLogger(__name__)

Result = TypeVar("Result")


@dataclass(slots=True)
class _Errand:
    """One piece of work under way, known to the main thread alone."""

    owner: QObject
    topic: str
    on_done: Callable[[Any], None] | None
    on_error: Callable[[Exception], None] | None


class _Mail(QObject):
    """Carries results over; lives on the main thread and is emitted from the pool's."""

    delivered = Signal(int, object, object)


class _Work(QRunnable):
    def __init__(self, number: int, call: Callable[[], object], mail: _Mail) -> None:
        super().__init__()
        self._number, self._call, self._mail = number, call, mail

    @override
    def run(self) -> None:
        result, error = None, None
        try:
            result = self._call()
        except Exception as caught:  # noqa: BLE001  # whatever it is, it is shown on the main thread
            error = caught
        if shiboken6.isValid(self._mail):
            self._mail.delivered.emit(self._number, result, error)


class Bridge(QObject):
    """Runs calls in a thread pool and hands what came of them back on the main thread.

    Results for an owner that was destroyed are dropped. Within one owner a newer errand on the same `topic` makes the
    older one's result unwanted, so that quick clicking shows the last choice and never an earlier one.

    Signals:
        failed(owner, error): an errand failed whose sender did not say what to do then.
    """

    failed = Signal(object, object)

    def __init__(self, parent: QObject | None = None, *, threads: int = 4) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(threads)
        self._mail = _Mail(self)
        self._mail.delivered.connect(self._on_delivered, Qt.ConnectionType.QueuedConnection)
        self._errands: dict[int, _Errand] = {}
        self._next = 0

    def submit(
        self,
        call: Callable[..., Result],
        *args: object,
        owner: QObject,
        on_done: Callable[[Result], None] | None = None,
        on_error: Callable[[Exception], None] | None = None,
        topic: str = "",
        **named: object,
    ) -> None:
        """Call `call(*args, **named)` in the pool; then `on_done(result)` or `on_error(error)` on the main thread.

        `owner` is the widget that wants the answer; `topic` names what it is about, where only the newest counts.
        """
        if topic:
            self.forget(owner, topic)
        self._next += 1
        self._errands[self._next] = _Errand(owner, topic, on_done, on_error)
        self._pool.start(_Work(self._next, lambda: call(*args, **named), self._mail))

    def forget(self, owner: QObject, topic: str) -> None:
        """Results on that topic are no longer wanted."""
        for number in [n for n, e in self._errands.items() if e.owner is owner and e.topic == topic]:
            del self._errands[number]

    @property
    def busy(self) -> bool:
        """Whether anybody still waits for a result."""
        return bool(self._errands)

    def close(self, patience_ms: int = 2_000) -> bool:
        """Drop what waits and let go of the threads. False when one is still busy after `patience_ms`."""
        self._errands.clear()
        self._pool.clear()
        return self._pool.waitForDone(patience_ms)

    @Slot(int, object, object)
    def _on_delivered(self, number: int, result: object, error: Exception | None) -> None:
        errand = self._errands.pop(number, None)
        if errand is None or not shiboken6.isValid(errand.owner):
            return
        if error is None:
            if errand.on_done is not None:
                errand.on_done(result)
        elif errand.on_error is not None:
            errand.on_error(error)
        else:
            self.failed.emit(errand.owner, error)
