"""The database an operation builds aside, empty at first, and the connection that alone may use it."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.databases.sqlite.connections import careful, identity_of
from app.databases.sqlite.failures import disk_failure, told
from app.databases.sqlite.source import SqliteSource
from app.databases.sqlite.urls import uri_of
from app.domain.environments import Identity
from app.errors import OutsideError
from app.ports.context import PhaseContext

_STEPS = 20_000
"""SQLite's virtual machine steps between two questions whether to stop: a few milliseconds."""


@dataclass(frozen=True, slots=True)
class FileSettings:
    """What a SQLite file says of itself and a copy takes over."""

    page_size: int
    encoding: str
    auto_vacuum: int
    user_version: int
    application_id: int
    journal: str

    @property
    def utf8(self) -> bool:
        return self.encoding == "UTF-8"


def settings_of(source: SqliteSource) -> FileSettings:
    return FileSettings(
        page_size=int(source.pragma("page_size")),
        encoding=source.pragma("encoding"),
        auto_vacuum=int(source.pragma("auto_vacuum")),
        user_version=int(source.pragma("user_version")),
        application_id=int(source.pragma("application_id")),
        journal=source.pragma("journal_mode"),
    )


class Staging:
    """An open staging file. No journal is ever written (invariant 2): what fails is thrown away whole. The exclusive
    lock taken by the first write stays until `close`, so nobody gets in early (invariant 9)."""

    def __init__(self, path: Path, settings: FileSettings) -> None:
        self.path = path
        with told(path, "while making the database of the copy"):
            self.connection = sqlite3.connect(uri_of(path, "rw"), uri=True, isolation_level=None, timeout=1)
            careful(self.connection)
            for pragma in (
                f"main.page_size = {settings.page_size}",
                f"encoding = '{settings.encoding}'",
                f"main.auto_vacuum = {settings.auto_vacuum}",
                "main.locking_mode = EXCLUSIVE",
                "main.journal_mode = OFF",
                "main.synchronous = OFF",
                "main.secure_delete = ON",
                "main.cache_size = -65536",
            ):
                self.connection.execute(f"PRAGMA {pragma}")
        identity = identity_of(path)
        if identity is None:
            raise OutsideError(f"{path.name} vanished", "The file of the copy was removed.", "Start again.")
        self.identity: Identity = identity

    @contextmanager
    def working(self, ctx: PhaseContext, doing: str, reading: Path | None = None) -> Iterator[sqlite3.Connection]:
        """One transaction that breaks off when the person asks for it; errors come out in words, those of reading
        about the file `reading`."""
        self.connection.set_progress_handler(ctx.should_stop, _STEPS)
        try:
            with told(self.path, doing, ctx, reading):
                self.connection.execute("BEGIN")
                yield self.connection
                self.connection.execute("COMMIT")
        finally:
            self.connection.set_progress_handler(None, 0)
        ctx.checkpoint()

    @contextmanager
    def attached(self, source: Path, expected: Identity, name: str = "source") -> Iterator[None]:
        """With a database attached under that name, for reading alone. Raises OutsideError when another file took its
        name since it was looked at."""
        same_file(source, expected)
        with told(source, "while opening it for the copy"):
            self.connection.execute(f"ATTACH ? AS {name}", (uri_of(source, "ro"),))
            self.connection.execute(f"PRAGMA {name}.cache_size = -16384")
            same_file(source, expected)
        try:
            yield
        finally:
            if not self.connection.in_transaction:
                self.connection.execute(f"DETACH {name}")

    def close(self) -> None:
        self.connection.close()


def same_file(source: Path, expected: Identity) -> None:
    """Raises OutsideError when the path leads to another file than it did."""
    if identity_of(source) != expected:
        raise OutsideError(
            f"{source.name} was replaced during the copy",
            "Another file stands under its name now.",
            "Start again; the environment is as it was.",
        )


def stamp(path: Path) -> tuple[int, int]:
    """Size and time of the last change: enough to notice a writer that ignores SQLite's locks."""
    try:
        facts = path.stat()
    except OSError as error:
        raise disk_failure(error, path, "while copying it") from None
    return facts.st_size, facts.st_mtime_ns
