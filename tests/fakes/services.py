"""Services with the API of `app.services` over an invented world: for pictures, for the bench and for tests of pages.

Nothing here is tested as if it were the product; tests of behaviour use the real services.
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, cast

from app.domain.audit import AuditRecord, AuditVerdict
from app.domain.environments import Access, Environment, EnvironmentKind, EnvironmentState, MarkerState, Tenant
from app.domain.ids import OperationId, TenantId
from app.domain.inspection import Inspection, TableFacts
from app.domain.operations import ChecklistItem, Choices, ItemState, Operation, OperationKind, OperationState
from app.domain.plan import Plan
from app.domain.policy import Policy, Scalar
from app.domain.versions import PolicyEntry
from app.errors import RefusedError, UserError
from app.ports.catalog import Change
from app.ports.processes import WorkerStatus
from app.services.mask_choices import MaskChoice, mask_choices
from tests.fakes.plans import impact_of, plan_of
from tests.fakes.world import NOW, World, operation, usual

if TYPE_CHECKING:
    from app.services import Services


class FakeTenants:
    def __init__(self, world: World, changes: "FakeChanges") -> None:
        self._world, self._changes = world, changes

    def all(self) -> tuple[Tenant, ...]:
        return tuple(self._world.tenants)

    def get(self, name: str) -> Tenant:
        return next(t for t in self._world.tenants if t.name == name)

    def add(self, name: str) -> Tenant:
        made = Tenant(id=TenantId(name.casefold()), name=name, created_at=NOW)
        self._world.tenants.append(made)
        self._changes.add("tenant", name)
        return made

    def remove(self, name: str) -> None:
        self._world.tenants = [t for t in self._world.tenants if t.name != name]
        self._changes.add("tenant", name)


class FakeEnvironments:
    def __init__(self, world: World, changes: "FakeChanges") -> None:
        self._world, self._changes = world, changes
        self.password: str | None = None

    def access(self, ref: str, *, reveal: bool = False) -> Access:
        url = self.get(ref).database.replace("://worker@", "://sandbox_login@")
        return Access(url=url, login="sandbox_login", password="open sesame" if reveal else None)

    def all(self, tenant: str | None = None) -> tuple[Environment, ...]:
        return tuple(e for e in self._world.environments.values() if tenant in (None, e.tenant))

    def get(self, ref: str) -> Environment:
        if ref not in self._world.environments:
            raise UserError(f"There is no environment {ref}", hint="It may have been removed meanwhile.")
        return self._world.environments[ref]

    def add(
        self,
        tenant: str,
        name: str,
        *,
        kind: str,
        database: str,
        source: str | None = None,
        policy: str | None = None,
        password: str | None = None,
    ) -> Environment:
        from tests.fakes.world import environment

        self.password = password
        made = environment(tenant, name, kind, database=database, source=source, policy=policy)
        self._world.environments[made.ref] = made
        self._changes.add("environment", made.ref)
        return made

    def change(self, ref: str, **more: object) -> Environment:
        """For tests: the worker did something."""
        self._world.environments[ref] = replace(self.get(ref), **more)  # type: ignore[arg-type]  # test data
        self._changes.add("environment", ref)
        return self._world.environments[ref]

    def remove(self, ref: str) -> None:
        del self._world.environments[ref]
        self._changes.add("environment", ref)


class FakeOperations:
    def __init__(self, world: World, changes: "FakeChanges") -> None:
        self._world, self._changes = world, changes
        self.started: list[tuple[str, OperationKind, Choices]] = []

    def plan(
        self,
        ref: str,
        kind: OperationKind,
        options: Mapping[str, Scalar | tuple[Scalar, ...]] | None = None,
        *,
        samples: int = 0,
    ) -> Plan:
        return plan_of(self._world.environments[ref], OperationKind(kind), dict(options or {}), samples=samples)

    def start(self, ref: str, kind: OperationKind, choices: Choices) -> Operation:
        env = self._world.environments[ref]
        if env.state is EnvironmentState.BUSY:
            raise RefusedError(f"{ref} is busy", "Another operation runs there.", "Wait for it or stop it.")
        if choices.confirm != env.name:
            raise RefusedError("The name does not match", hint=f"Type {env.name} to confirm.")
        self.started.append((ref, kind, choices))
        made = operation(env, len(self._world.operations) + 1, kind, OperationState.QUEUED, None)
        self._world.operations[made.id] = made
        self._world.environments[ref] = replace(env, state=EnvironmentState.BUSY)
        self._changes.add("operation", made.id)
        self._changes.add("environment", ref)
        return made

    def get(self, id: str) -> Operation:
        return self._world.operations[id]

    def all(
        self, ref: str | None = None, states: Sequence[OperationState] = (), limit: int = 200
    ) -> tuple[Operation, ...]:
        found = [
            o
            for o in reversed(self._world.operations.values())
            if ref in (None, o.environment) and (not states or o.state in states)
        ]
        return tuple(found[:limit])

    def cancel(self, id: str) -> Operation:
        return self._change(id, cancel_requested=True)

    def resume(self, id: str) -> Operation:
        return self._change(id, state=OperationState.QUEUED, finished=None, reason="")

    def keep_going(self) -> None:
        """A worker runs already."""

    def _change(self, id: str, **more: object) -> Operation:
        made = replace(self._world.operations[OperationId(id)], **more)  # type: ignore[arg-type]  # test data
        self._world.operations[id] = made
        self._changes.add("operation", id)
        return made


class FakeInspection:
    def __init__(self, world: World, changes: "FakeChanges") -> None:
        self._world, self._changes = world, changes

    def inspect(self, ref: str) -> Inspection:
        env = self._world.environments[ref]
        if env.kind is EnvironmentKind.PRODUCTION:
            marker = MarkerState.NONE
        else:
            marker = MarkerState.VALID if env.copied_at else MarkerState.MISSING
        return Inspection(
            tenant=env.tenant,
            name=env.name,
            kind=env.kind,
            state=env.state,
            database=env.database,
            source=env.source,
            policy=env.policy,
            copied_at=env.copied_at,
            proven=env.proven,
            checklist_done=env.checklist_done,
            checklist_of=env.checklist_of,
            size_bytes=env.size_bytes,
            marker=marker,
            engine="SQLite 3.45.1",
            tables=tuple(TableFacts(table=t, rows=r) for t, r in (("customer", 48_204), ("policy", 91_377))),
            impact=impact_of(env),
            checklist=self.checklist(ref),
            secrets="Stored in your system keychain.",
            expires_at=env.copied_at + timedelta(days=14) if env.copied_at else None,
        )

    def checklist(self, ref: str) -> tuple[ChecklistItem, ...]:
        return self._world.checklists.get(ref, ())

    def tick(self, ref: str, item: str, note: str) -> tuple[ChecklistItem, ...]:
        items = tuple(
            replace(i, state=ItemState.TICKED, note=note, ticked_by="ana", checked_at=NOW, found="ticked by ana")
            if i.id == item
            else i
            for i in self._world.checklists[ref]
        )
        self._world.checklists[ref] = items
        env = self._world.environments[ref]
        self._world.environments[ref] = replace(env, checklist_done=sum(i.state.done for i in items))
        self._changes.add("checklist", ref)
        return items


class FakeAudit:
    def __init__(self, world: World) -> None:
        self._world = world
        self.verdict: AuditVerdict | None = None  # for pictures: what verifying comes to

    def all(self, after: int = 0, limit: int | None = None) -> tuple[AuditRecord, ...]:
        found = tuple(r for r in self._world.audit if r.number > after)
        return found if limit is None else found[:limit]

    def count(self) -> int:
        return len(self._world.audit)

    def verify(self) -> AuditVerdict:
        return self.verdict or AuditVerdict(valid=True, records=len(self._world.audit))

    def export(self, path: object) -> int:
        return len(self._world.audit)


class FakePolicies:
    def packs(self) -> tuple[Policy, ...]:
        return tuple(
            Policy(name=name, title=title, version=1, tables={})
            for name, title in (
                ("agency-management", "Agency management system"),
                ("crm-online", "CRM"),
                ("promotions", "Promotion engine"),
            )
        )

    def pack(self, name: str) -> Policy:
        return next(p for p in self.packs() if p.name == name)

    def policy_of(self, ref: str) -> Policy:
        return self.packs()[0]

    def draft(self, ref: str) -> Policy:
        return Policy(name="drafted", title="As suggested", version=1, tables={})

    def masks(self) -> tuple[MaskChoice, ...]:
        return mask_choices()


class FakePolicyVersions:
    def __init__(self, world: World) -> None:
        self._world = world

    def library(self) -> tuple[PolicyEntry, ...]:
        return tuple(
            PolicyEntry(name=pack.name, title=pack.title, pack=True, version=1, tables=0)
            for pack in FakePolicies().packs()
        )


class FakeChanges:
    """The change feed. Thread-safe, as the real one is."""

    def __init__(self) -> None:
        self._entries: list[Change] = []
        self._lock = threading.Lock()

    def add(self, kind: str, ref: str) -> None:
        with self._lock:
            self._entries.append(Change(id=len(self._entries) + 1, kind=kind, ref=ref))

    def last(self) -> int:
        with self._lock:
            return len(self._entries)

    def since(self, id: int) -> tuple[Change, ...]:
        with self._lock:
            return tuple(self._entries[id:])


class FakeDemo:
    def create(self, rows: int = 2_000) -> tuple[Environment, ...]:
        return ()


class FakeSettings:
    """A keychain and a worker that are both there, until a test or a picture says otherwise."""

    version = "0.1.0"
    home = Path("/srv/sandkeeper")
    catalog_url = "sqlite:////srv/sandkeeper/catalog.sqlite"
    logs = home / "logs"
    certificates = home / "certificates"

    def __init__(self) -> None:
        self.secrets = "Stored in your system keychain."
        self.keyring = True
        self.status = WorkerStatus(running=True, process=4182)

    def worker(self) -> WorkerStatus:
        return self.status

    def ensure_worker(self) -> None:
        self.status = WorkerStatus(running=True, process=4183)


@dataclass(frozen=True, slots=True)
class FakeServices:
    world: World
    tenants: FakeTenants
    environments: FakeEnvironments
    policies: FakePolicies
    policy_versions: FakePolicyVersions
    operations: FakeOperations
    inspection: FakeInspection
    audit: FakeAudit
    demo: FakeDemo
    changes: FakeChanges
    settings: FakeSettings

    @property
    def real(self) -> "Services":
        """The same, as the type that the console takes."""
        return cast("Services", self)


def fake_services(world: World | None = None) -> FakeServices:
    it, changes = world or usual(), FakeChanges()
    return FakeServices(
        world=it,
        tenants=FakeTenants(it, changes),
        environments=FakeEnvironments(it, changes),
        policies=FakePolicies(),
        policy_versions=FakePolicyVersions(it),
        operations=FakeOperations(it, changes),
        inspection=FakeInspection(it, changes),
        audit=FakeAudit(it),
        demo=FakeDemo(),
        changes=changes,
        settings=FakeSettings(),
    )
