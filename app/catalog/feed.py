"""The change feed: what changed, under a growing id, in the very transaction that changed it."""

from collections.abc import Sequence

from sqlalchemy import Connection, delete, func, insert, select

from app.catalog.tables import ChangeRow
from app.ports.catalog import Change

KEPT = 4000
"""How many of the newest entries stay. Whoever has missed more sees a gap and fetches everything anew."""

PRUNE_EVERY = 500


class Feed:
    """Collects what one transaction changes; each thing is written once, when the transaction ends."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._changed: dict[tuple[str, str], None] = {}

    def bump(self, kind: str, ref: str) -> None:
        self._changed[kind, ref] = None

    def flush(self) -> None:
        """Write the entries and, now and then, prune the oldest."""
        if not self._changed:
            return
        self._connection.execute(insert(ChangeRow), [{"kind": kind, "ref": ref} for kind, ref in self._changed])
        last = last_change(self._connection)
        if (last - len(self._changed)) // PRUNE_EVERY != last // PRUNE_EVERY:
            self._connection.execute(delete(ChangeRow).where(ChangeRow.id <= last - KEPT))
        self._changed.clear()


def last_change(connection: Connection) -> int:
    return connection.execute(select(func.max(ChangeRow.id))).scalar() or 0


def changes_since(connection: Connection, last: int) -> Sequence[Change]:
    rows = connection.execute(
        select(ChangeRow.id, ChangeRow.kind, ChangeRow.ref).where(ChangeRow.id > last).order_by(ChangeRow.id)
    )
    return [Change(id=row.id, kind=row.kind, ref=row.ref) for row in rows]
