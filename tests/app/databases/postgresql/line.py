"""An environment on a server and its source, with the catalog's part played by `environment`: the adapter as the worker
uses it."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from app.databases.postgresql.adapter import PostgresqlAdapter
from app.databases.postgresql.connections import literal
from app.databases.postgresql.job import PostgresqlCopyJob
from app.domain.environments import Environment, EnvironmentKind, Source, Target, source_of, target_of
from app.domain.ids import EnvironmentId, OperationId, TenantId
from app.domain.operations import OperationKind
from app.domain.plan import Plan
from app.domain.policy import Policy
from app.planning.plan import PlanRequest, make_plan
from app.policy.suggest import as_policy, suggest
from app.ports.databases import Signer, Staged
from app.ports.secrets import MaskKey
from tests.app.databases.postgresql.servers import AUDITOR, WORKER, Server
from tests.app.databases.sqlite.line import Context, Result

KEY = MaskKey(b"k" * 32, stable=True)
SIGNER = Signer.of(b"installation")
PHASES = ("stage", "copy", "build", "neutralise", "finish", "check", "prove", "seal")


class Passwords:
    """The keyring's part: passwords of databases by environment, and of the sandbox's login."""

    def __init__(self, known: dict[str, str], login: str | None = "login-secret") -> None:
        self.known, self.login = known, login

    def password(self, environment: EnvironmentId) -> str | None:
        return self.known.get(environment)

    def login_password(self, environment: EnvironmentId) -> str | None:
        return self.login

    def forget_login(self, environment: EnvironmentId) -> None:
        self.login = None


@dataclass
class Line:
    """A production on one server and a sandbox on the same or another."""

    server: Server
    production: str
    reader: tuple[str, str] = AUDITOR
    worker: tuple[str, str] = WORKER
    at: Server | None = None
    sandbox: str = field(default_factory=lambda: f"t_sandbox_{secrets.token_hex(4)}")
    login: str | None = "login-secret"
    sessions: int = 2
    environment: Environment = field(init=False)
    adapter: PostgresqlAdapter = field(init=False)
    attempt: int = 0

    def __post_init__(self) -> None:
        where = self.at or self.server
        self.environment = Environment(
            id=EnvironmentId(f"sandbox{secrets.token_hex(3)}"),
            tenant_id=TenantId("tenant"),
            tenant="Harbor",
            name="sandbox",
            kind=EnvironmentKind.SANDBOX,
            database=where.url(self.sandbox, self.worker[0]),
        )
        known = {self.environment.id: self.worker[1], "production0001": self.reader[1]}
        self.passwords = Passwords(known, self.login)
        self.adapter = PostgresqlAdapter(self.passwords, lambda server: self.sessions)  # type: ignore[arg-type]  # the part of Secrets it uses

    @property
    def target_server(self) -> Server:
        return self.at or self.server

    @property
    def source(self) -> Source:
        return source_of(
            Environment(
                id=EnvironmentId("production0001"),
                tenant_id=TenantId("tenant"),
                tenant="Harbor",
                name="production",
                kind=EnvironmentKind.PRODUCTION,
                database=self.server.url(self.production, self.reader[0]),
            )
        )

    @property
    def target(self) -> Target:
        return target_of(self.environment)

    @property
    def operation(self) -> OperationId:
        return OperationId(f"operation{self.attempt}")

    def suggested(self) -> Policy:
        """What `policy suggest --accept` makes of the source."""
        with self.adapter.open_source(self.source) as source:
            return as_policy(suggest(source.schema(), source.sample), name="suggested", title="", accept=True)

    def plan(self, policy: Policy | None = None, *, baseline: bool = True, **more: object) -> Plan:
        """The plan as the services make it, with all findings."""
        policy = replace(policy or self.suggested(), baseline=baseline)
        with self.adapter.open_source(self.source) as source:
            request = PlanRequest(
                kind=OperationKind.PROVISION,
                environment=self.environment,
                source=self.source.environment,
                policy=policy,
                policy_name=policy.name,
                policy_hash="0",
                approved=frozenset(entry.digest for entry in policy.run),
                schema=source.schema(),
                options=more,  # type: ignore[arg-type]  # scalars
                findings=(
                    *source.findings(),
                    *self.adapter.target_findings(self.target, self.source, (source.identity,), SIGNER, 0),
                ),
                impact=self.adapter.impact(self.target),
            )
            plan = make_plan(request)
            return replace(plan, findings=(*plan.findings, *source.plan_findings(plan)))

    def job(self, plan: Plan) -> PostgresqlCopyJob:
        self.attempt += 1
        prepared = self.adapter.prepare(
            source=self.source,
            target=self.target,
            plan=plan,
            key=KEY,
            signer=SIGNER,
            operation=self.operation,
            attempt=self.attempt,
        )
        assert isinstance(prepared, PostgresqlCopyJob)
        return prepared

    def prepare(self, plan: Plan, ctx: Context | None = None) -> Result:
        ctx = ctx or Context()
        with self.job(plan) as job:
            job.stage(ctx)
            job.copy(ctx)
            job.build(ctx)
            words = job.neutralise(ctx)
            job.finish(ctx)
            if plan.run:
                job.run(ctx)
            checklist = job.check(ctx)
            proof = job.prove(ctx)
            return Result(job.seal(ctx), checklist, proof, words)

    def until(self, plan: Plan, last: str, ctx: Context, *, before: Callable[[], object] = lambda: None) -> None:
        """The phases up to `last`, which alone gets the context; `before` is called right before it."""
        with self.job(plan) as job:
            for name in PHASES[: PHASES.index(last)]:
                getattr(job, name)(Context())
            before()
            getattr(job, last)(ctx)

    def publish(self, staged: Staged, ctx: Context | None = None) -> None:
        ctx = ctx or Context()
        self.adapter.publish(target=self.target, staged=staged, signer=SIGNER, operation=self.operation, ctx=ctx)
        self.environment = replace(self.environment, identity=staged.identity, marker_nonce=staged.nonce)
        self.adapter.settle(target=self.target, staged=staged, signer=SIGNER, ctx=ctx)

    def run(self, plan: Plan, ctx: Context | None = None) -> Result:
        """The whole operation; the environment then knows its copy."""
        result = self.prepare(plan, ctx)
        failed = [(item.id, item.evidence) for item in result.checklist if not item.state.done]
        assert not failed, failed
        assert not result.proof.hits, result.proof.hits
        self.publish(result.staged, ctx)
        return result

    def reset(self, ctx: Context | None = None) -> Staged:
        ctx = ctx or Context()
        self.attempt += 1
        staged = self.adapter.prepare_reset(
            target=self.target, signer=SIGNER, operation=self.operation, attempt=self.attempt, ctx=ctx
        )
        self.publish(staged, ctx)
        return staged

    def wipe(self, ctx: Context | None = None) -> tuple[str, ...]:
        removed = self.adapter.wipe(target=self.target, signer=SIGNER, ctx=ctx or Context())
        self.environment = replace(self.environment, identity=None, marker_nonce=None)
        return removed

    def left(self) -> list[str]:
        """Databases and roles on the target's server that belong to the environment."""
        like = f"%{self.environment.id}%"
        found = self.target_server.run(
            f"SELECT datname FROM pg_database WHERE datname LIKE '{like}' OR datname = {literal(self.sandbox)} "
            f"UNION ALL SELECT rolname FROM pg_roles WHERE rolname LIKE '{like}' ORDER BY 1"
        )
        return [name for (name,) in found]

    def clear(self) -> None:
        """Take everything away, whatever state it is in."""
        server = self.target_server
        for name in self.left():
            server.drop_database(name)
        for name in self.left():
            server.run(f'DROP ROLE IF EXISTS "{name}"')
