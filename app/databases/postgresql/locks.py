"""One environment, one hand: a lock on the server that keeps two machines from working on the same environment.

It is an advisory lock of a session in the maintenance database, keyed by the environment's id. The server lets go of
it when the session ends, however its process ended.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event
from typing import Final

import psycopg

from app.databases.postgresql.connections import Session, connect_maintenance
from app.databases.postgresql.failures import told
from app.databases.postgresql.urls import Place
from app.domain.environments import Environment
from app.domain.ids import EnvironmentId
from app.errors import OutsideError
from app.ports.context import PhaseContext

WAIT_SECONDS: Final = 10.0
_STEP_SECONDS: Final = 0.2

_INTRUDERS = """
SELECT pg_terminate_backend(a.pid)
FROM pg_locks l JOIN pg_stat_activity a USING (pid)
WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND l.classid = %s::bigint::oid AND l.objid = %s::bigint::oid
  AND a.usename <> current_user AND pg_has_role(a.usesysid, 'USAGE')
"""


class Hold:
    """The lock while it is held, and a session on the maintenance database to work with. Close it when done."""

    def __init__(self, place: Place, environment: Environment, guard: Session, session: Session) -> None:
        self.place = place
        self.environment = environment
        self.session = session
        self._guard = guard

    def assert_held(self) -> None:
        """Raises OutsideError when the session that holds the lock is gone, and the lock with it."""
        with told(self.place, "while making sure that nobody else works on the environment"):
            self._guard.execute("SELECT 1")

    def close(self) -> None:
        self.session.close()
        self._guard.close()


def take(place: Place, environment: Environment, ctx: PhaseContext | None = None) -> Hold:
    """Wait a few seconds for the lock. Raises OutsideError when somebody else keeps it, or the server is away."""
    guard = _lasting(place)
    try:
        with told(place, "while locking the environment", ctx):
            _lock(guard, environment, ctx)
        return Hold(place, environment, guard, working_session(place))
    except BaseException:
        guard.close()
        raise


@contextmanager
def working_on(place: Place, environment: Environment, ctx: PhaseContext | None = None) -> Iterator[Hold]:
    """The lock for a block."""
    hold = take(place, environment, ctx)
    try:
        yield hold
    finally:
        hold.close()


def working_session(place: Place) -> Session:
    """A maintenance session whose statement ends soon after its process does, where the server can tell: else a
    database would go on being made for nobody."""
    session = _lasting(place)
    with suppress(psycopg.Error):  # not every operating system shows a server that its client is gone
        session.execute("SET client_connection_check_interval = '1s'")
    return session


def key_of(environment: EnvironmentId) -> int:
    """The lock's number: 64 bits of the environment's id, hashed."""
    return int.from_bytes(hashlib.sha256(f"sandkeeper {environment}".encode()).digest()[:8], "big", signed=True)


def _lasting(place: Place) -> Session:
    """A maintenance session that the server does not end while a long copy leaves it idle."""
    session = connect_maintenance(place)
    with suppress(psycopg.Error):  # servers before 14 know no such limit, and are refused elsewhere
        session.execute("SET idle_session_timeout = 0")
    return session


def _lock(guard: Session, environment: Environment, ctx: PhaseContext | None) -> None:
    key, waited, pause = key_of(environment.id), 0.0, Event()
    while True:
        row = guard.execute("SELECT pg_try_advisory_lock(%s)", (key,)).fetchone()
        if row is not None and row[0]:
            return
        # Whoever owns a sandbox may connect here too, and take a lock to be in the way: its sessions are ours to end.
        guard.execute(_INTRUDERS, ((key >> 32) & 0xFFFFFFFF, key & 0xFFFFFFFF))
        if waited >= WAIT_SECONDS:
            raise OutsideError(
                f"{environment.ref} is being worked on",
                "Another Sandkeeper process, here or on another machine, holds the lock of the environment.",
                "Wait until it is done, or stop that process.",
            )
        pause.wait(_STEP_SECONDS)
        waited += _STEP_SECONDS
        if ctx is not None:
            ctx.checkpoint()
