"""Against a server that takes sessions over TLS alone, with certificates made for the test."""

import os
import shutil
import socket
import stat
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
import pytest

from app.databases.postgresql.bundled import programs, server_account
from app.databases.postgresql.dumping import dump_structure
from app.databases.postgresql.relay import PORT, Relay
from app.databases.postgresql.snapshot import Snapshot
from app.databases.postgresql.tls import context_of, handshake
from app.databases.postgresql.tools import Tools
from app.databases.postgresql.urls import Place
from app.errors import OutsideError
from tests.app.databases.postgresql.cluster import DEBIAN, version_present
from tests.app.databases.postgresql.servers import READER, Server, create_source, own_server
from tests.app.databases.sqlite.line import Context


@dataclass
class Secured:
    server: Server
    source: str
    folder: Path

    def place(self, **more: str) -> Place:
        place = self.server.place(self.source, *READER)
        return replace(place, parameters={**place.parameters, **self.files, **more})

    @property
    def files(self) -> dict[str, str]:
        names = {"sslrootcert": "root.crt", "sslcert": "client.crt", "sslkey": "client.key"}
        return {key: str(self.folder / name) for key, name in names.items()}


@pytest.fixture(scope="module")
def secured() -> Iterator[Secured]:
    if shutil.which("openssl") is None or not version_present(15):
        pytest.skip(f"TLS NOT TESTED: it needs the openssl program and a PostgreSQL built with it in {DEBIAN[15]}")
    folder = Path(tempfile.mkdtemp(prefix="sk-tls-"))
    try:
        folder.chmod(0o755)
        for root in ("root", "other"):
            _openssl(folder, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={root}",
                     "-keyout", f"{root}.key", "-out", f"{root}.crt")  # fmt: skip
        for name, subject in (("server", "localhost"), ("client", READER[0])):
            _openssl(folder, "req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={subject}",
                     "-keyout", f"{name}.key", "-out", f"{name}.csr")  # fmt: skip
            (folder / "names").write_text("subjectAltName=DNS:localhost" if name == "server" else "")
            _openssl(folder, "x509", "-req", "-in", f"{name}.csr", "-CA", "root.crt", "-CAkey", "root.key",
                     "-days", "2", "-extfile", "names", "-out", f"{name}.crt")  # fmt: skip
            (folder / f"{name}.key").chmod(0o600)
        account = server_account()
        if account is not None:
            account.own(folder / "server.key")
        settings = {"ssl": "on"} | {
            f"ssl_{what}_file": f"'{folder / file}'"
            for what, file in (("cert", "server.crt"), ("key", "server.key"), ("ca", "root.crt"))
        }
        with own_server(15, **settings) as (server, cluster):
            source = create_source(server, "CREATE TABLE person (name text)")
            lines = "local all all scram-sha-256\nhostssl all all all scram-sha-256 clientcert=verify-ca\n"
            (cluster.data / "pg_hba.conf").write_text(lines)
            with psycopg.connect(server.admin().conninfo(**_paths(folder)), autocommit=True) as session:
                session.execute("SELECT pg_reload_conf()")
            yield Secured(server, source, folder)
    finally:
        shutil.rmtree(folder)


def _paths(folder: Path) -> dict[str, str]:
    return {"sslcert": str(folder / "client.crt"), "sslkey": str(folder / "client.key")}


def _openssl(folder: Path, *arguments: str) -> None:
    done = subprocess.run(["openssl", *arguments], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def _tools() -> Tools:
    """The program that knows no TLS."""
    folder = programs(16)
    assert folder is not None
    return Tools(16, folder / "pg_dump")


def test_pg_dump_without_tls_reads_a_server_that_takes_nothing_else(secured: Secured) -> None:
    place = secured.place(host="localhost", sslmode="verify-full")
    with Snapshot(place) as snapshot:
        assert snapshot.main.pgconn.ssl_in_use
        dump = dump_structure(snapshot, _tools(), Context())
    assert b"CREATE TABLE public.person" in dump


def test_the_way_in_is_for_this_account_and_ends_with_its_use(secured: Secured) -> None:
    address = ("127.0.0.1", secured.server.port)
    with Relay(address, "localhost", {"sslmode": "require", **secured.files}) as relay:
        folder = relay.folder
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        way = f"host={folder} port={PORT} user={READER[0]} dbname={secured.source} sslmode=disable"
        with psycopg.connect(way, password=READER[1], channel_binding="disable") as session:
            # More than any buffer on the way holds, both ways.
            sent = "x" * 5_000_000
            assert session.execute("SELECT %s || 'y'", (sent,)).fetchone() == (sent + "y",)
            assert session.execute("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()").fetchone() == (True,)
        if os.geteuid() == 0:
            path = str(folder / f".s.PGSQL.{PORT}")
            code = f"import socket; socket.socket(socket.AF_UNIX).connect({path!r})"
            other = subprocess.run(["python3", "-c", code], user=65534, cwd="/", capture_output=True, text=True)
            assert "PermissionError" in other.stderr
    assert not folder.exists()


def test_leaving_it_ends_a_session_that_is_still_open(secured: Secured) -> None:
    with Relay(("127.0.0.1", secured.server.port), "localhost", {"sslmode": "require", **secured.files}) as relay:
        way = f"host={relay.folder} port={PORT} user={READER[0]} dbname={secured.source} sslmode=disable"
        session = psycopg.connect(way, password=READER[1], channel_binding="disable")
    with pytest.raises(psycopg.OperationalError), session:
        session.execute("SELECT 1")


@pytest.mark.parametrize("mode", ["verify-ca", "verify-full", "require", "prefer"])
def test_a_server_with_a_certificate_of_somebody_else_is_not_spoken_to(secured: Secured, mode: str) -> None:
    options = {**secured.files, "sslrootcert": str(secured.folder / "other.crt"), "sslmode": mode}
    with pytest.raises(OutsideError, match="No TLS with localhost"):
        handshake(("127.0.0.1", secured.server.port), "localhost", options, context_of(options))


def test_the_systems_roots_do_not_know_it_either(secured: Secured) -> None:
    options = {**secured.files, "sslrootcert": "system", "sslmode": "require"}
    with pytest.raises(OutsideError, match="No TLS"):
        handshake(("127.0.0.1", secured.server.port), "localhost", options, context_of(options))


def test_the_name_counts_for_verify_full_alone(secured: Secured) -> None:
    address = ("127.0.0.1", secured.server.port)
    options = {**secured.files, "sslmode": "verify-ca"}
    handshake(address, "127.0.0.1", options, context_of(options)).close()
    options["sslmode"] = "verify-full"
    handshake(address, "localhost", options, context_of(options)).close()
    with pytest.raises(OutsideError, match="No TLS with elsewhere"):
        handshake(address, "elsewhere", options, context_of(options))


def test_files_that_cannot_be_used_are_told(secured: Secured, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for broken in (
        {"sslmode": "verify-ca", "sslrootcert": str(tmp_path / "absent.crt")},
        {"sslcert": secured.files["sslcert"], "sslkey": str(secured.folder / "root.key")},
    ):
        with pytest.raises(OutsideError, match="files for TLS"):
            context_of(broken)
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(OutsideError, match="files for TLS"):
        context_of({"sslmode": "verify-full"})


def test_pg_dump_is_told_why_there_is_no_tls(secured: Secured) -> None:
    with Snapshot(secured.place(host="localhost", sslmode="require")) as snapshot:
        (secured.folder / "root.crt").rename(secured.folder / "away.crt")
        shutil.copy(secured.folder / "other.crt", secured.folder / "root.crt")
        try:
            with pytest.raises(OutsideError, match="No TLS with localhost"):
                dump_structure(snapshot, _tools(), Context())
        finally:
            (secured.folder / "away.crt").replace(secured.folder / "root.crt")


def test_a_server_without_tls_is_told(server16: Server) -> None:
    options = {"sslmode": "require"}
    with pytest.raises(OutsideError, match="No TLS") as caught:
        handshake(("127.0.0.1", server16.port), "127.0.0.1", options, context_of(options))
    assert "speaks no TLS" in caught.value.detail


def test_bytes_stuffed_before_the_handshake_are_not_taken_for_the_servers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def stuff() -> None:
            client, _ = listener.accept()
            with client:
                client.recv(8)
                client.sendall(b"S" + b"R\0\0\0\x08\0\0\0\0")
                client.recv(4096)

        thread = threading.Thread(target=stuff)
        thread.start()
        options = {"sslmode": "require"}
        with pytest.raises(OutsideError, match="No TLS"):
            handshake(("127.0.0.1", listener.getsockname()[1]), "x.example", options, context_of(options))
        thread.join()
