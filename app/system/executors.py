"""Executor ids of a home, the lock on each, and its heartbeat."""

import os
import socket
import sys
from dataclasses import dataclass
from pathlib import Path

from app.errors import OutsideError
from app.ports.clock import Clock
from app.system.clock import SystemClock
from app.system.home import Home
from app.system.locks import FileLock
from app.system.private_files import read_json, write_json

FIRST = "local"
STALL_SECONDS = 15.0
"""A worker that holds its lock and has not beaten for this long is taken for stalled (stopped, or hung)."""

PROBE_PATIENCE = 2.0
"""Whoever looks at a lock keeps it from being taken for a moment; a worker that wants it tries for this long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutorFacts:
    """What the files of one executor say now."""

    executor: str
    held: bool
    stalled: bool
    process: int | None


class ExecutorLock:
    """The lock on an executor id, held for a worker's life, and the heartbeat that goes with it.

    The operating system lets it go when the process ends, however it ends. `acquire` beats at once, so that a worker
    is never seen without a beat of its own.
    """

    def __init__(self, home: Home, executor: str = FIRST, *, clock: Clock | None = None) -> None:
        self.executor = executor
        self._lock = FileLock(home.workers / f"{executor}.lock")
        self._beat_path = home.workers / f"{executor}.beat"
        self._clock = clock or SystemClock()

    @property
    def held(self) -> bool:
        return self._lock.held

    def acquire(self) -> bool:
        """False when a live process holds it."""
        if not self._lock.acquire(wait=PROBE_PATIENCE):
            return False
        self.beat()
        return True

    def beat(self) -> None:
        """Say that we live. Raises RuntimeError without the lock, OutsideError when the home cannot be written."""
        if not self._lock.held:
            raise RuntimeError("a heartbeat without the lock")
        now = self._clock.now().isoformat()
        beat = {"process": os.getpid(), "host": socket.gethostname(), "at": now, "monotonic": self._clock.monotonic()}
        write_json(self._beat_path, beat, durable=False)

    def release(self) -> None:
        if self._lock.held:
            self._beat_path.unlink(missing_ok=True)
        self._lock.release()


def own_executor(home: Home, *, clock: Clock | None = None) -> ExecutorLock | None:
    """The lock of the executor a new worker of this home should be; None when a worker runs already.

    A stalled worker keeps its id and its lock; the new one gets the next id and takes over from it. Of several
    processes that ask at once, one gets a lock.
    """
    clock = clock or SystemClock()
    with FileLock(home.workers / "start.lock"):
        taken = set()
        for facts in executors(home, clock=clock):
            if facts.held and not facts.stalled:
                return None
            if facts.held:
                taken.add(facts.executor)
        names = [FIRST, *(f"{FIRST}-{number}" for number in range(2, len(taken) + 2))]
        for name in names:
            if name not in taken:
                lock = ExecutorLock(home, name, clock=clock)
                if lock.acquire():
                    return lock
    return None


def executors(home: Home, *, clock: Clock | None = None) -> tuple[ExecutorFacts, ...]:
    """Every executor this home has seen, and how it is now."""
    names = sorted(path.stem for path in home.workers.glob(f"{FIRST}*.lock"))
    return tuple(facts_of(home, name, clock=clock) for name in names)


def facts_of(home: Home, executor: str, *, clock: Clock | None = None) -> ExecutorFacts:
    if not FileLock(home.workers / f"{executor}.lock").taken():
        return ExecutorFacts(executor=executor, held=False, stalled=False, process=None)
    process, age = _beat_of(home.workers / f"{executor}.beat", clock or SystemClock())
    return ExecutorFacts(executor=executor, held=True, stalled=age > _stall_seconds(), process=process)


def gone(home: Home, executor: str, *, clock: Clock | None = None) -> bool:
    """Whether that executor is dead or stalled, so that its operations may be taken over."""
    facts = facts_of(home, executor, clock=clock)
    return not facts.held or facts.stalled


def _beat_of(path: Path, clock: Clock) -> tuple[int | None, float]:
    """Process and age in seconds of the newest beat; no beat is as old as can be.

    Counted by the machine's own counter, which a clock that is set cannot move and which stands still while the machine
    sleeps.
    """
    try:
        beat = read_json(path)
    except OutsideError:
        beat = None
    process, at = (beat or {}).get("process"), (beat or {}).get("monotonic")
    if not isinstance(process, int) or not isinstance(at, int | float) or _dead(process, (beat or {}).get("host")):
        return None, float("inf")
    return process, max(0.0, clock.monotonic() - at)


def _dead(process: int, host: object) -> bool:
    """Whether the beat is what a killed worker left, seen in the moment before its successor's first."""
    if sys.platform == "win32" or host != socket.gethostname():
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def _stall_seconds() -> float:
    """SANDKEEPER_STALL_SECONDS makes it shorter, for tests."""
    try:
        return float(os.environ.get("SANDKEEPER_STALL_SECONDS", ""))
    except ValueError:
        return STALL_SECONDS
