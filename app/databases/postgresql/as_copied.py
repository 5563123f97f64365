"""What holds of the rows as they were copied, looked at before anything else may change them: their numbers, what
stands in masked columns, the structure. The checklist tells of it later."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.databases.postgresql.catalogue import read_shapes
from app.databases.postgresql.connections import Session, place_of, quoted
from app.databases.postgresql.failures import told
from app.databases.postgresql.leaves import single
from app.databases.postgresql.neutralise import rows_of, table_named
from app.databases.postgresql.originals import text_of_column
from app.databases.postgresql.shapes import Copied, MaskedColumn, TableShape
from app.databases.postgresql.stoppable import attended
from app.databases.proof.fitness import RARE
from app.databases.proof.items import item
from app.databases.proof.patterns import gather
from app.databases.proof.verdict import explained
from app.domain.operations import ChecklistItem
from app.domain.plan import Plan
from app.ports.context import PhaseContext

_CHECK_DIGITS: Final = 100
"""How many times fewer numbers a mask may make than their digits allow."""


@dataclass(frozen=True, slots=True)
class AsCopied:
    """The items that speak of the rows as copied, and how tables differ from the source's, in words."""

    rows: ChecklistItem
    masked: ChecklistItem
    differences: tuple[str, ...]


def look_at(
    session: Session,
    copied: Copied,
    plan: Plan,
    effects: Mapping[str, int],
    ctx: PhaseContext,
    filled: Mapping[tuple[str, str], int] | None = None,
) -> AsCopied:
    """`effects` are the rows by which actions changed each table's number, `filled` the values by table and column
    that came from the old sandbox, without any mask. What is not as it should be is an item that
    failed, no error. Raises OutsideError when the server does not answer, and what `ctx.checkpoint` raises."""
    looking = _Looking(session, copied, ctx)
    with told(place_of(session), "while looking at the copied rows", ctx):
        return AsCopied(
            rows=looking.rows(effects),
            masked=looking.masked(plan, filled or {}),
            differences=tuple(_differences(copied, read_shapes(session).tables)),
        )


class _Looking:
    def __init__(self, session: Session, copied: Copied, ctx: PhaseContext) -> None:
        self._session, self._copied, self._ctx = session, copied, ctx

    def rows(self, effects: Mapping[str, int]) -> ChecklistItem:
        total, wrong = 0, list[str]()
        details = [("Table", "Rows that came", "Changed by actions", "Rows there are")]
        for run in self._copied.runs:
            there = self._count(table_named(self._copied.shapes, run.table))
            expected = (run.of if run.of is not None else run.rows) + effects.get(run.table, 0)
            total += there
            details.append((run.table, f"{run.rows:,}", f"{effects.get(run.table, 0):+,}", f"{there:,}"))
            if there != expected:
                wrong.append(f"{run.table} has {there:,} rows instead of {expected:,}")
            self._ctx.checkpoint(run.table)
        evidence = (
            f"{total:,} rows in {len(self._copied.runs):,} tables, as many as the snapshot of the source and the "
            "actions say."
        )
        if wrong:
            evidence = "; ".join(wrong[:10]) + "."
        found = wrong[0] if wrong else f"{total:,} rows"
        return item("rows", "All rows came along", not wrong, evidence, found, details=tuple(details))

    def masked(self, plan: Plan, beside: Mapping[tuple[str, str], int]) -> ChecklistItem:
        """What stands in masked columns: nothing where the mask is NULL, and no original where it stood before. The
        values that went through a mask in our own memory were compared there one by one."""
        given = _given(self._copied, plan)
        masked = self._copied.masked
        wrong = [(column, column.unchanged) for column in masked if column.unchanged]
        values = originals = 0
        for name in dict.fromkeys(column.table for column in masked):
            columns = [column for column in masked if column.table == name]
            filled, still, searched = self._look(table_named(self._copied.shapes, name), columns, given)
            values += sum(n for column, n in zip(columns, filled, strict=True) if not column.constant)
            originals += searched
            wrong += still
            wrong += [
                (column, count)
                for column, count in zip(columns, filled, strict=True)
                if column.constant
                and count > beside.get((name, column.plan.column), 0)
                and (name, column.plan.column) not in given
            ]
            self._ctx.checkpoint(name)
        emptied = sum(column.constant for column in masked)
        evidence = (
            f"{values:,} values stand in {len(masked) - emptied:,} masked columns, and none of {originals:,} originals "
            f"stands where it stood; {emptied:,} columns are empty."
        )
        if wrong:
            told = [f"{n:,} values of {m.table}.{m.plan.column} came out unmasked" for m, n in wrong]
            evidence = "; ".join(told[:10]) + "."
        found = f"{len(masked):,} columns, {values:,} values" if not wrong else evidence.split(";")[0].rstrip(".")
        return item("masked", "Every masked column is masked", not wrong, evidence, found)

    def _count(self, table: TableShape) -> int:
        return int(self._row(f"SELECT count(*) FROM {rows_of(table).replace('%', '%%')}", [])[0])

    def _look(
        self, table: TableShape, columns: Sequence[MaskedColumn], given: Mapping[tuple[str, str], frozenset[str]]
    ) -> tuple[list[int], list[tuple[MaskedColumn, int]], int]:
        """By column how many values there are; where more originals stand than chance brings, and how many were
        looked for."""
        selects, values = [f"count({quoted(c.plan.column).replace('%', '%%')})" for c in columns], list[Any]()
        looked_for: list[tuple[MaskedColumn, int, float]] = []
        for column in columns:
            put = given.get((column.table, column.plan.column), frozenset())
            wanted = [str(v) for v, times in column.originals.items() if times <= RARE and str(v).strip() not in put]
            if wanted and single(column.plan, column.shape):
                text = text_of_column(column)
                selects.append(f"count(*) FILTER (WHERE {text} = ANY(%s))")
                values.append(wanted)
                chance = sum(min(1.0, _CHECK_DIGITS / o.space) for o in gather([column], RARE).values())
                looked_for.append((column, len(wanted), chance))
        row = self._row(f"SELECT {', '.join(selects)} FROM {rows_of(table).replace('%', '%%')}", values)
        filled, met = [int(n) for n in row[: len(columns)]], [int(n) for n in row[len(columns) :]]
        still = []
        for (column, _, chance), count in zip(looked_for, met, strict=True):
            there = filled[columns.index(column)]
            if count > explained(chance * there):
                still.append((column, count))
        return filled, still, sum(number for _, number, _ in looked_for)

    def _row(self, query: str, values: Sequence[Any]) -> tuple[Any, ...]:
        def ask() -> tuple[Any, ...]:
            return self._session.execute(query.encode(), values).fetchone() or ()

        return attended(self._session, ask, self._ctx)


def _given(copied: Copied, plan: Plan) -> Mapping[tuple[str, str], frozenset[str]]:
    """The texts that actions put into columns, by table and column."""
    found: dict[tuple[str, str], frozenset[str]] = {}
    for action in plan.actions:
        table = table_named(copied.shapes, action.table)
        for name, value in action.values.items():
            column = table.column(name)
            at = (table.policy_name, column.name if column is not None else name)
            found[at] = found.get(at, frozenset()) | {str(value).strip()}
    return found


def _differences(copied: Copied, there: Sequence[TableShape]) -> list[str]:
    """What of the source's tables is missing or of another shape."""
    known = {(t.schema, t.name): t for t in there}
    found = []
    for table in copied.shapes.tables:
        if table.of_extension:
            continue
        same = known.get((table.schema, table.name))
        if same is None:
            found.append(f"the table {table.sql} is missing")
        elif [(c.name, c.type, c.generated) for c in same.columns] != [
            (c.name, c.type, c.generated) for c in table.columns
        ]:
            found.append(f"the table {table.sql} has other columns than in the source")
    return found
