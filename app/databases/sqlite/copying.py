"""The copy phase: every table from one snapshot of the source, masked on the way."""

import sqlite3
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from app.databases.proof.fitness import per_column
from app.databases.sqlite.clone import create
from app.databases.sqlite.copied import Copied
from app.databases.sqlite.failures import interrupted
from app.databases.sqlite.masking import MaskedColumn, count_values
from app.databases.sqlite.originals import choose, count_unseen
from app.databases.sqlite.parallel import Helpers
from app.databases.sqlite.part_messages import PartDone
from app.databases.sqlite.quoting import quoted, table_name
from app.databases.sqlite.reconcile import numbers_of
from app.databases.sqlite.references import known_beforehand
from app.databases.sqlite.rows import TableCopy, changed_structure, column_of, mask_failure, plan_of
from app.databases.sqlite.shapes import Shapes, TableShape, read_shapes
from app.databases.sqlite.shares import divide
from app.databases.sqlite.staging import FileSettings, Staging, same_file, stamp
from app.domain.environments import Identity
from app.domain.operations import TableRun
from app.domain.plan import ColumnPlan, Plan, TablePlan
from app.domain.policy import Treatment
from app.errors import OutsideError
from app.ports.context import PhaseContext
from app.ports.secrets import MaskKey


def copy_everything(
    staging: Staging,
    settings: FileSettings,
    source: Path,
    identity: Identity,
    plan: Plan,
    key: MaskKey,
    ctx: PhaseContext,
) -> Copied:
    """Raises OutsideError when the source's structure is no longer the planned one, or the source was replaced or
    written to behind SQLite's back; RefusedError where the plan has no rule for something."""
    with (
        Helpers(staging) as helpers,
        staging.attached(source, identity),
        staging.working(ctx, "while copying the rows", source) as connection,
    ):
        shapes = must_be_planned(read_shapes(connection, "source"), plan, source)
        plans = {table.name: plan_of(table, plan.tables) for table in shapes.tables if table.copied}
        shares = divide(connection, shapes, plans)
        if shares:
            helpers.share(connection, shares, settings, source, identity, plan, key, ctx)
            shapes = must_be_planned(read_shapes(connection, "source"), plan, source)
        before = stamp(source)  # from here to the end of the transaction SQLite lets nobody write, but in a -wal
        copied = Copying(connection, shapes, plan, key, identity, utf8=settings.utf8).run(helpers, ctx)
        copied = _with_numbers(connection, copied, plan, ctx)
        same_file(source, identity)
        if settings.journal != "wal" and stamp(source) != before:
            raise OutsideError(
                f"{source.name} was changed during the copy",
                "Something wrote to the file without respecting SQLite's locks, so the copy may mix two states.",
                "Find the program that writes to the file directly (a backup, a file synchroniser), then start again.",
            )
    return copied


def _with_numbers(connection: sqlite3.Connection, copied: Copied, plan: Plan, ctx: PhaseContext) -> Copied:
    """What the copy's references and sums will be compared with, from the same moment as the rows."""
    ctx.checkpoint()
    reconciled = frozenset(table_name(entry.table).casefold() for entry in plan.reconcile)
    return replace(
        copied,
        missing=known_beforehand(connection, copied.shapes, copied.plans, reconciled),
        numbers=numbers_of(connection, plan.reconcile, plan, "source", ctx),
    )


def must_be_planned(shapes: Shapes, plan: Plan, source: Path) -> Shapes:
    """Raises OutsideError when the source's structure is not the planned one."""
    if plan.schema_fingerprint and shapes.fingerprint != plan.schema_fingerprint:
        raise changed_structure(source.name)
    return shapes


class Copying:
    """The copy of a source's tables through one connection, which has the source attached and a transaction open."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        shapes: Shapes,
        plan: Plan,
        key: MaskKey,
        identity: Identity,
        *,
        utf8: bool,
    ) -> None:
        self._connection = connection
        self._shapes = shapes
        self._utf8 = utf8
        self._identity = identity
        self._plans = {table.name: plan_of(table, plan.tables) for table in shapes.tables if table.copied}
        self.masked = tuple(
            MaskedColumn(table.name, column, key, number)
            for number, (table, column) in enumerate(_masked_columns(shapes, self._plans))
        )
        self.unfit: dict[tuple[str, str], Counter[str]] = {}

    def run(self, helpers: Helpers, ctx: PhaseContext) -> Copied:
        """All tables, those that the helpers copy included."""
        runs = self.copy([t for t in self._shapes.tables if t.name not in helpers.tables], _Watching(helpers, ctx))
        for table in self._shapes.tables:
            if table.name in helpers.tables:
                create(self._connection, "table", table.sql)
        helpers.finish(self._connection, self._shapes, ctx)
        for part in helpers.done:
            runs.extend(part.runs)
            self._take_over(part)
        if self._shapes.counters:
            self._copy_counters()
        order = {table.policy_name: number for number, table in enumerate(self._shapes.tables)}
        return Copied(
            shapes=self._shapes,
            plans=self._plans,
            masked=self.masked,
            runs=tuple(sorted(runs, key=lambda run: order[run.table])),
            unfit=self.unfit,
            source_identity=self._identity,
        )

    def copy(self, tables: Sequence[TableShape], ctx: PhaseContext) -> list[TableRun]:
        """These tables, made and filled."""
        for table in tables:
            if table.shadow_of is None:
                create(self._connection, "table", table.sql)
        return [self._copy(table, ctx) for table in tables if table.copied]

    def _take_over(self, part: PartDone) -> None:
        columns = {(m.table, m.plan.column): m for m in self.masked}
        for report in part.columns:
            column = columns[report.table, report.column]
            column.originals.update(report.originals)
            column.unchanged, column.values = report.unchanged, report.values
        for place, reasons in part.unfit.items():
            self.unfit[place] = Counter(reasons)

    def _copy(self, table: TableShape, ctx: PhaseContext) -> TableRun:
        plan = self._plans[table.name]
        if plan.copied == "none":
            return TableRun(table=table.policy_name, rows=0, of=0)
        masked = [m for m in self.masked if m.table == table.name]
        self._choose_originals(table, masked)
        try:
            run = TableCopy(self._connection, table, plan, masked, utf8=self._utf8).run(ctx)
        except sqlite3.OperationalError as error:
            if interrupted(error):
                raise
            raise mask_failure(error, masked) or error from None
        count_unseen(self._connection, table, masked)
        count_values(self._connection, table.name, masked)
        for column in masked:
            column.forget(self._connection)
        return run

    def _choose_originals(self, table: TableShape, masked: Sequence[MaskedColumn]) -> None:
        if masked:
            limit = per_column(len(self.masked))
            for column, unfit in choose(self._connection, table, masked, limit).items():
                self.unfit[table.name, column] = unfit

    def _copy_counters(self) -> None:
        self._connection.execute("DELETE FROM main.sqlite_sequence")
        self._connection.execute("INSERT INTO main.sqlite_sequence SELECT name, seq FROM source.sqlite_sequence")
        for table in self._shapes.tables:
            if table.integer_key is None:
                continue
            # a masked key may be higher than any the source ever gave out
            self._connection.execute(
                f"UPDATE main.sqlite_sequence SET seq = max(seq, (SELECT coalesce(max({quoted(table.integer_key)}), 0) "
                f"FROM main.{quoted(table.name)})) WHERE name = ?",
                (table.name,),
            )


class _Watching:
    """A `PhaseContext` that also hears what the helpers say, whenever this process reports."""

    def __init__(self, helpers: Helpers, ctx: PhaseContext) -> None:
        self._helpers, self._ctx = helpers, ctx
        self.should_stop, self.log, self.assert_current = ctx.should_stop, ctx.log, ctx.assert_current

    def checkpoint(self, table: str = "", done: int = 0, of: int | None = None, bytes_: int = 0) -> None:
        self._ctx.checkpoint(table, done, of, bytes_)
        self._helpers.watch(self._ctx)


def _masked_columns(shapes: Shapes, plans: dict[str, TablePlan]) -> list[tuple[TableShape, ColumnPlan]]:
    found = []
    for table in shapes.tables:
        plan = plans.get(table.name)
        if plan is None or plan.copied == "none":
            continue
        for column in table.stored:
            treated = column_of(plan, table.name, column.name)
            if treated.treatment is Treatment.MASK:
                found.append((table, treated))
    return found
