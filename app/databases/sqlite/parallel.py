"""The copy by several processes: each writes its share of the tables into a part file, and parts are merged at the end.

Python masks keep one processor busy each, so a large copy is shared out. What holds for staging holds for a part: it
lies in the same folder under a name that the next start sweeps away, is locked, has no journal and never holds an
unmasked value. The mask key reaches a helper through a socket that nobody else has. A helper ends when that socket
does, which is when this process ends, however it ends.
"""

import sqlite3
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType

from app.databases.siblings import start
from app.databases.sqlite.area import Area
from app.databases.sqlite.connections import open_readonly, sidecars
from app.databases.sqlite.part_messages import BEGIN, BEGUN, COPY, PartDone, PartFailed, PartJob, Progress
from app.databases.sqlite.quoting import quoted
from app.databases.sqlite.shapes import Shapes, TableShape
from app.databases.sqlite.staging import FileSettings, Staging
from app.domain.environments import Identity
from app.domain.plan import Plan
from app.errors import OutsideError, RefusedError, SandkeeperError, UserError
from app.ports.context import PhaseContext
from app.ports.secrets import MaskKey

_TRIES = 5
_ERRORS: Mapping[str, type[SandkeeperError]] = {c.__name__: c for c in (OutsideError, RefusedError, UserError)}


@dataclass(slots=True)
class _Helper:
    number: int
    path: Path
    tables: tuple[str, ...]
    pipe: Connection
    process: "subprocess.Popen[bytes]"
    done: PartDone | None = None


class Helpers:
    """The helpers of one copy, none at first. Use as a context around the copy's transaction: at its end no helper
    runs and no part file is left."""

    def __init__(self, staging: Staging) -> None:
        self._staging = staging
        self._helpers: list[_Helper] = []
        self._attached: list[str] = []

    def __enter__(self) -> "Helpers":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.dismiss()

    def __bool__(self) -> bool:
        return bool(self._helpers)

    @property
    def tables(self) -> frozenset[str]:
        """What they copy."""
        return frozenset(name for helper in self._helpers for name in helper.tables)

    @property
    def done(self) -> tuple[PartDone, ...]:
        return tuple(helper.done for helper in self._helpers if helper.done is not None)

    def _start(
        self,
        shares: Sequence[tuple[str, ...]],
        settings: FileSettings,
        source: Path,
        identity: Identity,
        plan: Plan,
        key: MaskKey,
    ) -> None:
        """One helper for each share of tables, which then waits. Raises OSError where there can be none."""
        for number, tables in enumerate(shares, 1):
            path = self._staging.path.with_name(f"{self._staging.path.stem}-{number}.sqlite")
            ours, process = start("app.databases.sqlite.part")
            self._helpers.append(_Helper(number, path, tables, ours, process))
            Area.new_file(path)
            job = PartJob(
                path=path,
                settings=settings,
                source=source,
                identity=identity,
                plan=plan,
                tables=tables,
                secret=key.reveal(),
            )
            with suppress(OSError):  # one that is gone already is noticed when it does not answer
                ours.send(job)

    def share(
        self,
        connection: sqlite3.Connection,
        shares: Sequence[tuple[str, ...]],
        settings: FileSettings,
        source: Path,
        identity: Identity,
        plan: Plan,
        key: MaskKey,
        ctx: PhaseContext,
    ) -> None:
        """Start one helper for each share of tables, all reading the same state of the source as `connection`; none
        where that fails, and everything is this process's to do.

        A connection that reads nothing else is asked before the first and after the last began whether anybody wrote.
        The copy's own transaction must not have written anything yet: it is begun anew.
        """
        try:
            self._start(shares, settings, source, identity, plan, key)
            witness, _ = open_readonly(source)
            with closing(witness):
                for _ in range(_TRIES):
                    connection.execute("COMMIT")
                    connection.execute("BEGIN")
                    before = _version(witness)
                    connection.execute("SELECT count(*) FROM source.sqlite_master").fetchone()
                    self._send(BEGIN)
                    for helper in self._helpers:
                        if self._receive(helper, ctx) != BEGUN:
                            raise OutsideError("A helper said something else than expected")
                    if _version(witness) == before:
                        self._send(COPY)
                        return
            ctx.log("The source changes too often to be read by several processes at one moment.")
        except (OutsideError, sqlite3.OperationalError, OSError) as error:
            ctx.log(f"The copy is made by one process: {getattr(error, 'title', type(error).__name__)}.")
        self.dismiss()

    def watch(self, ctx: PhaseContext) -> None:
        """Hand on what the helpers said since. Raises what made one fail."""
        for helper in self._helpers:
            while helper.done is None and helper.pipe.poll():
                self._take(helper, self._receive(helper, ctx), ctx)

    def finish(self, connection: sqlite3.Connection, shapes: Shapes, ctx: PhaseContext) -> None:
        """Wait for all of them and take over their rows. Raises what made one fail."""
        for helper in self._helpers:
            while helper.done is None:
                self._take(helper, self._receive(helper, ctx), ctx)
            name = f"part{helper.number}"
            connection.execute(f"ATTACH ? AS {name}", (str(helper.path),))
            self._attached.append(name)
            for table in shapes.tables:
                if table.name in helper.tables:
                    connection.execute(_taking_over(name, table))
                    ctx.checkpoint(table.policy_name)

    def dismiss(self) -> None:
        """End them and remove their files."""
        for helper in self._helpers:
            helper.process.kill()
        for name in self._attached:
            with suppress(sqlite3.Error):
                self._staging.connection.execute(f"DETACH {name}")
        for helper in self._helpers:
            helper.pipe.close()
            helper.process.wait()
            for path in (helper.path, *sidecars(helper.path)):
                with suppress(OSError):
                    path.unlink()
        self._helpers, self._attached = [], []

    def _send(self, word: str) -> None:
        for helper in self._helpers:
            helper.pipe.send(word)

    def _receive(self, helper: _Helper, ctx: PhaseContext) -> object:
        """The next thing a helper says. Raises OutsideError when it says that it failed, or says nothing any more."""
        while not helper.pipe.poll(0.1):
            ctx.checkpoint()
        try:
            said: object = helper.pipe.recv()
        except (EOFError, OSError):
            raise OutsideError(
                "A process that helped with the copy ended",
                "It was stopped from outside, or there was not enough memory for it.",
                "Start again; the environment is as it was.",
            ) from None
        if isinstance(said, PartFailed):
            raise _ERRORS.get(said.error, OutsideError)(said.title, said.detail, said.hint)
        return said

    def _take(self, helper: _Helper, said: object, ctx: PhaseContext) -> None:
        if isinstance(said, PartDone):
            helper.done = said
        elif isinstance(said, Progress):
            ctx.checkpoint(said.table, said.done, said.of, said.bytes)


def _version(witness: sqlite3.Connection) -> int:
    """A number that changes when any other connection has changed the file."""
    return int(witness.execute("PRAGMA main.data_version").fetchone()[0])


def _taking_over(part: str, table: TableShape) -> str:
    """The statement that moves a table's rows. With `*`, SQLite moves them without taking them apart; that needs all
    columns stored, and gives new rowids where the rowid is no column."""
    name = quoted(table.name)
    if len(table.stored) == len(table.columns) and (table.integer_key is not None or table.without_rowid):
        return f"INSERT OR ABORT INTO main.{name} SELECT * FROM {part}.{name}"
    columns = [quoted(column.name) for column in table.stored]
    if table.rowid is not None and table.integer_key is None:
        columns.insert(0, quoted(table.rowid))
    names = ", ".join(columns)
    return f"INSERT OR ABORT INTO main.{name} ({names}) SELECT {names} FROM {part}.{name} NOT INDEXED"
