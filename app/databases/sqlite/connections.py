"""Opening SQLite files: read-only ones that the database itself keeps so, and knowing which file it really is.

A file that SQLite has open is never opened by other means in this process: closing any descriptor of a file drops
all locks the process holds on it (POSIX), and with them the protection of the copy. Hence `stat`, never `open`.
"""

import os
import sqlite3
import stat
from contextlib import closing
from functools import cache
from pathlib import Path

from app.databases.sqlite.failures import in_words
from app.databases.sqlite.urls import uri_of
from app.domain.environments import Identity
from app.errors import OutsideError

BUSY_SECONDS = 1.5
"""How long one attempt waits for a lock: short, so that a cancel is felt within two seconds."""


def identity_of(path: Path) -> Identity | None:
    """What the path leads to, following links; None when there is nothing."""
    try:
        facts = path.stat()
    except OSError:
        return None
    return Identity(engine="sqlite", major=str(facts.st_dev), minor=str(facts.st_ino))


def regular(path: Path) -> bool:
    """Whether the path leads to an ordinary file, following links."""
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except OSError:
        return False


def open_file(path: Path, mode: str, *, busy_seconds: float = BUSY_SECONDS) -> tuple[sqlite3.Connection, Identity]:
    """A connection to an existing file, and the identity of the very file it opened.

    `mode` is ro or rw. The first page has been read, so the file is a database and not locked. Raises OutsideError
    when it is missing, no ordinary file, not readable as a database, or was replaced while it was being opened.
    """
    before = identity_of(path)
    _must_be_a_database_file(path)
    if mode == "rw" and not os.access(path, os.W_OK):
        raise OutsideError(
            f"{path.name} may not be written",
            "This account has no right to change it.",
            f"Give write access to {path}, or run Sandkeeper under the account that made it.",
        )
    try:
        connection = sqlite3.connect(uri_of(path, mode), uri=True, isolation_level=None, timeout=busy_seconds)
    except sqlite3.Error as error:
        raise in_words(error, path, "while opening it") from None
    try:
        careful(connection)
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error as error:
        connection.close()
        raise in_words(error, path, "while opening it") from None
    after = identity_of(path)
    if before is None or before != after:
        connection.close()
        raise OutsideError(
            f"{path.name} was replaced while it was being opened",
            "Another program put a different file under this name at the same moment.",
            "Try again when that program is done.",
        )
    return connection, before


def open_readonly(path: Path, *, busy_seconds: float = BUSY_SECONDS) -> tuple[sqlite3.Connection, Identity]:
    """As `open_file`, for reading only, kept so by SQLite twice over (invariant 1)."""
    connection, identity = open_file(path, "ro", busy_seconds=busy_seconds)
    connection.execute("PRAGMA query_only = ON")
    return connection, identity


def careful(connection: sqlite3.Connection) -> None:
    """Settings for every connection: the file's schema is not trusted, no temporary file is written."""
    connection.execute(f"PRAGMA trusted_schema = {'ON' if _json_needs_trust() else 'OFF'}")
    connection.execute("PRAGMA cell_size_check = ON")
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.text_factory = text_or_bytes


@cache
def _json_needs_trust() -> bool:
    """Whether this SQLite takes its own JSON functions for unsafe, as 3.38 to 3.40 do: a database with a CHECK on
    json_valid() or an index on json_extract() would look damaged. Trust lets a structure call no more than SQLite's
    own functions: those for direct use alone stay forbidden, and of ours there are only masks."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("PRAGMA trusted_schema = OFF")
        try:
            connection.execute("CREATE TABLE t (a, b AS (json_valid(a)))")
        except sqlite3.Error:
            return True
    return False


def text_or_bytes(raw: bytes) -> str | bytes:
    """Text as it stands; the bytes themselves where they are no valid UTF-8 (SQLite stores what it is given)."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw


def sidecars(path: Path) -> tuple[Path, ...]:
    """The files SQLite may keep beside a database."""
    return tuple(path.with_name(path.name + suffix) for suffix in ("-wal", "-shm", "-journal"))


def _must_be_a_database_file(path: Path) -> None:
    try:
        facts = path.stat()
    except FileNotFoundError:
        raise OutsideError(
            f"There is no file {path.name}", f"Nothing stands at {path}.", "Check the path of the database."
        ) from None
    except OSError as error:
        raise OutsideError(
            f"{path.name[:80]} cannot be reached",
            f"The operating system said: {error.strerror}.",
            "Check the path and the rights on its folders.",
        ) from None
    if not stat.S_ISREG(facts.st_mode):
        raise OutsideError(f"{path.name} is not a file", "A folder or a device stands there.", "Give a file's path.")
    if not os.access(path, os.R_OK):
        raise OutsideError(
            f"{path.name} may not be read",
            "This account has no right to read it.",
            f"Give read access to {path}, or run Sandkeeper under an account that has it.",
        )
    if facts.st_size == 0:
        raise OutsideError(
            f"{path.name} is empty",
            "A file of zero bytes holds no database.",
            "Check the path: programs create such files when a path is mistyped.",
        )
