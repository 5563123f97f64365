"""A demo tenant with its copy, on either kind of database: what the tests of the requirements look at.

The production database is the demo's own, small; the operation runs through the services and a worker of this process.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import keyring
import psycopg

from app.databases.demo.sqlite_file import make_file
from app.databases.demo.world import Row, World
from app.databases.postgresql.connections import quoted
from app.domain.environments import Access
from app.domain.operations import ChecklistItem, Choices, Operation, OperationKind, OperationState
from app.domain.plan import Plan
from app.domain.policy import Value
from tests.app.databases.postgresql.servers import APP, READER, WORKER, Server, create_source, running
from tests.app.office import Office, open_office
from tests.conftest import MemoryKeyring

ENGINES = ("sqlite", "postgresql")
TENANT, NAME = "Demo", "sandbox"
REF = f"{TENANT}/{NAME}"
SEED = 20_261_101


@dataclass
class Provisioned:
    """One home with one tenant. `sandbox` and `production` are file names, or names of databases on `server`."""

    engine: str
    office: Office
    keyring: MemoryKeyring
    production: str
    sandbox: str
    server: Server | None = None
    _plans: dict[tuple[object, ...], Plan] = field(default_factory=dict)

    def run(self, kind: OperationKind, **options: Value) -> Operation:
        """The whole operation with everything acknowledged; however it ended."""
        self._plans.clear()
        with in_use(self.keyring):
            choices = Choices(acknowledged=("all",), confirm=NAME, options=options)
            operation = self.office.services.operations.start(REF, kind, choices)
            self.office.workers.join()
            return self.office.services.operations.get(operation.id)

    def succeed(self, kind: OperationKind, **options: Value) -> Operation:
        ended = self.run(kind, **options)
        assert ended.state is OperationState.SUCCEEDED, (ended.reason, ended.hint)
        return ended

    def plan(self, kind: OperationKind = OperationKind.REFRESH, **options: Value) -> Plan:
        """Of the next operation. It is looked at often, and made anew only where something may have changed."""
        asked = (kind, *sorted(options.items()))
        if asked not in self._plans:
            with in_use(self.keyring):
                self._plans[asked] = self.office.services.operations.plan(REF, kind, options)
        return self._plans[asked]

    def login(self) -> Access:
        """How people reach the copy, with the password of its login."""
        with in_use(self.keyring):
            return self.office.services.environments.access(REF, reveal=True)

    def checklist(self) -> dict[str, ChecklistItem]:
        return {item.id: item for item in self.office.services.inspection.checklist(REF)}

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of the copy."""
        return self._asked(sql, self.sandbox)

    def ask_production(self, sql: str) -> list[tuple[Any, ...]]:
        return self._asked(sql, self.production)

    def change_production(self, sql: str) -> None:
        self._plans.clear()
        self._asked(sql, self.production)

    def change(self, sql: str) -> None:
        """Somebody works in the copy."""
        self._plans.clear()
        self._asked(sql, self.sandbox)

    @contextmanager
    def twin(self) -> Iterator[dict[str, str]]:
        """Another database with the same rows as production, as `environments.add` takes it; gone afterwards."""
        if self.server is None:
            path = self.office.folder / "twin.sqlite"
            with closing(sqlite3.connect(self.production)) as here, closing(sqlite3.connect(path)) as there:
                here.backup(there)
            yield {"database": f"sqlite:///{path}"}
            return
        name = self.server.create_database(template=self.production)
        try:
            yield {"database": self.server.url(name, READER[0]), "password": READER[1]}
        finally:
            self.server.drop_database(name)

    def _asked(self, sql: str, database: str) -> list[tuple[Any, ...]]:
        if self.server is not None:
            return self.server.run(sql, database)
        with closing(sqlite3.connect(database)) as connection, connection:
            return connection.execute(sql).fetchall()


@contextmanager
def provisioned(
    world: World, policy: str, engine: str, folder: Path, rows: int, options: Mapping[str, Value] | None = None
) -> Iterator[Provisioned]:
    """A tenant with a production database of `rows` customers, and a first copy made with `policy` (a pack or a file).

    Nothing is left on the server afterwards.
    """
    mine = MemoryKeyring()
    with open_office(folder) as office:
        made = _on_server(world, office, mine, rows) if engine == "postgresql" else _files(world, office, mine, rows)
        with in_use(mine):
            _add(made, policy)
        try:
            made.succeed(OperationKind.PROVISION, **(options or {}))
            yield made
        finally:
            if made.server is not None:
                if office.services.environments.get(REF).identity is not None:
                    made.run(OperationKind.WIPE)
                made.server.drop_database(made.production)


def _files(world: World, office: Office, mine: MemoryKeyring, rows: int) -> Provisioned:
    make_file(world, office.production, rows, seed=SEED)
    return Provisioned("sqlite", office, mine, str(office.production), str(office.sandbox))


def _on_server(world: World, office: Office, mine: MemoryKeyring, rows: int) -> Provisioned:
    server = running(18)
    production = create_source(server)
    with psycopg.connect(server.admin(production).conninfo()) as session, session.cursor() as cursor:

        def insert(table: str, batch: list[Row]) -> None:
            with cursor.copy(f"COPY {quoted(table)} FROM STDIN") as copy:
                for row in batch:
                    copy.write_row(row)

        cursor.execute(f"SET ROLE {APP}")
        cursor.execute(world.before("postgresql"))
        world.make_rows(rows, SEED, insert)
        cursor.execute(world.after("postgresql"))
    return Provisioned("postgresql", office, mine, production, f"{production}_sandbox", server)


def _add(made: Provisioned, policy: str) -> None:
    environments, server = made.office.services.environments, made.server
    made.office.services.tenants.add(TENANT)
    if server is None:
        environments.add(TENANT, "production", kind="production", database=f"sqlite:///{made.production}")
        environments.add(TENANT, NAME, kind="sandbox", database=f"sqlite:///{made.sandbox}", policy=policy)
        return
    environments.add(
        TENANT, "production", kind="production", database=server.url(made.production, READER[0]), password=READER[1]
    )
    environments.add(
        TENANT, NAME, kind="sandbox", database=server.url(made.sandbox, WORKER[0]), password=WORKER[1], policy=policy
    )


@contextmanager
def in_use(mine: MemoryKeyring) -> Iterator[None]:
    """Each test starts with an empty keyring; a home that lives longer brings its own."""
    before = keyring.get_keyring()
    keyring.set_keyring(mine)
    try:
        yield
    finally:
        keyring.set_keyring(before)
