"""A plan: what an operation will do, decided before it does anything. Plans are data and travel as JSON."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from app.domain.findings import Finding, Severity
from app.domain.policy import Action, Check, Condition, ManualItem, Option, Outward, PolicyWarning, Scalar, Treatment


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnPlan:
    """One column of the copy.

    `parameters` are final: options are resolved. `unique` says the mask must not map two values to one;
    `length`, `nullable`, `family` and `collation` restate the column so that a mask can be bound from the plan alone.
    `before` and `after` are sample values as text, filled only where a person asked to see them, and never stored.
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
    before: tuple[str | None, ...] = ()
    after: tuple[str | None, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TablePlan:
    """One table of the copy. `rows` is how many rows the source holds (exact or estimated), `copied` says which come.

    A table with `copied` = "none" comes along empty.
    """

    table: str
    rows: int | None
    copied: str  # all, none, where
    columns: tuple[ColumnPlan, ...]
    condition: Condition = ()
    reason: str = ""


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
    """Everything an operation will do, and everything that stands in its way."""

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

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(f for f in self.findings if f.severity is Severity.ERROR)

    @property
    def masked_columns(self) -> tuple[tuple[str, ColumnPlan], ...]:
        """(table, column) of every column that is masked in a table whose rows come along."""
        return tuple(
            (t.table, c) for t in self.tables if t.copied != "none" for c in t.columns if c.treatment is Treatment.MASK
        )
