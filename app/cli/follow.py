"""Waiting for operations: the change feed says when to look, Ctrl-C asks them to stop."""

import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

from app.cli.progress import progress_for
from app.domain.ids import OperationId
from app.domain.operations import Operation
from app.errors import OutsideError, RefusedError

if TYPE_CHECKING:
    from app.cli.session import Session

LOOK_SECONDS = 0.1
"""Between two looks at the change feed, which is one number."""
GUARD_SECONDS = 2.0
"""Between two looks at whether a worker still runs."""


class _Interrupts:
    """Counts Ctrl-C instead of breaking off."""

    def __init__(self) -> None:
        self.count = 0
        self.came = threading.Event()

    def take(self, number: int, frame: FrameType | None) -> None:
        self.count += 1
        self.came.set()


def follow(session: "Session", ids: Sequence[OperationId]) -> tuple[Operation, ...]:
    """Show progress until every one of them has ended, and return them.

    The first Ctrl-C asks them to stop and goes on waiting until they have; the second leaves them to the worker.
    A worker that was killed meanwhile is replaced. Raises OutsideError when none comes up.
    """
    services = session.services
    operations = tuple(services.operations.get(id_) for id_ in ids)
    seen, rounds, asked = -1, 0, False
    with _interrupts() as interrupts, progress_for(session, operations) as progress:
        while True:
            last = services.changes.last()
            if last != seen:
                seen = last
                operations = tuple(services.operations.get(id_) for id_ in ids)
            progress.show(operations)
            if all(operation.state.ended for operation in operations):
                return operations
            if interrupts.count and not asked:
                asked = True
                progress.note("Asked to stop; waiting until it has (Ctrl-C again leaves it to the worker)")
                _cancel(session, operations)
            if interrupts.count > 1:
                return operations
            rounds += 1
            if rounds % round(GUARD_SECONDS / LOOK_SECONDS) == 0:
                services.operations.keep_going()
            interrupts.came.wait(LOOK_SECONDS)
            interrupts.came.clear()


def _cancel(session: "Session", operations: Sequence[Operation]) -> None:
    for operation in operations:
        try:
            session.services.operations.cancel(operation.id)
        except RefusedError:
            continue  # it has ended meanwhile
        except OutsideError as problem:
            session.out.error(problem.title, problem.detail, problem.hint)


@contextmanager
def _interrupts() -> Iterator[_Interrupts]:
    interrupts = _Interrupts()
    if threading.current_thread() is not threading.main_thread():
        yield interrupts  # only the main thread may listen to signals
        return
    before = signal.signal(signal.SIGINT, interrupts.take)
    try:
        yield interrupts
    finally:
        signal.signal(signal.SIGINT, before)
