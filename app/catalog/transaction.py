"""One transaction on the catalog, and the catalog that hands them out."""

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from app.catalog import feed as change_feed
from app.catalog.audit import AuditTrail
from app.catalog.environments import Environments
from app.catalog.feed import Feed
from app.catalog.operations import Operations
from app.catalog.outside import in_words, written_while_reading
from app.catalog.policies import Policies
from app.catalog.policy_uses import PolicyUses
from app.catalog.tenants import Tenants
from app.catalog.workers import WorkerList
from app.errors import SandkeeperError
from app.ports.catalog import Change
from app.ports.clock import Clock

_log = logging.getLogger(__name__)


class OpenTransaction:
    """Implements `ports.catalog.Transaction`: the stores over one connection, for the length of one block."""

    def __init__(self, connection: Connection, *, actor: str, audit_key: bytes, clock: Clock) -> None:
        self.feed = Feed(connection)
        self.tenants = Tenants(connection, self.feed)
        uses = PolicyUses(connection, self.feed, actor=actor, clock=clock)
        self.environments = Environments(connection, self.feed, uses)
        self.policies = Policies(connection, self.feed, uses)
        self.operations = Operations(connection, self.feed)
        self.audit = AuditTrail(connection, self.feed, actor=actor, key=audit_key, clock=clock)
        self.workers = WorkerList(connection, self.feed)


class SqlCatalog:
    """Implements `ports.catalog.Catalog` over an engine that `open_catalog` made.

    Errors of the database leave as OutsideError, in words. A write inside a write of the same thread would wait for
    itself and raises RuntimeError at once. `on_audit_head` is called after the commit, never before it: the head kept
    outside must not be ahead of the catalog. When it fails, the write stands and the log says so.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        actor: str,
        audit_key: bytes,
        clock: Clock,
        on_audit_head: Callable[[int, str], None],
    ) -> None:
        self._reading = engine
        self._writing = engine.execution_options(writes=True)
        self._actor = actor
        self._audit_key = audit_key
        self._clock = clock
        self._on_audit_head = on_audit_head
        self._here = threading.local()

    @contextmanager
    def read(self) -> Iterator[OpenTransaction]:
        """Raises OutsideError when the catalog cannot be read."""
        with self._connected(self._reading) as connection:
            yield self._open(connection)

    @contextmanager
    def write(self) -> Iterator[OpenTransaction]:
        """Raises OutsideError when another process keeps the catalog locked for more than ten seconds, when the disk
        is full or when the catalog cannot be written."""
        if getattr(self._here, "writing", False):
            raise RuntimeError("a write to the catalog inside a write would wait for itself")
        self._here.writing = True
        try:
            with self._connected(self._writing) as connection:
                transaction = self._open(connection)
                yield transaction
                transaction.feed.flush()
        finally:
            self._here.writing = False
        self._hand_over(transaction.audit)

    def changes_since(self, last: int) -> Sequence[Change]:
        with self._connected(self._reading) as connection:
            return change_feed.changes_since(connection, last)

    def last_change(self) -> int:
        with self._connected(self._reading) as connection:
            return change_feed.last_change(connection)

    def close(self) -> None:
        """Let go of the file; a transaction that is open elsewhere ends first."""
        self._reading.dispose()

    def _open(self, connection: Connection) -> OpenTransaction:
        return OpenTransaction(connection, actor=self._actor, audit_key=self._audit_key, clock=self._clock)

    @contextmanager
    def _connected(self, engine: Engine) -> Iterator[Connection]:
        try:
            with engine.begin() as connection:
                yield connection
        except (DBAPIError, UnicodeEncodeError) as problem:
            if engine is self._reading and isinstance(problem, DBAPIError) and written_while_reading(problem):
                raise RuntimeError("something was written through a read transaction") from problem
            told = in_words(problem, str(self._reading.url.database))
            if told is problem:
                raise
            raise told from problem

    def _hand_over(self, audit: AuditTrail) -> None:
        if audit.head is None:
            return
        try:
            self._on_audit_head(audit.head.number, audit.head.hash)
        except SandkeeperError as problem:
            _log.warning("the newest audit record's number could not be kept outside the catalog: %s", problem.title)
