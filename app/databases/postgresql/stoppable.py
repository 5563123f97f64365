"""A long statement that breaks off when the person asks to stop: making a database takes as long as its files are."""

from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from typing import Final

import psycopg

from app.databases.postgresql.connections import Session
from app.databases.postgresql.failures import told
from app.databases.postgresql.urls import Place
from app.ports.context import PhaseContext

_LOOK_SECONDS: Final = 0.25
_CANCEL_SECONDS: Final = 1.0


def run(session: Session, statement: str, place: Place, doing: str, ctx: PhaseContext | None = None) -> None:
    """Execute it. Raises OutsideError in words, or what `ctx.checkpoint` raises once the statement has ended."""
    if ctx is None:
        with told(place, doing):
            session.execute(statement)
        return
    ctx.checkpoint()
    with told(place, doing, ctx), ThreadPoolExecutor(1, thread_name_prefix="sandkeeper-statement") as pool:
        work = pool.submit(session.execute, statement)
        try:
            while not wait((work,), timeout=_LOOK_SECONDS).done:
                if ctx.should_stop():
                    _cancel(session)
        except BaseException:
            _cancel(session)
            raise
        work.result()
    ctx.checkpoint()


def _cancel(session: Session) -> None:
    with suppress(psycopg.Error):  # asked again a moment later, or the statement has ended
        session.cancel_safe(timeout=_CANCEL_SECONDS)
