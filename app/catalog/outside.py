"""What the database under the catalog complains of, in words a person can act on."""

import sqlite3

from sqlalchemy.exc import DBAPIError

from app.errors import OutsideError, UserError

BUSY_SECONDS = 10
"""How long a transaction waits for another one to end."""

_WORDS = {
    sqlite3.SQLITE_BUSY: (
        "The catalog is locked",
        f"Another program has kept {{place}} for itself for more than {BUSY_SECONDS} seconds; nothing was changed.",
        "Close other programs that have it open (a database browser, a backup), then try again.",
    ),
    sqlite3.SQLITE_FULL: (
        "The disk is full",
        "{place} could not grow; nothing was changed.",
        "Make room on that disk, then try again.",
    ),
    sqlite3.SQLITE_READONLY: (
        "The catalog cannot be written",
        "{place} is read-only; nothing was changed.",
        "Give your account write access to the file and its folder, or name another place with --home.",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        "The catalog cannot be opened",
        "{place}, or a file beside it, could not be opened or created.",
        "Give your account write access to the file and its folder, or name another place with --home.",
    ),
    sqlite3.SQLITE_PERM: (
        "The catalog cannot be opened",
        "The operating system does not let this account open {place}.",
        "Give your account write access to the file and its folder, or name another place with --home.",
    ),
    sqlite3.SQLITE_IOERR: (
        "The disk failed under the catalog",
        "Reading or writing {place} failed; the change that was under way did not happen.",
        "Look at the disk's health and free space; keep a copy of the folder before you try again.",
    ),
    sqlite3.SQLITE_CORRUPT: (
        "The catalog is damaged",
        "{place} is not a whole database any more.",
        "Keep the file as it is and put back a copy; copies made before upgrades stand beside it.",
    ),
    sqlite3.SQLITE_NOTADB: (
        "This is not a catalog",
        "{place} is not an SQLite database, or it is encrypted.",
        "Name another place with --home or --catalog, or put the right file back.",
    ),
}


def in_words(problem: Exception, place: str) -> Exception:
    """The error to raise instead of `problem`; `problem` itself when it is none of the world's but a bug of ours."""
    if isinstance(problem, UnicodeEncodeError):
        return UserError(
            "A text holds characters that cannot be stored",
            "It is no valid Unicode; a file name in another encoding looks like this.",
            "Rename it, or write it without those characters.",
        )
    found = problem.orig if isinstance(problem, DBAPIError) else problem
    code = getattr(found, "sqlite_errorcode", None)
    if code is None:
        return problem
    words = _WORDS.get(code & 0xFF)
    if words is None:
        return problem
    title, detail, hint = words
    return OutsideError(title, detail.format(place=place), hint)


def written_while_reading(problem: DBAPIError) -> bool:
    """Whether a statement tried to write through a connection that was told to read only."""
    return getattr(problem.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_READONLY
