"""A suggestion as a policy: the pack `generic`, every table of the database, and the ways out that were recognised."""

from dataclasses import replace

from app.domain.policy import ColumnPolicy, OptionRef, Policy, Rows, RowsKind, TablePolicy, Treatment, Value
from app.policy.packs import pack_text
from app.policy.parse import parse_policy
from app.policy.suggest.suggestion import ColumnSuggestion, Suggestion
from app.policy.suggest.ways_out import ways_out

_PACK = "generic"
_ALIAS = "mail_alias"
_DESCRIPTION = "Suggested from names, types, constraints, comments and sampled values. Read it before relying on it."


def as_policy(suggestion: Suggestion, *, name: str, title: str, accept: bool) -> Policy:
    """A whole policy, every column decided or marked `review`. With `accept` each review becomes the mask suggested
    for it, never `keep`; the reason says that nobody looked."""
    start = parse_policy(pack_text(_PACK), name=_PACK)
    tables = {
        table: TablePolicy(
            name=table,
            rows=Rows(kind=RowsKind.NONE if suggested.rows == "none" else RowsKind.ALL),
            columns={column: _decision(decision, accept) for column, decision in suggested.columns.items()},
            reason=suggested.reason,
        )
        for table, suggested in suggestion.tables.items()
    }
    out = ways_out(suggestion, tables)
    return replace(
        start,
        name=name,
        title=title,
        version=1,
        description=_DESCRIPTION,
        tables=tables,
        actions=(*start.actions, *out.actions),
        checks=(*start.checks, *out.checks),
        manual=(*start.manual, *out.manual),
        outward=(*start.outward, *out.outward),
    )


def _decision(suggested: ColumnSuggestion, accept: bool) -> ColumnPolicy:
    if suggested.treatment is Treatment.KEEP:
        return ColumnPolicy(treatment=Treatment.KEEP, reason=suggested.reason)
    if suggested.treatment is Treatment.REVIEW and not accept:
        return ColumnPolicy(treatment=Treatment.REVIEW, reason=f"{suggested.reason} Suggested mask: {suggested.mask}.")
    reason = suggested.reason
    if suggested.treatment is Treatment.REVIEW:
        reason += " Accepted without review."
    parameters: dict[str, Value] = dict(suggested.parameters)
    if suggested.mask == "email":
        parameters.setdefault("alias", OptionRef(_ALIAS))
    return ColumnPolicy(treatment=Treatment.MASK, mask=suggested.mask, parameters=parameters, reason=reason)
