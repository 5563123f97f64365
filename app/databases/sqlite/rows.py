"""Copying the rows of one table out of the attached source, masked inside the reading query (invariant 2)."""

import sqlite3
from collections.abc import Sequence
from itertools import pairwise

from app.databases.sqlite.masking import MaskedColumn
from app.databases.sqlite.quoting import looks_elsewhere, quoted, where
from app.databases.sqlite.shapes import TableShape
from app.domain.operations import TableRun
from app.domain.plan import ColumnPlan, TablePlan
from app.domain.policy import Scalar, Treatment
from app.errors import OutsideError, RefusedError
from app.ports.context import PhaseContext

CHUNK = 20_000
"""Rows per statement: so few that progress is seen, so many that the statement's own cost is not."""

_CHOSEN = "temp.sandkeeper_chosen"


def plan_of(table: TableShape, plans: Sequence[TablePlan]) -> TablePlan:
    """The plan for the table. Raises RefusedError where there is none, or one that leaves a column open: what no rule
    covers is never copied (invariant 4)."""
    names = (table.policy_name.casefold(), table.name.casefold())
    plan = next((p for p in plans if p.table.casefold() in names), None)
    if plan is None:
        raise _uncovered(table.name)
    if plan.copied != "none":
        for column in table.stored:
            column_of(plan, table.name, column.name)
    return plan


def column_of(plan: TablePlan, table: str, column: str) -> ColumnPlan:
    """The plan for a column that is copied. Raises RefusedError as `plan_of` does."""
    folded = column.casefold()
    found = next((c for c in plan.columns if c.column == column), None)
    found = found or next((c for c in plan.columns if c.column.casefold() == folded), None)
    if found is None or found.treatment not in (Treatment.KEEP, Treatment.MASK):
        raise _uncovered(f"{table}.{column}")
    return found


class TableCopy:
    """The copy of one table: `expected` rows counted in the source's snapshot before any was read.

    What a condition on other tables chooses is noted once, by rowid and in memory: asked again for every chunk, it
    would gather all rows of those tables each time.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        table: TableShape,
        plan: TablePlan,
        masked: Sequence[MaskedColumn],
        *,
        utf8: bool,
    ) -> None:
        self._connection = connection
        self._table = table
        self._masked = {m.plan.column.casefold(): m for m in masked}
        self._utf8 = utf8
        condition = plan.condition if plan.copied == "where" else ()
        self._condition, self._values = where(condition, table.name, "source")
        self._from = f"FROM source.{quoted(table.name)}"
        self._chosen = looks_elsewhere(condition) and table.rowid is not None and table.module is None
        counting = f"SELECT count(*) {self._from} WHERE {self._condition}"
        if self._chosen:
            self._choose()
            counting = f"SELECT count(*) FROM {_CHOSEN}"
        self.expected = int(connection.execute(counting, self._values).fetchone()[0])

    def run(self, ctx: PhaseContext) -> TableRun:
        """All rows, in chunks where the table has rowids. Raises OutsideError when a rule of the table does not hold
        for the masked rows."""
        name, before = self._table.policy_name, self._pages()
        insert, done = self._statement(), 0
        for bounds, values in self._chunks():
            statement = f"{insert} AND {self._bounded_by_chosen(bounds)}" if self._chosen else insert + bounds
            done += self._connection.execute(statement, (*self._values, *values)).rowcount
            ctx.checkpoint(name, done, self.expected, self._pages() - before)
        if self._chosen:
            self._connection.execute(f"DROP TABLE {_CHOSEN}")
        return TableRun(table=name, rows=done, of=self.expected, bytes=self._pages() - before)

    def _choose(self) -> None:
        self._connection.execute(f"CREATE TABLE {_CHOSEN} (at INTEGER PRIMARY KEY)")
        found = f"SELECT {quoted(self._table.rowid or '')} {self._from} WHERE {self._condition}"
        self._connection.execute(f"INSERT INTO {_CHOSEN} {found}", self._values)
        self._condition, self._values = "1", []

    def _statement(self) -> str:
        names, reads = [], []
        rowid = self._table.rowid
        if rowid is not None and self._table.integer_key is None and not (self._table.module or "").startswith("rtree"):
            names.append(rowid)
            reads.append(rowid)
        for column in self._table.stored:
            names.append(quoted(column.name))
            masked = self._masked.get(column.name.casefold())
            reads.append(
                masked.expression(self._connection, utf8=self._utf8) if masked is not None else quoted(column.name)
            )
        # in the table's own order, never an index's: rows are then appended, not put in between
        order = " NOT INDEXED" if self._table.module is None and not self._values else ""
        # OR ABORT: a table's own ON CONFLICT REPLACE or IGNORE would let rows vanish without a word
        return (
            f"INSERT OR ABORT INTO main.{quoted(self._table.name)} ({', '.join(names)}) "
            f"SELECT {', '.join(reads)} {self._from}{order} WHERE ({self._condition})"
        )

    def _chunks(self) -> list[tuple[str, tuple[Scalar, ...]]]:
        rowid = self._table.rowid
        if rowid is None or self._table.module is not None or self.expected <= CHUNK:
            return [("", ())]
        name, from_ = ("at", f"FROM {_CHOSEN}") if self._chosen else (quoted(rowid), self._from)
        first, last = self._connection.execute(f"SELECT min({name}), max({name}) {from_}").fetchone()
        parts = self.expected // CHUNK + 1
        edges = [first + (last - first) * part // parts for part in range(1, parts)]
        between = [(f" AND {name} > ? AND {name} <= ?", pair) for pair in pairwise(edges)]
        return [(f" AND {name} <= ?", (edges[0],)), *between, (f" AND {name} > ?", (edges[-1],))]

    def _bounded_by_chosen(self, bounds: str) -> str:
        return f"{quoted(self._table.rowid or '')} IN (SELECT at FROM {_CHOSEN} WHERE 1{bounds})"

    def _pages(self) -> int:
        pages, size = (self._connection.execute(f"PRAGMA main.{p}").fetchone()[0] for p in ("page_count", "page_size"))
        return int(pages) * int(size)


def mask_failure(error: sqlite3.Error, masked: Sequence[MaskedColumn]) -> Exception | None:
    """What to raise when a mask broke down: a bug of ours, named without the value it broke on."""
    broken = next((m for m in masked if m.failure), None)
    if broken is None or "user-defined function" not in str(error):
        return None
    return RuntimeError(f"mask {broken.plan.mask} failed on {broken.table}.{broken.plan.column}: {broken.failure}")


def changed_structure(path_name: str) -> OutsideError:
    return OutsideError(
        f"The structure of {path_name} changed",
        "A table, column, index or view is not what it was when the plan was made.",
        "Look at the new plan and start again.",
    )


def _uncovered(what: str) -> RefusedError:
    return RefusedError(
        f"Nothing was decided about {what}",
        "The plan has no rule for it, so it is not copied.",
        "Decide how it is treated in the policy, then start again.",
    )
