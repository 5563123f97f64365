"""What a suggestion says: values only."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.domain.policy import Scalar, Treatment


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnSuggestion:
    """How one column might be treated: `keep`, `mask`, or `review` where only a person can tell.

    `mask` is set for `review` too: it is what accepting the suggestion without looking turns it into. `confidence`
    runs from 0 to 1 and speaks of the treatment. `reason` never holds a value of a row.
    """

    treatment: Treatment
    mask: str | None
    parameters: Mapping[str, Scalar | tuple[Scalar, ...]] = field(default_factory=dict)
    reason: str = ""
    confidence: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSuggestion:
    """`rows` is `all` or `none`; `reason` says why rows would stay behind."""

    rows: str
    columns: Mapping[str, ColumnSuggestion]
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """Every table and column of a database; tables that are rebuilt instead of copied are left out."""

    tables: Mapping[str, TableSuggestion]
