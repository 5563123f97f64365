"""What services and operations need of the catalog.

A transaction is one unit: the rows, the audit record and the change-feed entry land together or not at all.
Every write through it bumps the change feed by itself.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.domain.audit import AuditRecord
from app.domain.environments import Environment, EnvironmentState, Identity, Tenant
from app.domain.findings import Finding
from app.domain.ids import EnvironmentId, OperationId, PolicyVersionId, TenantId
from app.domain.operations import (
    ChecklistItem,
    LogLine,
    Operation,
    OperationState,
    PhaseRun,
    Proof,
    TableRun,
)
from app.domain.structure import Structure


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyVersion:
    """A policy's text as stored when an environment was given it; never changed afterwards. `hash` is its SHA-256.

    `author` is who gave the text first, empty where that was not kept.
    """

    id: PolicyVersionId
    name: str
    text: str
    hash: str
    origin: str  # "pack agency-management", "file harbor.yaml", "decided by ana"
    created_at: datetime
    author: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyOutline:
    """A `PolicyVersion` without its text."""

    id: PolicyVersionId
    name: str
    hash: str
    origin: str
    created_at: datetime
    author: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyUse:
    """An environment got that version. `by` is empty for uses that were recorded before anybody was named."""

    environment: EnvironmentId
    version: PolicyVersionId
    at: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """The structure of an environment's source as it was when somebody looked through it."""

    structure: Structure
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """A person approved the exact `text` of what a policy runs; `digest` is the SHA-256 it is known by."""

    digest: str
    kind: str  # "sql" or "command"
    text: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One entry of the change feed: `kind` is tenant, environment, policy, operation, audit, checklist or worker."""

    id: int
    kind: str
    ref: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerRow:
    """A worker as the catalog knows it; `seen_at` is its last heartbeat."""

    executor: str
    host: str
    process: int
    started_at: datetime
    seen_at: datetime


class TenantStore(Protocol):
    def add(self, tenant: Tenant) -> None: ...
    def get(self, tenant: TenantId) -> Tenant | None: ...
    def find(self, name: str) -> Tenant | None: ...
    def all(self) -> Sequence[Tenant]: ...
    def remove(self, tenant: TenantId) -> None: ...


class EnvironmentStore(Protocol):
    def add(self, environment: Environment) -> None: ...
    def get(self, environment: EnvironmentId) -> Environment | None: ...
    def find(self, tenant: str, name: str) -> Environment | None: ...

    def all(self, tenant: TenantId | None = None) -> Sequence[Environment]:
        """Ordered by tenant name, production first, then name."""
        ...

    def set(
        self,
        environment: EnvironmentId,
        *,
        database: str | None = None,
        source_id: EnvironmentId | None = None,
        policy_version: PolicyVersionId | None = None,
        state: EnvironmentState | None = None,
    ) -> None:
        """Change what is given, leave the rest. Another policy than it has is put on record as used from now on."""
        ...

    def published(
        self,
        environment: EnvironmentId,
        *,
        identity: Identity,
        nonce: str,
        copied_at: datetime | None,
        proven: bool,
        size_bytes: int,
        policy_version: PolicyVersionId | None = None,
    ) -> None:
        """A copy took the environment's name, made with `policy_version`. Where that and `copied_at` are None (a
        reset), what is on record of the data stays."""
        ...

    def wiped(self, environment: EnvironmentId) -> None:
        """Nothing is there any more: identity, marker, checklist and dates go, the state becomes `wiped`."""
        ...

    def seen(self, environment: EnvironmentId, *, size_bytes: int | None) -> None:
        """What a look at the database said; bumps the feed only when something changed."""
        ...

    def remove(self, environment: EnvironmentId) -> None: ...

    def checklist(self, environment: EnvironmentId) -> Sequence[ChecklistItem]: ...

    def replace_checklist(self, environment: EnvironmentId, items: Iterable[ChecklistItem]) -> None: ...

    def tick(self, environment: EnvironmentId, item: str, *, note: str, by: str, at: datetime) -> None: ...

    def reviewed(self, environment: EnvironmentId) -> Reviewed | None:
        """What `set_reviewed` kept last; None before the first time."""
        ...

    def set_reviewed(self, environment: EnvironmentId, structure: Structure, *, by: str, at: datetime) -> None: ...


class PolicyStore(Protocol):
    def add(self, version: PolicyVersion) -> None: ...
    def get(self, version: PolicyVersionId) -> PolicyVersion | None: ...
    def by_hash(self, hash_: str) -> PolicyVersion | None: ...

    def outlines(self, versions: Iterable[PolicyVersionId] | None = None) -> Sequence[PolicyOutline]:
        """Those versions, or all there are, oldest first and without their texts, which may be long."""
        ...

    def uses(self, environment: EnvironmentId) -> Sequence[PolicyUse]:
        """Newest first, also of an environment that was removed."""
        ...

    def approve(self, approval: Approval) -> None:
        """Approving the same text again leaves the first approval as it is."""
        ...

    def approvals(self, digests: Iterable[str]) -> Sequence[Approval]:
        """Those of these texts that were approved, oldest first."""
        ...


class OperationStore(Protocol):
    def add(self, operation: Operation) -> None:
        """Raises RefusedError carrying the running operation's id when the environment is busy: at most one
        queued or running operation per environment exists, kept by a unique index (invariant 10)."""
        ...

    def get(self, operation: OperationId) -> Operation | None: ...

    def all(
        self,
        *,
        environment: EnvironmentId | None = None,
        states: Sequence[OperationState] = (),
        limit: int = 200,
    ) -> Sequence[Operation]:
        """Newest first, logs left empty."""
        ...

    def active(self, environment: EnvironmentId) -> Operation | None: ...

    def request_cancel(self, operation: OperationId) -> None: ...

    def requeue(self, operation: OperationId) -> None:
        """An ended operation goes back to `queued` for *resume*. Raises RefusedError as `add` does."""
        ...

    def claim(self, operation: OperationId, *, at: datetime) -> int:
        """A new attempt takes it: the fence grows by one and is returned; state becomes running.

        Raises StaleFenceError when it has ended already."""
        ...

    def attempt(self, operation: OperationId) -> tuple[int, bool]:
        """The current fence, and whether cancel was asked for."""
        ...

    def progress(
        self,
        operation: OperationId,
        attempt: int,
        *,
        phases: Sequence[PhaseRun] | None = None,
        tables: Sequence[TableRun] | None = None,
        checklist: Sequence[ChecklistItem] | None = None,
        proof: Proof | None = None,
        findings: Sequence[Finding] | None = None,
        certificate: str | None = None,
        log: Sequence[LogLine] = (),
    ) -> None:
        """Write what is given, append `log`. Raises StaleFenceError when `attempt` is not the current fence."""
        ...

    def end(
        self,
        operation: OperationId,
        attempt: int,
        *,
        state: OperationState,
        reason: str,
        hint: str = "",
        at: datetime,
    ) -> None:
        """Close it, with a reason. Raises StaleFenceError when `attempt` is not the current fence."""
        ...

    def staged(self, operation: OperationId) -> Mapping[str, object] | None:
        """What prepare handed to publish, as JSON; None before that."""
        ...

    def store_staged(self, operation: OperationId, attempt: int, staged: Mapping[str, object] | None) -> None: ...


class AuditStore(Protocol):
    def append(self, action: str, subject: str, **detail: object) -> AuditRecord: ...
    def all(self, *, after: int = 0, limit: int | None = None) -> Sequence[AuditRecord]: ...
    def count(self) -> int: ...


class WorkerStore(Protocol):
    def beat(self, worker: WorkerRow) -> None: ...
    def remove(self, executor: str) -> None: ...
    def all(self) -> Sequence[WorkerRow]: ...


class Transaction(Protocol):
    @property
    def tenants(self) -> TenantStore: ...
    @property
    def environments(self) -> EnvironmentStore: ...
    @property
    def policies(self) -> PolicyStore: ...
    @property
    def operations(self) -> OperationStore: ...
    @property
    def audit(self) -> AuditStore: ...
    @property
    def workers(self) -> WorkerStore: ...


class Catalog(Protocol):
    """Thread-safe; a session lives for one transaction."""

    def read(self) -> AbstractContextManager[Transaction]:
        """A consistent view; writing through it is an error."""
        ...

    def write(self) -> AbstractContextManager[Transaction]:
        """Commits at the end of the block, rolls back on any exception. Serialised among processes."""
        ...

    def changes_since(self, last: int) -> Sequence[Change]:
        """Entries of the change feed after `last`, oldest first (only the newest few thousand are kept)."""
        ...

    def last_change(self) -> int: ...

    def close(self) -> None: ...
