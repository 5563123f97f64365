"""What a policy runs on the finished copy: SQL in a session of its own, and commands.

Both have the rights of the sandbox's own login, which owns the copy by then, and none of the worker's: what the
application's scripts could not do in the sandbox, they cannot do here. Where the copy gets no login, there is nobody
but the worker's role to run them.
"""

import selectors
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import Final

import psycopg
from psycopg import errors, pq
from psycopg.pq.abc import PGresult

from app.databases.commands import run_command
from app.databases.postgresql.connections import Session, connect
from app.databases.postgresql.failures import told
from app.databases.postgresql.guests import guest
from app.databases.postgresql.handing import lent
from app.databases.postgresql.neutralise import said
from app.databases.postgresql.staging import Staging
from app.databases.postgresql.stoppable import attended
from app.databases.postgresql.urls import Place, url_of
from app.domain.ids import OperationId
from app.domain.policy import Run
from app.errors import OutsideError
from app.ports.context import PhaseContext
from app.ports.databases import Signer

_DOING: Final = "while running what the policy says"
_SETTINGS: Final = {"row_security": "on", "check_function_bodies": "on", "idle_session_timeout": "0"}
_GLANCE: Final = 0.2
_FINE: Final = (pq.ExecStatus.COMMAND_OK, pq.ExecStatus.TUPLES_OK, pq.ExecStatus.EMPTY_QUERY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scripts:
    """Where they run: `login` owns the copy, None where it has no login of its own; `search_path` is what the
    application's sessions have."""

    staging: Staging
    login: str | None
    search_path: str
    signer: Signer
    operation: OperationId

    def run(self, entries: Sequence[Run], ctx: PhaseContext) -> None:
        """All of them in their order. Raises OutsideError that names the one which failed, took too long, or touched
        what keeps the copy closed; what `ctx.checkpoint` raises when the person asks to stop."""
        for entry in entries:
            ctx.checkpoint(entry.title)
            ctx.log(f"{entry.title} ({entry.id}) begins")
            with self._rights(ctx), self._way_in(entry) as place:
                if entry.sql:
                    self._sql(entry, place, ctx)
                else:
                    run_command(entry, url_of(place), ctx, password=place.password)
            self.staging.assert_untouched()
            ctx.log(f"{entry.title} ({entry.id}) is done")

    @contextmanager
    def _rights(self, ctx: PhaseContext) -> Iterator[None]:
        """What an owner of the database could do in it."""
        if self.login is None:
            yield
            return
        with (
            closing(self.staging.connect()) as session,
            told(self.staging.place, _DOING, ctx),
            lent(session, self.login),
        ):
            yield

    @contextmanager
    def _way_in(self, entry: Run) -> Iterator[Place]:
        with (
            nullcontext(self.staging.place)
            if self.login is None
            else guest(self.staging, self.login, self.signer, self.operation, entry.timeout)
        ) as place:
            yield place

    def _sql(self, entry: Run, place: Place, ctx: PhaseContext) -> None:
        """In a session that somebody else logged in to: in one of the worker's, SET ROLE NONE would give its rights."""
        until = monotonic() + entry.timeout
        settings = {**_SETTINGS, "search_path": self.search_path or '"$user", public'}
        with closing(connect(place, read_only=False, more=settings, doing=_DOING)) as session:
            _begin(session, place)
            for number, statement in enumerate((*entry.sql, "COMMIT"), 1):
                what = f"statement {number} of {len(entry.sql)}" if number <= len(entry.sql) else "its end"
                try:
                    done = attended(session, partial(_execute, session, statement, until), ctx, until)
                except psycopg.Error as error:
                    raise _failed(entry, what, error, until, ctx) from None
                ctx.checkpoint(entry.title, number, len(entry.sql))
                if number > len(entry.sql):
                    return
                ctx.log(f"{entry.id}: {what}: {done}")
                if session.pgconn.transaction_status != pq.TransactionStatus.INTRANS:
                    raise OutsideError(
                        f"{entry.title} ended its own transaction",
                        f"{what.capitalize()} of {entry.id} does; each entry is one transaction. The environment is as "
                        "it was.",
                        "Leave out COMMIT, ROLLBACK and the like; for several transactions write several entries.",
                    )


def _begin(session: Session, place: Place) -> None:
    with told(place, _DOING):
        session.execute("BEGIN")


def _execute(session: Session, statement: str, until: float) -> str:
    """One statement, by the protocol that takes no more than one; says what the server said it did. Rows that it gives
    are counted and let go."""
    session.execute(f"SET LOCAL statement_timeout = {max(1, int((until - monotonic()) * 1000))}")
    session.pgconn.send_query_params(statement.encode(), None)
    session.pgconn.set_single_row_mode()
    done, rows = "", 0
    failure: psycopg.Error | None = None
    while (result := _next(session)) is not None:
        if result.status == pq.ExecStatus.SINGLE_TUPLE:
            rows += 1
        elif result.status in _FINE:
            done = (result.command_status or b"").decode(errors="replace")
        elif result.status == pq.ExecStatus.FATAL_ERROR:
            failure = errors.error_from_result(result, encoding="utf-8")
        else:
            session.close()
            raise psycopg.ProgrammingError("it asks for rows to be sent, or sends some: COPY can only name files here")
    if failure is not None:
        raise failure
    return f"{done}, {rows:,} rows" if rows and not done.startswith("SELECT") else done


def _next(session: Session) -> PGresult | None:
    """The statement's next result. The socket is waited for, since libpq's own wait would stop this whole process."""
    pgconn = session.pgconn
    with selectors.DefaultSelector() as selector:
        selector.register(pgconn.socket, selectors.EVENT_READ)
        while pgconn.flush() or pgconn.is_busy():
            selector.select(_GLANCE)
            pgconn.consume_input()
    return pgconn.get_result()


def _failed(entry: Run, what: str, error: psycopg.Error, until: float, ctx: PhaseContext) -> OutsideError:
    if ctx.should_stop():
        ctx.checkpoint()
    if isinstance(error, errors.QueryCanceled) and monotonic() > until - 1:
        return OutsideError(
            f"{entry.title} took too long",
            f"The SQL of {entry.id} was broken off after {entry.timeout:,} seconds, in {what}, as the policy says.",
            "Give it more time (`timeout`), or find out what it waits for. The environment is as it was.",
        )
    text = said(error) if error.sqlstate else f"{error}."
    return OutsideError(
        f"{entry.title} failed",
        f"In {what} of {entry.id}: {text}",
        "Mend the statement in the policy and approve it again. The environment is as it was.",
    )
