"""The copy phase: every table from one snapshot of the source, masked on the way."""

import sqlite3
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from app.databases.sqlite.clone import create
from app.databases.sqlite.copied import Copied
from app.databases.sqlite.failures import interrupted
from app.databases.sqlite.masking import MaskedColumn, count_values
from app.databases.sqlite.originals import choose, count_unseen, per_column
from app.databases.sqlite.quoting import quoted
from app.databases.sqlite.rows import TableCopy, changed_structure, column_of, mask_failure, plan_of
from app.databases.sqlite.shapes import Shapes, TableShape, read_shapes
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
    with staging.attached(source, identity), staging.working(ctx, "while copying the rows", source) as connection:
        shapes = read_shapes(connection, "source")
        if plan.schema_fingerprint and shapes.fingerprint != plan.schema_fingerprint:
            raise changed_structure(source.name)
        before = stamp(source)  # from here to the end of the transaction SQLite lets nobody write, but in a -wal
        copied = _Copying(connection, shapes, plan, key, identity, utf8=settings.utf8).run(ctx)
        same_file(source, identity)
        if settings.journal != "wal" and stamp(source) != before:
            raise OutsideError(
                f"{source.name} was changed during the copy",
                "Something wrote to the file without respecting SQLite's locks, so the copy may mix two states.",
                "Find the program that writes to the file directly (a backup, a file synchroniser), then start again.",
            )
    return copied


class _Copying:
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
        self._masked = [
            MaskedColumn(table.name, column, key, number)
            for number, (table, column) in enumerate(_masked_columns(shapes, self._plans))
        ]
        self._unfit: dict[tuple[str, str], Counter[str]] = {}

    def run(self, ctx: PhaseContext) -> Copied:
        for table in self._shapes.tables:
            if table.shadow_of is None:
                create(self._connection, "table", table.sql)
        runs = [self._copy(table, ctx) for table in self._shapes.tables if table.copied]
        if self._shapes.counters:
            self._copy_counters()
        return Copied(
            shapes=self._shapes,
            plans=self._plans,
            masked=tuple(self._masked),
            runs=tuple(runs),
            unfit=self._unfit,
            source_identity=self._identity,
        )

    def _copy(self, table: TableShape, ctx: PhaseContext) -> TableRun:
        plan = self._plans[table.name]
        if plan.copied == "none":
            return TableRun(table=table.policy_name, rows=0, of=0)
        masked = [m for m in self._masked if m.table == table.name]
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
            limit = per_column(len(self._masked))
            for column, unfit in choose(self._connection, table, masked, limit).items():
                self._unfit[table.name, column] = unfit

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
