"""Real servers for tests: started once per run, shared by its processes, gone when the run is, however it ends.

For quick development the run can use servers that are up already, with the superuser's password `super`:
`SANDKEEPER_TEST_SERVERS="18=5518,16=5516,15=5515"`.
"""

import fcntl
import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from app.databases.postgresql.bundled import programs
from app.databases.postgresql.connections import literal, quoted
from app.databases.postgresql.urls import Place
from tests.app.databases.postgresql.cluster import SUPER, Cluster

READER = ("sk_reader", "reader-secret")
"""Can do nothing but read: LOGIN and pg_read_all_data."""
AUDITOR = ("sk_auditor", "auditor-secret")
"""A reader that protected rows are shown to, too: BYPASSRLS. `features.sql` also lets it read large objects."""
WORKER = ("sk_worker", "worker-secret")
"""What sandboxes are made with: LOGIN CREATEDB CREATEROLE, no superuser."""
APP = "sk_app"
"""Owns the sources and what is in them; an application's role."""

FEATURES = Path(__file__).with_name("features.sql")
CONTRIB = Path(__file__).with_name("features_contrib.sql")

_NOT_OURS = ("DROP DATABASE ", "CREATE DATABASE ", "\\c ")
_ROOT = Path(__file__).parents[4]
_ROLES = {
    APP: "NOLOGIN",
    READER[0]: f"LOGIN PASSWORD '{READER[1]}' IN ROLE pg_read_all_data",
    AUDITOR[0]: f"LOGIN BYPASSRLS PASSWORD '{AUDITOR[1]}' IN ROLE pg_read_all_data",
    WORKER[0]: f"LOGIN CREATEDB CREATEROLE PASSWORD '{WORKER[1]}'",
}


@dataclass(frozen=True)
class Server:
    """A server that runs. `version` is its major one."""

    version: int
    port: int
    host: str = "127.0.0.1"

    def admin(self, database: str = "postgres") -> Place:
        return self.place(database, *SUPER)

    def place(self, database: str, role: str, password: str | None) -> Place:
        parameters = {"host": self.host, "port": str(self.port), "user": role}
        return Place(database=database, parameters=parameters, password=password)

    def url(self, database: str, role: str) -> str:
        return f"postgresql://{role}@{self.host}:{self.port}/{database}"

    def create_database(
        self,
        name: str | None = None,
        *,
        sql: str = "",
        owner: str | None = None,
        encoding: str | None = None,
        template: str = "template0",
        locale: str | None = None,
    ) -> str:
        """A fresh database, with a name of its own unless one is given; `sql` runs inside as superuser."""
        name = name or f"t_{secrets.token_hex(5)}"
        parts = [f"CREATE DATABASE {quoted(name)} TEMPLATE {quoted(template)}"]
        parts += [f"OWNER {quoted(owner)}"] if owner else []
        parts += [f"ENCODING {literal(encoding)}"] if encoding else []
        parts += [f"LOCALE {literal(locale)}"] if locale else []
        self.run(" ".join(parts))
        if sql:
            self.run(sql, name)
        return name

    def drop_database(self, name: str) -> None:
        self.run(f"DROP DATABASE IF EXISTS {quoted(name)} WITH (FORCE)")

    def run(self, sql: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Statements as superuser; the rows of the last one that has any. Several run as one transaction."""
        with psycopg.connect(self.admin(database).conninfo(), autocommit=True) as session:
            return _rows(session.execute(sql))

    def load(self, file: Path, database: str, *, role: str = SUPER[0]) -> None:
        """A script as psql reads it; `role` owns what it makes. What makes databases in it is left out."""
        folder = programs(18)
        assert folder is not None
        lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
        script = "".join(line for line in lines if not line.startswith(_NOT_OURS))
        done = subprocess.run(
            [folder / "psql", "-Xq", "-v", "ON_ERROR_STOP=1", "-c", f"SET ROLE {quoted(role)}", "-f", "-",
             self.url(database, SUPER[0])],
            input=script, env={**os.environ, "PGPASSWORD": SUPER[1]}, capture_output=True, check=False, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr

    def make_roles(self) -> None:
        """Make the roles that every test knows, once."""
        with psycopg.connect(self.admin().conninfo(), autocommit=True) as session:
            session.execute("SELECT pg_advisory_lock(20261121)")
            there = {name for (name,) in session.execute("SELECT rolname FROM pg_roles").fetchall()}
            for name, what in _ROLES.items():
                if name not in there:
                    session.execute(f"CREATE ROLE {name} {what}")


def _rows(cursor: psycopg.Cursor[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = []
    while True:
        if cursor.description is not None:
            rows = cursor.fetchall()
        if not cursor.nextset():
            return rows


def create_source(
    server: Server,
    sql: str = "",
    *,
    sql_file: Path | tuple[Path, ...] = (),
    name: str | None = None,
    encoding: str | None = None,
    locale: str | None = None,
) -> str:
    """A production database as it should be: owned by its application's role, PUBLIC kept out, the reader let in.

    `sql` and then the scripts run as that role (`SET ROLE NONE` makes the superuser of it, where one is needed).
    """
    made = server.create_database(name, owner=APP, encoding=encoding, locale=locale)
    server.run(
        f"REVOKE ALL ON DATABASE {quoted(made)} FROM PUBLIC; "
        f"GRANT CONNECT ON DATABASE {quoted(made)} TO {READER[0]}, {AUDITOR[0]}"
    )
    if sql:
        server.run(f"SET ROLE {APP}; {sql}", made)
    for file in (sql_file,) if isinstance(sql_file, Path) else sql_file:
        server.load(file, made, role=APP)
    return made


@contextmanager
def own_server(version: int = 18, **settings: str) -> Iterator[tuple[Server, Cluster]]:
    """A server for one test alone, which may stop it, kill it or run it with settings of its own (`name="value"`)."""
    cluster = Cluster(version, settings=settings)
    try:
        cluster.initialise()
        cluster.start()
        server = Server(version, cluster.port)
        server.make_roles()
        yield server, cluster
    finally:
        cluster.remove()


def running(version: int) -> Server:
    """The run's server of a version, started by the first that asks."""
    given = dict(pair.split("=") for pair in os.environ.get("SANDKEEPER_TEST_SERVERS", "").split(",") if pair)
    if str(version) in given:
        server = Server(version, int(given[str(version)]))
        server.make_roles()
        return server
    folder = _run_folder()
    with (folder / f"{version}.lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        known = folder / f"{version}.json"
        if not known.exists():
            port = _started(folder / str(version), version)
            Server(version, port).make_roles()
            known.write_text(json.dumps({"port": port}), encoding="utf-8")
        return Server(version, json.loads(known.read_text(encoding="utf-8"))["port"])


def _started(folder: Path, version: int) -> int:
    done = subprocess.run(
        [sys.executable, "-m", "tests.app.databases.postgresql.cluster", folder, str(version), str(_run_process())],
        stdout=subprocess.PIPE, cwd=_ROOT, check=False,
    )  # fmt: skip
    assert done.stdout, f"PostgreSQL {version} did not start; what it said stands above"
    port: int = json.loads(done.stdout)["port"]
    return port


def _run_process() -> int:
    """The process that lives as long as the run of the tests: xdist's controller, else this one."""
    return os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid()


def _run_folder() -> Path:
    """One folder per run; those of runs that were cut off together with their keepers are put away."""
    beginning = f"sandkeeper-pg-{os.geteuid()}-"
    for old in Path(tempfile.gettempdir()).glob(f"{beginning}*"):
        owner = old.name.removeprefix(beginning)
        if owner.isdigit() and not Path(f"/proc/{owner}").exists() and sys.platform.startswith("linux"):
            shutil.rmtree(old, ignore_errors=True)
    folder = Path(tempfile.gettempdir()) / f"{beginning}{_run_process()}"
    folder.mkdir(exist_ok=True)
    assert folder.stat().st_uid == os.geteuid(), f"{folder} is somebody else's"
    return folder
