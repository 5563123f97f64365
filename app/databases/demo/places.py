"""Where the demo's databases lie: files in a folder, or databases on a private server."""

from pathlib import Path

from app.databases.demo.agency import make_agency_database
from app.databases.demo.server_agency import make_server_agency
from app.databases.postgresql.connections import connect_maintenance
from app.databases.postgresql.embedded import READER, SUPERUSER, WORKER, PrivateServer


class SqliteDemo:
    """Files in a folder of each agency's own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def production(self, agency: str, rows: int, *, seed: int) -> str:
        """See that an agency's production database is there; its URL."""
        path = self._folder / agency / "production.sqlite"
        if not path.exists():
            make_agency_database(path, rows, seed=seed)
        return f"sqlite:///{path}"

    def copy(self, agency: str, name: str) -> str:
        """The URL that a copy of an agency's shall have."""
        return f"sqlite:///{self._folder / agency / name}.sqlite"


class PostgresqlDemo:
    """Databases on a private server in a folder; production is read by a role that can do nothing else."""

    def __init__(self, folder: Path) -> None:
        """Raises OutsideError on a system where no such server can be had."""
        self._server = PrivateServer(folder / "postgresql")

    def production(self, agency: str, rows: int, *, seed: int) -> str:
        """See that an agency's production database is there; its URL. Starts the server."""
        name = _database(agency, "production")
        self._server.start()
        session = connect_maintenance(self._server.place(SUPERUSER))
        try:
            there = session.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone()
        finally:
            session.close()
        if there is None:
            make_server_agency(self._server, name, rows, seed=seed)
        return self._server.url(READER, name)

    def copy(self, agency: str, name: str) -> str:
        """The URL that a copy of an agency's shall have."""
        return self._server.url(WORKER, _database(agency, name))


def _database(agency: str, name: str) -> str:
    """Such as `harbor_training_01`: names that need no quotes in psql."""
    return f"{agency.partition('-')[0]}_{name.replace('-', '_')}"
