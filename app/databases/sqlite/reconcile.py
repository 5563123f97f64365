"""Numbers of rows and sums of kept columns: the source at the moment of the copy against the copy."""

import math
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.databases.proof.reconciled import Lost, Numbers, reconciled
from app.databases.sqlite.quoting import quoted, shown, table_name, where
from app.databases.sqlite.references import Reference, dangling
from app.domain.operations import ChecklistItem
from app.domain.plan import Plan
from app.domain.policy import Condition, Reconcile
from app.ports.context import PhaseContext


@dataclass(frozen=True, slots=True)
class Sum:
    """`whole` is the exact sum of all integers; `others` that of all floating-point numbers, exact until it is rounded
    once at the end, whatever their order; `beside` counts values that are no numbers."""

    whole: int
    others: float = 0.0
    beside: int = 0

    def __str__(self) -> str:
        text = f"{self.whole + self.others:,.15g}" if self.others else f"{self.whole:,}"
        return f"{text}, and {self.beside:,} that are no numbers" if self.beside else text


def numbers_of(
    connection: sqlite3.Connection, entries: Sequence[Reconcile], plan: Plan, database: str, ctx: PhaseContext
) -> dict[str, Numbers[Sum]]:
    """What each table named has, by its name in the policy: of the source the rows that come along, of the copy all."""
    conditions = {t.table: t.condition for t in plan.tables if t.copied == "where"} if database != "main" else {}
    found = {}
    for entry in entries:
        condition = conditions.get(entry.table, ())
        table = table_name(entry.table)
        text, values = where(condition, table, database)
        sql = f"SELECT count(*) FROM {database}.{quoted(table)} WHERE {text}"
        rows = int(connection.execute(sql, values).fetchone()[0])
        ctx.checkpoint(entry.table)
        sums = {column: _sum(connection, database, table, column, condition) for column in entry.sums}
        found[entry.table] = Numbers(rows, sums)
        ctx.checkpoint(entry.table)
    return found


def _sum(connection: sqlite3.Connection, database: str, table: str, column: str, condition: Condition) -> Sum:
    """In two halves, neither of which SQLite can overflow; floating-point numbers added here, by their exact sum."""
    name = f"{quoted(table)}.{quoted(column)}"
    text, values = where(condition, table, database)
    rows = f"FROM {database}.{quoted(table)} WHERE {text}"
    high, low, floats, beside = connection.execute(
        f"SELECT coalesce(sum(iif(typeof({name}) = 'integer', {name} >> 32, 0)), 0), "
        f"coalesce(sum(iif(typeof({name}) = 'integer', {name} & 4294967295, 0)), 0), "
        f"coalesce(sum(typeof({name}) = 'real'), 0), coalesce(sum(typeof({name}) IN ('text', 'blob')), 0) {rows}",
        values,
    ).fetchone()
    others = 0.0
    if floats:
        found = connection.execute(f"SELECT {name} {rows} AND typeof({name}) = 'real'", values)
        try:
            others = math.fsum(value for (value,) in found)
        except (OverflowError, ValueError):
            others = math.inf
    return Sum((high << 32) + low, others, beside)


def reconciliation(
    connection: sqlite3.Connection,
    entries: Sequence[Reconcile],
    source: Mapping[str, Numbers[Sum]],
    copy: Mapping[str, Numbers[Sum]],
    missing: Mapping[Reference, int],
) -> ChecklistItem:
    """The item, with the numbers of both and the references that led nowhere in the source."""
    return reconciled(
        entries,
        source,
        copy,
        {entry.table: _lost(connection, entry, missing) for entry in entries},
        how="Whole numbers were summed exactly, floating-point numbers without any error until the sum was rounded "
        "once.",
        queries=[_query(entry) for entry in entries],
    )


def _query(entry: Reconcile) -> str:
    asked = ["count(*)", *(f"sum({quoted(column)})" for column in entry.sums)]
    return shown(f"SELECT {', '.join(asked)} FROM {quoted(table_name(entry.table))}", ())


def _lost(connection: sqlite3.Connection, entry: Reconcile, missing: Mapping[Reference, int]) -> Lost:
    told, worse = list[str](), list[str]()
    folded = table_name(entry.table).casefold()
    for reference, before in missing.items():
        if reference.table.casefold() != folded:
            continue
        now = dangling(connection, reference)
        own = ", ".join(column for column, _ in reference.columns)
        if before or now:
            told.append(f"{own}: {before:,} in the source, {now:,} in the sandbox")
        if now > before:
            worse.append(f"{now:,} rows of {reference} refer to rows that are not there, {before:,} in the source")
    return Lost(told="; ".join(told) or "none", worse=worse)
