"""What changed in production since the review, each with what is suggested for it and what accepting it would write."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from app.domain.policy import ColumnPolicy, Policy, Rows, RowsKind, TablePolicy, Treatment
from app.domain.schema import Column, Schema, Table
from app.domain.structure import ColumnFact
from app.errors import UserError
from app.planning.drift import Decisions, Difference, DriftKind, fact_of
from app.planning.names import parts
from app.policy.gone import pointless
from app.policy.masks import MASKS
from app.ports.databases import RowValue
from app.services.names import shown

if TYPE_CHECKING:
    from app.policy.suggest import ColumnSuggestion, Suggestion

Sample = Callable[[str, Sequence[str], int], list[tuple[RowValue, ...]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftItem:
    """One thing that changed; without a `column` it is about a whole table.

    `decision` is what the policy says now. `suggestion` is what is suggested for what is there now, `review` where only
    a person can tell, and `confidence` (0 to 1) speaks of it. `accepted` is what accepting would write, never weaker
    than what holds; None where it would write none. `rows` "none" suggests that a new table's rows stay behind.
    """

    kind: DriftKind
    table: str
    column: str | None = None
    before: ColumnFact | None = None
    now: ColumnFact | None = None
    decision: ColumnPolicy | None = None
    suggestion: ColumnPolicy | None = None
    confidence: float = 0.0
    accepted: ColumnPolicy | None = None
    new_table: bool = False
    rows: str = ""
    reason: str = ""

    @property
    def place(self) -> str:
        return self.table if self.column is None else f"{self.table}.{self.column}"

    @property
    def difference(self) -> Difference:
        return Difference(kind=self.kind, table=self.table, column=self.column, before=self.before, now=self.now)


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftReport:
    """All that changed, and who looked at the source last; nobody is on record where `reviewed_at` is None."""

    environment: str
    source: str
    policy: str
    reviewed_by: str
    reviewed_at: datetime | None
    items: tuple[DriftItem, ...]


def with_suggestions(
    differences: Sequence[Difference], schema: Schema, policy: Policy, sample: Sample
) -> tuple[DriftItem, ...]:
    """The differences with a suggestion for everything that needs a decision; a new table's columns each.

    Rows are read of the tables concerned and their neighbours alone. Raises what `sample` raises.
    """
    concerned = {d.table for d in differences if d.kind is not DriftKind.REMOVED}
    suggestion = _suggested(schema, sample, concerned) if concerned else None
    decisions = Decisions(policy)
    items: list[DriftItem] = []
    for difference in differences:
        table = schema.table(difference.table)
        if difference.kind is DriftKind.REMOVED or table is None or suggestion is None:
            items.append(_removed(difference, policy))
        elif difference.column is None:
            items += _new_table(table, suggestion, decisions)
        else:
            items.append(_column(difference, difference.column, table, suggestion, decisions))
    return tuple(items)


def _suggested(schema: Schema, sample: Sample, concerned: Collection[str]) -> "Suggestion":
    from app.policy.suggest import suggest  # the recognisers take half a second to import

    near = set(concerned)
    for table in schema.tables:
        referred = {key.table for key in table.foreign_keys}
        if table.name in concerned:
            near |= referred
        elif referred & set(concerned):
            near.add(table.name)
    return suggest(schema, lambda name, columns, limit: sample(name, columns, limit) if name in near else [])


def _removed(difference: Difference, policy: Policy) -> DriftItem:
    """What is gone, and what leaves the policy with it."""
    lost = pointless(policy, [(difference.table, difference.column)])
    checks = ", ".join(shown(check.id) for check in lost)
    return DriftItem(
        kind=difference.kind,
        table=difference.table,
        column=difference.column,
        before=difference.before,
        reason=f"Nothing is left to look at for {checks}; leaves with it." if lost else "",
    )


def _new_table(table: Table, suggestion: "Suggestion", decisions: Decisions) -> list[DriftItem]:
    suggested = suggestion.tables.get(table.name)
    if suggested is not None and suggested.rows == "none":
        return [DriftItem(kind=DriftKind.ADDED, table=table.name, new_table=True, rows="none", reason=suggested.reason)]
    return [
        replace(
            _column(
                Difference(kind=DriftKind.ADDED, table=table.name, column=column.name, now=fact_of(column)),
                column.name,
                table,
                suggestion,
                decisions,
            ),
            new_table=True,
        )
        for column in table.columns
        if not column.generated
    ]


def _column(
    difference: Difference, name: str, table: Table, suggestion: "Suggestion", decisions: Decisions
) -> DriftItem:
    now = decisions.on(table.name, name)
    column = table.column(name)
    suggested = suggestion.tables.get(table.name)
    found, confidence = _followed(table, name, decisions), 1.0
    if found is None:
        found, confidence = _decision(suggested.columns.get(name) if suggested is not None else None)
    accepted = _masked(found)
    if difference.kind is DriftKind.CHANGED and now is not None and column is not None:
        accepted = _at_least(now, accepted, column)
    return DriftItem(
        kind=difference.kind,
        table=table.name,
        column=name,
        before=difference.before,
        now=difference.now,
        decision=now,
        suggestion=found,
        confidence=confidence,
        accepted=accepted,
        reason=found.reason,
    )


def _followed(table: Table, column: str, decisions: Decisions) -> ColumnPolicy | None:
    """A column that refers to a masked one takes its mask, or its rows would refer to nothing."""
    for key in table.foreign_keys:
        for name, referred in zip(key.columns, key.referred, strict=False):
            decision = decisions.on(key.table, referred) if name == column else None
            if decision is not None and decision.treatment is Treatment.MASK:
                return ColumnPolicy(
                    treatment=Treatment.MASK,
                    mask=decision.mask,
                    parameters=decision.parameters,
                    reason=f"Refers to {key.table}.{referred}, which is masked.",
                )
    return None


def _decision(suggested: "ColumnSuggestion | None") -> tuple[ColumnPolicy, float]:
    if suggested is None:  # rows of another server: nothing could be looked at
        return ColumnPolicy(treatment=Treatment.REVIEW, reason="Nothing could be looked at."), 0.0
    decision = ColumnPolicy(
        treatment=suggested.treatment,
        mask=suggested.mask,
        parameters=dict(suggested.parameters),
        reason=suggested.reason,
    )
    return decision, suggested.confidence


def _masked(suggestion: ColumnPolicy) -> ColumnPolicy | None:
    """What accepting a suggestion writes: a review becomes the mask suggested for it, never `keep`."""
    if suggestion.treatment is Treatment.KEEP:
        return replace(suggestion, mask=None, parameters={})
    if suggestion.mask is None:
        return None
    reason = suggestion.reason
    if suggestion.treatment is Treatment.REVIEW:
        reason = f"{reason} Accepted without review.".strip()
    return replace(suggestion, treatment=Treatment.MASK, reason=reason)


def _at_least(now: ColumnPolicy, suggested: ColumnPolicy | None, column: Column) -> ColumnPolicy | None:
    """The treatment that holds, unless the suggestion is stricter or the mask does not fit the new type."""
    if suggested is None or suggested.treatment is not Treatment.MASK:
        return now if now.treatment is not Treatment.REVIEW else None
    return now if now.treatment is Treatment.MASK and _fits(now, column) else suggested


def _fits(decision: ColumnPolicy, column: Column) -> bool:
    mask = MASKS.get(decision.mask or "")
    if mask is None or column.family not in mask.families:
        return False
    return column.masks is None or mask.name in column.masks


def chosen(items: Sequence[DriftItem], places: Sequence[str] | None) -> tuple[DriftItem, ...]:
    """The items at these places (a table's name takes all of it), or all. Raises UserError for a place where nothing
    changed."""
    if places is None:
        return tuple(items)
    wanted: set[int] = set()
    for place in places:
        named = parts(place.casefold())
        found = {
            at
            for at, item in enumerate(items)
            if place in (item.place, item.table)
            or named in (parts(item.place.casefold()), parts(item.table.casefold()))
        }
        if not found:
            there = ", ".join(item.place for item in items[:20]) or "nothing"
            raise UserError(
                f"Nothing changed at {shown(place)}", f"Changed since the review: {there}.", "Name one of these."
            )
        wanted |= found
    return tuple(item for at, item in enumerate(items) if at in wanted)


def table_accepted(item: DriftItem, by: str, day: str) -> TablePolicy:
    """A new table whose rows stay behind."""
    reason = f"{item.reason} Accepted by {by} on {day}.".strip()
    return TablePolicy(name=item.table, rows=Rows(kind=RowsKind.NONE), reason=reason)
