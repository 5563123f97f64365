"""What the overview says, made from what the catalog knows. Pure, so that it can run off the main thread."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from app.domain.environments import Environment, EnvironmentKind, EnvironmentState, Tenant
from app.domain.operations import Operation, OperationKind, OperationState, Phase
from app.domain.policy import Lifetime
from ui.models.kinds import OPERATION_WORDS
from ui.models.words import ago, count, duration, size, until
from ui.theme.tokens import Tone

STALE_AFTER = timedelta(days=30)
SHOWN_ATTENTION, SHOWN_RECENT, SHOWN_TENANTS, SHOWN_RUNS = 6, 6, 6, 6


class Need(IntEnum):
    """Why an environment needs a person, the most pressing first."""

    FAILED = 0
    UNREACHABLE = 1
    OVERDUE = 2
    CHECKLIST = 3
    UNPROVEN = 4
    EXPIRING = 5
    STALE = 6
    NEVER = 7


NEED_LOOK: Mapping[Need, tuple[str, Tone]] = {
    Need.FAILED: ("mdi6.close-circle", Tone.DANGER),
    Need.UNREACHABLE: ("mdi6.lan-disconnect", Tone.DANGER),
    Need.OVERDUE: ("mdi6.timer-alert-outline", Tone.DANGER),
    Need.CHECKLIST: ("mdi6.clipboard-alert-outline", Tone.WARNING),
    Need.UNPROVEN: ("mdi6.shield-alert-outline", Tone.WARNING),
    Need.EXPIRING: ("mdi6.timer-sand", Tone.WARNING),
    Need.STALE: ("mdi6.calendar-clock-outline", Tone.WARNING),
    Need.NEVER: ("mdi6.circle-outline", Tone.MUTED),
}


@dataclass(frozen=True, slots=True)
class Attention:
    """One environment that needs a person. `run` is the run that failed, where that is why."""

    environment: Environment
    need: Need
    words: str
    run: Operation | None = None


@dataclass(frozen=True, slots=True)
class TenantSize:
    """How much room a tenant's databases take, in bytes."""

    tenant: str
    production: int
    copies: int

    @property
    def bytes(self) -> int:
        return self.production + self.copies


@dataclass(frozen=True, slots=True)
class Timing:
    """How long a run took, in seconds: copying, building and neutralising, proving, and the rest."""

    name: str
    when: str
    copy: float
    build: float
    prove: float
    rest: float

    @property
    def seconds(self) -> float:
        return self.copy + self.build + self.prove + self.rest

    @property
    def told(self) -> str:
        parts = (("copy", self.copy), ("build", self.build), ("prove", self.prove), ("rest", self.rest))
        return self.when + "\n" + ", ".join(f"{name} {duration(seconds)}" for name, seconds in parts)


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything on the page."""

    tenants: int
    environments: int
    copies: int
    proven: int
    attention: tuple[Attention, ...]
    attention_total: int
    running: tuple[Operation, ...]
    recent: tuple[Operation, ...]
    sizes: tuple[TenantSize, ...]
    sizes_total: int
    timings: tuple[Timing, ...]

    @property
    def sentence(self) -> str:
        """The page's line under its title."""
        words = f"{count(self.tenants, 'tenant')}, {count(self.environments, 'environment')}"
        if self.copies:
            words += f" · {count(self.proven)} of {count(self.copies, 'copy', 'copies')} proven clean"
        return words


def overview_of(
    tenants: Sequence[Tenant],
    environments: Sequence[Environment],
    operations: Sequence[Operation],
    lifetimes: Mapping[str, Lifetime],
    now: datetime,
) -> Overview:
    """`operations` newest first; `lifetimes` by policy version."""
    newest: dict[str, Operation] = {}
    for operation in operations:
        newest.setdefault(operation.environment_id, operation)
    found = [
        item
        for environment in environments
        if (item := attention_of(environment, newest.get(environment.id), lifetimes, now)) is not None
    ]
    found.sort(key=lambda item: (item.need, item.environment.ref.casefold()))
    sizes = _sizes(environments)
    copies = [e for e in environments if e.kind is not EnvironmentKind.PRODUCTION and e.copied_at is not None]
    return Overview(
        tenants=len(tenants),
        environments=len(environments),
        copies=len(copies),
        proven=sum(e.proven for e in copies),
        attention=tuple(found[:SHOWN_ATTENTION]),
        attention_total=len(found),
        running=tuple(o for o in operations if not o.state.ended),
        recent=tuple(o for o in operations if o.state.ended)[:SHOWN_RECENT],
        sizes=sizes[:SHOWN_TENANTS],
        sizes_total=len(sizes),
        timings=_timings(operations, now),
    )


def attention_of(
    environment: Environment, newest: Operation | None, lifetimes: Mapping[str, Lifetime], now: datetime
) -> Attention | None:
    """The most pressing reason why this one needs a person; None when none does."""
    e = environment
    if e.state is EnvironmentState.UNREACHABLE:
        return Attention(e, Need.UNREACHABLE, "The database could not be reached.")
    if e.kind is EnvironmentKind.PRODUCTION or e.state in (EnvironmentState.BUSY, EnvironmentState.WIPED):
        return None
    failed = newest is not None and newest.state in (OperationState.FAILED, OperationState.INTERRUPTED)
    if newest is not None and (failed or e.state is EnvironmentState.FAILED):
        verb = OPERATION_WORDS[newest.kind][0]
        when = ago(newest.finished or newest.created, now)
        return Attention(e, Need.FAILED, f"{verb} {newest.state} {when}. {newest.reason}".strip(), newest)
    if e.state is EnvironmentState.FAILED:
        return Attention(e, Need.FAILED, "The last operation failed.")
    if e.copied_at is None:
        lacking = [what for what, has in (("source", e.source), ("policy", e.policy)) if not has]
        words = f"Never copied, and has no {' and no '.join(lacking)} yet." if lacking else "Never copied."
        return Attention(e, Need.NEVER, words)
    return _aged(e, e.copied_at, lifetimes.get(e.policy_version or ""), now)


def _aged(e: Environment, copied_at: datetime, lifetime: Lifetime | None, now: datetime) -> Attention | None:
    wiped_by = copied_at + timedelta(days=lifetime.days) if lifetime is not None else None
    if wiped_by is not None and wiped_by <= now:
        return Attention(e, Need.OVERDUE, f"Past the lifetime its policy gives it: {until(wiped_by, now)}.")
    if e.checklist_done < e.checklist_of:
        still = e.checklist_of - e.checklist_done
        is_open = "is" if still == 1 else "are"
        return Attention(e, Need.CHECKLIST, f"{still} of {e.checklist_of} checklist items {is_open} not done.")
    if not e.proven:
        return Attention(e, Need.UNPROVEN, "Not proven free of personal data.")
    if wiped_by is not None and lifetime is not None and wiped_by - timedelta(days=lifetime.remind_days) <= now:
        return Attention(e, Need.EXPIRING, f"The lifetime its policy gives it ends {until(wiped_by, now)}.")
    if now - copied_at > STALE_AFTER:
        return Attention(e, Need.STALE, f"Copied {ago(copied_at, now)}: production has moved on.")
    return None


def _sizes(environments: Sequence[Environment]) -> tuple[TenantSize, ...]:
    """The largest first; tenants of whose databases no size is known are left out."""
    sums: dict[str, list[int]] = {}
    for e in environments:
        if e.size_bytes:
            sums.setdefault(e.tenant, [0, 0])[e.kind is not EnvironmentKind.PRODUCTION] += e.size_bytes
    made = [TenantSize(tenant, production, copies) for tenant, (production, copies) in sums.items()]
    return tuple(sorted(made, key=lambda s: (-s.bytes, s.tenant.casefold())))


def _timings(operations: Sequence[Operation], now: datetime) -> tuple[Timing, ...]:
    """The newest runs that copied to the end."""
    made = []
    for operation in operations:
        copying = operation.kind in (OperationKind.PROVISION, OperationKind.REFRESH)
        if not copying or operation.state is not OperationState.SUCCEEDED or not operation.phases:
            continue
        took = {p.name: p.seconds or 0.0 for p in operation.phases}
        build = sum(took.get(phase, 0.0) for phase in (Phase.BUILD, Phase.NEUTRALISE, Phase.FINISH))
        copy, prove = took.get(Phase.COPY, 0.0), took.get(Phase.PROVE, 0.0)
        rest = max(0.0, sum(took.values()) - build - copy - prove)
        when = f"{OPERATION_WORDS[operation.kind][2]} {ago(operation.finished, now)}"
        made.append(Timing(operation.environment, when, copy, build, prove, rest))
        if len(made) == SHOWN_RUNS:
            break
    return tuple(made)


def size_told(tenant: TenantSize) -> str:
    """ "production 1.5 GB, copies 1.4 GB"."""
    parts = (("production", tenant.production), ("copies", tenant.copies))
    return ", ".join(f"{name} {size(number)}" for name, number in parts if number)


def progress_of(operation: Operation) -> tuple[str, float | None, str]:
    """A running operation in words: its phase, its share of rows from 0 to 1 (None when unknown), and those rows."""
    phase = operation.phase
    if operation.cancel_requested:
        name = "Stopping…"
    elif operation.state is OperationState.QUEUED or phase is None:
        name = "Waiting for a worker"
    else:
        at = [p.name for p in operation.phases].index(phase.name) + 1
        name = f"{str(phase.name).capitalize()}, {at} of {len(operation.phases)}"
    rows, of = sum(t.rows for t in operation.tables), sum(t.of or 0 for t in operation.tables)
    return name, rows / of if of else None, f"{count(rows)} of {count(of)}" if of else ""
