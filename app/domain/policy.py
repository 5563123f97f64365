"""A policy: what must be true of a copy. Values only; parsing lives in `app.policy`."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

Scalar: TypeAlias = str | int | float | bool | None


class Treatment(StrEnum):
    KEEP = "keep"
    MASK = "mask"
    REVIEW = "review"  # nobody has decided yet: blocks
    DROP = "drop"  # not copied at all: its table's rows are `none`
    GENERATED = "generated"  # computed by the database from other columns


@dataclass(frozen=True, slots=True)
class OptionRef:
    """The value a person chose for an option stands here. Written `{option: NAME}` in a policy file."""

    option: str


Value: TypeAlias = Scalar | OptionRef | tuple[Scalar, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where in the policy file something stands; both count from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnPolicy:
    """How one column is treated. `decided_by` and `decided_at` (ISO 8601) are set by `policy decide`."""

    treatment: Treatment
    mask: str | None = None
    parameters: Mapping[str, Value] = field(default_factory=dict)
    reason: str = ""
    decided_by: str = ""
    decided_at: str = ""
    position: Position | None = field(default=None, compare=False)


class Operator(StrEnum):
    """How a column is compared. IS compares NULL too; IN takes a tuple."""

    IS = "is"
    NOT = "not"
    IN = "in"
    NOT_IN = "not_in"
    BELOW = "below"
    ABOVE = "above"
    AT_MOST = "at_most"
    AT_LEAST = "at_least"
    LIKE = "like"  # SQL LIKE with % and _
    NOT_LIKE = "not_like"
    IN_ROWS = "in_rows"  # takes a RowSet
    NOT_IN_ROWS = "not_in_rows"


@dataclass(frozen=True, slots=True, kw_only=True)
class RowSet:
    """The values that `column` has in the rows of `table` for which `condition` holds.

    `nothing` are values that count as one of them without standing there: those that mean "refers to nothing", None
    for no value at all.
    """

    table: str
    column: str
    condition: "tuple[Clause, ...]" = ()
    nothing: tuple[Scalar, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One comparison. IN_ROWS and NOT_IN_ROWS have a RowSet, all others never."""

    column: str
    operator: Operator
    value: Value | RowSet


Condition: TypeAlias = tuple[Clause, ...]
"""All clauses must hold; the empty condition holds for every row."""


class RowsKind(StrEnum):
    ALL = "all"
    NONE = "none"
    WHERE = "where"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Which rows come along. With `option`, the person's choice is `all`, `none` or (where there is a condition)
    `some`, and decides."""

    kind: RowsKind = RowsKind.ALL
    condition: Condition = ()
    option: str | None = None


class Gone(StrEnum):
    """What happens to a row whose reference leads to one that stays behind."""

    STOP = "stop"  # the operation is blocked, or stops in its check
    FOLLOW = "follow"  # it stays behind too
    DETACH = "detach"  # it comes along, and the reference is emptied


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferencePolicy:
    """What a policy says of a column that refers to rows of another table.

    `table` and `referred` are None where the database declares the foreign key itself. `nothing` are values that mean
    "refers to nothing", as no value at all always does.
    """

    column: str
    table: str | None = None
    referred: str | None = None
    nothing: tuple[Scalar, ...] = ()
    gone: Gone = Gone.STOP
    position: Position | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checksum:
    """A column that holds a checksum over its row, which only the application can make. `recomputed_by` names the
    entry of `run` that makes it anew in the copy."""

    column: str
    recomputed_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TablePolicy:
    """`optional` tables, and what is named of their columns, may be missing in the source."""

    name: str
    rows: Rows = Rows()
    columns: Mapping[str, ColumnPolicy] = field(default_factory=dict)
    reason: str = ""
    optional: bool = False
    references: tuple[ReferencePolicy, ...] = ()
    checksum: Checksum | None = None
    position: Position | None = field(default=None, compare=False)


class OptionType(StrEnum):
    TEXT = "text"
    EMAIL = "email"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    CHOICE = "choice"  # one of `choices`
    LIST = "list"  # several texts, comma-separated on the command line


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoicesFrom:
    """Where a list's choices are read from: the rows of a production table for which `condition` holds. `value` is
    the column chosen by, `label` what people read."""

    table: str
    value: str
    label: str
    condition: Condition = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """What a person may choose; the flow's form, `--help` and the validation come from this."""

    id: str
    type: OptionType
    title: str
    help: str = ""
    default: Value = None
    choices: tuple[str, ...] = ()
    choices_from: ChoicesFrom | None = None


class ActionKind(StrEnum):
    UPDATE = "update"
    DELETE = "delete"
    INSERT = "insert"


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A declared change to the copy that neutralises something. `when` names a boolean option that switches it."""

    id: str
    title: str
    kind: ActionKind
    table: str
    values: Mapping[str, Value] = field(default_factory=dict)
    condition: Condition = ()
    when: str | None = None
    position: Position | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A checklist item proved by a count: rows of `table` matching `condition` must number `at_least` to `at_most`.

    `of` counts the rows the item speaks about, for evidence like "3 of 3 off"; None means all rows of the table.
    """

    id: str
    title: str
    table: str
    condition: Condition = ()
    at_least: int = 0
    at_most: int | None = 0
    help: str = ""
    position: Position | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preserve:
    """Rows of the old sandbox that survive a refresh: those of `table` for which `condition` holds.

    A row of the new copy that agrees in the columns `match` (the primary key where empty) makes way. `leave_orphans`
    says that rows which refer to something the new copy lacks are left out; else they stop the operation.
    """

    id: str
    title: str
    table: str
    condition: Condition = ()
    match: tuple[str, ...] = ()
    leave_orphans: bool = False
    position: Position | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """SQL statements or a command, run on the copy after it is finished and before it is checked, once a person has
    approved the exact text. `timeout` is in seconds; `folder` is where a command runs."""

    id: str
    title: str
    sql: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    folder: str = ""
    timeout: int = 300
    position: Position | None = field(default=None, compare=False)

    @property
    def kind(self) -> str:
        return "sql" if self.sql else "command"

    @property
    def text(self) -> str:
        """All that will be run, as a person approves it."""
        if self.sql:
            return ";\n".join(self.sql)
        return json.dumps(list(self.command), ensure_ascii=False) + (f" in {self.folder}" if self.folder else "")

    @property
    def digest(self) -> str:
        """SHA-256 over what is run and where, as hexadecimal text: an approval is of exactly this."""
        said = json.dumps([self.kind, list(self.sql or self.command), self.folder], ensure_ascii=True)
        return hashlib.sha256(said.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of the source system's own published list. Proven by `checks` (of the policy, or built in), done by a
    person after `manual` instructions, or `not_applicable` for a reason; exactly one of them."""

    id: str
    title: str
    checks: tuple[str, ...] = ()
    manual: str = ""
    not_applicable: str = ""
    position: Position | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconcile:
    """A table whose rows, and the sums of whose columns `sums`, must agree with the source's."""

    table: str
    sums: tuple[str, ...] = ()
    position: Position | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SerialNumber:
    """Where a production database says which installation it is; no two may say the same."""

    table: str
    column: str


BUILT_IN_ITEMS = ("rows", "masked", "references", "integrity", "login", "preserved", "reconciliation", "outward")
"""The checklist items that come from no policy; a step may name them. `proof` comes later than any step."""
RESERVED_ITEMS = (*BUILT_IN_ITEMS, "proof")
"""Ids that no check, manual item or step of a policy may have: its evidence would take the place of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ManualItem:
    """A checklist item a person ticks, with a note; `instructions` say how to find out."""

    id: str
    title: str
    instructions: str = ""


class OutwardKind(StrEnum):
    MAILBOX = "mailbox"
    TASK = "task"
    WEBHOOK = "webhook"
    TOKEN = "token"  # noqa: S105  # a kind of way out, no secret
    ENDPOINT = "endpoint"
    ADDRESS = "address"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outward:
    """A way the data can reach the outside world: neutralised, as check `check` proves, or `waived` with a reason.

    `decided_by` and `decided_at` (ISO 8601) are set by `policy waive`.
    """

    id: str
    title: str
    kind: OutwardKind
    check: str | None = None
    waived: str | None = None
    decided_by: str = ""
    decided_at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyWarning:
    """Shown and acknowledged before the operations named in `on` (values of OperationKind)."""

    id: str
    text: str
    on: tuple[str, ...] = ("provision", "refresh", "reset", "wipe")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifetime:
    """How long a copy may live, in days; shown on the environment and in the certificate."""

    days: int
    remind_days: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A whole policy. `baseline` says whether every publish keeps a baseline for reset. `sources` are where its facts
    come from, by the short name that reasons cite in square brackets."""

    name: str
    title: str
    version: int
    tables: Mapping[str, TablePolicy]
    description: str = ""
    options: tuple[Option, ...] = ()
    actions: tuple[Action, ...] = ()
    checks: tuple[Check, ...] = ()
    manual: tuple[ManualItem, ...] = ()
    outward: tuple[Outward, ...] = ()
    warnings: tuple[PolicyWarning, ...] = ()
    lifetime: Lifetime | None = None
    baseline: bool = True
    preserve: tuple[Preserve, ...] = ()
    run: tuple[Run, ...] = ()
    steps: tuple[Step, ...] = ()
    reconcile: tuple[Reconcile, ...] = ()
    serial_number: SerialNumber | None = None
    sources: Mapping[str, str] = field(default_factory=dict)

    def table(self, name: str) -> TablePolicy | None:
        folded = name.casefold()
        if name in self.tables:
            return self.tables[name]
        return next((t for key, t in self.tables.items() if key.casefold() == folded), None)
