"""Opening a catalog: found or made, upgraded if it must be, with mode 0600."""

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from app.catalog.engine import make_engine
from app.catalog.outside import BUSY_SECONDS, in_words
from app.catalog.transaction import SqlCatalog
from app.errors import OutsideError, RefusedError, UserError
from app.ports.clock import Clock

HEAD = "0002"
"""The newest revision in `migrations/versions`; here, so that opening a catalog need not import Alembic."""


def open_catalog(
    url: str,
    *,
    actor: str,
    audit_key: bytes,
    clock: Clock,
    on_audit_head: Callable[[int, str], None],
) -> SqlCatalog:
    """The catalog at `url` (`sqlite:///path`), made when there is none, upgraded when it is older.

    Several processes may open it at once, also for the first time. An older one is copied aside, with mode 0600, before
    it changes; when the upgrade fails it is as it was. Raises UserError for a URL that is not one, RefusedError for a
    catalog of a newer version or a file that is something else, OutsideError when it cannot be opened.
    """
    path = _path_of(url)
    _make(path)
    engine = make_engine(URL.create("sqlite", database=str(path)))
    try:
        revision = _revision(path)
        if revision is None:
            _refuse_another(path)
        _close_to_others(path)
        if revision != HEAD:
            from app.catalog.upgrade import upgrade  # Alembic takes longer to import than a catalog to open

            upgrade(engine, path, clock)
    except (DBAPIError, sqlite3.Error) as problem:
        engine.dispose()
        told = in_words(problem, str(path))
        if told is problem:
            raise
        raise told from problem
    except BaseException:
        engine.dispose()
        raise
    return SqlCatalog(engine, actor=actor, audit_key=audit_key, clock=clock, on_audit_head=on_audit_head)


def _path_of(text: str) -> Path:
    try:
        url = make_url(text)
    except (ArgumentError, ValueError) as problem:
        raise UserError(
            "This is not a catalog's URL", "It could not be read.", "Write it like sqlite:////folder/catalog.sqlite"
        ) from problem
    if url.get_backend_name() != "sqlite":
        raise UserError(
            f"A catalog on {url.get_backend_name()} is not supported by this version",
            "Catalogs are SQLite files for now.",
            "Write it like sqlite:////folder/catalog.sqlite",
        )
    if not url.database or url.database == ":memory:" or url.query or url.host or url.username or url.password:
        raise UserError(
            "A catalog must be a file", "The URL names none.", "Write it like sqlite:////folder/catalog.sqlite"
        )
    return Path(url.database).absolute()


def _make(path: Path) -> None:
    """See to it that the file is there."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        pass  # not opened here: closing any handle of it would drop the locks SQLite holds in this very process
    except OSError as problem:
        raise _unusable(path, problem) from problem


def _close_to_others(path: Path) -> None:
    """Nobody else can read it; SQLite gives -wal and -shm the same mode."""
    try:
        if path.stat().st_mode & 0o077:
            path.chmod(0o600)
    except OSError as problem:
        raise _unusable(path, problem) from problem


def _unusable(path: Path, problem: OSError) -> OutsideError:
    return OutsideError(
        "The catalog cannot be opened",
        f"{path} could not be made or made private: {problem.strerror}.",
        "Give your account write access to its folder, or name another place with --home.",
    )


def _refuse_another(path: Path) -> None:
    """Raises RefusedError for a database of something else, before mode or journal of it are touched: somebody may
    have named a production."""
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    finally:
        connection.close()
    if tables and "catalog_version" not in tables:
        raise RefusedError(
            "This is not a catalog",
            f"{path} is a database of something else; nothing in it was changed.",
            "Name another place with --home or --catalog.",
        )


def _revision(path: Path) -> str | None:
    """The revision the file is at; None for an empty one or one without a revision.

    Reads with sqlite3 alone and waits while another process makes or upgrades the catalog.
    """
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        row = connection.execute("SELECT version_num FROM catalog_version").fetchone()
    except sqlite3.OperationalError as problem:
        if problem.sqlite_errorcode == sqlite3.SQLITE_ERROR:  # no such table
            return None
        raise
    finally:
        connection.close()
    return None if row is None else str(row[0])
