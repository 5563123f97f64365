"""The database an operation builds aside, empty at first, and the connection that alone may use it."""

import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from app.databases.sqlite.connected import connected
from app.databases.sqlite.connections import careful, identity_of, sidecars
from app.databases.sqlite.failures import disk_failure, told
from app.databases.sqlite.source import SqliteSource
from app.databases.sqlite.urls import uri_of
from app.domain.environments import Identity
from app.errors import OutsideError
from app.ports.context import PhaseContext

_TRIES = 15

STEPS = 20_000
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
        self._settings = settings
        with told(path, "while making the database of the copy"):
            self.connection = self._connected()
        identity = identity_of(path)
        if identity is None:
            raise OutsideError(f"{path.name} vanished", "The file of the copy was removed.", "Start again.")
        self.identity: Identity = identity

    def _connected(self) -> sqlite3.Connection:
        connection = sqlite3.connect(uri_of(self.path, "rw"), uri=True, isolation_level=None, timeout=1)
        try:
            careful(connection)
            for pragma in (
                f"main.page_size = {self._settings.page_size}",
                f"encoding = '{self._settings.encoding}'",
                f"main.auto_vacuum = {self._settings.auto_vacuum}",
                "main.locking_mode = EXCLUSIVE",
                "main.journal_mode = OFF",
                "main.synchronous = OFF",
                "main.secure_delete = ON",
                "main.cache_size = -65536",
            ):
                connection.execute(f"PRAGMA {pragma}")
        except BaseException:
            connection.close()
            raise
        return connection

    @contextmanager
    def released(self) -> Iterator[None]:
        """Let go of the file while something else works with it; held again afterwards, and nothing beside it.

        Raises OutsideError when another file took its name, it got another name, or somebody still has it open.
        """
        self.connection.close()
        yield
        self._must_be_the_same()
        with told(self.path, "while taking the copy back"):
            self._fold_in()
            self.connection = self._connected()
            self.connection.execute("BEGIN EXCLUSIVE")
            self.connection.execute("COMMIT")
            for sidecar in sidecars(self.path):
                sidecar.unlink(missing_ok=True)
            self.path.chmod(0o600)
        self._must_be_the_same()

    def _must_be_the_same(self) -> None:
        try:
            facts = self.path.lstat()
        except OSError:
            facts = None
        if facts is None or not stat.S_ISREG(facts.st_mode) or identity_of(self.path) != self.identity:
            raise OutsideError(
                "The file of the copy was replaced",
                "Something else stands under its name than what was made, so nobody knows where it comes from.",
                "Change the file in place instead. The environment is as it was.",
            )
        if facts.st_nlink > 1:
            raise OutsideError(
                "The file of the copy got another name",
                "A hard link leads to it, so others could reach the sandbox by a way nobody knows of.",
                "Leave that out of what is run. The environment is as it was.",
            )

    def _fold_in(self) -> None:
        """Everything into the one file: what a write-ahead log or an unfinished journal still holds. Waits a moment
        for processes that are just ending."""
        pause = Event()
        for attempt in range(_TRIES):
            with closing(sqlite3.connect(uri_of(self.path, "rw"), uri=True, isolation_level=None, timeout=0)) as open_:
                try:
                    careful(open_)
                    open_.execute("SELECT count(*) FROM sqlite_master").fetchone()
                    open_.execute("PRAGMA main.journal_mode = DELETE")
                    open_.execute("BEGIN EXCLUSIVE")
                    open_.execute("COMMIT")
                except sqlite3.OperationalError as error:
                    busy = getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
                    if not busy:
                        raise
                else:
                    return
            if attempt + 1 < _TRIES:
                pause.wait(0.1)
        holders = connected(self.identity)
        raise OutsideError(
            "The file of the copy is still in use",
            f"It is open in {', '.join(holders)}." if holders else "Another program holds it.",
            "What is run on the copy must have ended when its command does. The environment is as it was.",
        )

    @contextmanager
    def working(self, ctx: PhaseContext, doing: str, reading: Path | None = None) -> Iterator[sqlite3.Connection]:
        """One transaction that breaks off when the person asks for it; errors come out in words, those of reading
        about the file `reading`."""
        self.connection.set_progress_handler(ctx.should_stop, STEPS)
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
