"""A long statement that breaks off when the person asks to stop: making a database takes as long as its files are."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from time import monotonic
from typing import Final, TypeVar

import psycopg

from app.databases.postgresql.connections import Session
from app.databases.postgresql.failures import told
from app.databases.postgresql.urls import Place
from app.ports.context import PhaseContext

Answer = TypeVar("Answer")

_LOOK_SECONDS: Final = 0.25
_CANCEL_SECONDS: Final = 1.0


def run(session: Session, statement: str, place: Place, doing: str, ctx: PhaseContext | None = None) -> None:
    """Execute it. Raises OutsideError in words, or what `ctx.checkpoint` raises once the statement has ended."""
    if ctx is None:
        with told(place, doing):
            session.execute(statement)
        return
    ctx.checkpoint()
    with told(place, doing, ctx):
        attended(session, lambda: session.execute(statement), ctx)
    ctx.checkpoint()


def attended(session: Session, work: Callable[[], Answer], ctx: PhaseContext, until: float | None = None) -> Answer:
    """What `work` gives, which asks the session; broken off when the person asks to stop or the time `until` (of
    `monotonic`) has come, and then raises the driver's error."""
    with ThreadPoolExecutor(1, thread_name_prefix="sandkeeper-statement") as pool:
        running = pool.submit(work)
        try:
            while not wait((running,), timeout=_LOOK_SECONDS).done:
                if ctx.should_stop() or (until is not None and monotonic() > until):
                    _cancel(session)
        except BaseException:
            _cancel(session)
            raise
        return running.result()


def _cancel(session: Session) -> None:
    with suppress(psycopg.Error):  # asked again a moment later, or the statement has ended
        session.cancel_safe(timeout=_CANCEL_SECONDS)
