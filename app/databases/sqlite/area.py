"""The folder beside a target that holds what is being made, what was replaced, and the baseline.

It stands on the target's own file system, so that a rename into place is one act, and only this account may enter it
(mode 0700, files 0600). Names tell what a file is; a file with any other name is not ours and is never touched.
"""

import hashlib
import os
import re
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event

from app.databases.sqlite.connections import sidecars
from app.databases.sqlite.failures import disk_failure
from app.domain.ids import OperationId
from app.errors import OutsideError, RefusedError
from app.ports.context import PhaseContext

if sys.platform != "win32":
    import fcntl

_OURS = re.compile(r"(staging-[\w-]+-\d+|old-[\w-]+|baseline-[\w-]+-\d+|baseline)\.sqlite(-wal|-shm|-journal)?")
_PASSING = re.compile(r"(staging-[\w-]+-\d+|old-[\w-]+|baseline-[\w-]+-\d+)\.sqlite(-wal|-shm|-journal)?")
_LOCK = "lock"
_LOCK_SECONDS = 10.0


class Area:
    """The area of one target file. Making the object touches nothing."""

    def __init__(self, target: Path) -> None:
        name = target.name
        if len(os.fsencode(name)) > 200:
            name = hashlib.sha256(os.fsencode(name)).hexdigest()[:32]
        self.target = target
        self.folder = target.with_name(f".{name}.sandkeeper")

    def staging(self, operation: OperationId, attempt: int) -> Path:
        return self.folder / f"staging-{operation}-{attempt}.sqlite"

    def old(self, operation: OperationId) -> Path:
        return self.folder / f"old-{operation}.sqlite"

    def coming_baseline(self, operation: OperationId, attempt: int) -> Path:
        """The twin that becomes the baseline when its copy has been published."""
        return self.folder / f"baseline-{operation}-{attempt}.sqlite"

    @property
    def baseline(self) -> Path:
        return self.folder / "baseline.sqlite"

    @property
    def exists(self) -> bool:
        try:
            return stat.S_ISDIR(self.folder.lstat().st_mode)
        except OSError:  # nothing there, or a path that cannot be: too long, through a file
            return False

    def make(self) -> None:
        """Raises OutsideError where it cannot be made, RefusedError where something of another's stands there."""
        try:
            self.folder.mkdir(mode=0o700, exist_ok=True)
            facts = self.folder.lstat()
            if not stat.S_ISDIR(facts.st_mode) or (hasattr(os, "geteuid") and facts.st_uid != os.geteuid()):
                raise RefusedError(
                    f"{self.folder.name} is not Sandkeeper's",
                    f"A link, a file or another account's folder stands at {self.folder}.",
                    "Look at what it is and move it away.",
                )
            self.folder.chmod(0o700)
        except OSError as error:
            raise disk_failure(error, self.folder, "while making the folder for the copy") from None

    @staticmethod
    def new_file(path: Path) -> None:
        """An empty file of mode 0600 that was not there before."""
        try:
            flags = os.O_CREAT | os.O_EXCL | os.O_RDWR | getattr(os, "O_NOFOLLOW", 0)
            os.close(os.open(path, flags, 0o600))
        except OSError as error:
            raise disk_failure(error, path, "while making the file of the copy") from None

    @contextmanager
    def lock(self, ctx: PhaseContext | None = None) -> Iterator[None]:
        """Alone among all processes; waits a few seconds. Raises OutsideError when somebody else stays inside."""
        self.make()
        descriptor = self._locked_descriptor(ctx)
        try:
            yield
        finally:
            os.close(descriptor)

    def leftovers(self) -> tuple[Path, ...]:
        """Files of attempts: staging, replaced copies, baselines not in place yet."""
        return self._files(_PASSING)

    def everything(self) -> tuple[Path, ...]:
        """All files of ours, the baseline too, the lock not."""
        return self._files(_OURS)

    def remove(self, *paths: Path) -> tuple[Path, ...]:
        """Remove those that are there, with SQLite's files beside them; says which. Links are removed as links."""
        removed = []
        for path in (each for one in paths for each in (one, *sidecars(one))):
            if path.parent != self.folder or not _OURS.fullmatch(path.name):
                continue
            with suppress(FileNotFoundError):
                path.unlink()
                removed.append(path)
        return tuple(removed)

    def vanish(self) -> bool:
        """Remove lock and folder when nothing else is left; to be called inside `lock`. Says whether it is gone."""
        if self.exists and [path.name for path in self.folder.iterdir()] in ([_LOCK], []):
            (self.folder / _LOCK).unlink(missing_ok=True)
            self.folder.rmdir()
        return not self.folder.exists()

    def tidy(self) -> None:
        """Vanish when nothing is kept here, without waiting for anybody."""
        with suppress(OSError, OutsideError, RefusedError):
            if self.exists and not self.everything():
                with self.lock():
                    self.vanish()

    def _files(self, pattern: re.Pattern[str]) -> tuple[Path, ...]:
        if not self.exists:
            return ()
        return tuple(
            path
            for path in sorted(self.folder.iterdir())
            if pattern.fullmatch(path.name) and stat.S_ISREG(path.lstat().st_mode)
        )

    def _locked_descriptor(self, ctx: PhaseContext | None) -> int:
        waited, pause = 0.0, Event()
        while True:
            try:
                flags = os.O_CREAT | os.O_RDWR | getattr(os, "O_NOFOLLOW", 0)
                descriptor = os.open(self.folder / _LOCK, flags, 0o600)
            except OSError as error:
                raise disk_failure(error, self.folder / _LOCK, "while locking the copies") from None
            if _flock(descriptor) and _still_named(descriptor, self.folder / _LOCK):
                return descriptor
            os.close(descriptor)
            if waited >= _LOCK_SECONDS:
                raise OutsideError(
                    f"{self.target.name} is being worked on",
                    "Another Sandkeeper process holds the lock of its copies.",
                    "Wait until it is done, or stop that process.",
                )
            pause.wait(0.1)
            waited += 0.1
            if ctx is not None:
                ctx.checkpoint()
            self.make()


def sync_folder(folder: Path) -> None:
    """Make names in the folder last through a power cut."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _flock(descriptor: int) -> bool:
    if sys.platform == "win32":
        return True  # one worker per home is the guard there
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _still_named(descriptor: int, path: Path) -> bool:
    """Whether the locked file is the one under that name now; the last owner may have removed it."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.lstat())
    except OSError:
        return False
