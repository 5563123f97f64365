"""Statements side by side in the staged database: what waits for what, and who may work on a table meanwhile."""

import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Final

import psycopg

from app.databases.postgresql.connections import Session, connect
from app.databases.postgresql.failures import in_words
from app.databases.postgresql.urls import Place
from app.errors import CancelledError, OutsideError
from app.ports.context import PhaseContext

_GLANCE: Final = 0.2
"""Seconds between two looks at whether the person wants to stop."""
_DEADLOCKS: Final = 3
"""How often work that met a deadlock is tried again."""
NOT_YET: Final = frozenset({"55000", "42883", "42P01", "42704", "42703"})
"""Errors of work that may do later: a function of the source's reads a view that is empty yet, or finds a name only on
the search path its application has."""
_SETTINGS: Final = {"maintenance_work_mem": "256MB", "synchronous_commit": "off"}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Work:
    """A piece of work for one session.

    `needs` are the ids of works that come before it. On the tables in `alone` nobody else works meanwhile; those in
    `beside` it shares with others that share them. `weight` is how long it may take, in any unit: the longest begin.
    `refused` turns the server's error into one for a person. An error whose SQLSTATE is in `later` stops nothing: the
    work is put aside in `Lanes.postponed`.
    """

    id: int
    title: str
    sql: tuple[str, ...]
    needs: frozenset[int] = frozenset()
    alone: frozenset[int] = frozenset()
    beside: frozenset[int] = frozenset()
    weight: int = 0
    refused: Callable[[Session, psycopg.Error], OutsideError] | None = None
    later: frozenset[str] = frozenset()

    @property
    def tables(self) -> frozenset[int]:
        return self.alone | self.beside


@dataclass(slots=True)
class _State:
    """What the lanes share; guarded by the condition."""

    waiting: list[Work]
    known: frozenset[int]
    held: Collection[int]
    done: set[int] = field(default_factory=set)
    alone: set[int] = field(default_factory=set)
    beside: Counter[int] = field(default_factory=Counter)
    running: dict[int, Work] = field(default_factory=dict)
    no_more: bool = False
    stopping: bool = False
    failure: BaseException | None = None


class Lanes:
    """Sessions that take work as it becomes possible. Use as a context: leaving it stops what still runs.

    `held` are tables that nothing may touch before `release` names them; `settings` are the sessions'. The first
    failure stops everything and is raised by `finish`.
    """

    def __init__(
        self,
        place: Place,
        count: int,
        works: Iterable[Work],
        *,
        held: Collection[int] = (),
        settings: Mapping[str, str] | None = None,
    ) -> None:
        listed = sorted(works, key=lambda work: -work.weight)
        self.postponed: list[Work] = []
        self._settings = {**_SETTINGS, **(settings or {})}
        self._place = place
        self._state = _State(listed, frozenset(work.id for work in listed), set(held))
        self._total = len(listed)
        self._changed = threading.Condition()
        self._sessions: list[Session] = []
        self._threads = [
            threading.Thread(target=self._lane, name=f"lane-{number}")
            for number in range(min(max(count, 1), self._total))
        ]
        for thread in self._threads:
            thread.start()

    def __enter__(self) -> "Lanes":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def release(self, tables: Iterable[int]) -> None:
        """Work on these tables may begin. Safe to call from any thread. Raises what made a lane fail, if one did."""
        with self._changed:
            if self._state.failure is not None:
                raise self._state.failure
            self._state.held = set(self._state.held).difference(tables)
            self._changed.notify_all()

    def finish(self, ctx: PhaseContext) -> None:
        """Wait until everything is done, held tables among it. Raises the first failure, or what `ctx` raises."""
        with self._changed:
            self._state.held = ()
            self._state.no_more = True
            self._changed.notify_all()
        while any(thread.is_alive() for thread in self._threads):
            with self._changed:
                self._changed.wait(_GLANCE)
                title = next((work.title for work in self._state.running.values()), "")
                done, stopping = len(self._state.done), self._state.stopping
            if stopping or ctx.should_stop():
                self.close()
            ctx.checkpoint(title, done, self._total)
        if self._state.failure is not None:
            raise self._state.failure
        if self._state.waiting:
            raise CancelledError("Stopped on request")

    def close(self) -> None:
        """Stop: statements that run are cancelled. Can be repeated."""
        with self._changed:
            self._state.stopping = True
            self._changed.notify_all()
        while any(thread.is_alive() for thread in self._threads):
            for session in tuple(self._sessions):
                with suppress(psycopg.Error):
                    session.cancel_safe(timeout=2)
            for thread in self._threads:
                thread.join(_GLANCE)

    def _lane(self) -> None:
        try:
            session = connect(self._place, read_only=False, lock_seconds=0, more=self._settings)
            with session:
                self._sessions.append(session)
                while (work := self._next()) is not None:
                    self._do(session, work)
                    self._put_down(work)
        except BaseException as error:  # noqa: BLE001  # raised again by whoever waits
            with self._changed:
                if self._state.failure is None and not self._state.stopping:
                    self._state.failure = error
                self._state.stopping = True
                self._changed.notify_all()

    def _do(self, session: Session, work: Work) -> None:
        for statement in work.sql:
            try:
                _execute(session, statement)
            except psycopg.Error as error:
                if error.sqlstate in work.later:
                    self.postponed.append(work)
                    return
                if work.refused is not None:
                    raise work.refused(session, error) from None
                raise in_words(error, self._place, f"while the {work.title} was made") from None

    def _next(self) -> Work | None:
        state = self._state
        with self._changed:
            while not state.stopping:
                work = next((work for work in state.waiting if self._possible(work)), None)
                if work is not None:
                    state.waiting.remove(work)
                    state.alone |= work.alone
                    state.beside.update(work.beside)
                    state.running[work.id] = work
                    return work
                if not state.waiting and state.no_more:
                    return None
                self._changed.wait()
        return None

    def _possible(self, work: Work) -> bool:
        state = self._state
        return (
            state.done >= work.needs & state.known
            and work.tables.isdisjoint(state.held)
            and work.tables.isdisjoint(state.alone)
            and not any(state.beside[table] for table in work.alone)
        )

    def _put_down(self, work: Work) -> None:
        state = self._state
        with self._changed:
            state.alone -= work.alone
            state.beside.subtract(work.beside)
            del state.running[work.id]
            state.done.add(work.id)
            self._changed.notify_all()


def _execute(session: Session, statement: str) -> None:
    for _ in range(_DEADLOCKS):
        with suppress(psycopg.errors.DeadlockDetected):
            session.execute(statement)
            return
    session.execute(statement)
