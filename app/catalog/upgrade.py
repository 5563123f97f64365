"""Bringing a catalog to this version's tables, one process at a time, with a copy aside first."""

import os
import sqlite3
import threading
import time
from datetime import UTC
from pathlib import Path

from sqlalchemy import Connection, Engine

from app.catalog import migrations
from app.catalog.outside import BUSY_SECONDS
from app.errors import OutsideError, RefusedError
from app.ports.clock import Clock


def upgrade(engine: Engine, path: Path, clock: Clock) -> None:
    """Upgrade to the newest revision in one transaction: whoever comes second waits, and then finds nothing to do.

    Raises RefusedError for a catalog of a newer version, or a database that is no catalog; OutsideError when no copy
    can be put aside. In all these cases, and when a step fails, the catalog is as it was.
    """
    _switch_to_wal(path)
    with engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert isinstance(raw, sqlite3.Connection)  # noqa: S101  # tells mypy what kind of engine this is
        raw.execute("PRAGMA query_only=OFF")
        raw.execute("PRAGMA foreign_keys=OFF")  # a table rebuilt by a step must not take its children with it
        raw.execute("PRAGMA legacy_alter_table=OFF")
        try:
            with connection.execution_options(writes=True).begin():
                _upgrade_locked(connection, path, clock)
        finally:
            connection.invalidate()  # the next one begins with foreign keys on again


def _upgrade_locked(connection: Connection, path: Path, clock: Clock) -> None:
    now = migrations.current(connection)
    if now is None and _tables(connection):
        raise RefusedError(
            "This is not a catalog",
            f"{path} is a database of something else; nothing in it was changed.",
            "Name another place with --home or --catalog.",
        )
    if now is not None and now not in migrations.revisions():
        raise RefusedError(
            "The catalog was made by a newer version of Sandkeeper",
            f"{path} is at revision {now}, which this version does not know; nothing in it was changed.",
            "Install the newer version, or name another place with --home.",
        )
    if now == migrations.head():
        return
    copy = None if now is None else copy_aside(path, now, clock)
    try:
        migrations.upgrade(connection)
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise RuntimeError(f"the upgrade would leave {len(broken)} rows that refer to nothing")
    except BaseException:
        if copy is not None:  # nothing will have changed, and each further try would leave another copy
            copy.unlink(missing_ok=True)
        raise


def copy_aside(path: Path, revision: str, clock: Clock) -> Path:
    """A whole copy beside the catalog, mode 0600, named after the revision it holds. Raises OutsideError."""
    stamp = clock.now().astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    copy, number = path.with_name(f"{path.name}.before-{revision}-{stamp}"), 1
    while os.path.lexists(copy):
        number += 1
        copy = path.with_name(f"{path.name}.before-{revision}-{stamp}-{number}")
    made = False
    try:
        os.close(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        made = True
        source, target = sqlite3.connect(path, timeout=BUSY_SECONDS), sqlite3.connect(copy)
        try:
            source.backup(target)
        finally:
            source.close()
            target.close()
    except (OSError, sqlite3.Error) as problem:
        if made:
            copy.unlink(missing_ok=True)
        raise OutsideError(
            "The catalog could not be copied aside before its upgrade",
            f"{copy.name} could not be written ({problem}); the catalog is as it was.",
            "Make room in its folder or give your account write access there, then try again.",
        ) from problem
    return copy


def _tables(connection: Connection) -> list[str]:
    rows = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'")
    return [row[0] for row in rows]


def _switch_to_wal(path: Path) -> None:
    """Readers and the writer do not wait for one another from here on; the file remembers it.

    The switch needs the file for itself and does not wait for it, so it is tried again while another process is at it.
    """
    deadline, pause = time.monotonic() + BUSY_SECONDS, threading.Event()
    while True:
        connection = sqlite3.connect(path, timeout=1, isolation_level=None)
        try:
            if connection.execute("PRAGMA journal_mode=WAL").fetchone()[0] == "wal":
                return
            raise OutsideError(
                "The catalog cannot be kept here",
                f"{path} is on a file system where several programs cannot share an SQLite database.",
                "Name a folder on a local disk with --home.",
            )
        except sqlite3.OperationalError as problem:
            if problem.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
        finally:
            connection.close()
        pause.wait(0.02)
