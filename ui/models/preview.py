"""What a plan does to every column, as lists one can look through: undecided columns first."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from PySide6.QtCore import QObject

from app.domain.findings import Finding, Severity
from app.domain.plan import ColumnPlan, Plan, TablePlan
from app.domain.policy import Treatment
from ui.models.beside import EMPTY, LOST, coming_words, reference_lines
from ui.models.table import Column, RowTableModel
from ui.models.words import count, moment
from ui.theme.tokens import Tone

HIDDEN, NOTHING = "••••••", "—"

TREATMENT_WORDS = {
    Treatment.KEEP: "kept",
    Treatment.MASK: "masked",
    Treatment.REVIEW: "undecided",
    Treatment.DROP: "left out",
    Treatment.GENERATED: "computed",
}
TREATMENT_GLYPH = {
    Treatment.KEEP: "mdi6.equal",
    Treatment.MASK: "mdi6.shield-check-outline",
    Treatment.REVIEW: "mdi6.help-circle-outline",
    Treatment.DROP: "mdi6.minus-circle-outline",
    Treatment.GENERATED: "mdi6.function-variant",
}
TREATMENT_TONE = {
    Treatment.KEEP: Tone.MUTED,
    Treatment.MASK: Tone.GOOD,
    Treatment.REVIEW: Tone.WARNING,
    Treatment.DROP: Tone.MUTED,
    Treatment.GENERATED: Tone.MUTED,
}


class Show(StrEnum):
    """Which columns are listed."""

    ALL = "all"
    MASKED = "masked"
    KEPT = "kept"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewColumn:
    """One column of the copy. `trouble` is the finding that blocks on it, if any; `rows` how its table is copied."""

    table: str
    plan: ColumnPlan
    rows: str
    trouble: Finding | None = None

    @property
    def name(self) -> str:
        return f"{self.table}.{self.plan.column}"

    @property
    def treatment(self) -> Treatment:
        """A table that comes along empty brings no value of any column."""
        return Treatment.DROP if self.rows == "none" else self.plan.treatment

    @property
    def undecided(self) -> bool:
        return self.treatment is Treatment.REVIEW

    @property
    def waits(self) -> bool:
        """Whether something about it keeps the operation from starting."""
        return self.undecided or (self.trouble is not None and self.trouble.severity is Severity.ERROR)

    def shown_as(self, show: Show) -> bool:
        return {
            Show.ALL: True,
            Show.MASKED: self.treatment is Treatment.MASK,
            Show.KEPT: self.treatment is Treatment.KEEP,
            Show.UNDECIDED: self.waits,
        }[show]


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewTable:
    """One table, or all of them together (`name` is "" then). `rows` come along, as far as counted; `note` says how it
    comes along where not as a whole, `details` that with what happens to its references."""

    name: str
    rows: int | None
    columns: tuple[PreviewColumn, ...]
    note: str = ""
    details: str = ""
    numbers: Mapping[Show, int] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        counted = {show: sum(column.shown_as(show) for column in self.columns) for show in Show}
        object.__setattr__(self, "numbers", counted)  # once: a view asks at every painting

    def number(self, show: Show) -> int:
        """How many of its columns that filter shows."""
        return self.numbers[show]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """All tables together, then each, those with something to decide first."""

    tables: tuple[PreviewTable, ...] = ()

    @property
    def whole(self) -> PreviewTable:
        return self.tables[0]

    @property
    def waiting(self) -> int:
        """How many columns keep the operation from starting."""
        return self.whole.number(Show.UNDECIDED) if self.tables else 0


def preview_of(plan: Plan) -> Preview:
    """The plan as lists. Thousands of columns take some milliseconds: called off the main thread."""
    troubles: dict[str, Finding] = {}
    for finding in plan.findings:
        if finding.severity is not Severity.NOTE and finding.where and finding.code != LOST:
            known = troubles.get(finding.where)
            if known is None or known.severity is Severity.WARNING:
                troubles[finding.where] = finding
    tables = sorted((_table(table, troubles) for table in plan.tables), key=lambda t: not t.number(Show.UNDECIDED))
    rows = [t.rows for t in tables if t.note != EMPTY]
    whole = PreviewTable(
        name="",
        rows=None if None in rows else sum(r or 0 for r in rows),
        columns=tuple(sorted((c for t in tables for c in t.columns), key=lambda c: not c.waits)),
    )
    return Preview(tables=(whole, *tables))


def _table(table: TablePlan, troubles: dict[str, Finding]) -> PreviewTable:
    columns = [
        PreviewColumn(
            table=table.table, plan=column, rows=table.copied, trouble=troubles.get(f"{table.table}.{column.column}")
        )
        for column in table.columns
    ]
    note = coming_words(table)
    return PreviewTable(
        name=table.table,
        rows=table.rows if table.coming is None else table.coming,
        columns=tuple(sorted(columns, key=lambda c: not c.waits)),
        note=note,
        details=" · ".join(part for part in (note, table.reason, *reference_lines(table)) if part),
    )


def tables_model(parent: QObject | None = None) -> RowTableModel[PreviewTable]:
    """Tables with how many rows come along and how many of their columns are masked."""
    return RowTableModel(
        (
            Column(
                "Table",
                lambda t: t.name or "All tables",
                tip=lambda t: f"{t.name}: {t.note}" if t.note else t.name,
                tone=lambda t: Tone.MUTED if t.note == EMPTY else Tone.NEUTRAL,
                glyph=lambda t: TREATMENT_GLYPH[Treatment.REVIEW] if t.name and t.number(Show.UNDECIDED) else "",
                glyph_tone=lambda t: Tone.WARNING,
            ),
            Column(
                "Rows",
                lambda t: "none" if t.note == EMPTY else "" if t.rows is None else count(t.rows),
                lambda t: t.rows or 0,
                numeric=True,
                tone=lambda t: Tone.MUTED,
            ),
            Column(
                "Masked",
                lambda t: f"{t.number(Show.MASKED)}/{len(t.columns)}" if t.columns else "",
                numeric=True,
                tone=lambda t: Tone.MUTED,
                tip=lambda t: f"{t.number(Show.MASKED)} of {count(len(t.columns), 'column')} masked",
            ),
        ),
        lambda t: t.name,
        parent,
    )


def columns_model(
    real: Callable[[], bool], whole: Callable[[], bool], parent: QObject | None = None
) -> RowTableModel[PreviewColumn]:
    """Columns with treatment and samples. `real` says whether real values may be seen now, `whole` whether columns of
    several tables stand together."""
    return RowTableModel(
        (
            Column("Column", lambda c: c.name if whole() else c.plan.column, tip=lambda c: c.name),
            Column("Type", lambda c: c.plan.type.lower(), tone=lambda c: Tone.MUTED, tip=lambda c: c.plan.type),
            Column(
                "Treatment",
                lambda c: TREATMENT_WORDS[c.treatment],
                tone=lambda c: Tone.WARNING if c.undecided else Tone.NEUTRAL,
                glyph=lambda c: TREATMENT_GLYPH[c.treatment],
                glyph_tone=lambda c: TREATMENT_TONE[c.treatment],
                tip=decided_words,
            ),
            Column("Mask", mask_words, tip=parameter_words),
            Column(
                "Before",
                lambda c: before_words(c, real=real()),
                tone=lambda c: Tone.MUTED,
                tip=lambda c: "\n".join(text for text, _ in samples_of(c, real=real())) if real() else "",
            ),
            Column(
                "After",
                lambda c: after_words(c),
                tone=lambda c: Tone.NEUTRAL if c.treatment is Treatment.MASK else Tone.MUTED,
                tip=lambda c: "\n".join(after for _, after in samples_of(c, real=False)),
            ),
            Column(
                "Reason",
                reason_words,
                tone=lambda c: Tone.MUTED,
                tip=lambda c: "\n".join(part for part in (reason_words(c), decided_words(c)) if part),
            ),
        ),
        lambda c: c.name,
        parent,
    )


def mask_words(column: PreviewColumn) -> str:
    """The mask's name as a person reads it."""
    return (column.plan.mask or "").replace("_", " ") if column.treatment is Treatment.MASK else ""


def parameter_words(column: PreviewColumn) -> str:
    """What the policy says about the mask."""
    return "\n".join(f"{key}: {value}" for key, value in column.plan.parameters.items())


def reason_words(column: PreviewColumn) -> str:
    """Why it is treated so, or what is wrong with it."""
    if column.undecided and column.plan.reason:
        return column.plan.reason
    return column.trouble.message if column.trouble is not None else column.plan.reason


def decided_words(column: PreviewColumn) -> str:
    """Whose decision its treatment is, and since when."""
    by, at = column.plan.decided_by, column.plan.decided_at
    if not by or column.undecided:
        return ""
    try:
        when = moment(datetime.fromisoformat(at))
    except ValueError:  # written by hand, or left out
        when = at
    return f"Decided by {by}, {when}" if when else f"Decided by {by}"


def before_words(column: PreviewColumn, *, real: bool) -> str:
    """One value as it is in production, hidden until somebody asked to see."""
    if column.treatment is Treatment.DROP:
        return NOTHING
    found = _telling(column)
    if found is None:
        return NOTHING
    return (column.plan.before[found] or "") if real else HIDDEN


def after_words(column: PreviewColumn) -> str:
    """The same value in the copy. What is kept says so, since it would show what is real."""
    if column.treatment is not Treatment.MASK:
        return {Treatment.KEEP: "as it is", Treatment.DROP: "not copied", Treatment.GENERATED: "computed"}.get(
            column.treatment, NOTHING
        )
    found = _telling(column)
    return NOTHING if found is None or found >= len(column.plan.after) else column.plan.after[found] or "empty"


def samples_of(column: PreviewColumn, *, real: bool) -> tuple[tuple[str, str], ...]:
    """Values before and after, one pair per sampled row, those that say something first; real values only where
    `real` allows it."""
    made: list[tuple[str, str]] = []
    for at, before in enumerate(column.plan.before):
        shown = "empty" if not before else before if real else HIDDEN
        if column.treatment is Treatment.MASK and at < len(column.plan.after):
            after = column.plan.after[at]
            made.append((shown, after or "empty"))
        else:
            made.append((shown, after_words(column)))
    return tuple(sorted(made, key=lambda pair: pair[0] == "empty"))


def _telling(column: PreviewColumn) -> int | None:
    """Which sample says something; None when all are empty."""
    return next((at for at, value in enumerate(column.plan.before) if value), None)
