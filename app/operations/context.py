"""One attempt at an operation: its progress, its fence, and the way out of it."""

from collections.abc import Iterator
from contextlib import contextmanager

from app.domain.findings import Finding
from app.domain.ids import OperationId
from app.domain.operations import (
    ChecklistItem,
    LogLine,
    Operation,
    Phase,
    PhaseRun,
    PhaseState,
    Proof,
    TableRun,
)
from app.errors import CancelledError, StaleFenceError
from app.ports.catalog import Catalog
from app.ports.clock import Clock

FLUSH_SECONDS = 0.25
"""How often progress is written at most; people see it move, and the catalog stays free for others."""


_NONE = PhaseRun(name=Phase.COPY)


class Attempt:
    """The fence and the progress of one attempt; implements `ports.context.PhaseContext`.

    Rules: every write names the attempt, so a worker that was thought dead finds its number stale and gets
    StaleFenceError instead of writing. Cancel is honoured at checkpoints only while `cancellable`.
    """

    def __init__(self, *, catalog: Catalog, clock: Clock, operation: Operation, number: int) -> None:
        self._catalog = catalog
        self._clock = clock
        self.operation_id: OperationId = operation.id
        self.number = number
        self.cancellable = True
        done = {p.name: p for p in operation.phases if p.state is PhaseState.DONE}
        self._phases = {p: done.get(p, PhaseRun(name=p)) for p in Phase.of(operation.kind)}
        self._tables = {t.table: t for t in operation.tables}
        self._pending_log: list[LogLine] = []
        self._flushed_at = self._looked_at = float("-inf")
        self._cancelled = False
        self._stale = False

    def forget_progress(self) -> None:
        """Prepare always starts from scratch: no phase has run and no row is copied."""
        self._phases = {p: PhaseRun(name=p) for p in self._phases}
        self._tables = {}
        self.flush()

    @contextmanager
    def phase(self, phase: Phase) -> Iterator[None]:
        """Run one phase: its state and wall-clock seconds are on record when it ends, however it ends."""
        began, started = self._clock.monotonic(), self._clock.now()
        self._phases[phase] = PhaseRun(name=phase, state=PhaseState.RUNNING, started=started)
        self.flush()
        self.checkpoint()
        state = PhaseState.FAILED
        try:
            yield
            state = PhaseState.DONE
        except CancelledError:
            state = PhaseState.CANCELLED
            raise
        except StaleFenceError:
            self._stale = True
            raise
        finally:
            seconds = self._clock.monotonic() - began
            self._phases[phase] = PhaseRun(name=phase, state=state, started=started, seconds=seconds)
            if not self._stale:
                self.flush()

    def checkpoint(self, table: str = "", done: int = 0, of: int | None = None, bytes_: int = 0) -> None:
        if table and self._phases.get(Phase.COPY, _NONE).state is PhaseState.RUNNING:
            # The other phases name tables too, but count other things: what was copied must stay on record.
            self._tables[table] = TableRun(table=table, rows=done, of=of, bytes=bytes_)
        if self._clock.monotonic() - self._flushed_at >= FLUSH_SECONDS:
            self.flush()
        self._raise_if_told()

    def should_stop(self) -> bool:
        if self._clock.monotonic() - self._looked_at >= FLUSH_SECONDS:
            self._look()
        return self._stale or (self._cancelled and self.cancellable)

    def log(self, text: str) -> None:
        self._pending_log.append(LogLine(at=self._clock.now(), text=text))

    def assert_current(self) -> None:
        self._look()
        if self._stale:
            raise StaleFenceError("Another worker took this operation over", "This attempt stops without a change.")

    def expect_tables(self, tables: list[TableRun]) -> None:
        """What will be copied, shown before the first row is."""
        self._tables = {t.table: t for t in tables}

    def record(
        self,
        *,
        checklist: tuple[ChecklistItem, ...] | None = None,
        proof: Proof | None = None,
        findings: tuple[Finding, ...] | None = None,
        certificate: str | None = None,
    ) -> None:
        """Put results on record at once. Raises StaleFenceError."""
        with self._catalog.write() as tx:
            tx.operations.progress(
                self.operation_id,
                self.number,
                checklist=checklist,
                proof=proof,
                findings=findings,
                certificate=certificate,
            )

    def flush(self) -> None:
        """Write phases, tables and log now. Raises StaleFenceError."""
        log, self._pending_log = self._pending_log, []
        with self._catalog.write() as tx:
            tx.operations.progress(
                self.operation_id,
                self.number,
                phases=tuple(self._phases.values()),
                tables=tuple(self._tables.values()),
                log=log,
            )
        self._flushed_at = self._clock.monotonic()

    def _look(self) -> None:
        with self._catalog.read() as tx:
            current, cancelled = tx.operations.attempt(self.operation_id)
        self._stale = current != self.number
        self._cancelled = cancelled
        self._looked_at = self._clock.monotonic()

    def _raise_if_told(self) -> None:
        if self.should_stop():
            if self._stale:
                raise StaleFenceError("Another worker took this operation over", "This attempt stops.")
            raise CancelledError("Stopped", "You asked to stop; the environment is as it was.")
