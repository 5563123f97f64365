"""Everything a copy has to carry, in the order it is given out, and what has become of it."""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from app.databases.postgresql.carrier_messages import Carried, CountJob, Job, Progress
from app.databases.postgresql.carriers import Carriers, Said
from app.databases.postgresql.masks import Keys
from app.databases.postgresql.reading import Reading, reading_of
from app.databases.postgresql.shapes import MaskedColumn, Shapes, TableShape
from app.databases.postgresql.slices import divide, weight
from app.domain.operations import TableRun
from app.domain.plan import TablePlan
from app.ports.context import PhaseContext

_GLANCE: Final = 0.2
"""Seconds between two looks at whether the person wants to stop."""

OnTable = Callable[[TableShape], None]


class Watched(Protocol):
    """Something that goes on beside the copy and may fail."""

    def check(self) -> None:
        """Raises what it failed with."""
        ...


@dataclass(slots=True, eq=False)
class _Table:
    """One stored table. `left` are the pieces that are not there yet."""

    shape: TableShape
    reading: Reading
    left: int = 0


@dataclass(slots=True)
class _Run:
    """A table that policies name, its partitions together. `rows` and `bytes` as far as reported, `done` for good."""

    of: int | None
    rows: int = 0
    bytes: int = 0
    done: int = 0


class Workload:
    """`weight` is all of it (see `slices`), `jobs` what there is to give out at first. Raises UserError for a
    condition that does not fit its table."""

    def __init__(
        self,
        shapes: Shapes,
        plans: Mapping[str, TablePlan],
        masked: Sequence[MaskedColumn],
        keys: Keys,
        lanes: int,
    ) -> None:
        self._masked = {(m.table, m.plan.column.casefold()): m for m in masked}
        by_table: dict[str, list[MaskedColumn]] = {}
        for column in masked:
            by_table.setdefault(column.table, []).append(column)
        self._runs = {name: _Run(of=plan.rows if plan.copied == "all" else plan.coming) for name, plan in plans.items()}
        self._empty = [table for table in shapes.stored if plans[table.policy_name].copied == "none"]
        self._tables: dict[int, _Table] = {}
        heavy = []
        for shape in shapes.stored:
            plan, mine = plans[shape.policy_name], by_table.get(shape.policy_name, [])
            if plan.copied != "none":
                self._tables[shape.oid] = _Table(shape, reading_of(shape, plan, mine, keys, shapes))
                heavy.append((shape, weight(shape, sum(not m.constant for m in mine))))
        self.weight = sum(each for _, each in heavy)
        self._of: list[_Table] = []
        self._waiting = deque[Job | CountJob]()
        for shape, piece in divide(heavy, lanes):
            table = self._tables[shape.oid]
            table.left += 1
            self._waiting.append(Job(self._number(table), table.reading, piece))
        self.jobs = len(self._waiting)

    def do(self, carriers: Carriers, beside: Sequence[Watched], ctx: PhaseContext, on_table: OnTable | None) -> None:
        """Have everything carried. Raises what made a carrier or `beside` fail, and what `ctx` raises."""
        for shape in self._empty:
            _tell(on_table, shape)
        while self._waiting or carriers.busy:
            for said in carriers.listen(_GLANCE):
                self._take(said, ctx, on_table)
            while self._waiting and carriers.free:
                carriers.give(self._waiting.popleft())
            for each in beside:
                each.check()
            ctx.checkpoint()

    def runs(self) -> tuple[TableRun, ...]:
        return tuple(
            TableRun(table=name, rows=run.done, of=run.done, bytes=run.bytes) for name, run in self._runs.items()
        )

    def _number(self, table: _Table) -> int:
        self._of.append(table)
        return len(self._of) - 1

    def _take(self, said: Said, ctx: PhaseContext, on_table: OnTable | None) -> None:
        table = self._of[said.number]
        name = table.shape.policy_name
        run = self._runs[name]
        if isinstance(said, Progress):
            run.rows += said.rows
            run.bytes += said.bytes
            ctx.checkpoint(name, run.rows, None if run.of is None else max(run.of, run.rows), run.bytes)
        elif isinstance(said, Carried):
            run.done += said.rows
            self._note(table, said)
            table.left -= 1
            if not table.left and table.reading.counted:
                self._waiting.appendleft(CountJob(self._number(table), table.reading))
            elif not table.left:
                _tell(on_table, table.shape)
        else:
            for column, values in said.values:
                self._masked[name, column.casefold()].values += values
            _tell(on_table, table.shape)

    def _note(self, table: _Table, said: Carried) -> None:
        """Columns that cannot hold NULL have as many values as there are rows."""
        name = table.shape.policy_name
        for column, unchanged in said.unchanged:
            self._masked[name, column.casefold()].unchanged += unchanged
        for column in table.reading.filled:
            self._masked[name, column.casefold()].values += said.rows


def _tell(on_table: OnTable | None, shape: TableShape) -> None:
    if on_table is not None:
        on_table(shape)
