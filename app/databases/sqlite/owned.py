"""The environment's own database, known to be ours and held against everybody while it is replaced or removed.

The connection that reads identity and marker is the one that holds the lock (invariant 5): there is no moment between
looking and doing in which another file or another program could slip in.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from app.databases.marks import fits
from app.databases.sqlite.connected import connected
from app.databases.sqlite.connections import identity_of, open_file, sidecars
from app.databases.sqlite.failures import in_words
from app.databases.sqlite.looking import marker_in
from app.databases.sqlite.marker import read_marker
from app.domain.environments import Environment, Identity
from app.errors import OutsideError, RefusedError
from app.ports.context import PhaseContext
from app.ports.databases import Signer

_ATTEMPTS = 4
_DIFFERS = "Identity or mark of the database there are not those the catalog recorded."


@contextmanager
def held(path: Path, environment: Environment, signer: Signer, ctx: PhaseContext) -> Iterator[Identity]:
    """Yields the identity; within, nobody else reads or writes the file, and nothing of SQLite stands beside it.

    Raises RefusedError when it is not what the catalog recorded, OutsideError when a program does not let go of it.
    """
    must_be_ours(path, environment, signer)
    connection, identity = open_file(path, "rw")
    try:
        _hold(connection, path, identity, ctx)
        if not fits(read_marker(connection), identity, environment, signer) or identity_of(path) != identity:
            raise not_ours(environment, _DIFFERS)
        for sidecar in sidecars(path):
            sidecar.unlink(missing_ok=True)
        yield identity
    finally:
        with suppress(sqlite3.Error):
            connection.close()


def must_be_ours(path: Path, environment: Environment, signer: Signer) -> None:
    """Look first, without being able to change anything: opening a database for writing already may (a journal rolled
    back, a -wal taken in), and it might be a production. Raises RefusedError, OutsideError when it cannot be read."""
    if path.is_symlink():
        raise not_ours(environment, "A link stands there, and Sandkeeper makes files only.")
    if environment.identity is None:
        raise not_ours(environment, "The catalog knows of no copy that Sandkeeper made there.")
    if identity_of(path) != environment.identity:
        raise not_ours(environment, _DIFFERS)
    if not fits(marker_in(path), environment.identity, environment, signer):
        raise not_ours(environment, _DIFFERS)


def not_ours(environment: Environment, why: str) -> RefusedError:
    return RefusedError(
        f"The database of {environment.ref} is not one that Sandkeeper made",
        f"{why} Only what Sandkeeper made is replaced or removed.",
        "Look at what stands there; move it away by hand if it is not needed, or give the environment another path.",
    )


def _hold(connection: sqlite3.Connection, path: Path, identity: Identity, ctx: PhaseContext) -> None:
    """Out of write-ahead mode, then an exclusive lock. A -wal beside the old file would be read as part of the next
    one, so it has to be gone before the name changes hands."""
    for attempt in range(_ATTEMPTS):
        ctx.checkpoint()
        try:
            connection.execute("PRAGMA journal_mode = DELETE")
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise in_words(error, path, "while taking hold of it") from None
            if attempt + 1 == _ATTEMPTS:
                raise _in_use(path, identity) from None
            continue
        if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
            return
        connection.execute("ROLLBACK")
    raise _in_use(path, identity)


def _in_use(path: Path, identity: Identity) -> OutsideError:
    holders = connected(identity)
    return OutsideError(
        f"{path.name} is in use",
        f"It is open in {', '.join(holders)}." if holders else "Another program holds it.",
        "Close the programs that have the sandbox open, then resume; the old copy is intact.",
    )


def keep_mode(old: Path, new: Path) -> None:
    """Give the new file the rights of the old one, so that its users get in as before."""
    facts = old.stat()
    new.chmod(facts.st_mode & 0o777)
    if hasattr(os, "chown"):
        with suppress(PermissionError):
            os.chown(new, facts.st_uid, facts.st_gid)
