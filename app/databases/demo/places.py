"""Where the demo's databases lie: files in a folder, or databases on a private server."""

from pathlib import Path

from app.databases.demo.server_database import make_on_server
from app.databases.demo.sqlite_file import make_file
from app.databases.demo.worlds import WORLDS
from app.databases.postgresql.connections import connect_maintenance
from app.databases.postgresql.embedded import READER, SUPERUSER, WORKER, PrivateServer


class SqliteDemo:
    """Files in a folder of each tenant's own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def production(self, tenant: str, rows: int, *, world: str, seed: int) -> str:
        """See that a tenant's production database is there, made as one of `world`; its URL."""
        path = self._folder / tenant / "production.sqlite"
        if not path.exists():
            make_file(WORLDS[world], path, rows, seed=seed)
        return f"sqlite:///{path}"

    def copy(self, tenant: str, name: str) -> str:
        """The URL that a copy of a tenant's shall have."""
        return f"sqlite:///{self._folder / tenant / name}.sqlite"


class PostgresqlDemo:
    """Databases on a private server in a folder; production is read by a role that can do nothing else."""

    def __init__(self, folder: Path) -> None:
        """Raises OutsideError on a system where no such server can be had."""
        self._server = PrivateServer(folder / "postgresql")

    def production(self, tenant: str, rows: int, *, world: str, seed: int) -> str:
        """See that a tenant's production database is there, made as one of `world`; its URL. Starts the server."""
        name = _database(tenant, "production")
        self._server.start()
        session = connect_maintenance(self._server.place(SUPERUSER))
        try:
            there = session.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone()
        finally:
            session.close()
        if there is None:
            make_on_server(WORLDS[world], self._server, name, rows, seed=seed)
        return self._server.url(READER, name)

    def copy(self, tenant: str, name: str) -> str:
        """The URL that a copy of a tenant's shall have."""
        return self._server.url(WORKER, _database(tenant, name))


def _database(tenant: str, name: str) -> str:
    """Such as `harbor_training_01`: names that need no quotes in psql."""
    return f"{tenant.partition('-')[0]}_{name.replace('-', '_')}"
