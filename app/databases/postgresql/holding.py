"""Keeping the source's tables as they are while they are read, as pg_dump does: a lock that stands in nobody's way.

ACCESS SHARE is what every SELECT takes; applications read and write on. It keeps a table from being dropped, emptied
or rewritten under the copy. But a command that wants to do that waits, and everybody who comes after it waits behind:
then the copy is the one that gives way.
"""

from collections.abc import Sequence
from threading import Event
from time import monotonic
from typing import Final

import psycopg

from app.databases.postgresql.connections import LOCK_SECONDS
from app.databases.postgresql.failures import told
from app.databases.postgresql.shapes import TableShape
from app.databases.postgresql.snapshot import Snapshot
from app.errors import OutsideError
from app.ports.context import PhaseContext

_PAUSE: Final = 0.2
_AT_ONCE: Final = 500
_LOOK_SECONDS: Final = 2.0
_WAITING: Final = (
    "SELECT relation FROM pg_locks WHERE NOT granted AND locktype = 'relation' AND mode = 'AccessExclusiveLock' AND "
    "database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND relation = ANY (%s) AND "
    "waitstart < clock_timestamp() - make_interval(secs => %s)"
)


class Holding:
    """The tables while they are held. For the thread that owns the snapshot."""

    def __init__(self, snapshot: Snapshot, tables: Sequence[TableShape]) -> None:
        self._snapshot = snapshot
        self._tables = {table.oid: table for table in tables}
        self._looked = monotonic()

    def check(self) -> None:
        """Raises OutsideError when production has waited for one of the tables for some seconds."""
        if monotonic() - self._looked < _LOOK_SECONDS:
            return
        self._looked = monotonic()
        with told(self._snapshot.place, "while looking whether anybody waits for the copy"):
            found = self._snapshot.main.execute(_WAITING, (list(self._tables), LOCK_SECONDS)).fetchone()
        if found is not None:
            raise OutsideError(
                f"A change of {self._tables[found[0]].policy_name} waits for the copy",
                "A command like ALTER TABLE wants the table for itself, and everybody else in production would wait "
                "behind it. The copy gave way.",
                "Start again when the change is done.",
            )


def hold(snapshot: Snapshot, tables: Sequence[TableShape], ctx: PhaseContext) -> Holding:
    """Lock the tables until the snapshot is left. Never stands in the queue for a lock; asks again for some seconds.

    Raises OutsideError when somebody keeps a table locked, or rewrote or emptied one after the snapshot was taken:
    such a table looks empty to it.
    """
    for begin in range(0, len(tables), _AT_ONCE):
        some = tables[begin : begin + _AT_ONCE]
        with told(snapshot.place, "while locking its tables against being changed", ctx):
            _lock(snapshot, "LOCK TABLE ONLY " + ", ONLY ".join(t.sql for t in some), ctx)
            changed = snapshot.main.execute(
                "SELECT oid FROM pg_class WHERE oid = ANY (%s) AND pg_relation_filenode(oid) IS DISTINCT FROM "
                "relfilenode",
                ([t.oid for t in some],),
            ).fetchone()
        if changed is not None:
            name = next(t.policy_name for t in some if t.oid == changed[0])
            raise OutsideError(
                f"{name} was rewritten a moment ago",
                "A command like TRUNCATE, VACUUM FULL or ALTER TABLE ran between the first look at it and the copy.",
                "Start again when it is done.",
            )
    return Holding(snapshot, tables)


def _lock(snapshot: Snapshot, statement: str, ctx: PhaseContext) -> None:
    waited, pause = 0.0, Event()
    while True:
        ctx.checkpoint()
        snapshot.main.execute("SAVEPOINT sandkeeper")
        try:
            snapshot.main.execute(f"{statement} IN ACCESS SHARE MODE NOWAIT")
        except psycopg.errors.LockNotAvailable:
            snapshot.main.execute("ROLLBACK TO SAVEPOINT sandkeeper")
            if waited >= LOCK_SECONDS:
                raise
            pause.wait(_PAUSE)
            waited += _PAUSE
        else:
            snapshot.main.execute("RELEASE SAVEPOINT sandkeeper")
            return
