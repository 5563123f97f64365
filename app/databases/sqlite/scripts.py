"""What a policy runs on the finished copy: SQL in a session that can do nothing else, and commands."""

import sqlite3
import time
from collections.abc import Sequence
from typing import Final

from app.databases.commands import run_command
from app.databases.sqlite.connections import careful
from app.databases.sqlite.failures import interrupted, told
from app.databases.sqlite.marker import TABLE, must_be_marked
from app.databases.sqlite.staging import STEPS, Staging
from app.databases.sqlite.urls import uri_of
from app.domain.environments import Marker
from app.domain.policy import Run
from app.errors import OutsideError
from app.ports.context import PhaseContext

_OF_THE_FILE: Final = ("application_id", "data_version", "encoding", "page_count", "page_size", "user_version")
_OF_ONE_THING: Final = (
    "defer_foreign_keys",
    "foreign_key_check",
    "foreign_key_list",
    "index_info",
    "index_list",
    "index_xinfo",
    "integrity_check",
    "quick_check",
    "table_info",
    "table_list",
    "table_xinfo",
)
"""PRAGMAs that only tell: those of the file as long as nothing is given to them. The first one changes when foreign
keys are looked at, in this transaction alone."""
_LOOKING: Final = (sqlite3.SQLITE_READ, sqlite3.SQLITE_SELECT, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_ANALYZE)
_FORBIDDEN: Final = (
    sqlite3.SQLITE_ATTACH,
    sqlite3.SQLITE_DETACH,
    sqlite3.SQLITE_TRANSACTION,
    sqlite3.SQLITE_SAVEPOINT,
)


def run_entries(staging: Staging, entries: Sequence[Run], marker: Marker, ctx: PhaseContext) -> None:
    """One after the other; after each, the file must be the same, whole, closed to others and carry its mark.

    Raises OutsideError naming the entry that failed or took too long, what `ctx.checkpoint` raises when the person asks
    to stop. The copy is worth nothing then.
    """
    ctx.checkpoint()
    for entry in entries:
        ctx.log(f"{entry.title}: runs")
        with staging.released():
            if entry.sql:
                _run_sql(staging, entry, ctx)
            else:
                run_command(entry, f"sqlite:///{staging.path}", ctx)
        must_be_marked(staging.connection, marker)
        ctx.checkpoint()


def _run_sql(staging: Staging, entry: Run, ctx: PhaseContext) -> None:
    """All statements in one transaction. No journal is written: a copy in which one fails is thrown away."""
    end = time.monotonic() + entry.timeout
    with told(staging.path, "while running what the policy says"):
        connection = sqlite3.connect(uri_of(staging.path, "rw"), uri=True, isolation_level=None, timeout=1)
    try:
        with told(staging.path, "while running what the policy says"):
            careful(connection)
            for pragma in ("locking_mode = EXCLUSIVE", "journal_mode = OFF", "synchronous = OFF", "secure_delete = ON"):
                connection.execute(f"PRAGMA main.{pragma}")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
            connection.execute("BEGIN EXCLUSIVE")
        connection.set_progress_handler(lambda: ctx.should_stop() or time.monotonic() > end, STEPS)
        for number, sql in enumerate(entry.sql, 1):
            connection.set_authorizer(_allowed)
            ctx.log(
                f"{entry.title}: statement {number} of {len(entry.sql)}: {_run(connection, entry, number, sql, ctx)}"
            )
            ctx.checkpoint()
        connection.set_authorizer(None)
        _run(connection, entry, len(entry.sql), "COMMIT", ctx)
    finally:
        connection.close()


def _run(connection: sqlite3.Connection, entry: Run, number: int, sql: str, ctx: PhaseContext) -> str:
    """What the statement did, in a few words. Rows that it returns are counted and forgotten."""
    before, returned = connection.total_changes, 0
    try:
        cursor = connection.execute(sql)
        for _ in cursor:
            returned += 1
    except (sqlite3.Error, sqlite3.Warning) as error:
        if isinstance(error, sqlite3.Error) and interrupted(error):
            ctx.checkpoint()
            raise OutsideError(
                f"{entry.title} took too long",
                f"Statement {number} of {entry.id} was broken off: together they may take {entry.timeout:,} seconds.",
                "Give it more time (`timeout`), or an index it could use. The environment is as it was.",
            ) from None
        raise _failed(entry, number, error) from None
    changed = connection.total_changes - before
    if cursor.description is not None:
        return f"{returned:,} rows read" if not changed else f"{changed:,} rows changed"
    return f"{changed:,} {'row' if changed == 1 else 'rows'} changed"


def _failed(entry: Run, number: int, error: sqlite3.Error | sqlite3.Warning) -> OutsideError:
    if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_AUTH:
        return OutsideError(
            f"{entry.title}: statement {number} may not be run",
            f"Statements of {entry.id} cannot open other files, begin or end transactions, change settings with PRAGMA "
            "or touch Sandkeeper's mark.",
            "Take that out of the policy; a command can do what a statement cannot. The environment is as it was.",
        )
    return OutsideError(
        f"{entry.title} failed",
        f"SQLite said of statement {number} of {entry.id}: {error}.",
        "Mend the statement in the policy, have it approved and start again. The environment is as it was.",
    )


def _allowed(action: int, first: str | None, second: str | None, database: str | None, inside: str | None) -> int:
    """SQLite's question for everything a statement would do; `inside` names the trigger or view that does it."""
    if action in _FORBIDDEN:
        return sqlite3.SQLITE_DENY
    if action == sqlite3.SQLITE_PRAGMA:
        name = (first or "").casefold()
        harmless = name in _OF_ONE_THING or (name in _OF_THE_FILE and second is None)
        return sqlite3.SQLITE_OK if harmless else sqlite3.SQLITE_DENY
    if action not in _LOOKING and TABLE in ((first or "").casefold(), (second or "").casefold()):
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK
