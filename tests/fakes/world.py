"""An invented world: three tenants with environments, operations and checklists, the same every time."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from app.domain.audit import GENESIS, AuditRecord
from app.domain.environments import Environment, EnvironmentKind, EnvironmentState, Tenant
from app.domain.findings import warning
from app.domain.ids import EnvironmentId, OperationId, PolicyVersionId, TenantId
from app.domain.operations import (
    ChecklistItem,
    Choices,
    LogLine,
    Operation,
    OperationKind,
    OperationState,
    Phase,
    PhaseRun,
    PhaseState,
    Proof,
    ProofState,
    TableRun,
)
from tests.fakes.checklists import DAY, HOUR, MINUTE, NOW, harbor_checklist, nordlys_checklist

__all__ = ["DAY", "HOUR", "MINUTE", "NOW", "harbor_checklist", "nordlys_checklist"]

HARBOR, NORDLYS, ORCHARD = "Harbor Insurance Group", "Nordlys CRM", "Orchard Promotions"


@dataclass
class World:
    """What the fake services read and change."""

    tenants: list[Tenant] = field(default_factory=list)
    environments: dict[str, Environment] = field(default_factory=dict)
    operations: dict[str, Operation] = field(default_factory=dict)
    checklists: dict[str, tuple[ChecklistItem, ...]] = field(default_factory=dict)
    audit: list[AuditRecord] = field(default_factory=list)


def environment(tenant: str, name: str, kind: str, **more: object) -> Environment:
    """One environment, with an id made of its names."""
    key = f"{tenant}/{name}".casefold().replace(" ", "-")
    made = Environment(
        id=EnvironmentId(key),
        tenant_id=TenantId(tenant.casefold().replace(" ", "-")),
        tenant=tenant,
        name=name,
        kind=EnvironmentKind(kind),
        database=f"sqlite:////srv/data/{tenant.split()[0].lower()}/{name}.sqlite",
        created_at=NOW - 90 * DAY,
        source_id=EnvironmentId(f"{tenant}/{more['source']}".casefold().replace(" ", "-"))
        if more.get("source")
        else None,
    )
    return replace(made, **more)  # type: ignore[arg-type]  # test data, checked by what it is used for


def phases(
    kind: OperationKind, seconds: Sequence[float], start: datetime, *, running: bool = False, failed: bool = False
) -> tuple[PhaseRun, ...]:
    """Phases of a run: `seconds` of those that began; the last of them runs or failed when so said."""
    made, at = [], start
    for number, phase in enumerate(Phase.of(kind)):
        if number >= len(seconds):
            made.append(PhaseRun(name=phase))
            continue
        last = number == len(seconds) - 1
        state = PhaseState.RUNNING if running and last else PhaseState.FAILED if failed and last else PhaseState.DONE
        made.append(PhaseRun(name=phase, state=state, started=at, seconds=seconds[number]))
        at += timedelta(seconds=seconds[number])
    return tuple(made)


_TABLES = (
    ("customer", 48_204),
    ("policy", 91_377),
    ("policy_transaction", 402_118),
    ("activity", 1_204_551),
    ("claim", 12_090),
    ("dependent", 30_442),
    ("suspense", 22_810),
    ("customer_attribute", 18_204),
    ("employee", 216),
)


def operation(
    env: Environment,
    number: int,
    kind: OperationKind,
    state: OperationState,
    started: datetime | None,
    *,
    seconds: Sequence[float] = (),
    reason: str = "",
    hint: str = "",
    tables: tuple[TableRun, ...] = (),
    **more: object,
) -> Operation:
    """One run. The sum of `seconds` is how long it took."""
    whole = sum(seconds)
    made = Operation(
        id=OperationId(f"op{number:011d}"),
        kind=kind,
        environment_id=env.id,
        environment=env.ref,
        state=state,
        reason=reason,
        hint=hint,
        requested_by="ana" if number % 3 else "tomas",
        created=started or NOW - MINUTE,
        started=started,
        attempt=1,
        finished=started + timedelta(seconds=whole) if started is not None and state.ended else None,
        phases=phases(
            kind,
            seconds,
            started or NOW,
            running=state is OperationState.RUNNING,
            failed=state is OperationState.FAILED,
        ),
        tables=tables,
        choices=Choices(confirm=env.name),
    )
    return replace(made, **more)  # type: ignore[arg-type]  # test data, checked by what it is used for


def usual() -> World:
    """Harbor, Nordlys and Orchard, as the pictures show them."""
    world = World(
        tenants=[
            Tenant(id=TenantId(n.casefold().replace(" ", "-")), name=n, created_at=NOW - 90 * DAY)
            for n in (HARBOR, NORDLYS, ORCHARD)
        ]
    )
    copied = {"policy_version": PolicyVersionId("p1"), "state": EnvironmentState.READY}
    live = {"state": EnvironmentState.REGISTERED}
    made = (
        environment(HARBOR, "production", "production", size_bytes=1_500_000_000, **live),
        environment(
            HARBOR,
            "sandbox",
            "sandbox",
            size_bytes=1_210_000_000,
            source="production",
            policy="agency-management",
            copied_at=NOW - 3 * DAY,
            proven=True,
            checklist_done=9,
            checklist_of=9,
            **copied,
        ),
        environment(
            HARBOR,
            "training-01",
            "training",
            size_bytes=240_000_000,
            source="production",
            policy="agency-management",
            copied_at=NOW - HOUR,
            proven=True,
            checklist_done=9,
            checklist_of=9,
            **copied,
        ),
        environment(NORDLYS, "production", "production", size_bytes=320_000_000, **live),
        environment(
            NORDLYS,
            "sandbox",
            "sandbox",
            size_bytes=301_000_000,
            source="production",
            policy="crm-online",
            copied_at=NOW - 41 * DAY,
            proven=False,
            checklist_done=8,
            checklist_of=11,
            **{**copied, "state": EnvironmentState.FAILED},
        ),
        environment(ORCHARD, "production", "production", size_bytes=84_000_000, **live),
        environment(
            ORCHARD,
            "sandbox",
            "sandbox",
            source="production",
            policy="promotions",
            **{**copied, "state": EnvironmentState.BUSY},
        ),
        environment(
            ORCHARD,
            "scratch",
            "sandbox",
            source="production",
            policy="promotions",
            **{**copied, "state": EnvironmentState.ABSENT},
        ),
    )
    world.environments = {e.ref: e for e in made}
    by = world.environments
    world.checklists = {
        f"{HARBOR}/sandbox": harbor_checklist(),
        f"{HARBOR}/training-01": harbor_checklist(),
        f"{NORDLYS}/sandbox": nordlys_checklist(),
    }
    done = tuple(TableRun(table=t, rows=r, of=r, bytes=r * 210) for t, r in _TABLES)
    partly = tuple(
        TableRun(table=t, rows=r if i < 3 else r * 62 // 100 if i == 3 else 0, of=r, bytes=r * 210)
        for i, (t, r) in enumerate(_TABLES)
    )
    clean = Proof(state=ProofState.CLEAN, originals=12_480, values=3_912_004)
    harbor, training, nordlys, orchard = (
        by[f"{HARBOR}/sandbox"],
        by[f"{HARBOR}/training-01"],
        by[f"{NORDLYS}/sandbox"],
        by[f"{ORCHARD}/sandbox"],
    )
    full = (1.2, 0.1, 38.4, 15.9, 2.8, 5.2, 1.4, 6.1, 0.3, 0.6)
    runs = (
        operation(
            harbor,
            1,
            OperationKind.PROVISION,
            OperationState.SUCCEEDED,
            NOW - 44 * DAY,
            seconds=(1.4, 0.1, 44.0, 17.2, 2.9, 5.0, 1.5, 7.0, 0.3, 0.7),
            tables=done,
            proof=clean,
        ),
        operation(
            nordlys,
            2,
            OperationKind.PROVISION,
            OperationState.SUCCEEDED,
            NOW - 41 * DAY,
            seconds=(0.8, 0.1, 9.1, 4.0, 0.6, 1.1, 0.4, 2.0, 0.1, 0.2),
            tables=done[:4],
            proof=clean,
        ),
        operation(
            harbor,
            3,
            OperationKind.REFRESH,
            OperationState.SUCCEEDED,
            NOW - 17 * DAY,
            seconds=full,
            tables=done,
            proof=clean,
        ),
        operation(
            harbor,
            4,
            OperationKind.REFRESH,
            OperationState.CANCELLED,
            NOW - 4 * DAY,
            seconds=(1.2, 0.1, 12.0),
            reason="Stopped by ana during copy; the sandbox is as it was.",
        ),
        operation(
            harbor,
            5,
            OperationKind.REFRESH,
            OperationState.SUCCEEDED,
            NOW - 3 * DAY,
            seconds=full,
            tables=done,
            proof=clean,
            checklist=harbor_checklist(),
            certificate="/srv/sandkeeper/certificates/harbor-sandbox.html",
            log=(LogLine(at=NOW - 3 * DAY, text="Snapshot taken"),),
        ),
        operation(
            training,
            6,
            OperationKind.RESET,
            OperationState.SUCCEEDED,
            NOW - HOUR,
            seconds=(0.2, 0.2, 0.1, 0.1),
            proof=clean,
        ),
        operation(
            nordlys,
            7,
            OperationKind.REFRESH,
            OperationState.FAILED,
            NOW - 2 * HOUR,
            seconds=(0.8, 0.1, 8.9, 3.9, 0.6, 1.0, 0.3),
            reason="2 of 7 webhook endpoints are still live after neutralising.",
            hint="Add an action for webhook.url to the policy, then refresh again. The old copy is intact.",
            findings=(warning("webhook", "2 webhook endpoints lead outside", "webhook"),),
        ),
        operation(
            orchard,
            8,
            OperationKind.PROVISION,
            OperationState.RUNNING,
            NOW - timedelta(seconds=31),
            seconds=(0.6, 0.1, 30.3),
            tables=partly,
            log=(
                LogLine(at=NOW - timedelta(seconds=31), text="Attempt 1 by worker 4182"),
                LogLine(at=NOW - timedelta(seconds=30), text="Snapshot of production taken"),
            ),
        ),
    )
    world.operations = {o.id: o for o in runs}
    world.audit = _audit(runs)
    return world


def crowd(tenants: int = 10_000) -> World:
    """Many tenants with three environments each, for measuring."""
    world = World()
    first = ("Harbor", "Nordlys", "Orchard", "Falk", "Aurora", "Meridian", "Quarry", "Summit", "Linden", "Bright")
    second = (
        "Insurance",
        "CRM",
        "Promotions",
        "Agency",
        "Brokers",
        "Retail",
        "Mutual",
        "Benefits",
        "Partners",
        "Group",
    )
    for number in range(tenants):
        name = f"{first[number % 10]} {second[number // 10 % 10]} {number:05d}"
        world.tenants.append(Tenant(id=TenantId(f"t{number}"), name=name, created_at=NOW))
        for kind, label in (("production", "production"), ("sandbox", "sandbox"), ("training", "training-01")):
            ready = kind != "production"
            env = Environment(
                id=EnvironmentId(f"e{number}-{label}"),
                tenant_id=TenantId(f"t{number}"),
                tenant=name,
                name=label,
                kind=EnvironmentKind(kind),
                database=f"sqlite:////srv/{number}/{label}.sqlite",
                state=EnvironmentState.READY if ready else EnvironmentState.REGISTERED,
                copied_at=NOW - (number % 60) * DAY if ready else None,
                proven=ready,
                checklist_done=9 if ready else 0,
                checklist_of=9 if ready else 0,
                size_bytes=1_000_000 * (number % 900 + 20),
                policy="agency-management" if ready else None,
            )
            world.environments[env.ref] = env
    return world


def _audit(runs: Sequence[Operation]) -> list[AuditRecord]:
    records: list[AuditRecord] = []
    previous = GENESIS

    def add(at: datetime, actor: str, action: str, subject: str, **detail: object) -> None:
        nonlocal previous
        record = AuditRecord(
            number=len(records) + 1,
            at=at,
            actor=actor,
            action=action,
            subject=subject,
            detail=detail,
            previous=previous,
        )
        record = replace(record, hash=record.sealed(b"fake"))
        previous = record.hash
        records.append(record)

    for tenant in (HARBOR, NORDLYS, ORCHARD):
        add(NOW - 90 * DAY, "ana", "tenant.add", tenant)
        add(NOW - 90 * DAY, "ana", "environment.add", f"{tenant}/production", kind="production")
        add(NOW - 89 * DAY, "ana", "environment.add", f"{tenant}/sandbox", kind="sandbox", policy="agency-management")
    for run in runs:
        add(
            run.created or NOW,
            run.requested_by,
            "operation.requested",
            run.environment,
            operation=run.id,
            kind=str(run.kind),
        )
        if run.finished is not None:
            add(
                run.finished,
                run.requested_by,
                f"operation.{run.state}",
                run.environment,
                operation=run.id,
                kind=str(run.kind),
                reason=run.reason,
            )
    return sorted(records, key=lambda r: r.number)
