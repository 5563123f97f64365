import os
from pathlib import Path

import psycopg
import pytest

from app.databases.postgresql import dumping
from app.databases.postgresql.connections import connect
from app.databases.postgresql.dumping import dump_structure
from app.databases.postgresql.snapshot import Snapshot
from app.databases.postgresql.tools import Tools, tools_for
from app.errors import CancelledError, OutsideError
from tests.app.databases.postgresql.sandboxes import Context
from tests.app.databases.postgresql.servers import READER, Server, create_source

BEST = tools_for(180000, 180000)


@pytest.fixture(scope="module")
def source(server18: Server) -> str:
    return create_source(
        server18, "CREATE TABLE person (name text); INSERT INTO person VALUES ('Tamsin Oakes'); ANALYZE person"
    )


def test_structure_is_that_of_the_snapshots_moment_and_holds_no_row(server18: Server, source: str) -> None:
    with Snapshot(server18.place(source, *READER)) as snapshot:
        server18.run("CREATE TABLE later (id int)", source)
        dump = dump_structure(snapshot, BEST, Context())
    assert b"CREATE TABLE public.person" in dump
    assert b"later" not in dump
    assert b"Tamsin" not in dump


def test_the_password_is_on_no_command_line(server18: Server, source: str, tmp_path: Path) -> None:
    spy = tmp_path / "pg_dump"
    seen = tmp_path / "seen"
    spy.write_text(f'#!/bin/sh\necho "$@" > {seen}\nenv >> {seen}\nexit 1\n')
    spy.chmod(0o755)
    with Snapshot(server18.place(source, *READER)) as snapshot, pytest.raises(OutsideError):
        dump_structure(snapshot, Tools(18, spy), Context())
    arguments, *environment = seen.read_text().splitlines()
    assert READER[1] not in arguments
    assert f"PGPASSWORD={READER[1]}" in environment


def test_what_pg_dump_says_is_told_without_the_password(server18: Server, source: str, tmp_path: Path) -> None:
    broken = tmp_path / "pg_dump"
    broken.write_text(f'#!/bin/sh\necho "pg_dump: error: no way in with {READER[1]} today" >&2\nexit 1\n')
    broken.chmod(0o755)
    with (
        Snapshot(server18.place(source, *READER)) as snapshot,
        pytest.raises(OutsideError, match="cannot be read") as caught,
    ):
        dump_structure(snapshot, Tools(18, broken), Context())
    assert "no way in with ... today" in str(caught.value)
    assert READER[1] not in str(caught.value)


def test_a_locked_table_ends_it_within_seconds(server18: Server, source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dumping, "LOCK_SECONDS", 1)
    with (
        connect(server18.admin(source), read_only=False) as other,
        Snapshot(server18.place(source, *READER)) as snapshot,
    ):
        other.execute("BEGIN")
        other.execute("LOCK TABLE public.person IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(OutsideError, match="is locked"):
            dump_structure(snapshot, BEST, Context())


def test_stopping_ends_the_program(server18: Server, source: str, tmp_path: Path) -> None:
    slow = tmp_path / "pg_dump"
    note = tmp_path / "process"
    slow.write_text(f"#!/bin/sh\necho $$ > {note}.new && mv {note}.new {note}\nexec sleep 600\n")
    slow.chmod(0o755)

    class Stopping(Context):
        def checkpoint(self, table: str = "", done: int = 0, of: int | None = None, bytes_: int = 0) -> None:
            self.cancelled = note.exists()
            super().checkpoint(table, done, of, bytes_)

    with Snapshot(server18.place(source, *READER)) as snapshot, pytest.raises(CancelledError):
        dump_structure(snapshot, Tools(18, slow), Stopping())
    with pytest.raises(ProcessLookupError):
        os.kill(int(note.read_text()), 0)


def test_it_reaches_the_same_server_by_a_socket_and_by_a_service(
    server18: Server, source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = tmp_path / "services"
    services.write_text(f"[production]\nhost=127.0.0.1\nport={server18.port}\nuser={READER[0]}\n")
    passwords = tmp_path / "passwords"
    passwords.write_text(f"*:*:*:*:{READER[1]}\n")
    passwords.chmod(0o600)
    monkeypatch.setenv("PGSERVICEFILE", str(services))
    monkeypatch.setenv("PGPASSFILE", str(passwords))
    place = server18.place(source, *READER)
    by_service = type(place)(database=source, parameters={"service": "production"})
    with Snapshot(by_service) as snapshot:
        monkeypatch.setenv("PGHOST", "/nowhere")  # must not lead pg_dump elsewhere
        assert b"CREATE TABLE public.person" in dump_structure(snapshot, BEST, Context())


def test_nothing_of_it_stays_on_the_server(server18: Server, source: str) -> None:
    with Snapshot(server18.place(source, *READER)) as snapshot:
        dump_structure(snapshot, BEST, Context())
    with psycopg.connect(server18.admin(source).conninfo(), autocommit=True) as session:
        found = session.execute("SELECT count(*) FROM pg_locks WHERE relation = 'person'::regclass").fetchone()
    assert found == (0,)
