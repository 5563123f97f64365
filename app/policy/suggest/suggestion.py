"""What a suggestion says: values only."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.domain.policy import OutwardKind, Scalar, Treatment


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnSuggestion:
    """How one column might be treated: `keep`, `mask`, or `review` where only a person can tell.

    `mask` is set for `review` too: it is what accepting the suggestion without looking turns it into. `confidence`
    runs from 0 to 1 and speaks of the treatment. `reason` never holds a value of a row. `meaning` is what it is taken
    for, in words.
    """

    treatment: Treatment
    mask: str | None
    parameters: Mapping[str, Scalar | tuple[Scalar, ...]] = field(default_factory=dict)
    reason: str = ""
    confidence: float = 0.0
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class Switch:
    """A flag and the value that switches its row off."""

    column: str
    off: bool | int


@dataclass(frozen=True, slots=True)
class Fires:
    """A table whose rows act by themselves, and the flags that stop them; without any, a person has to find out how."""

    kind: OutwardKind
    switches: tuple[Switch, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSuggestion:
    """`rows` is `all` or `none`; `reason` says why rows would stay behind. `kind` is `queue`, `session`, `settings` or
    empty."""

    rows: str
    columns: Mapping[str, ColumnSuggestion]
    reason: str = ""
    kind: str = ""
    fires: Fires | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """Every table and column of a database; tables that are rebuilt instead of copied are left out."""

    tables: Mapping[str, TableSuggestion]
