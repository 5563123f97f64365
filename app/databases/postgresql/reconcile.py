"""Numbers of rows and sums of kept columns: the source at the moment of the copy against the copy.

Sums are exact: the server adds whole numbers and decimals without rounding, and floating-point numbers as the shortest
decimals that mean them, so that the order of the rows does not matter.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from app.databases.postgresql.conditions import where_constant
from app.databases.postgresql.connections import Session, quoted
from app.databases.postgresql.references import Reference, planned, references
from app.databases.postgresql.shapes import ColumnShape, Shapes, TableShape
from app.databases.postgresql.stoppable import attended
from app.databases.proof.reconciled import Lost, Numbers, reconciled
from app.domain.operations import ChecklistItem
from app.domain.plan import Plan
from app.domain.policy import Reconcile
from app.ports.context import PhaseContext

_LONGEST: Final = 60


@dataclass(frozen=True, slots=True)
class Sum:
    """As the server writes it; None where no row has a value."""

    text: str | None

    def __str__(self) -> str:
        """With thousands apart, as all numbers of the checklist."""
        if self.text is None:
            return "no values"
        whole, point, rest = self.text.partition(".")
        digits = whole.lstrip("-")
        grouped = f"{int(digits):,}" if digits.isdecimal() and len(digits) <= _LONGEST else digits
        return f"{'-' if whole.startswith('-') else ''}{grouped}{point}{rest}"


def numbers_of(
    session: Session, plan: Plan, shapes: Shapes, ctx: PhaseContext, *, source: bool
) -> dict[str, Numbers[Sum]]:
    """What each table that the plan reconciles has, by its name in the plan: of the source the rows that come along,
    of the copy all."""
    found: dict[str, Numbers[Sum]] = {}
    for entry, table in _tables(plan, shapes):
        query = _query(entry, table, plan, shapes, source=source)
        rows, *sums = attended(session, partial(_row, session, query), ctx)
        texts = [Sum(None if value is None else str(value)) for value in sums]
        found[entry.table] = Numbers(int(str(rows)), dict(zip(entry.sums, texts, strict=True)))
        ctx.checkpoint(entry.table)
    return found


def keys_of(session: Session, plan: Plan, shapes: Shapes) -> list[Reference]:
    """All references of the source, those that the policy alone declares among them."""
    return [*references(session), *planned(plan, shapes)]


def missing(
    session: Session, plan: Plan, shapes: Shapes, keys: Sequence[Reference], ctx: PhaseContext, *, source: bool
) -> dict[str, dict[str, int]]:
    """By table that is reconciled and by reference of it, how many of its rows lead nowhere. In the source those that
    come along are counted, and none for a key that its server vouches for."""
    found: dict[str, dict[str, int]] = {}
    for entry, table in _tables(plan, shapes):
        counts = found.setdefault(entry.table, {})
        also = _condition(plan, table, shapes) if source else "true"
        for key in keys:
            if key.table == (table.schema, table.name) and key.readable:
                query = f"{key.dangling} AND ({also})"
                counts[str(key)] = (
                    0
                    if source and key.validated
                    else int(str(attended(session, partial(_row, session, query), ctx)[0]))
                )
                ctx.checkpoint(entry.table)
    return found


def reconciliation(
    plan: Plan,
    shapes: Shapes,
    source: Mapping[str, Numbers[Sum]],
    copy: Mapping[str, Numbers[Sum]],
    lost: Mapping[str, Mapping[str, int]],
    lost_now: Mapping[str, Mapping[str, int]],
) -> ChecklistItem:
    """The item, with the numbers of both and the references that led nowhere then and do now."""
    found = list(_tables(plan, shapes))
    return reconciled(
        [entry for entry, _ in found],
        source,
        copy,
        {entry.table: _gone(lost.get(entry.table, {}), lost_now.get(entry.table, {})) for entry, _ in found},
        how="All was summed exactly, floating-point numbers as the shortest decimals that mean them.",
        queries=[_query(entry, table, plan, shapes, source=False) for entry, table in found],
    )


def _tables(plan: Plan, shapes: Shapes) -> Iterator[tuple[Reconcile, TableShape]]:
    for entry in plan.reconcile:
        table = shapes.topmost(entry.table)
        if table is not None:
            yield entry, table


def _query(entry: Reconcile, table: TableShape, plan: Plan, shapes: Shapes, *, source: bool) -> str:
    columns = [table.column(name) for name in entry.sums]
    fields = ["count(*)", *(_sum(column) for column in columns if column is not None)]
    rows = f"FROM {shapes.reading(table)}"
    if source:
        rows += f" WHERE {_condition(plan, table, shapes)}"
    return f"SELECT {', '.join(fields)} {rows}"


def _sum(column: ColumnShape) -> str:
    name = quoted(column.name)
    if column.base in ("float4", "float8"):
        name = f"{name}::{column.base}::text::numeric"
    elif column.base == "money":
        name = f"{name}::money::numeric"
    return f"sum({name})::text"


def _condition(plan: Plan, table: TableShape, shapes: Shapes) -> str:
    found = next((t for t in plan.tables if t.table == table.policy_name), None)
    chosen = found.condition if found is not None and found.copied == "where" else ()
    return where_constant(chosen, table, shapes)


def _row(session: Session, query: str) -> tuple[object, ...]:
    return session.execute(query.encode()).fetchone() or (0,)


def _gone(before: Mapping[str, int], now: Mapping[str, int]) -> Lost:
    told = [
        f"{key}: {before.get(key, 0):,} in the source, {count:,} in the sandbox"
        for key, count in now.items()
        if count or before.get(key)
    ]
    worse = [
        f"{count:,} rows of {key} refer to rows that are not there, {before.get(key, 0):,} in the source"
        for key, count in now.items()
        if count > before.get(key, 0)
    ]
    return Lost(told="; ".join(told) or "none", worse=worse)
