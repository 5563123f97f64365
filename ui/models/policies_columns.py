"""All columns of a policy in one table: what is done with each, whose decision that is, and what changed since."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from PySide6.QtCore import QObject

from app.domain.plan import Plan
from app.domain.policy import ColumnPolicy, OptionRef, Policy, RowsKind, Scalar, TablePolicy, Treatment, Value
from app.services.drifting import DriftItem, DriftReport
from ui.models.preview import TREATMENT_GLYPH, TREATMENT_TONE, TREATMENT_WORDS
from ui.models.table import Column, RowTableModel
from ui.theme.tokens import Tone

_CITED = re.compile(r"\[([^\[\]]+)\]")


class Show(StrEnum):
    """Which columns are listed."""

    ALL = "all"
    UNREVIEWED = "unreviewed"
    NEW = "new"
    CHANGED = "changed"
    MASKED = "masked"
    KEPT = "kept"


FILTERS: tuple[tuple[str, str], ...] = tuple((show, show.capitalize()) for show in Show)


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyColumn:
    """One column. `parameters` are what the mask gets, options resolved; `written` is what the policy itself says.

    `change` is what happened to it in production since the review ("new", "changed" or ""), `fact` the same in words;
    `suggestion` what is suggested for it, accepted by naming `place`, which writes `suggested`. `sources` are what the
    reason cites. `family` is empty where nobody asked a database.
    """

    table: str
    column: str
    type: str = ""
    family: str = ""
    treatment: Treatment
    mask: str | None = None
    parameters: Mapping[str, Value] = field(default_factory=dict)
    reason: str = ""
    decided_by: str = ""
    decided_at: str = ""
    written: ColumnPolicy | None = None
    change: str = ""
    fact: str = ""
    suggestion: str = ""
    place: str = ""
    suggested: ColumnPolicy | None = None
    sources: str = ""

    @property
    def name(self) -> str:
        return f"{self.table}.{self.column}"

    @property
    def unreviewed(self) -> bool:
        """Whether it waits for somebody to look at it."""
        return self.treatment is Treatment.REVIEW or bool(self.change)

    def shown_as(self, show: Show) -> bool:
        return {
            Show.ALL: True,
            Show.UNREVIEWED: self.unreviewed,
            Show.NEW: self.change == Show.NEW,
            Show.CHANGED: self.change == Show.CHANGED,
            Show.MASKED: self.treatment is Treatment.MASK,
            Show.KEPT: self.treatment is Treatment.KEEP,
        }[show]


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What looking at production said: every column, and what changed."""

    columns: tuple[PolicyColumn, ...] = ()
    drift: DriftReport | None = None

    @property
    def unreviewed(self) -> int:
        """Columns that wait; what is gone from production waits for nobody."""
        return sum(column.unreviewed for column in self.columns)


def review_of(plan: Plan, drift: DriftReport, policy: Policy | None) -> Review:
    """The plan's columns with what changed; pure, and some milliseconds for thousands: called off the main thread."""
    items = {(item.table, item.column): item for item in drift.items if item.kind != "removed"}
    written = {name.casefold(): table for name, table in policy.tables.items()} if policy is not None else {}
    made = []
    for table in plan.tables:
        said = written.get(table.table.casefold())
        decisions = {name.casefold(): how for name, how in said.columns.items()} if said is not None else {}
        for column in table.columns:
            item = items.get((table.table, column.column)) or items.get((table.table, None))
            empty = table.copied == "none" and item is None
            made.append(
                PolicyColumn(
                    table=table.table,
                    column=column.column,
                    type=column.type,
                    family=column.family,
                    treatment=Treatment.DROP if empty else column.treatment,
                    mask=column.mask,
                    parameters=column.parameters,
                    reason=column.reason or (table.reason if empty else ""),
                    decided_by=column.decided_by,
                    decided_at=column.decided_at,
                    written=decisions.get(column.column.casefold()),
                    change=_change(item),
                    fact=fact_words(item) if item is not None else "",
                    suggestion=suggestion_words(item) if item is not None and acceptable(item) else "",
                    place=item.place if item is not None else "",
                    suggested=item.accepted if item is not None else None,
                    sources=cited(column.reason, policy),
                )
            )
    return Review(columns=tuple(sorted(made, key=lambda c: not c.unreviewed)), drift=drift)


def declared(policy: Policy) -> tuple[PolicyColumn, ...]:
    """What a policy says by itself, without a database: a table that stays behind is one line."""
    return tuple(line for table in policy.tables.values() for line in _declared(table, policy))


def cited(reason: str, policy: Policy | None) -> str:
    """What a reason cites in square brackets, in full."""
    known = policy.sources if policy is not None else {}
    names = [name.strip() for found in _CITED.findall(reason) for name in found.split(",")]
    return "; ".join(dict.fromkeys(f"{name}: {known[name]}" for name in names if name in known))


def _declared(table: TablePolicy, policy: Policy) -> Iterable[PolicyColumn]:
    if table.rows.kind is RowsKind.NONE and table.rows.option is None and not table.columns:
        why_ = table.reason
        yield PolicyColumn(
            table=table.name, column="*", treatment=Treatment.DROP, reason=why_, sources=cited(why_, policy)
        )
    for name, how in table.columns.items():
        yield PolicyColumn(
            table=table.name,
            column=name,
            treatment=how.treatment,
            mask=how.mask,
            parameters=how.parameters,
            reason=how.reason or table.reason,
            decided_by=how.decided_by,
            decided_at=how.decided_at,
            written=how,
            sources=cited(how.reason or table.reason, policy),
        )


def matching(columns: Sequence[PolicyColumn], show: Show, text: str) -> list[PolicyColumn]:
    """What passes the filter and holds every word of `text`."""
    words = text.casefold().split()
    shown = (c for c in columns if c.shown_as(show))
    return [c for c in shown if not words or all(word in _words(c) for word in words)]


def counts(columns: Sequence[PolicyColumn]) -> dict[Show, int]:
    """How many each filter would show."""
    return {show: sum(column.shown_as(show) for column in columns) for show in Show}


def columns_model(now: Callable[[], datetime], parent: QObject | None = None) -> RowTableModel[PolicyColumn]:
    return RowTableModel(
        (
            Column("Table", lambda c: c.table, tip=lambda c: c.table),
            Column("Column", lambda c: c.column, tip=lambda c: c.fact or c.name, glyph=_mark, glyph_tone=_waiting),
            Column("Type", lambda c: c.type.lower(), tone=lambda c: Tone.MUTED, tip=lambda c: c.type),
            Column(
                "Treatment",
                treatment_words,
                tone=lambda c: Tone.WARNING if c.treatment is Treatment.REVIEW else Tone.NEUTRAL,
                glyph=lambda c: TREATMENT_GLYPH[c.treatment],
                glyph_tone=lambda c: TREATMENT_TONE[c.treatment],
                tip=parameter_words,
            ),
            Column(
                "Decided by",
                lambda c: who(c, now()),
                lambda c: (c.decided_at, c.decided_by),
                tone=_muted,
                tip=whole_decision,
            ),
            Column("Why", why, tone=_muted, tip=why),
        ),
        lambda c: c.name,
        parent,
    )


def treatment_words(column: PolicyColumn) -> str:
    if column.treatment is Treatment.MASK and column.mask:
        return column.mask.replace("_", " ")
    return TREATMENT_WORDS[column.treatment]


def parameter_words(column: PolicyColumn) -> str:
    """The treatment with everything that is said about it."""
    said = [f"{key}: {_plain(value)}" for key, value in column.parameters.items()]
    return "\n".join([TREATMENT_WORDS[column.treatment], *said])


def who(column: PolicyColumn, now: datetime) -> str:
    """Whose decision it is, and when: `ana, 3 Nov`, with the year where it is another one."""
    if column.treatment is Treatment.REVIEW:
        return "nobody yet"
    by = column.decided_by.partition("@")[0]
    when = day(column.decided_at).removesuffix(f" {now.astimezone():%Y}")
    return ", ".join(part for part in (by, when) if part)


def whole_decision(column: PolicyColumn) -> str:
    return ", ".join(part for part in (column.decided_by, column.decided_at) if part)


def why(column: PolicyColumn) -> str:
    """What changed, where something did, before the reason that was given."""
    changed = f"{column.fact}, suggested: {column.suggestion}." if column.suggestion else f"{column.fact}."
    return " ".join(part for part in (changed if column.fact else "", column.reason) if part)


def day(at: str) -> str:
    """An ISO 8601 moment as a date in the person's own zone; "" where it is none."""
    try:
        local = datetime.fromisoformat(at).astimezone()
    except ValueError:
        return ""
    return f"{local.day} {local:%b %Y}"


def acceptable(item: DriftItem) -> bool:
    """Whether accepting it does something; else only a person can decide."""
    return item.kind == "removed" or item.rows == "none" or item.accepted is not None


def suggestion_words(item: DriftItem) -> str:
    """What accepting would come to."""
    if item.kind == "removed":
        return "take it out of the policy"
    if item.rows == "none":
        return "its rows stay behind"
    if item.accepted is None:
        return "somebody has to decide"
    if item.decision is not None and item.accepted == item.decision:
        return f"stays {_decision_words(item.decision)}"
    return _decision_words(item.accepted)


def fact_words(item: DriftItem) -> str:
    """What happened in production: `was VARCHAR(40), is TEXT now`."""
    if item.kind == "added":
        return "New table" if item.new_table else "New column"
    if item.kind == "removed":
        return "Gone from production"
    before, now = item.before, item.now
    if before is None or now is None:
        return "Changed"
    said = [] if before.type == now.type else [f"was {before.type or 'without a type'}, is {now.type or 'without one'}"]
    if before.nullable != now.nullable:
        said.append("may be empty now" if now.nullable else "is never empty now")
    return "; ".join(said) or "Changed"


def _change(item: DriftItem | None) -> str:
    return "" if item is None else Show.NEW if item.kind == "added" else Show.CHANGED


def _decision_words(decision: ColumnPolicy) -> str:
    words = {Treatment.KEEP: "kept", Treatment.MASK: "masked"}.get(decision.treatment, str(decision.treatment))
    return f"{words} as {decision.mask.replace('_', ' ')}" if decision.mask else words


def _plain(value: "Value | Scalar") -> str:
    if isinstance(value, OptionRef):
        return f"as chosen for {value.option}"
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _words(c: PolicyColumn) -> str:
    told = (c.name, c.type, treatment_words(c), TREATMENT_WORDS[c.treatment], c.decided_by)
    return "\0".join(told).casefold()


def _mark(column: PolicyColumn) -> str:
    return {Show.NEW: "mdi6.plus-circle-outline", Show.CHANGED: "mdi6.delta"}.get(Show(column.change or "all"), "")


def _waiting(column: PolicyColumn) -> Tone:
    return Tone.WARNING


def _muted(column: PolicyColumn) -> Tone:
    return Tone.MUTED
