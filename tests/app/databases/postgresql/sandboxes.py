"""One sandbox on a real server, and every step of an operation at its target, for tests to call."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import psycopg

from app.databases.postgresql import baseline, impact, logins, looking, publish, targets, wipe
from app.databases.postgresql.catalogue import read_shapes
from app.databases.postgresql.connections import Session, connect, quoted
from app.databases.postgresql.shapes import Shapes
from app.databases.postgresql.staging import Staging
from app.databases.postgresql.urls import Place
from app.domain.environments import Environment, EnvironmentKind, Identity, Target, target_of
from app.domain.findings import Finding
from app.domain.ids import EnvironmentId, OperationId, TenantId, new_id
from app.domain.plan import Impact
from app.errors import CancelledError
from app.ports.databases import Look, Signer, Staged
from tests.app.databases.postgresql.servers import WORKER, Server

SIGNER = Signer.of(b"installation")
PASSWORD = "p/a:s s'w%\"örd"
BUILT = (
    "CREATE SCHEMA shop; CREATE TABLE shop.orders (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, note text);"
    "CREATE TABLE public.customer (id serial PRIMARY KEY, name text);"
    "INSERT INTO public.customer (name) SELECT 'c' || n FROM generate_series(1, 20) n; ANALYZE public.customer"
)


class Context:
    """A `PhaseContext` that stops when told to; `asserts` is called at each comparison of the fence."""

    def __init__(self, *, asserts: Callable[[], None] | None = None) -> None:
        self.cancelled = False
        self.asserted = 0
        self._asserts = asserts

    def checkpoint(self, table: str = "", done: int = 0, of: int | None = None, bytes_: int = 0) -> None:
        if self.cancelled:
            raise CancelledError("Stopped")

    def should_stop(self) -> bool:
        return self.cancelled

    def log(self, text: str) -> None:
        pass

    def assert_current(self) -> None:
        self.asserted += 1
        if self._asserts is not None:
            self._asserts()


@dataclass
class Sandbox:
    """A sandbox that may be there or not, with the catalog's part played by `environment`."""

    server: Server
    worker: tuple[str, str] = WORKER
    attempt: int = 0
    signer: Signer = SIGNER
    environment: Environment = field(init=False)

    def __post_init__(self) -> None:
        self.environment = Environment(
            id=EnvironmentId(new_id()),
            tenant_id=TenantId("tenant"),
            tenant="Harbor",
            name="sandbox",
            kind=EnvironmentKind.SANDBOX,
            database=self.server.url(f"g_{secrets.token_hex(5)}", self.worker[0]),
        )

    @property
    def name(self) -> str:
        return self.environment.database.rpartition("/")[2]

    @property
    def place(self) -> Place:
        """How the worker reaches it."""
        return self.server.place(self.name, *self.worker)

    @property
    def login(self) -> str:
        return logins.login_name(self.name, self.environment.id)

    @property
    def owner(self) -> Place:
        """How its people reach it."""
        return self.server.place(self.name, self.login, PASSWORD)

    @property
    def target(self) -> Target:
        return target_of(self.environment)

    @property
    def operation(self) -> OperationId:
        return OperationId(f"operation{self.attempt}")

    def shapes(self) -> Shapes:
        """Those of the server's own empty database: encoding and locale are what counts here."""
        with closing(connect(self.server.admin("template1"), read_only=True)) as session:
            return read_shapes(session)

    def create(self, shapes: Shapes | None = None, ctx: Context | None = None) -> Staging:
        self.attempt += 1
        return Staging.create(
            self.place, self.target, shapes or self.shapes(), self.signer, self.operation, self.attempt, ctx
        )

    def prepare(self, sql: str = BUILT, *, keep_baseline: bool = True, login: bool = True) -> Staged:
        """Everything up to a sealed copy."""
        staging = self.create()
        try:
            with closing(staging.connect()) as session:
                session.execute(sql)
            if login:
                name = logins.ensure_login(staging.session, self.place, self.target, self.signer, self.operation)
                logins.hand_over(staging, name)
            return staging.seal(keep_baseline=keep_baseline, rows={"customer": 20}, ctx=Context())
        except BaseException:
            staging.drop()
            raise

    def publish(self, staged: Staged, ctx: Context | None = None, password: str | None = PASSWORD) -> None:
        """The swap alone."""
        publish.publish(self.place, self.target, staged, self.signer, self.operation, password, ctx or Context())

    def record(self, staged: Staged) -> None:
        """What the catalog does once the swap is done."""
        self.environment = replace(self.environment, identity=staged.identity, marker_nonce=staged.nonce)

    def settle(self, staged: Staged) -> None:
        publish.settle(self.place, self.target, staged, self.signer, Context())

    def provision(self, sql: str = BUILT, *, keep_baseline: bool = True, login: bool = True) -> Staged:
        """A whole operation, first or later."""
        staged = self.prepare(sql, keep_baseline=keep_baseline, login=login)
        self.publish(staged, password=PASSWORD if login else None)
        self.record(staged)
        self.settle(staged)
        return staged

    def reset(self) -> Staged:
        self.attempt += 1
        staged = baseline.prepare_reset(self.place, self.target, self.signer, self.operation, self.attempt, Context())
        self.publish(staged)
        self.record(staged)
        self.settle(staged)
        return staged

    def wipe(self, ctx: Context | None = None) -> tuple[str, ...]:
        return wipe.wipe(self.place, self.target, self.signer, ctx or Context())

    def sweep(self, keep: Staged | None = None) -> tuple[str, ...]:
        return wipe.sweep(self.place, self.target, self.signer, keep)

    def look(self) -> Look:
        return looking.look(self.place, self.environment.kind)

    def impact(self) -> Impact:
        return impact.impact_of(self.place, self.target)

    def findings(self, *productions: Identity, source: Place | None = None) -> tuple[Finding, ...]:
        return targets.target_findings(self.place, self.target, source, productions, self.signer, 0)

    def codes(self, *productions: Identity, source: Place | None = None) -> list[str]:
        return [finding.code for finding in self.findings(*productions, source=source)]

    def rows(self, sql: str, place: Place | None = None) -> list[tuple[Any, ...]]:
        """What a query gives to the sandbox's people."""
        with self.session(place) as session:
            return session.execute(sql).fetchall()

    def does(self, sql: str, place: Place | None = None) -> None:
        """Something its people do in it."""
        with self.session(place) as session:
            session.execute(sql)

    @contextmanager
    def session(self, place: Place | None = None) -> Iterator[Session]:
        """A session as any program has one, without any setting of ours."""
        with psycopg.Connection.connect((place or self.owner).conninfo(), autocommit=True) as session:
            yield session

    def there(self) -> list[str]:
        """Every database of the environment that is on the server, the sandbox itself as `sandbox`, and its login."""
        names = self.server.run("SELECT datname FROM pg_database UNION ALL SELECT rolname FROM pg_roles ORDER BY 1")
        mine = [str(name) for (name,) in names if self.environment.id in str(name) or name == self.name]
        prefix = f"sandkeeper_{self.environment.id}_"
        words = {self.name: "sandbox", self.login: "login"}
        return sorted(words.get(name, name.removeprefix(prefix)) for name in mine)

    def remove(self) -> None:
        """Everything of it, whatever state it is in."""
        run = self.server.run
        for (name,) in run(
            f"SELECT datname FROM pg_database WHERE datname = '{self.name}' OR datname ~ '{self.environment.id}'"
        ):
            run(f"UPDATE pg_database SET datistemplate = false WHERE datname = '{name}'")
            self.server.drop_database(str(name))
        for (role,) in run(f"SELECT rolname FROM pg_roles WHERE rolname = '{self.login}'"):
            run(f"DROP ROLE {quoted(str(role))}")
