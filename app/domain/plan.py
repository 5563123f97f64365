"""A plan: what an operation will do, decided before it does anything. Plans are data and travel as JSON."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from app.domain.findings import Finding, Severity
from app.domain.policy import (
    Action,
    Check,
    Condition,
    Gone,
    ManualItem,
    Option,
    Outward,
    PolicyWarning,
    Preserve,
    Reconcile,
    Run,
    Scalar,
    SerialNumber,
    Step,
    Treatment,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnPlan:
    """One column of the copy.

    `parameters` are final: options are resolved. `unique` says the mask must not map two values to one;
    `length`, `nullable`, `family` and `collation` restate the column so that a mask can be bound from the plan alone.
    `before` and `after` are sample values as text, filled only where a person asked to see them, and never stored.
    `decided_by` and `decided_at` (ISO 8601) say whose decision the treatment is.
    """

    column: str
    type: str
    family: str
    treatment: Treatment
    mask: str | None = None
    parameters: Mapping[str, Scalar | tuple[Scalar, ...]] = field(default_factory=dict)
    unique: bool = False
    nullable: bool = True
    length: int | None = None
    collation: str | None = None
    decided: bool = True
    reason: str = ""
    before: tuple[str | None, ...] = field(default=(), repr=False)
    after: tuple[str | None, ...] = field(default=(), repr=False)
    decided_by: str = ""
    decided_at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferencePlan:
    """A column that refers to rows of another table, as the policy says more of it than the database does.

    `declared` says that the database has the foreign key itself. `nothing` are values that, like no value at all,
    refer to nothing. A reference with `gone` = detach is emptied in the copy where its row stays behind.
    """

    column: str
    table: str
    referred: str
    nothing: tuple[Scalar, ...] = ()
    gone: Gone = Gone.STOP
    declared: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TablePlan:
    """One table of the copy. `rows` is how many rows the source holds (exact or estimated), `copied` says which come.

    A table with `copied` = "none" comes along empty. `coming` is how many rows come where a condition chooses, counted
    for the plan; None where nobody counted. `condition` holds what the policy says and what following references adds.
    """

    table: str
    rows: int | None
    copied: str  # all, none, where
    columns: tuple[ColumnPlan, ...]
    condition: Condition = ()
    reason: str = ""
    coming: int | None = None
    references: tuple[ReferencePlan, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NotApplicable:
    """An item of the policy that has nothing to look at here, and why."""

    id: str
    title: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One thing that can be chosen for an option, read from production: `value` is what is chosen by, `label` what
    people read. Shown, and never stored: they are in no representation."""

    value: str = field(repr=False)
    label: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class TableChange:
    """How a table of the sandbox differs from what was published, in rows."""

    table: str
    added: int
    changed: int
    removed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """What the operation will cost the environment: what it has that its copy had not.

    `exact` is False where the changes could not be counted (no baseline), and `note` says why.
    """

    exists: bool = False
    last_copied_at: datetime | None = None
    changes: tuple[TableChange, ...] = ()
    exact: bool = True
    note: str = ""
    connected: tuple[str, ...] = ()  # who has it open, in words: program, process id, host
    size_bytes: int | None = None
    destroys: tuple[str, ...] = ()  # what wipe would remove, in words

    @property
    def rows_changed(self) -> int:
        return sum(c.added + c.changed + c.removed for c in self.changes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything an operation will do, and everything that stands in its way.

    `preserved` says by the id of each entry of `preserve` how many rows the environment holds of it now. `offers` are
    what can be chosen for the options that say so, read only where a person asked to see values.
    """

    operation: str  # an OperationKind
    environment: str  # TENANT/NAME
    source: str | None
    policy: str | None
    policy_hash: str | None
    schema_fingerprint: str = ""
    tables: tuple[TablePlan, ...] = ()
    actions: tuple[Action, ...] = ()
    checks: tuple[Check, ...] = ()
    manual: tuple[ManualItem, ...] = ()
    outward: tuple[Outward, ...] = ()
    options: tuple[Option, ...] = ()
    chosen: Mapping[str, Scalar | tuple[Scalar, ...]] = field(default_factory=dict)
    warnings: tuple[PolicyWarning, ...] = ()
    findings: tuple[Finding, ...] = ()
    impact: Impact = Impact()
    keep_baseline: bool = True
    lifetime_days: int | None = None
    preserve: tuple[Preserve, ...] = ()
    preserved: Mapping[str, int] = field(default_factory=dict)
    run: tuple[Run, ...] = ()
    steps: tuple[Step, ...] = ()
    reconcile: tuple[Reconcile, ...] = ()
    serial_number: SerialNumber | None = None
    not_applicable: tuple[NotApplicable, ...] = ()
    offers: Mapping[str, tuple[Offer, ...]] = field(default_factory=dict)

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(f for f in self.findings if f.severity is Severity.ERROR)

    @property
    def masked_columns(self) -> tuple[tuple[str, ColumnPlan], ...]:
        """(table, column) of every column that is masked in a table whose rows come along."""
        return tuple(
            (t.table, c) for t in self.tables if t.copied != "none" for c in t.columns if c.treatment is Treatment.MASK
        )
