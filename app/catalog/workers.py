"""Workers as the catalog knows them."""

from collections.abc import Sequence

from sqlalchemy import Connection, delete, insert, select, update

from app.catalog.feed import Feed
from app.catalog.tables import WorkerEntry
from app.ports.catalog import WorkerRow


class WorkerList:
    """Implements `ports.catalog.WorkerStore`. A worker that comes or goes is a change; one more heartbeat is none, or
    every page would refetch every second."""

    def __init__(self, connection: Connection, feed: Feed) -> None:
        self._connection = connection
        self._feed = feed

    def beat(self, worker: WorkerRow) -> None:
        values = {
            "host": worker.host,
            "process": worker.process,
            "started_at": worker.started_at,
            "seen_at": worker.seen_at,
        }
        mine = WorkerEntry.executor == worker.executor
        known = self._connection.execute(select(WorkerEntry.host, WorkerEntry.process).where(mine)).first()
        if known is None:
            self._connection.execute(insert(WorkerEntry).values(executor=worker.executor, **values))
        else:
            self._connection.execute(update(WorkerEntry).where(mine).values(values))
        if known is None or (known.host, known.process) != (worker.host, worker.process):
            self._feed.bump("worker", worker.executor)

    def remove(self, executor: str) -> None:
        self._connection.execute(delete(WorkerEntry).where(WorkerEntry.executor == executor))
        self._feed.bump("worker", executor)

    def all(self) -> Sequence[WorkerRow]:
        query = select(*WorkerEntry.__table__.columns).order_by(WorkerEntry.executor)
        return [
            WorkerRow(
                executor=row.executor,
                host=row.host,
                process=row.process,
                started_at=row.started_at,
                seen_at=row.seen_at,
            )
            for row in self._connection.execute(query)
        ]
