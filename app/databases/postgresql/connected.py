"""Who is connected to a database, and ending their sessions so that it can be renamed or dropped."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import Final

import psycopg

from app.databases.postgresql.connections import Session, connect_maintenance
from app.databases.postgresql.urls import Place

_MOST: Final = 10
_LONGEST: Final = 60
_AGAIN_SECONDS: Final = 0.05

_WHO = """
SELECT application_name, usename, coalesce(host(client_addr), CASE WHEN backend_type IS NULL THEN '' END), pid
FROM pg_stat_activity
WHERE datid = %s::oid AND pid <> pg_backend_pid() AND usesysid IS NOT NULL
  AND backend_type IS DISTINCT FROM 'parallel worker'
  AND NOT (application_name = 'sandkeeper' AND usename = current_user)
ORDER BY pid
"""

_END = """
SELECT pg_terminate_backend(a.pid)
FROM pg_stat_activity a JOIN pg_roles r ON r.oid = a.usesysid, pg_roles me
WHERE (a.datid = %s::oid OR a.usename = %s) AND a.pid <> pg_backend_pid() AND me.rolname = current_user
  AND (me.rolsuper OR (NOT r.rolsuper
       AND (pg_has_role(a.usesysid, 'USAGE') OR pg_has_role('pg_signal_backend', 'USAGE'))))
"""


def connected(session: Session, oid: str) -> tuple[str, ...]:
    """Sessions of others in the database with that oid, in words: program, role, address. Asked from another one."""
    rows = session.execute(_WHO, (oid,)).fetchall()
    words = tuple(_in_words(str(program or ""), str(role), address, int(pid)) for program, role, address, pid in rows)
    more = len(words) - _MOST
    return words if more <= 0 else (*words[:_MOST], f"{more} more")


def end_sessions(session: Session, oid: str, login: str = "") -> None:
    """End every session in the database, and those of `login` wherever they are, that this role may end. A
    superuser's cannot be; the statement that needs the database empty says so."""
    session.execute(_END, (oid, login))


@contextmanager
def kept_empty(place: Place, oid: str, login: str = "") -> Iterator[None]:
    """End sessions in the database again and again during the block.

    A program that reconnects at once is in again before a lock can be had; while the statement of the block waits for
    the database to be empty, this makes it so. Newcomers wait behind that statement's lock.
    """
    session, done = connect_maintenance(place), Event()

    def work() -> None:
        with suppress(psycopg.Error):  # the block's own statement tells what is wrong
            while True:
                end_sessions(session, oid, login)
                if done.wait(_AGAIN_SECONDS):
                    return

    thread = Thread(target=work, name="sandkeeper-ending-sessions", daemon=True)
    try:
        end_sessions(session, oid, login)
        thread.start()
        yield
    finally:
        done.set()
        if thread.ident is not None:
            thread.join()
        session.close()


def _in_words(program: str, role: str, address: str | None, pid: int) -> str:
    shown = "".join(c for c in program if c.isprintable())[:_LONGEST] or "a program"
    from_ = "" if address == "" else f" from {address or 'the server itself'}"  # hidden from roles without the right
    return f"{shown} as {role}{from_} (pid {pid})"
