"""One moment of the source, read by several sessions at once, none of which can write (invariant 1)."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType

import psycopg

from app.databases.postgresql.connections import Session, connect, identity_of, literal
from app.databases.postgresql.failures import in_words
from app.databases.postgresql.urls import Place
from app.domain.environments import Identity
from app.errors import OutsideError


class Snapshot:
    """Use as a context: the moment lasts until it is left. `main` is its first session; `id` names the moment.

    Works on a hot standby too. Raises OutsideError when the source cannot be read.
    """

    def __init__(self, place: Place) -> None:
        self.place = place
        self.main = connect(place, read_only=True)
        try:
            self.main.execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            row = self.main.execute("SELECT pg_export_snapshot()").fetchone()
            identity = identity_of(self.main)
        except psycopg.Error as error:
            self.main.close()
            raise in_words(error, place, "while taking a snapshot of it") from None
        if row is None or identity is None:
            self.main.close()
            raise OutsideError(f"{place} gave no snapshot", "The server did not answer as PostgreSQL does.")
        self.id = str(row[0])
        self.identity: Identity = identity

    def __enter__(self) -> "Snapshot":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self.main.close()

    def open_reader(self) -> Session:
        """Another session at the same moment; close it when done."""
        return join(self.place, self.id)

    @contextmanager
    def reader(self) -> Iterator[Session]:
        """Another session at the same moment, for a block."""
        session = self.open_reader()
        try:
            yield session
        finally:
            session.close()


def join(place: Place, moment: str, more: Mapping[str, str] | None = None) -> Session:
    """A session that reads the moment a `Snapshot` names, also from another process; `more` are further settings.

    Raises OutsideError, also when the snapshot has ended.
    """
    session = connect(place, read_only=True, more=more)
    try:
        session.execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        session.execute(f"SET TRANSACTION SNAPSHOT {literal(moment)}")  # takes no parameters
    except psycopg.Error as error:
        session.close()
        raise in_words(error, place, "while joining its snapshot") from None
    return session
