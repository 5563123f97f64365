"""One attempt at a copy: the phases in order, and everything gone again when it does not reach its end."""

import os
import sqlite3
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from app.databases.proof.reconciled import Numbers
from app.databases.sqlite import arrived, build, check, neutralise, prove, reconcile, scripts, seal, takeover
from app.databases.sqlite.area import Area
from app.databases.sqlite.copied import Copied
from app.databases.sqlite.copying import copy_everything
from app.databases.sqlite.failures import told
from app.databases.sqlite.marker import new_marker, write_marker
from app.databases.sqlite.owned import must_be_ours
from app.databases.sqlite.source import SqliteSource
from app.databases.sqlite.staging import FileSettings, Staging, settings_of
from app.databases.sqlite.urls import path_of
from app.domain.environments import Identity, Marker, Source, Target
from app.domain.ids import OperationId
from app.domain.operations import ChecklistItem, Proof, TableRun
from app.domain.plan import Plan
from app.ports.context import PhaseContext
from app.ports.databases import Signer, Staged
from app.ports.secrets import MaskKey


@dataclass(frozen=True, slots=True)
class _Stage:
    staging: Staging
    settings: FileSettings
    source_identity: Identity
    marker: Marker


class SqliteCopyJob:
    """Implements `CopyJob`. Use as a context."""

    def __init__(
        self,
        *,
        source: Source,
        target: Target,
        plan: Plan,
        key: MaskKey,
        signer: Signer,
        operation: OperationId,
        attempt: int,
    ) -> None:
        self._source = path_of(source.environment.database)
        self._environment = target.environment
        self._plan = plan
        self._key = key
        self._signer = signer
        self._operation = operation
        self._target = path_of(target.environment.database)
        self._area = Area(self._target)
        self._path = self._area.staging(operation, attempt)
        self._twin = self._area.coming_baseline(operation, attempt)
        self._staging: Staging | None = None
        self._staged: _Stage | None = None
        self._copied: Copied | None = None
        self._effects: dict[str, int] = {}
        self._filled: Mapping[tuple[str, str], int] = {}
        self._numbers: dict[str, Numbers[reconcile.Sum]] = {}
        self._known: dict[str, ChecklistItem] = {}
        self._sealed = False

    def __enter__(self) -> "SqliteCopyJob":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._staging is not None:
            with suppress(sqlite3.Error):
                self._staging.close()
        if not self._sealed:
            with suppress(OSError):
                self._area.remove(self._path, self._twin)
            self._area.tidy()

    def stage(self, ctx: PhaseContext) -> None:
        if os.path.lexists(self._target):
            must_be_ours(self._target, self._environment, self._signer)
        with SqliteSource(self._source) as source:
            settings, source_identity = settings_of(source), source.identity
        with self._area.lock(ctx):
            self._area.new_file(self._path)
        staging = self._staging = Staging(self._path, settings)
        marker = new_marker(self._environment.id, self._operation, staging.identity, self._signer)
        with told(self._path, "while making the database of the copy"):
            write_marker(staging.connection, marker)
        self._staged = _Stage(staging, settings, source_identity, marker)
        ctx.checkpoint()

    def copy(self, ctx: PhaseContext) -> tuple[TableRun, ...]:
        stage = self._stage()
        self._copied = copy_everything(
            stage.staging, stage.settings, self._source, stage.source_identity, self._plan, self._key, ctx
        )
        return self._copied.runs

    def build(self, ctx: PhaseContext) -> None:
        build.make_indexes(self._open(), self._done(), ctx)

    def neutralise(self, ctx: PhaseContext) -> tuple[str, ...]:
        self._numbers = self._as_they_came(ctx)
        words, self._effects = neutralise.run_actions(self._open(), self._done(), self._plan, ctx)
        if not self._plan.preserve:
            return words
        taken = takeover.take_over(
            self._open(), self._done(), self._plan, self._environment, self._target, self._signer, ctx
        )
        for table, more in taken.effects.items():
            self._effects[table] = self._effects.get(table, 0) + more
        self._filled, self._known["preserved"] = taken.filled, taken.item
        return (*words, *taken.words)

    def finish(self, ctx: PhaseContext) -> None:
        build.finish(self._open(), self._done(), self._stage().settings, ctx)
        self._known |= arrived.look_at_rows(
            self._open(), self._done(), self._plan, self._effects, self._filled, self._numbers, ctx
        )

    def run(self, ctx: PhaseContext) -> None:
        scripts.run_entries(self._open(), self._plan.run, self._stage().marker, ctx)

    def check(self, ctx: PhaseContext) -> tuple[ChecklistItem, ...]:
        return check.run_checks(self._open(), self._done(), self._plan, self._known, self._source, ctx)

    def prove(self, ctx: PhaseContext) -> Proof:
        return prove.search(self._open(), self._done(), self._plan, ctx)

    def seal(self, ctx: PhaseContext) -> Staged:
        stage = self._stage()
        twin = self._twin if self._plan.keep_baseline else None
        rows = self._done().rows(self._effects)
        staged = seal.to_disk(stage.staging, stage.settings, stage.marker, twin, rows, ctx)
        self._sealed = True
        return staged

    @property
    def place(self) -> Path:
        """Where the staging database stands."""
        return self._path

    def _as_they_came(self, ctx: PhaseContext) -> dict[str, Numbers[reconcile.Sum]]:
        with self._open().working(ctx, "while adding up what is reconciled") as connection:
            return reconcile.numbers_of(connection, self._plan.reconcile, self._plan, "main", ctx)

    def _open(self) -> Staging:
        return self._stage().staging

    def _stage(self) -> _Stage:
        if self._staged is None:
            raise RuntimeError("stage comes before every other phase")
        return self._staged

    def _done(self) -> Copied:
        if self._copied is None:
            raise RuntimeError("copy comes before this phase")
        return self._copied
