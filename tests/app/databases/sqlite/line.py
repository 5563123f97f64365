"""One environment pair on SQLite files, and every step of an operation on it, for tests to call."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from app.databases.sqlite import SqliteAdapter
from app.databases.sqlite.connections import identity_of
from app.databases.sqlite.job import SqliteCopyJob
from app.domain.environments import Environment, EnvironmentKind, Source, Target, source_of, target_of
from app.domain.ids import EnvironmentId, OperationId, TenantId
from app.domain.operations import ChecklistItem, Proof
from app.domain.plan import ColumnPlan, Plan, TablePlan
from app.domain.policy import Action, Check, Condition, Treatment
from app.domain.schema import Schema, Table
from app.errors import CancelledError
from app.ports.databases import Signer, Staged
from app.ports.secrets import MaskKey

ADAPTER = SqliteAdapter()
KEY = MaskKey(b"k" * 32, stable=True)
PHASES = ("stage", "copy", "build", "neutralise", "finish", "run", "check", "prove", "seal")
SIGNER = Signer.of(b"installation")


class Context:
    """A `PhaseContext` that stops when told to and calls `at` at every checkpoint."""

    def __init__(self, at: Callable[[], None] | None = None, *, asserts: Callable[[], None] | None = None) -> None:
        self.cancelled = False
        self.lines: list[str] = []
        self.checkpoints: list[tuple[str, int, int | None]] = []
        self._at = at
        self._asserts = asserts

    def checkpoint(self, table: str = "", done: int = 0, of: int | None = None, bytes_: int = 0) -> None:
        self.checkpoints.append((table, done, of))
        if self._at is not None:
            self._at()
        if self.cancelled:
            raise CancelledError("Stopped")

    def should_stop(self) -> bool:
        return self.cancelled

    def log(self, text: str) -> None:
        self.lines.append(text)

    def assert_current(self) -> None:
        if self._asserts is not None:
            self._asserts()


Masks = Mapping[str, str | tuple[str, Mapping[str, object]]]


@dataclass
class Result:
    staged: Staged
    checklist: tuple[ChecklistItem, ...]
    proof: Proof
    words: tuple[str, ...]

    def item(self, id_: str) -> ChecklistItem:
        return next(item for item in self.checklist if item.id == id_)


def at(url: str) -> Environment:
    """An environment at a URL, for looking."""
    return Environment(
        id=EnvironmentId("elsewhere00001"),
        tenant_id=TenantId("tenant"),
        tenant="Harbor",
        name="elsewhere",
        kind=EnvironmentKind.SANDBOX,
        database=url,
    )


@dataclass
class Line:
    """A source file and a target beside it, with the catalog's part played by `environment`."""

    source_path: Path
    target_path: Path
    environment: Environment = field(init=False)
    attempt: int = 0

    def __post_init__(self) -> None:
        self.environment = Environment(
            id=EnvironmentId("sandbox0000001"),
            tenant_id=TenantId("tenant"),
            tenant="Harbor",
            name="sandbox",
            kind=EnvironmentKind.SANDBOX,
            database=f"sqlite:///{self.target_path}",
        )

    @property
    def source(self) -> Source:
        return source_of(
            Environment(
                id=EnvironmentId("production0001"),
                tenant_id=TenantId("tenant"),
                tenant="Harbor",
                name="production",
                kind=EnvironmentKind.PRODUCTION,
                database=f"sqlite:///{self.source_path}",
            )
        )

    @property
    def target(self) -> Target:
        return target_of(self.environment)

    @property
    def operation(self) -> OperationId:
        return OperationId(f"operation{self.attempt}")

    @property
    def area(self) -> Path:
        return self.target_path.with_name(f".{self.target_path.name}.sandkeeper")

    def schema(self) -> Schema:
        with ADAPTER.open_source(self.source) as source:
            return source.schema()

    def plan(
        self,
        masks: Masks | None = None,
        *,
        rows: Mapping[str, str | Condition] | None = None,
        actions: tuple[Action, ...] = (),
        checks: tuple[Check, ...] = (),
        baseline: bool = True,
    ) -> Plan:
        schema = self.schema()
        tables = [table for table in schema.tables if table.shadow_of is None]
        return Plan(
            operation="provision",
            environment="Harbor/sandbox",
            source="Harbor/production",
            policy="test",
            policy_hash="0",
            schema_fingerprint=schema.fingerprint,
            tables=tuple(_table(table, masks or {}, rows or {}) for table in tables),
            actions=actions,
            checks=checks,
            keep_baseline=baseline,
        )

    def job(self, plan: Plan) -> SqliteCopyJob:
        self.attempt += 1
        prepared = ADAPTER.prepare(
            source=self.source,
            target=self.target,
            plan=plan,
            key=KEY,
            signer=SIGNER,
            operation=self.operation,
            attempt=self.attempt,
        )
        assert isinstance(prepared, SqliteCopyJob)
        return prepared

    def prepare(self, plan: Plan, ctx: Context | None = None) -> Result:
        ctx = ctx or Context()
        with self.job(plan) as job:
            job.stage(ctx)
            job.copy(ctx)
            job.build(ctx)
            words = job.neutralise(ctx)
            job.finish(ctx)
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
        ADAPTER.publish(target=self.target, staged=staged, signer=SIGNER, operation=self.operation, ctx=ctx)
        self.environment = replace(self.environment, identity=staged.identity, marker_nonce=staged.nonce)
        ADAPTER.settle(target=self.target, staged=staged, signer=SIGNER, ctx=ctx)

    def run(self, plan: Plan, ctx: Context | None = None) -> Result:
        """The whole operation; the environment then knows its copy."""
        result = self.prepare(plan, ctx)
        assert [i.evidence for i in result.checklist if not i.state.done] == []
        self.publish(result.staged, ctx)
        assert identity_of(self.target_path) == result.staged.identity
        return result

    def reset(self, ctx: Context | None = None) -> Staged:
        self.attempt += 1
        staged = ADAPTER.prepare_reset(
            target=self.target, signer=SIGNER, operation=self.operation, attempt=self.attempt, ctx=ctx or Context()
        )
        self.publish(staged, ctx)
        return staged

    def wipe(self) -> tuple[str, ...]:
        return ADAPTER.wipe(target=self.target, signer=SIGNER, ctx=Context())

    def leftovers(self) -> list[str]:
        """What stands in the target's folder beside the source, the target and the baseline."""
        folder = [p for p in self.target_path.parent.iterdir() if p.is_file()]
        area = list(self.area.iterdir()) if self.area.exists() else []
        kept = {self.source_path, self.target_path, self.area / "baseline.sqlite", self.area / "lock"}
        return sorted(p.name for p in (*folder, *area) if p not in kept)


def _table(table: Table, masks: Masks, rows: Mapping[str, str | Condition]) -> TablePlan:
    wanted = rows.get(table.name, "all")
    unique = {key.columns[0] for key in table.unique_keys if len(key.columns) == 1}
    columns = []
    for column in table.columns:
        mask = masks.get(f"{table.name}.{column.name}")
        name, parameters = (mask, {}) if isinstance(mask, str | None) else mask
        treatment = Treatment.MASK if name else Treatment.GENERATED if column.generated else Treatment.KEEP
        columns.append(
            ColumnPlan(
                column=column.name,
                type=column.type,
                family=column.family,
                treatment=treatment,
                mask=name,
                parameters=dict(parameters),  # type: ignore[arg-type]
                unique=column.name in unique,
                nullable=column.nullable,
                length=column.length,
                collation=column.collation,
            )
        )
    return TablePlan(
        table=table.name,
        rows=table.rows,
        copied=wanted if isinstance(wanted, str) else "where",
        columns=tuple(columns),
        condition=() if isinstance(wanted, str) else wanted,
    )
