"""What a scrubbed copy is measured against: copying without scrubbing, and scrubbing the slow, unsafe way.

Each measures wall-clock seconds until the result is on the disk (synced), since a provision ends there too.
"""

import os
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from app.domain.plan import Plan, TablePlan
from app.domain.policy import Treatment
from app.policy.masks import bind
from app.ports.secrets import MaskKey


def file_copy(source: Path, target: Path) -> float:
    """The floor: the bytes, and nothing looked at."""
    return _timed(target, lambda: shutil.copyfile(source, target))


def vacuum_into(source: Path, target: Path) -> float:
    """What SQLite itself needs to write every row and index anew."""

    def work() -> None:
        with closing(sqlite3.connect(source)) as connection:
            connection.execute("VACUUM INTO ?", (str(target),))

    return _timed(target, work)


def backup_update_vacuum(source: Path, target: Path, plan: Plan) -> float:
    """How it is usually done: copy everything, update the columns with the same masks, vacuum the originals away.

    For as long as it runs, the copy holds originals (which Sandkeeper never allows); it is here as a measure.
    """
    key = MaskKey(os.urandom(32), stable=False)

    def work() -> None:
        with closing(sqlite3.connect(source)) as origin, closing(sqlite3.connect(target)) as copy:
            origin.backup(copy)
            copy.execute("PRAGMA cache_size = -200000")
            copy.execute("PRAGMA journal_mode = OFF")
            copy.execute("PRAGMA synchronous = OFF")
            triggers = copy.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
            for name, _sql in triggers:
                copy.execute(f"DROP TRIGGER {_quoted(name)}")
            for number, table in enumerate(plan.tables):
                _scrub(copy, table, key, number)
            for _name, sql in triggers:
                copy.execute(sql)
            copy.commit()
            copy.execute("VACUUM")

    return _timed(target, work)


def _scrub(copy: sqlite3.Connection, table: TablePlan, key: MaskKey, number: int) -> None:
    if table.copied == "none":
        copy.execute(f"DELETE FROM {_quoted(table.table)}")
        return
    changes = []
    for position, column in enumerate(table.columns):
        if column.treatment is Treatment.MASK:
            function = f"mask_{number}_{position}"
            copy.create_function(function, 1, bind(column, key), deterministic=True)
            changes.append(f"{_quoted(column.column)} = {function}({_quoted(column.column)})")
    if changes:
        copy.execute(f"UPDATE {_quoted(table.table)} SET {', '.join(changes)}")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _timed(target: Path, work: Callable[[], object]) -> float:
    target.unlink(missing_ok=True)
    begin = time.perf_counter()
    try:
        work()
        descriptor = os.open(target, os.O_RDWR)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        return time.perf_counter() - begin
    finally:
        for end in ("", "-wal", "-shm", "-journal"):
            target.with_name(target.name + end).unlink(missing_ok=True)
