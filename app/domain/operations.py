"""Operations: durable rows before they are work, with a reason for every end."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from app.domain.findings import Finding
from app.domain.ids import EnvironmentId, OperationId
from app.domain.policy import Scalar


class OperationKind(StrEnum):
    PROVISION = "provision"
    REFRESH = "refresh"
    RESET = "reset"
    WIPE = "wipe"


class OperationState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"

    @property
    def ended(self) -> bool:
        return self not in (OperationState.QUEUED, OperationState.RUNNING)


class Phase(StrEnum):
    """In the order they run; `Phase.of(kind)` gives those an operation kind has."""

    PREFLIGHT = "preflight"
    STAGE = "stage"
    COPY = "copy"
    BUILD = "build"
    NEUTRALISE = "neutralise"
    FINISH = "finish"
    CHECK = "check"
    PROVE = "prove"
    PUBLISH = "publish"
    SETTLE = "settle"

    @staticmethod
    def of(kind: OperationKind) -> "tuple[Phase, ...]":
        if kind is OperationKind.RESET:
            return (Phase.PREFLIGHT, Phase.STAGE, Phase.PUBLISH, Phase.SETTLE)
        if kind is OperationKind.WIPE:
            return (Phase.PREFLIGHT, Phase.PUBLISH, Phase.SETTLE)
        return tuple(Phase)


class PhaseState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseRun:
    """`seconds` is wall-clock from the phase's first to its last moment, None until it began."""

    name: Phase
    state: PhaseState = PhaseState.WAITING
    started: datetime | None = None
    seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRun:
    """Progress of one table: `rows` copied so far of `of` (None when unknown); `bytes` as far as known."""

    table: str
    rows: int = 0
    of: int | None = None
    bytes: int = 0


class ItemKind(StrEnum):
    AUTOMATIC = "automatic"
    MANUAL = "manual"


class ItemState(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    OPEN = "open"  # manual and not ticked yet
    TICKED = "ticked"
    NOT_APPLICABLE = "not_applicable"

    @property
    def done(self) -> bool:
        return self in (ItemState.PASSED, ItemState.TICKED, ItemState.NOT_APPLICABLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistItem:
    """One thing that must be true of a copy. `evidence` says what was looked at and what was found, in words;
    `found` is that as a few words for a list ("0 of 12,480", "6 rows emptied"); `checked_at` when. `query` is the
    statement that was asked, for people who want to ask it again; `details` a small table, its heading first."""

    id: str
    title: str
    kind: ItemKind
    state: ItemState
    evidence: str = ""
    found: str = ""
    checked_at: datetime | None = None
    instructions: str = ""
    note: str = ""
    ticked_by: str = ""
    query: str = ""
    details: tuple[tuple[str, ...], ...] = ()


class ProofState(StrEnum):
    CLEAN = "clean"
    HITS = "hits"
    NOT_RUN = "not_run"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofHit:
    """Originals of a masked column found in the copy: where, and in how many values. Never the value itself."""

    table: str
    column: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NotProven:
    """Originals that were not searched for, and why; so that nobody believes more was proven than was."""

    table: str
    column: str
    count: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """The search for original values in the finished copy. `originals` searched for, in `values` values read."""

    state: ProofState = ProofState.NOT_RUN
    originals: int = 0
    values: int = 0
    hits: tuple[ProofHit, ...] = ()
    not_proven: tuple[NotProven, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What the person chose: option values by id, acknowledged ids or fingerprints (`all` covers every warning),
    and the environment's name typed."""

    options: Mapping[str, Scalar | tuple[Scalar, ...]] = field(default_factory=dict)
    acknowledged: tuple[str, ...] = ()
    confirm: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    at: datetime
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One run. `attempt` is the fence of the attempt that runs it or ran it last; `reason` says why it ended so.

    `hint` says what helps after a failure. `certificate` is the path of the HTML document.
    """

    id: OperationId
    kind: OperationKind
    environment_id: EnvironmentId
    environment: str
    state: OperationState
    choices: Choices = Choices()
    reason: str = ""
    hint: str = ""
    requested_by: str = ""
    created: datetime | None = None
    started: datetime | None = None
    finished: datetime | None = None
    phases: tuple[PhaseRun, ...] = ()
    tables: tuple[TableRun, ...] = ()
    checklist: tuple[ChecklistItem, ...] = ()
    proof: Proof = Proof()
    findings: tuple[Finding, ...] = ()
    certificate: str | None = None
    cancel_requested: bool = False
    attempt: int = 0
    log: tuple[LogLine, ...] = ()

    @property
    def seconds(self) -> float | None:
        if self.started is None or self.finished is None:
            return None
        return max(0.0, (self.finished - self.started).total_seconds())  # a clock may be set back meanwhile

    @property
    def phase(self) -> PhaseRun | None:
        """The phase that runs now, or the last that ran."""
        begun = [p for p in self.phases if p.state is not PhaseState.WAITING]
        return begun[-1] if begun else None
