"""Rows on their way from one session to another, by COPY, as bytes.

libpq is driven directly: psycopg's own reading costs several times as much per row. Nothing here waits for a server
alone: whenever something is to be waited for, the `bell` is heard too, so that a stop is felt at once, whether rows
flow or a server computes or waits for a lock.
"""

import selectors
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Protocol

import psycopg
from psycopg import errors, pq
from psycopg.pq.abc import PGresult

from app.databases.postgresql.connections import Session
from app.databases.postgresql.failures import in_words
from app.databases.postgresql.urls import Place
from app.errors import OutsideError, SandkeeperError

BATCH: Final = 128 * 1024
"""Bytes handed to the writing session at once: more costs memory, fewer cost calls."""

HUGE: Final = 8 * BATCH
"""Bytes from which on a row is handled in pieces; it is the last of its batch."""

_CANCEL_SECONDS: Final = 0.7

Piece = bytes | memoryview
Change = Callable[[Sequence[memoryview]], Sequence[Piece]]
"""Makes of the rows that were read what is to be written, in any number of pieces."""
Moved = Callable[[int, int], None]
"""Told how many rows and bytes went over since it was told last."""

_FAILED = (pq.ExecStatus.FATAL_ERROR, pq.ExecStatus.BAD_RESPONSE)


def unchanged(rows: Sequence[memoryview]) -> Sequence[Piece]:
    """The rows as they are: in one piece, but for huge ones, which are not to stand in memory twice."""
    return rows if len(rows[-1]) > HUGE else (b"".join(rows),)


class Bell(Protocol):
    """Anything a selector can watch: readable means stop."""

    def fileno(self) -> int: ...


class Stopped(Exception):  # noqa: N818  # no error: somebody rang the bell
    """The bell was rung."""


@dataclass(frozen=True, slots=True)
class End:
    """One session and how to speak of it; `doing` is a clause that begins with "while"."""

    session: Session
    place: Place
    doing: str
    bell: Bell

    def run(self, statement: bytes) -> PGresult:
        """A statement's result. Raises OutsideError, and Stopped."""
        try:
            return self._run(statement)
        except psycopg.Error as error:
            raise self.failed(error) from None

    def number(self, statement: bytes) -> int:
        """The one number a statement answers with."""
        return int(self.run(statement).get_value(0, 0) or 0)

    def finish(self) -> int:
        """The rows that a COPY says it moved, after its data."""
        try:
            return self._result().command_tuples or 0
        except psycopg.Error as error:
            raise self.failed(error) from None

    def failed(self, error: psycopg.Error) -> SandkeeperError:
        """The error for a person. A connection that broke may have said why before: that says more."""
        if not error.sqlstate:
            pgconn = self.session.pgconn
            for look in (self._drain, pgconn.put_copy_end, pgconn.consume_input):
                with suppress(psycopg.Error):
                    look()
            with suppress(psycopg.Error):
                result = None if pgconn.is_busy() else pgconn.get_result()
                if result is not None and result.status in _FAILED:
                    said = self._error(result)
                    error = said if said.sqlstate else error
        return in_words(error, self.place, self.doing)

    def cancel(self) -> None:
        """Break off what the server does for this session, if anything."""
        pgconn = self.session.pgconn
        if pgconn.status == pq.ConnStatus.OK and pgconn.transaction_status == pq.TransactionStatus.ACTIVE:
            with suppress(psycopg.Error):
                self.session.cancel_safe(timeout=_CANCEL_SECONDS)

    def _drain(self) -> None:
        """Rows that came before the last word."""
        while self.session.pgconn.get_copy_data(1)[0] > 0:
            pass

    def _run(self, statement: bytes) -> PGresult:
        self.session.pgconn.send_query(statement)
        return self._result()

    def _result(self) -> PGresult:
        """The last result of a statement, or the one that says that COPY has begun."""
        pgconn, last = self.session.pgconn, None
        with selectors.DefaultSelector() as selector:
            selector.register(self.bell, selectors.EVENT_READ)
            selector.register(pgconn.socket, selectors.EVENT_READ | selectors.EVENT_WRITE)
            while pgconn.flush():
                self._wait(selector)
                pgconn.consume_input()
            selector.modify(pgconn.socket, selectors.EVENT_READ)
            while True:
                while pgconn.is_busy():
                    self._wait(selector)
                    pgconn.consume_input()
                result = pgconn.get_result()
                if result is None:
                    break
                if last is None or last.status not in _FAILED:  # what is said after a failure says less
                    last = result
                if result.status in (pq.ExecStatus.COPY_IN, pq.ExecStatus.COPY_OUT):
                    break
        if last is None or last.status in _FAILED:
            raise errors.OperationalError("the server gave no result") if last is None else self._error(last)
        return last

    def _wait(self, selector: selectors.BaseSelector) -> None:
        bell = self.bell.fileno()
        if any(key.fd == bell for key, _ in selector.select()):
            raise Stopped

    def _error(self, result: PGresult) -> psycopg.Error:
        return errors.error_from_result(result, encoding=self.session.info.encoding)


class Stream:
    """A reading and a writing session; rows are poured from one into the other, several times if wanted.

    Use as a context: left with an error, both servers are told to break off.
    """

    def __init__(self, reading: End, writing: End, moved: Moved) -> None:
        self.reading, self.writing, self._moved = reading, writing, moved
        self._out, self._in = reading.session.pgconn, writing.session.pgconn
        self._in.nonblocking = 1
        self._bell = reading.bell.fileno()
        self._readable, self._writable = selectors.DefaultSelector(), selectors.DefaultSelector()
        for selector in (self._readable, self._writable):
            selector.register(self._bell, selectors.EVENT_READ)
        self._readable.register(self._out.socket, selectors.EVENT_READ)
        self._readable.register(self._in.socket, selectors.EVENT_READ)
        self._writable.register(self._in.socket, selectors.EVENT_READ | selectors.EVENT_WRITE)

    def close(self) -> None:
        for selector in (self._readable, self._writable):
            selector.close()

    def pour(self, reading: bytes, writing: bytes, change: Change = unchanged) -> int:
        """All rows of one COPY into another; returns their number, which both servers agree on.

        Raises OutsideError when either server fails or they do not agree, and Stopped.
        """
        self.reading.run(reading)
        self.writing.run(writing)
        self._flow(change)
        sent = self.reading.finish()  # before the other end is told that these were all
        self._end()
        taken = self.writing.finish()
        if sent != taken:
            raise OutsideError(
                f"{self.writing.place} did not take all rows",
                f"{sent:,} were sent and {taken:,} taken.",
                "Look into the log of the server that the copy is made on, then start again.",
            )
        return sent

    def _flow(self, change: Change) -> None:
        """The loop that every row goes through: lean on purpose."""
        receive, consume = self._out.get_copy_data, self._out.consume_input
        rows: list[memoryview] = []
        add, size = rows.append, 0
        try:
            while True:
                length, data = receive(1)
                if length > 0:
                    add(data)
                    size += length
                    if size >= BATCH:
                        self._write(change(rows), len(rows), size)
                        rows.clear()
                        size = 0
                elif length == 0:
                    self._wait_for_rows()
                    consume()
                else:
                    break
        except psycopg.Error as error:
            raise self.reading.failed(error) from None
        if rows:
            self._write(change(rows), len(rows), size)

    def _wait_for_rows(self) -> None:
        for key, _ in self._readable.select():
            if key.fd == self._bell:
                raise Stopped
            if key.fd == self._in.socket:
                self._spoken_to()

    def _write(self, pieces: Sequence[Piece], rows: int, size: int) -> None:
        """Hand over a batch and wait until it is on its way."""
        try:
            for piece in pieces:
                for at in range(0, len(piece), HUGE):
                    while not self._in.put_copy_data(piece if len(piece) <= HUGE else piece[at : at + HUGE]):
                        self._wait_for_room()
                    while self._in.flush():
                        self._wait_for_room()
        except psycopg.Error as error:
            raise self.writing.failed(error) from None
        self._moved(rows, size)

    def _wait_for_room(self) -> None:
        for key, events in self._writable.select():
            if key.fd == self._bell:
                raise Stopped
            if events & selectors.EVENT_READ:
                self._spoken_to()

    def _spoken_to(self) -> None:
        """A server that is being written to says something only when it cannot go on. Raises what it said."""
        try:
            self._in.consume_input()
            self._in.put_copy_end(b"broken off")
        except psycopg.Error as error:
            raise self.writing.failed(error) from None
        self.writing.finish()  # raises: a COPY that was broken off has failed
        raise OutsideError(f"{self.writing.place} took no more rows", "", "Start again.")

    def _end(self) -> None:
        try:
            while not self._in.put_copy_end():
                self._wait_for_room()
            while self._in.flush():
                self._wait_for_room()
        except psycopg.Error as error:
            raise self.writing.failed(error) from None
