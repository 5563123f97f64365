"""One look at a file: what it is, and whose mark it carries. No row of a user's table is read."""

import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from app.databases.marks import fits
from app.databases.sqlite.connections import careful, identity_of, open_readonly, sidecars
from app.databases.sqlite.failures import in_words
from app.databases.sqlite.marker import read_marker
from app.databases.sqlite.quoting import quoted
from app.databases.sqlite.shapes import read_shapes
from app.databases.sqlite.urls import path_of, uri_of
from app.domain.environments import Marker, MarkerState, Target
from app.domain.inspection import TableFacts
from app.errors import SandkeeperError
from app.ports.databases import Look, Signer

_COUNTING_SECONDS = 3.0


def look(url: str) -> Look:
    """Never raises; `problem` says why a file could not be read."""
    try:
        path = path_of(url)
        identity = identity_of(path)
    except SandkeeperError as error:
        return Look(exists=False, problem=error.title)
    except (OSError, ValueError) as error:
        return Look(exists=False, problem=f"The path cannot be used: {type(error).__name__}")
    if identity is None:
        return Look(exists=False)
    try:
        marker = marker_in(path)
    except SandkeeperError as error:
        return Look(exists=True, identity=identity, size_bytes=_size(path), problem=f"{error.title}. {error.detail}")
    return Look(
        exists=True,
        identity=identity,
        marker=marker,
        size_bytes=_size(path),
        engine=f"sqlite {sqlite3.sqlite_version}",
    )


def marker_state(target: Target, seen: Look, signer: Signer) -> MarkerState:
    """What the marker is worth: VALID only when signature, identity, nonce and catalog agree."""
    if not seen.exists or seen.identity is None:
        return MarkerState.MISSING
    if seen.marker is None:
        return MarkerState.NONE
    return MarkerState.VALID if fits(seen.marker, seen.identity, target.environment, signer) else MarkerState.FOREIGN


def table_facts(url: str) -> tuple[TableFacts, ...]:
    """Tables with exact row counts; None for those that could not be counted within a few seconds.

    Raises OutsideError when the database cannot be read.
    """
    path = path_of(url)
    connection, _ = open_readonly(path)
    try:
        connection.execute("BEGIN")
        tables = [table for table in read_shapes(connection).tables if table.copied]
        connection.set_progress_handler(out_of_time(_COUNTING_SECONDS), 10_000)
        return tuple(TableFacts(table=t.policy_name, rows=_count(connection, t.name)) for t in tables)
    except sqlite3.Error as error:
        raise in_words(error, path, "while counting its rows") from None
    finally:
        connection.close()


def marker_in(path: Path) -> Marker | None:
    """The mark in the file, verified or not. Changes nothing; raises OutsideError when it cannot be read."""
    wal, _, journal = sidecars(path)
    if not wal.exists() and not journal.exists():
        # nothing beside it: read it without locks and without leaving a -wal and -shm behind
        with suppress(sqlite3.Error):
            connection = sqlite3.connect(uri_of(path, "ro") + "&immutable=1", uri=True, isolation_level=None)
            try:
                careful(connection)
                return read_marker(connection)
            finally:
                connection.close()
    connection, _ = open_readonly(path)
    try:
        return read_marker(connection)
    except sqlite3.Error as error:
        raise in_words(error, path, "while looking for its mark") from None
    finally:
        connection.close()


def out_of_time(seconds: float) -> Callable[[], bool]:
    """For SQLite's progress callback: breaks off what runs longer than this from now on."""
    end = time.monotonic() + seconds
    return lambda: time.monotonic() > end


def _count(connection: sqlite3.Connection, table: str) -> int | None:
    try:
        return int(connection.execute(f"SELECT count(*) FROM {quoted(table)}").fetchone()[0])
    except sqlite3.OperationalError:
        return None


def _size(path: Path) -> int | None:
    try:
        wal = sidecars(path)[0]
        return path.stat().st_size + (wal.stat().st_size if wal.exists() else 0)
    except OSError:
        return None
