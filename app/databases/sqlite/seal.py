"""Everything on disk: the end of preparing, and copying whole files that nobody has open."""

import errno
import os
import sqlite3
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from app.databases.sqlite.area import sync_folder
from app.databases.sqlite.connections import identity_of
from app.databases.sqlite.failures import disk_failure, told
from app.databases.sqlite.marker import made_at, must_be_marked
from app.databases.sqlite.staging import FileSettings, Staging
from app.domain.environments import Marker
from app.errors import OutsideError
from app.ports.context import PhaseContext
from app.ports.databases import Staged

if sys.platform != "win32":
    import fcntl

_PART = 64 * 1024**2
_FICLONE = 0x40049409  # Linux: share the blocks instead of copying them, where the file system can


def to_disk(
    staging: Staging,
    settings: FileSettings,
    marker: Marker,
    twin: Path | None,
    rows: Mapping[str, int],
    ctx: PhaseContext,
) -> Staged:
    """Close the staging database, make it last through a power cut, and keep its twin for the baseline."""
    path = staging.path
    with told(path, "while finishing the file of the copy"):
        must_be_marked(staging.connection, marker)
        close_as(staging.connection, settings.journal)
        ctx.checkpoint()
        made = made_at(marker)
        if made is not None:
            os.utime(path, ns=(made, made))  # so that a baseline that was written to afterwards shows
        sync_file(path)
        if twin is not None:
            copy_file(path, twin, ctx)
        sync_folder(path.parent)
    identity = identity_of(path)
    if identity != marker.identity:
        raise OutsideError(f"{path.name} was replaced", "Another file stands under its name.", "Start again.")
    return Staged(
        place=str(path),
        identity=marker.identity,
        nonce=marker.nonce,
        size_bytes=path.stat().st_size,
        baseline=str(twin) if twin is not None else None,
        rows=dict(rows),
        modified=path.stat().st_mtime_ns,
    )


def close_as(connection: sqlite3.Connection, journal: str) -> None:
    """Close, leaving the file in write-ahead mode if its source was, and no other file beside it."""
    connection.execute("PRAGMA main.journal_mode = MEMORY")
    if journal == "wal":
        connection.execute("PRAGMA main.journal_mode = WAL")
    connection.close()


def copy_file(source: Path, target: Path, ctx: PhaseContext) -> None:
    """A whole file, sharing blocks where the file system can, with the source's time of last change. Nobody may have
    either open: closing a descriptor drops SQLite's locks. Raises OutsideError."""
    target.unlink(missing_ok=True)
    try:
        with source.open("rb") as reading, target.open("xb") as writing:
            target.chmod(0o600)
            if not _clone(reading.fileno(), writing.fileno()):
                left = os.fstat(reading.fileno()).st_size
                while left > 0:
                    left -= _copy_part(reading.fileno(), writing.fileno(), min(left, _PART))
                    ctx.checkpoint()
            os.fsync(writing.fileno())
        keep_time(source, target)
    except OSError as error:
        target.unlink(missing_ok=True)
        raise disk_failure(error, target, "while copying the file") from None


def keep_time(source: Path, target: Path) -> None:
    """Give the target the source's time of last change: as long as both agree, neither was written to since."""
    facts = source.stat()
    os.utime(target, ns=(facts.st_atime_ns, facts.st_mtime_ns))


def sync_file(path: Path) -> None:
    """Wait until the file's contents are on disk. Nobody of this process may have it open."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _clone(reading: int, writing: int) -> bool:
    if sys.platform != "linux":
        return False
    with suppress(OSError):
        fcntl.ioctl(writing, _FICLONE, reading)
        return True
    return False


def _copy_part(reading: int, writing: int, count: int) -> int:
    if sys.platform == "linux":
        try:
            copied = os.copy_file_range(reading, writing, count)
        except OSError as error:
            if error.errno not in (errno.EXDEV, errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP, errno.EPERM):
                raise
        else:
            if copied:
                return copied
    part = memoryview(os.read(reading, min(count, 8 * 1024**2)))
    copied = len(part)
    if not copied:
        raise OSError(errno.EIO, "the file became shorter while it was copied")
    while part:
        part = part[os.write(writing, part) :]
    return copied
