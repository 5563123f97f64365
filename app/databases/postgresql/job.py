"""One attempt at a copy: the phases in order, and everything gone again when it does not reach its end."""

from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Final

from app.databases.postgresql import (
    as_copied,
    check,
    copying,
    finish,
    former,
    large_objects,
    neutralise,
    ownership,
    prove,
    reconcile,
    restoring,
    survivors,
)
from app.databases.postgresql.archive import Archive
from app.databases.postgresql.build import IndexBuilder
from app.databases.postgresql.catalogue import read_shapes
from app.databases.postgresql.connections import Session, connect_maintenance
from app.databases.postgresql.failures import told
from app.databases.postgresql.findings import records_keys
from app.databases.postgresql.logins import drop_login, ensure_login, find_login, hand_over
from app.databases.postgresql.portability import assess
from app.databases.postgresql.references import Reference, broken
from app.databases.postgresql.schema import LARGE_OBJECTS
from app.databases.postgresql.scripts import Scripts
from app.databases.postgresql.sequences import SequenceValue, read_sequences
from app.databases.postgresql.shapes import Copied, Shapes
from app.databases.postgresql.snapshot import Snapshot
from app.databases.postgresql.staging import Staging
from app.databases.postgresql.stoppable import attended
from app.databases.postgresql.tools import tools_for
from app.databases.postgresql.urls import Place
from app.databases.proof.reconciled import Numbers
from app.domain.environments import Target
from app.domain.ids import OperationId
from app.domain.operations import ChecklistItem, Proof, TableRun
from app.domain.plan import Plan
from app.errors import OutsideError, SandkeeperError
from app.ports.context import PhaseContext
from app.ports.databases import Signer, Staged
from app.ports.secrets import MaskKey

_RELATIONS: Final = 1259
"""The oid of `pg_class`, the same in every database."""


@dataclass(frozen=True, slots=True)
class _Stage:
    snapshot: Snapshot
    shapes: Shapes
    archive: Archive
    staging: Staging


class PostgresqlCopyJob:
    """Implements `CopyJob`. Use as a context.

    The source's snapshot is held for *copy* alone: as long as it is, production cannot clean up after itself.
    `password` gives that of the copy's own login, None where it gets none.
    """

    def __init__(
        self,
        *,
        source: Place,
        target: Target,
        place: Place,
        plan: Plan,
        key: MaskKey,
        signer: Signer,
        operation: OperationId,
        attempt: int,
        lanes: int,
        password: Callable[[], str | None],
    ) -> None:
        self._source, self._target, self._place = source, target, place
        self._plan, self._key, self._signer = plan, key, signer
        self._operation, self._attempt = operation, attempt
        self._lanes, self._password = lanes, password
        self._open = ExitStack()
        self._stage_: _Stage | None = None
        self._builder: IndexBuilder | None = None
        self._copied: Copied | None = None
        self._sequences: list[SequenceValue] = []
        self._effects: dict[str, int] = {}
        self._taken = survivors.Taken()
        self._keys: list[Reference] = []
        self._numbers: dict[str, Numbers[reconcile.Sum]] = {}
        self._lost: dict[str, dict[str, int]] = {}
        self._reconciled: tuple[ChecklistItem, ...] = ()
        self._as_copied: as_copied.AsCopied | None = None
        self._made_login = False
        self._sealed = False

    def __enter__(self) -> "PostgresqlCopyJob":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with suppress(SandkeeperError):
            self._open.close()
        if self._stage_ is not None and not self._sealed:
            with suppress(SandkeeperError):  # what cannot be dropped now, the next sweep finds
                self._stage_.staging.drop()
                if self._made_login:
                    with connect_maintenance(self._place) as session:
                        drop_login(session, self._place, self._target, self._signer)

    def stage(self, ctx: PhaseContext) -> None:
        snapshot = self._open.enter_context(Snapshot(self._source))
        with told(self._source, "while reading its structure", ctx):
            shapes = read_shapes(snapshot.main)
            with connect_maintenance(self._place) as beside:
                assessed = assess(snapshot.main, beside, shapes)
                version = beside.info.server_version
        _as_planned(shapes, self._plan)
        archive = Archive.read(
            snapshot,
            tools_for(shapes.version, version),
            ctx,
            left_out=assessed.left_out,
            compression=assessed.compression,
        )
        # A foreign table whose server does not come along is not looked for in the copy.
        left = {oid for catalog, oid in assessed.left_out if catalog == _RELATIONS}
        shapes = replace(shapes, tables=tuple(table for table in shapes.tables if table.oid not in left))
        staging = Staging.create(self._place, self._target, shapes, self._signer, self._operation, self._attempt, ctx)
        self._stage_ = _Stage(snapshot, shapes, archive, staging)
        with staging.connect() as session:
            restoring.restore_pre_data(session, archive, ctx)
        ctx.checkpoint()

    def copy(self, ctx: PhaseContext) -> tuple[TableRun, ...]:
        stage = self._stage()
        snapshot, staging, shapes = stage.snapshot, stage.staging, stage.shapes
        self._builder = self._open.enter_context(IndexBuilder(staging.place, stage.archive, shapes, self._lanes))
        with told(self._source, "while reading its settings", ctx):
            travel = not records_keys(snapshot.main)
            self._sequences = read_sequences(snapshot.main)
        self._copied = copying.copy_tables(
            snapshot,
            staging.place,
            shapes,
            self._plan,
            self._key,
            lanes=self._lanes,
            keys_may_travel=travel,
            ctx=ctx,
            on_table=self._builder.ready,
        )
        if any(t.table == LARGE_OBJECTS and t.copied != "none" for t in self._plan.tables):
            with staging.connect() as session, snapshot.reader() as reader:
                large_objects.copy(reader, session, ctx)
        with told(self._source, "while following its references", ctx), snapshot.reader() as reader:
            lost = attended(reader, lambda: broken(reader, self._plan, shapes), ctx)
            self._copied = replace(self._copied, broken=lost)
            self._keys = reconcile.keys_of(reader, self._plan, shapes)
            self._numbers = reconcile.numbers_of(reader, self._plan, shapes, ctx, source=True)
            self._lost = reconcile.missing(reader, self._plan, shapes, self._keys, ctx, source=True)
        snapshot.close()
        return self._copied.runs

    def build(self, ctx: PhaseContext) -> None:
        if self._builder is not None:
            self._builder.finish(ctx)
            self._builder.close()

    def neutralise(self, ctx: PhaseContext) -> tuple[str, ...]:
        ctx.checkpoint()
        plan, staging, copied = self._plan, self._stage().staging, self._done()
        with staging.connect() as session, told(staging.place, "while it was neutralised", ctx):
            numbers = reconcile.numbers_of(session, plan, copied.shapes, ctx, source=False)
            words, self._effects = neutralise.run_actions(session, copied, plan, ctx)
            lost = reconcile.missing(session, plan, copied.shapes, self._keys, ctx, source=False)
            if plan.reconcile:
                found = reconcile.reconciliation(plan, copied.shapes, self._numbers, numbers, self._lost, lost)
                self._reconciled = (found,)
            if plan.preserve:
                self._taken = self._preserved(session, ctx)
        for table, more in self._taken.effects.items():
            self._effects[table] = self._effects.get(table, 0) + more
        return (*words, *self._taken.words)

    def _preserved(self, session: Session, ctx: PhaseContext) -> survivors.Taken:
        """What survives of the copy that the environment has now, taken over."""
        if self._target.environment.identity is None:
            return survivors.none_before()
        if not former.there(self._place):
            return survivors.none_before("The sandbox's database is gone, and its rows with it.")
        with former.former(self._place, self._target, self._password(), signer=self._signer, ctx=ctx) as old:
            return survivors.take_over(old, session, self._plan.preserve, self._done().shapes, self._keys, ctx)

    def finish(self, ctx: PhaseContext) -> None:
        stage = self._stage()
        finish.finish(stage.staging.place, stage.archive, stage.shapes, self._sequences, self._lanes, ctx)
        with stage.staging.connect() as session:
            self._as_copied = as_copied.look_at(
                session, self._done(), self._plan, self._effects, ctx, self._taken.filled
            )

    def run(self, ctx: PhaseContext) -> None:
        stage = self._stage()
        login = None
        if self._password() is not None:  # the copy is its login's before anything runs in it
            login = self._own_login()
            hand_over(stage.staging, login)
        Scripts(
            staging=stage.staging,
            login=login,
            search_path=stage.archive.search_path,
            signer=self._signer,
            operation=self._operation,
        ).run(self._plan.run, ctx)

    def check(self, ctx: PhaseContext) -> tuple[ChecklistItem, ...]:
        if self._as_copied is None:
            raise RuntimeError("finish comes before this phase")
        login = self._login_item()
        with self._stage().staging.connect() as session:
            survived = survivors.still_there(session, self._taken, ctx) if self._plan.run else self._taken.items
            others = (login, *survived, *self._reconciled)
            return check.run_checks(session, self._done(), self._plan, self._as_copied, ctx, others)

    def prove(self, ctx: PhaseContext) -> Proof:
        return prove.search(self._stage().staging.place, self._done(), self._plan, ctx, self._lanes)

    def seal(self, ctx: PhaseContext) -> Staged:
        stage = self._stage()
        staging = stage.staging
        if self._password() is not None:
            login = self._own_login()
            for line in hand_over(staging, login):
                ctx.log(line)
        with staging.connect() as session, told(staging.place, "while finishing the copy", ctx):
            finish.complete(session, stage.archive)
        rows = {run.table: run.rows + self._effects.get(run.table, 0) for run in self._done().runs}
        staged = staging.seal(keep_baseline=self._plan.keep_baseline, rows=rows, ctx=ctx)
        self._sealed = True
        return staged

    def _own_login(self) -> str:
        """Its name; it is made where there is none yet, and goes again with a copy that came to nothing."""
        session = self._stage().staging.session
        if self._target.environment.identity is None and find_login(session, self._target, self._place) is None:
            self._made_login = True
        return ensure_login(session, self._place, self._target, self._signer, self._operation)

    def _login_item(self) -> ChecklistItem:
        if self._password() is None:
            return ownership.without_login()
        self._own_login()
        staging = self._stage().staging
        with told(staging.place, "while looking at the copy's login"):
            login = find_login(staging.session, self._target, self._place)
            if login is None:
                raise OutsideError("The sandbox's login vanished", "Somebody dropped it.", "Start again.")
            return ownership.login_item(staging.session, login, staging.identity, self._done().source_identity)

    def _stage(self) -> _Stage:
        if self._stage_ is None:
            raise RuntimeError("stage comes before every other phase")
        return self._stage_

    def _done(self) -> Copied:
        if self._copied is None:
            raise RuntimeError("copy comes before this phase")
        return self._copied


def _as_planned(shapes: Shapes, plan: Plan) -> None:
    if plan.schema_fingerprint and shapes.fingerprint != plan.schema_fingerprint:
        raise OutsideError(
            "The source's structure changed while the copy was being prepared",
            "It is no longer the one that the plan was made for. The environment is as it was.",
            "Start again: the new structure is looked at before anything else.",
        )
