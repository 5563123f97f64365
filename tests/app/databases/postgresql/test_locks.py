"""One environment at a time, whoever asks from wherever; and nobody is locked out by the dead or the malicious."""

import os
import signal
import subprocess
import sys
from contextlib import closing

import psycopg
import pytest

from app.databases.postgresql import locks
from app.databases.postgresql.locks import key_of, take, working_on
from app.domain.ids import EnvironmentId
from app.errors import CancelledError, OutsideError
from tests.app.databases.postgresql.sandboxes import Context, Sandbox
from tests.app.databases.postgresql.servers import Server


def test_a_second_hand_waits_and_is_told(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "WAIT_SECONDS", 0.3)
    sandbox = Sandbox(server)
    with working_on(sandbox.place, sandbox.environment):
        with pytest.raises(OutsideError, match="is being worked on"):
            take(sandbox.place, sandbox.environment)
        other = Sandbox(server)
        with working_on(other.place, other.environment):  # another environment is free
            pass
    with working_on(sandbox.place, sandbox.environment):
        pass


def test_waiting_ends_when_the_person_asks(server: Server) -> None:
    sandbox, ctx = Sandbox(server), Context()
    with working_on(sandbox.place, sandbox.environment):
        ctx.cancelled = True
        with pytest.raises(CancelledError):
            take(sandbox.place, sandbox.environment, ctx)


def test_a_killed_process_lets_go(server: Server) -> None:
    sandbox = Sandbox(server)
    code = (
        "import sys, psycopg; c = psycopg.connect(sys.argv[1], autocommit=True);"
        "c.execute('SELECT pg_advisory_lock(%s)', (int(sys.argv[2]),)); print('held', flush=True); sys.stdin.read()"
    )
    conninfo = sandbox.place.at("postgres").conninfo()
    child = subprocess.Popen(
        [sys.executable, "-c", code, conninfo, str(key_of(sandbox.environment.id))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    assert child.stdin is not None
    assert child.stdout.readline() == "held\n"
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    child.stdout.close()
    child.stdin.close()
    with working_on(sandbox.place, sandbox.environment):
        pass


def test_a_lock_taken_by_the_sandboxs_own_login_is_no_hindrance(server: Server) -> None:
    sandbox = Sandbox(server)
    try:
        sandbox.provision()
        with psycopg.connect(sandbox.owner.at("postgres").conninfo(), autocommit=True) as intruder:
            intruder.execute("SELECT pg_advisory_lock(%s)", (key_of(sandbox.environment.id),))
            with working_on(sandbox.place, sandbox.environment):
                pass
            with pytest.raises(psycopg.OperationalError):
                intruder.execute("SELECT 1")
    finally:
        sandbox.remove()


def test_a_lost_lock_is_noticed(server: Server) -> None:
    sandbox = Sandbox(server)
    with closing(take(sandbox.place, sandbox.environment)) as hold:
        hold.assert_held()
        key = key_of(sandbox.environment.id)
        server.run(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_locks WHERE locktype = 'advisory' "
            f"AND objid = {key & 0xFFFFFFFF}::bigint::oid AND classid = {(key >> 32) & 0xFFFFFFFF}::bigint::oid"
        )
        with pytest.raises(OutsideError):
            hold.assert_held()


def test_keys_are_numbers_the_server_takes_and_differ() -> None:
    keys = {key_of(EnvironmentId(f"environment{n}")) for n in range(500)}
    assert len(keys) == 500
    assert all(-(2**63) <= key < 2**63 for key in keys)
    assert min(keys) < 0 < max(keys)


def test_an_idle_lock_lasts_where_the_server_ends_idle_sessions(server: Server) -> None:
    server.run("CREATE ROLE g_idle LOGIN CREATEDB CREATEROLE PASSWORD 'x'")
    server.run("ALTER ROLE g_idle SET idle_session_timeout TO 150")
    try:
        sandbox = Sandbox(server, worker=("g_idle", "x"))
        with closing(take(sandbox.place, sandbox.environment)) as hold:
            server.run("SELECT pg_sleep(0.4)")
            hold.assert_held()
            hold.session.execute("SELECT 1")
    finally:
        server.run("DROP ROLE g_idle")
