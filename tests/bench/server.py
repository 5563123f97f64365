"""The PostgreSQL server of the bench: embedded, of version 18, as safe as a real one, gone at the end."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.databases.postgresql.bundled import programs
from tests.app.databases.postgresql.cluster import SUPER, Cluster
from tests.app.databases.postgresql.servers import READER, WORKER, Server, create_source

HERE = Path(__file__).parent

_SETTINGS = {
    # As on a server that must not lose anything; only sizes fit the bench.
    "fsync": "on",
    "full_page_writes": "on",
    "wal_level": "replica",
    "shared_buffers": "'512MB'",
    "maintenance_work_mem": "'256MB'",
    "max_wal_size": "'4GB'",
}


@contextmanager
def bench_server() -> Iterator[Server]:
    """Runs for the time of the block; the passwords of its roles are in the file that PGPASSFILE names."""
    cluster = Cluster(18, Path(tempfile.mkdtemp(prefix="skbench-", dir="/var/tmp")), _SETTINGS)
    try:
        cluster.initialise()
        cluster.start()
        server = Server(18, cluster.port)
        server.make_roles()
        passwords = cluster.folder / "pgpass"
        passwords.touch(mode=0o600)
        lines = (f"{server.host}:{server.port}:*:{role}:{password}\n" for role, password in (SUPER, READER, WORKER))
        passwords.write_text("".join(lines))
        os.environ["PGPASSFILE"] = str(passwords)
        os.environ["PATH"] = f"{programs(18)}{os.pathsep}{os.environ['PATH']}"
        yield server
    finally:
        cluster.remove()


def make_production(server: Server, script: Path, customers: int) -> tuple[str, int]:
    """A database that `script` fills, as an application's own: its name and bytes."""
    name = create_source(server, name=script.stem)
    subprocess.run(
        ["psql", "-Xq", "-v", "ON_ERROR_STOP=1", "-v", f"customers={customers}", "-c", "SET ROLE sk_app",
         "-f", script, server.url(name, SUPER[0])],
        check=True,
    )  # fmt: skip
    server.run("CHECKPOINT")
    return name, int(server.run(f"SELECT pg_database_size('{name}')")[0][0])


def warm(server: Server, database: str) -> None:
    """Read every row once, so that the first to be measured does not pay for the disk alone."""
    for (table,) in server.run(
        "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND oid > 16383", database
    ):
        server.run(f"SELECT count(*) FROM {table}", database)
    server.run("CHECKPOINT")
