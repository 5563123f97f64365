"""The SQLite adapter: one method for each thing that can be done to a database, each done in a module of its own."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from app.databases.sqlite import baseline, impact, looking, preserve, publish, targets, urls, wipe
from app.databases.sqlite.job import SqliteCopyJob
from app.databases.sqlite.source import SqliteSource
from app.domain.environments import Access, Environment, Identity, MarkerState, Source, Target
from app.domain.findings import Finding
from app.domain.ids import OperationId
from app.domain.inspection import TableFacts
from app.domain.plan import Impact, Plan
from app.domain.policy import Preserve
from app.ports.context import PhaseContext
from app.ports.databases import CopyJob, Look, Signer, SourceDatabase, Staged
from app.ports.secrets import MaskKey


class SqliteAdapter:
    """Implements `Adapter` for SQLite 3.37 and later. Stateless."""

    @property
    def scheme(self) -> str:
        return "sqlite"

    def normalise(self, url: str, base: Path) -> str:
        return urls.normalise(url, base)

    def look(self, environment: Environment) -> Look:
        return looking.look(environment.database)

    def marker_state(self, target: Target, look: Look, signer: Signer) -> MarkerState:
        return looking.marker_state(target, look, signer)

    def open_source(self, source: Source) -> AbstractContextManager[SourceDatabase]:
        return SqliteSource(urls.path_of(source.environment.database))

    def target_findings(
        self, target: Target, source: Source | None, productions: Iterable[Identity], signer: Signer, needed_bytes: int
    ) -> tuple[Finding, ...]:
        return targets.target_findings(target, source, productions, signer, needed_bytes)

    def impact(self, target: Target) -> Impact:
        return impact.impact_of(target)

    def table_facts(self, environment: Environment) -> tuple[TableFacts, ...]:
        return looking.table_facts(environment.database)

    def preserved(self, target: Target, entries: Sequence[Preserve]) -> Mapping[str, int]:
        return preserve.preserved_rows(target, entries)

    def access(self, target: Target) -> Access:
        return Access(url=target.environment.database)

    def prepare(
        self,
        *,
        source: Source,
        target: Target,
        plan: Plan,
        key: MaskKey,
        signer: Signer,
        operation: OperationId,
        attempt: int,
    ) -> AbstractContextManager[CopyJob]:
        return SqliteCopyJob(
            source=source, target=target, plan=plan, key=key, signer=signer, operation=operation, attempt=attempt
        )

    def prepare_reset(
        self, *, target: Target, signer: Signer, operation: OperationId, attempt: int, ctx: PhaseContext
    ) -> Staged:
        return baseline.stage_baseline(target, signer, operation, attempt, ctx)

    def has_baseline(self, target: Target) -> bool:
        return baseline.has_baseline(target)

    def publish(
        self, *, target: Target, staged: Staged, signer: Signer, operation: OperationId, ctx: PhaseContext
    ) -> None:
        publish.publish(target, staged, signer, operation, ctx)

    def settle(self, *, target: Target, staged: Staged, signer: Signer, ctx: PhaseContext) -> None:
        publish.settle(target, staged, ctx)

    def sweep(self, target: Target, signer: Signer, *, keep: Staged | None = None) -> tuple[str, ...]:
        return wipe.sweep(target, keep)

    def wipe(self, *, target: Target, signer: Signer, ctx: PhaseContext) -> tuple[str, ...]:
        return wipe.wipe(target, signer, ctx)
