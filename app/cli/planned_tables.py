"""The tables of a plan in the terminal: one line for each, or every column of some with the reason or real values."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from app.cli.output import Output, clean, table
from app.domain.plan import ColumnPlan, Plan, TablePlan
from app.domain.policy import Treatment
from app.errors import UserError
from app.planning.names import parts
from app.policy.reading import near

if TYPE_CHECKING:
    from rich.text import Text

_STYLES = {Treatment.MASK: "green", Treatment.REVIEW: "bold red", Treatment.KEEP: ""}
_NAMED = 12
"""Columns that the one line of a table names at most."""


def named_tables(plan: Plan, names: Sequence[str]) -> tuple[TablePlan, ...]:
    """The tables of these names, in the plan's order. Raises UserError for a name that the plan does not have."""
    wanted = {parts(name.casefold()): name for name in names}
    found = {parts(planned.table.casefold()): planned for planned in plan.tables}
    for key, name in wanted.items():
        if key not in found:
            raise UserError(
                f"The plan has no table {clean(name)}{near(name, [planned.table for planned in plan.tables])}",
                f"It has {_count(len(found), 'table')}.",
                "`sandkeeper plan` without --table lists them all.",
            )
    return tuple(planned for key, planned in found.items() if key in wanted)


def show_summary(out: Output, plan: Plan) -> None:
    """What happens to all tables and columns in two sentences, then a line for each table."""
    if not plan.tables:
        return
    copied = Counter(planned.copied for planned in plan.tables)
    words = (("all", "with all rows"), ("where", "with some"), ("none", "empty"))
    listed = ", ".join(f"{copied[kind]:,} {said}" for kind, said in words if copied[kind])
    out.show("", f"{_count(len(plan.tables), 'table')}: {listed}", _columns_line(plan))
    lines = [
        (f"  {planned.table}", "" if planned.rows is None else f"{planned.rows:,}", *_told(planned))
        for planned in plan.tables
    ]
    out.show("", table(("  Table", "Rows", "Come along", "Kept", "Masked"), lines, right=(1, 3)))
    out.show("", "Every column with its reason: --all, or --table TABLE; with real values before and after: --samples")


def show_columns(out: Output, tables: Iterable[TablePlan]) -> None:
    """Every column of the tables: its treatment, and why, or real values where they were asked for."""
    for planned in tables:
        out.show("", f"{planned.table}: {_rows(planned)}")
        if planned.copied == "none":
            continue
        sampled = any(column.before for column in planned.columns)
        headings = ("  Column", "Type", "Treatment") + (("Before", "After") if sampled else ("Why",))
        lines = [
            (
                f"  {c.column}",
                c.type,
                _treatment(c),
                *((_values(c.before), _values(c.after)) if sampled else (c.reason,)),
            )
            for c in planned.columns
        ]
        out.show(table(headings, lines))


def _columns_line(plan: Plan) -> str:
    treated = Counter(c.treatment for t in plan.tables if t.copied != "none" for c in t.columns)
    behind = sum(len(t.columns) for t in plan.tables if t.copied == "none")
    words = (
        (treated[Treatment.KEEP], "kept"),
        (treated[Treatment.MASK], "masked"),
        (treated[Treatment.GENERATED], "computed"),
        (treated[Treatment.REVIEW], "that nobody has decided on"),
        (behind, "in tables that come along empty"),
    )
    said = ", ".join(f"{count:,} {what}" for count, what in words if count)
    return f"{_count(sum(len(t.columns) for t in plan.tables), 'column')}: {said}"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _told(planned: TablePlan) -> "tuple[str, str, Text]":
    """Which rows come along, how many columns are kept, and the others by name: undecided ones first."""
    from rich.text import Text

    if planned.copied == "none":
        return "none", "", Text()
    come = {"all": "all"}.get(planned.copied) or ("some" if planned.coming is None else f"{planned.coming:,}")
    kept = sum(column.treatment is Treatment.KEEP for column in planned.columns)
    undecided = [c.column for c in planned.columns if c.treatment is Treatment.REVIEW]
    masked = [f"{c.column} ({c.mask or 'mask'})" for c in planned.columns if c.treatment is Treatment.MASK]
    said = Text(clean(f"undecided: {_listed(undecided)}") if undecided else "", _STYLES[Treatment.REVIEW])
    said.append(("; " if undecided and masked else "") + clean(_listed(masked)), _STYLES[Treatment.MASK])
    return come, f"{kept:,}", said


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


_COPIED = {"all": "all rows", "none": "comes along empty", "where": "some rows"}


def _rows(planned: TablePlan) -> str:
    """Which rows come along, and how many."""
    if planned.coming is not None:
        return f"{planned.coming:,} of {planned.rows or 0:,} rows"
    rows = "" if planned.rows is None else f", {planned.rows:,} rows in the source"
    return f"{_COPIED.get(planned.copied, planned.copied)}{rows}"


def _treatment(column: ColumnPlan) -> "Text":
    from rich.text import Text

    return Text(
        column.mask or "mask" if column.treatment is Treatment.MASK else str(column.treatment),
        _STYLES.get(column.treatment, "dim"),
    )


def _values(values: tuple[str | None, ...]) -> str:
    return "\n".join("NULL" if value is None else value for value in values)
