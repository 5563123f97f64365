"""Making a demo world's production database as an SQLite file: the whole file, or nothing."""

import os
import secrets
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from app.databases.demo.world import SEED, Row, World, sensible
from app.errors import OutsideError, RefusedError


def make_file(world: World, path: Path, rows: int, *, seed: int = SEED) -> None:
    """Write a world's production database with `rows` customers to `path`.

    The same rows and seed give the same content. The file appears complete or not at all: it is written under another
    name beside it and renamed. Raises RefusedError when something stands at `path` already, UserError for a number of
    rows outside 1 to 1,000,000, OutsideError when the disk does not play along.
    """
    sensible(rows)
    _refuse_existing(path)
    aside = path.with_name(f".{path.name}.{secrets.token_hex(6)}.making")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(aside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        with closing(sqlite3.connect(aside, isolation_level=None)) as connection:
            _fill(connection, world, rows, seed)
        _to_disk(aside)
        _refuse_existing(path)
        aside.rename(path)
    except (OSError, sqlite3.Error) as problem:
        raise OutsideError(
            "The demo database could not be written",
            f"We were writing {path}; nothing was left there. The system says: {problem}",
            "See that the folder can be written and has room (about 2 KB for each customer).",
        ) from problem
    finally:
        for end in ("", "-wal", "-shm", "-journal"):
            with suppress(OSError):  # whatever went wrong above is what the person must hear of
                aside.with_name(aside.name + end).unlink()


def _refuse_existing(path: Path) -> None:
    if path.exists() or path.is_symlink():
        raise RefusedError(
            "There is a file already",
            f"{path} exists; a demo never replaces a file.",
            "Choose another place, or remove the file if it is an old demo.",
        )


def _fill(connection: sqlite3.Connection, world: World, rows: int, seed: int) -> None:
    # Nothing else sees this file before it is complete, so a crash halfway needs no journal and no patience.
    connection.executescript(
        "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-200000; BEGIN;" + world.before("sqlite")
    )

    def insert(table: str, batch: list[Row]) -> None:
        places = ", ".join("?" * len(batch[0]))
        connection.executemany(f'INSERT INTO "{table}" VALUES ({places})', batch)

    world.make_rows(rows, seed, insert)
    connection.execute("COMMIT")
    connection.executescript(world.after("sqlite") + "ANALYZE; PRAGMA journal_mode=WAL;")


def _to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
