"""What a sandbox has that its copy had not: its tables compared with the baseline, within a time limit."""

import sqlite3
from pathlib import Path

from app.databases.sqlite.area import Area
from app.databases.sqlite.connected import connected
from app.databases.sqlite.connections import identity_of, open_readonly, sidecars
from app.databases.sqlite.looking import out_of_time
from app.databases.sqlite.quoting import quoted
from app.databases.sqlite.shapes import Shapes, TableShape, read_shapes
from app.databases.sqlite.urls import path_of, uri_of
from app.databases.sqlite.wipe import owns
from app.domain.environments import Target
from app.domain.plan import Impact, TableChange
from app.errors import OutsideError, SandkeeperError

SECONDS = 2.0
"""How long the comparison may take; what is not compared by then is said to be unknown."""


def impact_of(target: Target) -> Impact:
    """Never raises: what cannot be found out is said in `note`."""
    environment = target.environment
    path = path_of(environment.database)
    identity = identity_of(path)
    if identity is None:
        return Impact(exists=False, last_copied_at=environment.copied_at, destroys=owns(target))
    changes, exact, note = _changes(path)
    return Impact(
        exists=True,
        last_copied_at=environment.copied_at,
        changes=changes,
        exact=exact,
        note=note,
        connected=connected(identity),
        size_bytes=path.stat().st_size,
        destroys=owns(target),
    )


def unchanged(path: Path, baseline: Path) -> bool:
    """Whether the file was not written to since it was published: its time of last change is still its twin's."""
    wal = sidecars(path)[0]
    if wal.exists() and wal.stat().st_size:
        return False
    mine, twin = path.stat(), baseline.stat()
    return (mine.st_size, mine.st_mtime_ns) == (twin.st_size, twin.st_mtime_ns)


def _changes(path: Path) -> tuple[tuple[TableChange, ...], bool, str]:
    baseline = Area(path).baseline
    if not baseline.is_file():
        return (), False, "There is no baseline to compare with, so changes since the copy are not known."
    try:
        if unchanged(path, baseline):
            return (), True, ""
        connection, _ = open_readonly(path)
    except OSError as error:
        return (), False, f"The sandbox cannot be looked at: {error.strerror}."
    except OutsideError as error:
        return (), False, f"{error.title}, so changes since the copy are not known."
    stop = out_of_time(SECONDS)
    connection.set_progress_handler(stop, 10_000)
    found: list[TableChange] = []
    try:
        connection.execute("ATTACH ? AS baseline", (uri_of(baseline, "ro"),))
        connection.execute("BEGIN")
        now, before = read_shapes(connection), read_shapes(connection, "baseline")
        for table in now.tables:
            if table.copied:
                found.append(_compared(connection, table, before.table(table.name)))
        found.extend(_vanished(connection, now, before))
    except (sqlite3.Error, SandkeeperError):
        why = "Comparing took too long" if stop() else "Not everything could be compared"
        return _different(found), False, f"{why}: there may be more changes since the copy than are listed."
    finally:
        connection.set_progress_handler(None, 0)
        connection.close()
    return _different(found), True, ""


def _compared(connection: sqlite3.Connection, table: TableShape, before: TableShape | None) -> TableChange:
    name = quoted(table.name)
    if before is None:
        rows = connection.execute(f"SELECT count(*) FROM main.{name}").fetchone()[0]
        return TableChange(table=table.policy_name, added=int(rows), changed=0, removed=0)
    keys = _key(table, before)
    old = {c.name.casefold() for c in before.columns}
    shared = [quoted(c.name) for c in table.columns if c.hidden != 1 and c.name.casefold() in old]
    match = " AND ".join(f"b.{key} IS a.{key}" for key in keys)
    differ = " OR ".join(f"a.{column} IS NOT b.{column}" for column in shared) or "0"
    there = f"EXISTS (SELECT 1 FROM baseline.{name} AS b WHERE {match})"
    same = f"EXISTS (SELECT 1 FROM baseline.{name} AS b WHERE {match} AND NOT ({differ}))"
    total, known, equal = connection.execute(
        f"SELECT count(*), coalesce(sum({there}), 0), coalesce(sum({same}), 0) FROM main.{name} AS a"
    ).fetchone()
    earlier = connection.execute(f"SELECT count(*) FROM baseline.{name}").fetchone()[0]
    return TableChange(
        table=table.policy_name, added=total - known, changed=known - equal, removed=max(earlier - known, 0)
    )


def _key(table: TableShape, before: TableShape) -> list[str]:
    primary = [quoted(c.name) for c in table.columns if c.key]
    if primary and table.module is None:
        return primary
    if table.rowid is not None and before.rowid is not None:
        return [table.rowid]
    return [quoted(c.name) for c in table.stored]


def _vanished(connection: sqlite3.Connection, now: Shapes, before: Shapes) -> list[TableChange]:
    gone = []
    for table in before.tables:
        if table.copied and now.table(table.name) is None:
            rows = connection.execute(f"SELECT count(*) FROM baseline.{quoted(table.name)}").fetchone()[0]
            gone.append(TableChange(table=table.policy_name, added=0, changed=0, removed=int(rows)))
    return gone


def _different(changes: list[TableChange]) -> tuple[TableChange, ...]:
    return tuple(c for c in changes if c.added or c.changed or c.removed)
