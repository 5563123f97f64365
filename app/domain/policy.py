"""A policy: what must be true of a copy. Values only; parsing lives in `app.policy`."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    column: str
    operator: Operator
    value: Value


Condition: TypeAlias = tuple[Clause, ...]
"""All clauses must hold; the empty condition holds for every row."""


class RowsKind(StrEnum):
    ALL = "all"
    NONE = "none"
    WHERE = "where"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Which rows come along. With `option`, the person's choice is `all` or `none` and decides."""

    kind: RowsKind = RowsKind.ALL
    condition: Condition = ()
    option: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TablePolicy:
    name: str
    rows: Rows = Rows()
    columns: Mapping[str, ColumnPolicy] = field(default_factory=dict)
    reason: str = ""
    position: Position | None = field(default=None, compare=False)


class OptionType(StrEnum):
    TEXT = "text"
    EMAIL = "email"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    CHOICE = "choice"  # one of `choices`
    LIST = "list"  # several texts, comma-separated on the command line


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """What a person may choose; the flow's form, `--help` and the validation come from this."""

    id: str
    type: OptionType
    title: str
    help: str = ""
    default: Value = None
    choices: tuple[str, ...] = ()


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
    """A way the data can reach the outside world: neutralised, as check `check` proves, or `waived` with a reason."""

    id: str
    title: str
    kind: OutwardKind
    check: str | None = None
    waived: str | None = None


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
    """A whole policy. `baseline` says whether every publish keeps a baseline for reset."""

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

    def table(self, name: str) -> TablePolicy | None:
        folded = name.casefold()
        if name in self.tables:
            return self.tables[name]
        return next((t for key, t in self.tables.items() if key.casefold() == folded), None)
