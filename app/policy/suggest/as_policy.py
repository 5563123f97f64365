"""A suggestion as a policy."""

from app.domain.policy import ColumnPolicy, Policy, Rows, RowsKind, TablePolicy, Treatment
from app.policy.suggest.suggestion import ColumnSuggestion, Suggestion


def as_policy(suggestion: Suggestion, *, name: str, title: str, accept: bool) -> Policy:
    """A whole policy, every column decided or marked `review`. With `accept` each review becomes the mask suggested
    for it, never `keep`; the reason says that nobody looked."""
    return Policy(
        name=name,
        title=title,
        version=1,
        description="Suggested from names, types, constraints and sampled values. Read it before relying on it.",
        tables={
            table: TablePolicy(
                name=table,
                rows=Rows(kind=RowsKind.NONE if suggested.rows == "none" else RowsKind.ALL),
                columns={column: _decision(decision, accept) for column, decision in suggested.columns.items()},
                reason=suggested.reason,
            )
            for table, suggested in suggestion.tables.items()
        },
    )


def _decision(suggested: ColumnSuggestion, accept: bool) -> ColumnPolicy:
    if suggested.treatment is Treatment.KEEP:
        return ColumnPolicy(treatment=Treatment.KEEP, reason=suggested.reason)
    if suggested.treatment is Treatment.REVIEW and not accept:
        return ColumnPolicy(treatment=Treatment.REVIEW, reason=f"{suggested.reason} Suggested mask: {suggested.mask}.")
    reason = suggested.reason
    if suggested.treatment is Treatment.REVIEW:
        reason += " Accepted without review."
    return ColumnPolicy(
        treatment=Treatment.MASK, mask=suggested.mask, parameters=dict(suggested.parameters), reason=reason
    )
