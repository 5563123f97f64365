"""A lock that the operating system lets go when its process dies, however it dies."""

import os
import sys
import threading
import time
from pathlib import Path
from types import TracebackType

from app.errors import OutsideError

if sys.platform == "win32":  # pragma: no cover
    import msvcrt
else:
    import fcntl

RETRY_SECONDS = 0.02


class FileLock:
    """An exclusive lock on a file among all processes. The file stays when the lock is let go: to delete it could
    give two processes a lock each, on two files of one name."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._handle: int | None = None

    @property
    def held(self) -> bool:
        """Whether this very object holds it."""
        return self._handle is not None

    def acquire(self, wait: float = 0) -> bool:
        """Take it, trying for `wait` seconds; False when somebody else kept it. Raises OutsideError when the file
        cannot be made."""
        if self._handle is not None:
            return True
        try:
            handle = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as problem:
            raise OutsideError(
                "A lock file cannot be made",
                f"{self.path}: {problem.strerror}.",
                "Give your account write access there, or name another folder with --home.",
            ) from problem
        deadline, pause = time.monotonic() + wait, threading.Event()
        while not _locked(handle):
            if time.monotonic() >= deadline:
                os.close(handle)
                return False
            pause.wait(RETRY_SECONDS)
        self._handle = handle
        return True

    def taken(self) -> bool:
        """Whether another process holds it now. Looking never looks like holding to others who look; it can keep one
        who acquires waiting for a moment."""
        try:
            handle = os.open(self.path, os.O_RDWR)
        except OSError:
            return False
        try:
            return not _locked(handle, shared=True)
        finally:
            os.close(handle)

    def release(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def __enter__(self) -> "FileLock":
        """Waits up to ten seconds. Raises OutsideError when it is kept longer."""
        if not self.acquire(wait=10):
            raise OutsideError(
                "Another Sandkeeper is in the way",
                f"It has kept {self.path} locked for more than 10 seconds.",
                "Wait for it, or end it, then try again.",
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def _locked(handle: int, *, shared: bool = False) -> bool:
    try:
        if sys.platform == "win32":  # pragma: no cover
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # knows no shared locks
        else:
            fcntl.flock(handle, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True
