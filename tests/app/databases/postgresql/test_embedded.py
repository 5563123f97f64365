"""The private server: made once, started when needed, closed to everybody else, and not to be killed for good."""

import os
import signal
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from app.databases.postgresql.bundled import programs, programs_for, run_as, server_account
from app.databases.postgresql.connections import connect
from app.databases.postgresql.embedded import READER, SUPERUSER, WORKER, PrivateServer
from app.databases.postgresql.premises import premises_of
from app.databases.postgresql.urls import normalise, place_of
from app.errors import OutsideError

AS_ROOT = os.geteuid() == 0


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("private")
    yield folder
    PrivateServer(folder).remove()


@pytest.fixture
def private(folder: Path) -> PrivateServer:
    server = PrivateServer(folder)
    server.start()
    return server


def ask(server: PrivateServer, sql: str, role: str = SUPERUSER) -> list[tuple[object, ...]]:
    with closing(psycopg.connect(server.place(role).conninfo(), autocommit=True)) as session:
        cursor = session.execute(sql)
        return cursor.fetchall() if cursor.description else []


def postmaster(folder: Path) -> int:
    return int((premises_of(folder).data / "postmaster.pid").read_text().split()[0])


def test_many_who_start_it_at_once_get_one_server(tmp_path: Path) -> None:
    servers = [PrivateServer(tmp_path) for _ in range(4)]
    try:
        with ThreadPoolExecutor(4) as pool:
            started = list(pool.map(PrivateServer.start, servers))
        assert sorted(started) == [False, False, False, True]
        assert ask(servers[0], "SELECT current_setting('server_version_num')::int / 10000") == [(18,)]
    finally:
        servers[0].remove()
    assert not servers[0].sockets.exists()
    assert not premises_of(tmp_path).data.exists()


def test_it_listens_on_a_socket_in_a_closed_folder_and_nowhere_else(private: PrivateServer, folder: Path) -> None:
    assert ask(private, "SELECT current_setting('listen_addresses')") == [("",)]
    assert private.sockets.stat().st_mode & 0o777 == 0o700
    assert premises_of(folder).data.stat().st_mode & 0o077 == 0


def test_the_worker_and_the_reader_are_no_superusers(private: PrivateServer) -> None:
    for role, may_make in ((WORKER, True), (READER, False)):
        assert ask(
            private, "SELECT rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = current_user", role
        ) == [(False, may_make, may_make)]


def test_another_login_needs_its_password(private: PrivateServer) -> None:
    ask(private, "CREATE ROLE somebody LOGIN PASSWORD 'of their own'")
    place = private.place("somebody")
    with pytest.raises(psycopg.OperationalError, match="no password supplied"):
        psycopg.connect(place.conninfo())
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(place.conninfo(password="guessed"))
    psycopg.connect(place.conninfo(password="of their own")).close()


@pytest.mark.skipif(not AS_ROOT, reason="only root can be somebody else")
def test_not_even_the_account_it_runs_under_gets_in(
    private: PrivateServer, tmp_path_factory: pytest.TempPathFactory
) -> None:
    found, account = programs(18), server_account()
    assert found is not None
    assert account is not None
    folder = programs_for(account, found, tmp_path_factory.mktemp("programs"))
    done = subprocess.run(
        [folder / "psql", "-h", private.sockets, "-U", SUPERUSER, "-c", "SELECT 1", "postgres"],
        capture_output=True, check=False, text=True, **run_as(account),
    )  # fmt: skip
    assert "Peer authentication failed" in done.stderr


def test_a_url_that_points_at_it_starts_it_again(private: PrivateServer) -> None:
    url = normalise(private.url(WORKER, "postgres"), Path("/"))
    private.stop()
    assert not private.running()
    with closing(connect(place_of(url), read_only=True)) as session:
        assert session.execute("SELECT current_user").fetchone() == (WORKER,)


def test_a_url_holds_any_folder() -> None:
    server = PrivateServer(Path("/tmp/a b & c% d"))
    assert place_of(normalise(server.url(WORKER, "x"), Path("/"))).parameters["host"] == str(server.sockets)


def test_a_killed_server_recovers_with_what_was_committed(private: PrivateServer, folder: Path) -> None:
    ask(private, "CREATE TABLE kept AS SELECT 1 AS a")
    os.kill(postmaster(folder), signal.SIGKILL)
    private.start()
    assert ask(private, "SELECT a FROM kept") == [(1,)]


def test_a_number_that_another_program_has_now_does_not_keep_it_from_starting(
    private: PrivateServer, folder: Path
) -> None:
    """PostgreSQL by itself refuses: "lock file "postmaster.pid" already exists"."""
    place = premises_of(folder)
    stale = (place.data / "postmaster.pid").read_text()
    number = str(postmaster(folder))
    private.stop()
    options = run_as(place.account)
    with subprocess.Popen(["sleep", "60"], **options) as other:
        (place.data / "postmaster.pid").write_text(stale.replace(number, str(other.pid), 1))
        assert private.start()
        assert private.running()
        other.kill()


def test_what_is_wrong_is_said_with_the_servers_own_words(tmp_path: Path) -> None:
    server = PrivateServer(tmp_path)
    try:
        server.start()
        server.stop()
        with (premises_of(tmp_path).data / "postgresql.conf").open("a") as file:
            file.write("shared_buffers = plenty\n")
        with pytest.raises(OutsideError, match="does not start") as caught:
            server.start()
        assert "shared_buffers" in caught.value.detail
    finally:
        server.remove()


def test_the_log_holds_no_value_of_a_row(private: PrivateServer) -> None:
    ask(private, "CREATE TABLE strict (mail text UNIQUE)")
    ask(private, "INSERT INTO strict VALUES ('secret@mail.example')")
    with pytest.raises(psycopg.errors.UniqueViolation):
        ask(private, "INSERT INTO strict VALUES ('secret@mail.example')")
    assert "secret@mail" not in private.log.read_text()
    assert "duplicate key" in private.log.read_text()
