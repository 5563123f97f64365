"""Choosing the originals the proof will look for, beside the copy and at the same moment of the source."""

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from threading import Thread
from types import TracebackType
from typing import Final

import psycopg

from app.databases.postgresql.connections import Session
from app.databases.postgresql.failures import told
from app.databases.postgresql.originals import choose, count
from app.databases.postgresql.shapes import MaskedColumn, Shapes
from app.databases.postgresql.snapshot import Snapshot
from app.databases.proof.fitness import per_column
from app.ports.context import PhaseContext

_GLANCE: Final = 0.2
_CANCEL_SECONDS: Final = 0.7


class Choosing:
    """A session and a thread of its own. Use as a context: at its end neither is left, and what ran was broken off."""

    def __init__(self, snapshot: Snapshot, shapes: Shapes, masked: Sequence[MaskedColumn]) -> None:
        self._snapshot, self._shapes, self._masked = snapshot, shapes, masked
        self._unfit: dict[tuple[str, str], Counter[str]] = {}
        self._failure: BaseException | None = None
        self._stopping = False
        self._session: Session | None = None
        self._thread: Thread | None = None
        if masked:
            self._session = snapshot.open_reader()
            if shapes.encoding == "SQL_ASCII":  # else the server refuses to show bytes that are no UTF-8
                self._session.execute("SET client_encoding TO 'SQL_ASCII'")
            self._thread = Thread(target=self._run, args=(self._session,), name="originals")
            self._thread.start()

    def __enter__(self) -> "Choosing":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stopping = True
        if self._session is None or self._thread is None:
            return
        while self._thread.is_alive():
            with suppress(psycopg.Error):  # asked again a moment later, or done
                self._session.cancel_safe(timeout=_CANCEL_SECONDS)
            self._thread.join(_GLANCE)
        self._session.close()

    def check(self) -> None:
        """Raises what it failed with."""
        if self._failure is not None:
            raise self._failure

    def finish(self, ctx: PhaseContext) -> Mapping[tuple[str, str], Counter[str]]:
        """Wait for the end; returns by table and column how many values are no evidence, and why."""
        while self._thread is not None and self._thread.is_alive():
            self._thread.join(_GLANCE)
            ctx.checkpoint()
        self.check()
        return self._unfit

    def _run(self, session: Session) -> None:
        try:
            self._choose(session)
        except BaseException as error:  # noqa: BLE001  # raised again by whoever waits
            self._failure = error

    def _choose(self, session: Session) -> None:
        limit = per_column(len(self._masked))
        for name in dict.fromkeys(m.table for m in self._masked):
            masked = [m for m in self._masked if m.table == name]
            tables = [t for t in self._shapes.stored if t.policy_name == name]
            if self._stopping:
                return
            with told(self._snapshot.place, "while choosing the values that the proof looks for"):
                for column, unfit in choose(session, tables, masked, limit).items():
                    self._unfit[name, column] = unfit
                count(session, tables, masked)
