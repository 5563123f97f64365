"""The PostgreSQL adapter: one method for each thing that can be done to a database, each with a module of its own."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final

from app.databases.postgresql import baseline, former, impact, looking, publish, targets, urls, wipe
from app.databases.postgresql.connections import connect_maintenance
from app.databases.postgresql.job import PostgresqlCopyJob
from app.databases.postgresql.names import login_name
from app.databases.postgresql.portability import portability_findings
from app.databases.postgresql.source import PostgresqlSource
from app.databases.postgresql.urls import Place, place_of
from app.domain.environments import Access, Environment, Identity, MarkerState, Source, Target
from app.domain.findings import Finding
from app.domain.ids import OperationId
from app.domain.inspection import TableFacts
from app.domain.plan import Impact, Plan
from app.domain.policy import Preserve
from app.errors import OutsideError
from app.ports.context import PhaseContext
from app.ports.databases import CopyJob, Look, Signer, SourceDatabase, Staged
from app.ports.secrets import MaskKey, Secrets

_COUNT_SECONDS: Final = 60
"""How long counting what survives may take, for each entry of a policy."""


class PostgresqlAdapter:
    """Implements `Adapter` for PostgreSQL 14 to 18. Holds no state but where passwords and limits are found."""

    def __init__(self, secrets: Secrets, sessions: Callable[[str], int]) -> None:
        """`sessions` says how many sessions may read from, and as many write to, a server."""
        self._secrets = secrets
        self._sessions = sessions

    @property
    def scheme(self) -> str:
        return "postgresql"

    def normalise(self, url: str, base: Path) -> str:
        return urls.normalise(url, base)

    def look(self, environment: Environment) -> Look:
        return looking.look(self._place(environment), environment.kind)

    def marker_state(self, target: Target, look: Look, signer: Signer) -> MarkerState:
        return looking.marker_state(target, look, signer)

    def open_source(self, source: Source) -> AbstractContextManager[SourceDatabase]:
        return PostgresqlSource(self._place(source.environment))

    def target_findings(
        self, target: Target, source: Source | None, productions: Iterable[Identity], signer: Signer, needed_bytes: int
    ) -> tuple[Finding, ...]:
        place = self._place(target.environment)
        origin = None if source is None else self._place(source.environment)
        found = targets.target_findings(place, target, origin, productions, signer, needed_bytes)
        if origin is None or any(one.code in ("target-unusable", "target-name", "server-too-old") for one in found):
            return found
        return (*found, *_portability(origin, place))

    def impact(self, target: Target) -> Impact:
        return impact.impact_of(self._place(target.environment), target)

    def table_facts(self, environment: Environment) -> tuple[TableFacts, ...]:
        return looking.table_facts(self._place(environment), environment.kind)

    def preserved(self, target: Target, entries: Sequence[Preserve]) -> Mapping[str, int]:
        """Asks as the sandbox's own login where it has one."""
        password = self._secrets.login_password(target.environment.id)
        return former.preserved(self._place(target.environment), target, password, entries, _COUNT_SECONDS)

    def access(self, target: Target) -> Access:
        """The sandbox's own login, where there is a place to keep its password."""
        environment = target.environment
        if self._secrets.login_password(environment.id) is None:
            return Access(url=environment.database)
        place = self._place(environment)
        login = login_name(place.database, environment.id)
        return Access(url=urls.with_user(environment.database, login), login=login)

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
        origin, place = self._place(source.environment), self._place(target.environment)
        return PostgresqlCopyJob(
            source=origin,
            target=target,
            place=place,
            plan=plan,
            key=key,
            signer=signer,
            operation=operation,
            attempt=attempt,
            lanes=max(1, min(self._sessions(origin.server), self._sessions(place.server))),
            password=lambda: self._secrets.login_password(target.environment.id),
        )

    def prepare_reset(
        self, *, target: Target, signer: Signer, operation: OperationId, attempt: int, ctx: PhaseContext
    ) -> Staged:
        return baseline.prepare_reset(self._place(target.environment), target, signer, operation, attempt, ctx)

    def has_baseline(self, target: Target) -> bool:
        return baseline.has_baseline(self._place(target.environment), target)

    def publish(
        self, *, target: Target, staged: Staged, signer: Signer, operation: OperationId, ctx: PhaseContext
    ) -> None:
        password = self._secrets.login_password(target.environment.id)
        publish.publish(self._place(target.environment), target, staged, signer, operation, password, ctx)

    def settle(self, *, target: Target, staged: Staged, signer: Signer, ctx: PhaseContext) -> None:
        publish.settle(self._place(target.environment), target, staged, signer, ctx)

    def sweep(self, target: Target, signer: Signer, *, keep: Staged | None = None) -> tuple[str, ...]:
        return wipe.sweep(self._place(target.environment), target, signer, keep)

    def wipe(self, *, target: Target, signer: Signer, ctx: PhaseContext) -> tuple[str, ...]:
        removed = wipe.wipe(self._place(target.environment), target, signer, ctx)
        self._secrets.forget_login(target.environment.id)
        return removed

    def _place(self, environment: Environment) -> Place:
        return place_of(environment.database, self._secrets.password(environment.id))


def _portability(origin: Place, place: Place) -> tuple[Finding, ...]:
    """What cannot come along from one server to the other; a source that cannot be read is told elsewhere."""
    try:
        with PostgresqlSource(origin) as source, connect_maintenance(place) as beside:
            return portability_findings(source.snapshot.main, beside, source.shapes)
    except OutsideError:
        return ()
