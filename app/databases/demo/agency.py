"""Making the demo agency's production database: the whole file, or nothing."""

import os
import secrets
import sqlite3
from contextlib import closing, suppress
from datetime import date
from pathlib import Path
from random import Random

from app.databases.demo import office
from app.databases.demo.customers import CustomerMaker
from app.databases.demo.pools import make_pools
from app.databases.demo.schema import INDEXES_VIEWS_TRIGGERS, TABLES
from app.errors import OutsideError, RefusedError, UserError

SEED = 20_261_101
TODAY = date(2026, 11, 1)
"""The day the demo's world stands still at: content depends on the seed and the number of rows, never on the clock."""

MOST_ROWS = 1_000_000
_BATCH = 20_000


def make_agency_database(path: Path, rows: int = 2000, *, seed: int = SEED) -> None:
    """Write an insurance agency's production database with `rows` customers to `path`.

    The same rows and seed give the same content. The file appears complete or not at all: it is written under another
    name beside it and renamed. Raises RefusedError when something stands at `path` already, UserError for a number of
    rows outside 1 to 1,000,000, OutsideError when the disk does not play along.
    """
    if not 1 <= rows <= MOST_ROWS:
        raise UserError("That is not a number of customers", f"{rows} was asked for.", f"Choose 1 to {MOST_ROWS:,}.")
    _refuse_existing(path)
    aside = path.with_name(f".{path.name}.{secrets.token_hex(6)}.making")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(aside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        with closing(sqlite3.connect(aside, isolation_level=None)) as connection:
            _fill(connection, rows, seed)
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


def _fill(connection: sqlite3.Connection, rows: int, seed: int) -> None:
    # Nothing else sees this file before it is complete, so a crash halfway needs no journal and no patience.
    connection.executescript(
        "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-200000; BEGIN;" + TABLES
    )
    loader = _Loader(connection)
    random, pools = Random(seed), make_pools(seed)  # noqa: S311  # the same demo every time is the point
    people = list(office.employees(random, pools, rows, TODAY))
    carriers = list(office.companies(random))
    for table, made in (
        ("business_unit", office.business_units()),
        ("employee", people),
        ("company", carriers),
        ("bank_account", office.bank_accounts(random)),
        ("integration_credential", office.integrations(random)),
        ("webhook", office.webhooks(random)),
    ):
        for row in made:
            loader.add(table, row)
    maker = CustomerMaker(
        random,
        pools,
        employees=[str(p[0]) for p in people],
        producers=[str(p[0]) for p in people if p[8]],
        companies=[str(c[0]) for c in carriers],
        today=TODAY,
        add=loader.add,
    )
    for number in range(1, rows + 1):
        maker.make(number)
    loader.flush()
    connection.execute("COMMIT")
    connection.executescript(INDEXES_VIEWS_TRIGGERS + "ANALYZE; PRAGMA journal_mode=WAL;")


def _to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class _Loader:
    """Collects rows by table and inserts them in batches."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._waiting: dict[str, list[tuple[object, ...]]] = {}

    def add(self, table: str, row: tuple[object, ...]) -> None:
        waiting = self._waiting.setdefault(table, [])
        waiting.append(row)
        if len(waiting) >= _BATCH:
            self._insert(table)

    def flush(self) -> None:
        for table in self._waiting:
            self._insert(table)

    def _insert(self, table: str) -> None:
        waiting = self._waiting[table]
        if waiting:
            places = ", ".join("?" * len(waiting[0]))
            self._connection.executemany(f'INSERT INTO "{table}" VALUES ({places})', waiting)
            waiting.clear()
