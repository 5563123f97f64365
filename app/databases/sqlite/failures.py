"""SQLite's error codes in words a person can act on. No text here holds a value of a row."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.errors import OutsideError
from app.ports.context import PhaseContext

_NO_ROOM = (
    "There is no room left for {name}",
    "The disk is full, or this account's limit is reached.",
    "Free some space on the disk that holds {folder}, then start again; nothing was changed.",
)

_WORDS: dict[int, tuple[str, str, str]] = {
    sqlite3.SQLITE_NOTADB: (
        "{name} is not a readable SQLite database",
        "It is another kind of file, or the whole of it is encrypted.",
        "Check the path. An encrypted database has to be decrypted by its own program first.",
    ),
    sqlite3.SQLITE_CORRUPT: (
        "{name} is damaged",
        "SQLite found pages in it that make no sense.",
        "Run `PRAGMA integrity_check` on it; restore it from a backup, or save what `sqlite3 FILE .recover` can.",
    ),
    sqlite3.SQLITE_BUSY: (
        "{name} is locked",
        "Another program holds it and did not let go within a few seconds.",
        "Close the program that has it open, or wait until its work is done, then try again.",
    ),
    sqlite3.SQLITE_LOCKED: (
        "{name} is locked",
        "Another program holds one of its tables.",
        "Close the program that has it open, then try again.",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        "{name} cannot be opened",
        "It may not be readable for this account; a database in write-ahead mode also needs a folder that SQLite "
        "can write its -shm file to; and SQLite takes no path longer than about 500 bytes.",
        "Check the rights on the file and on {folder}.",
    ),
    sqlite3.SQLITE_READONLY: (
        "{name} cannot be read without writing",
        "Its last program ended in the middle of a change, and only a program that may write can bring it in order.",
        "Open it once with its own program, close that, then try again.",
    ),
    sqlite3.SQLITE_PERM: ("{name} may not be used", "The operating system refuses access.", "Check the file's rights."),
    sqlite3.SQLITE_FULL: _NO_ROOM,
    sqlite3.SQLITE_IOERR: (
        "The disk failed while {name} was used",
        "Reading or writing did not work ({code}).",
        "Check the disk, the network share and the free space, then try again.",
    ),
    sqlite3.SQLITE_NOMEM: ("There is not enough memory", "SQLite could not get any.", "Close other programs."),
    sqlite3.SQLITE_TOOBIG: ("A value in {name} is too large", "SQLite refuses it.", "Look for values above 1 GB."),
    sqlite3.SQLITE_CONSTRAINT: (
        "A rule of the database does not hold for the copied rows",
        "{message}.",
        "Choose a mask that keeps values apart and in shape for the column named, or mend the rows in the source.",
    ),
}

_WRITING = ("SQLITE_IOERR_WRITE", "SQLITE_IOERR_TRUNCATE", "SQLITE_IOERR_FSYNC", "SQLITE_IOERR_DIR_FSYNC")


def in_words(error: sqlite3.Error, path: Path, doing: str = "") -> OutsideError:
    """The error for a person; `doing` says what was going on, as a clause that begins with "while"."""
    code, name = getattr(error, "sqlite_errorcode", 0), getattr(error, "sqlite_errorname", type(error).__name__)
    words = _WORDS.get(code & 0xFF)
    if name in _WRITING:
        words = _NO_ROOM
    if words is None:
        words = ("SQLite could not go on with {name}", "It said: {message}.", "")
    parts = {"name": path.name, "folder": path.parent, "code": name, "message": str(error)}
    title, detail, hint = (text.format(**parts) for text in words)
    if doing:
        detail = f"{detail} It happened {doing}."
    return OutsideError(title, detail, hint)


def interrupted(error: sqlite3.Error) -> bool:
    """Whether SQLite broke off because the progress callback asked for it."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_INTERRUPT


@contextmanager
def told(path: Path, doing: str = "", ctx: PhaseContext | None = None, reading: Path | None = None) -> Iterator[None]:
    """Turn SQLite's and the system's errors of the block into OutsideError; a broken-off statement into what
    `ctx.checkpoint` raises. With `reading`, errors that writing cannot cause are told about that file."""
    try:
        yield
    except sqlite3.Error as error:
        if ctx is not None and interrupted(error):
            ctx.checkpoint()
        raise in_words(error, reading if reading and not _of_writing(error) else path, doing) from None
    except OSError as error:
        raise disk_failure(error, path, doing) from None


def _of_writing(error: sqlite3.Error) -> bool:
    code, name = getattr(error, "sqlite_errorcode", 0), getattr(error, "sqlite_errorname", "")
    return code & 0xFF in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_CONSTRAINT) or name in _WRITING


def disk_failure(error: OSError, path: Path, doing: str = "") -> OutsideError:
    """An operating-system error in words."""
    told_when = f" It happened {doing}." if doing else ""
    return OutsideError(
        f"{path.name} cannot be used",
        f"The operating system said: {error.strerror or type(error).__name__}.{told_when}",
        f"Check the rights and the free space in {path.parent}.",
    )
