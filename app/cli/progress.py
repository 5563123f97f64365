"""Progress on standard error: live bars on a terminal, plain lines elsewhere."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from app.cli.output import clean
from app.cli.text import OPERATION_STYLES, duration
from app.domain.ids import OperationId
from app.domain.operations import Operation, OperationState, PhaseState, TableRun
from app.services.estimate import seconds_left
from app.system.clock import SystemClock

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.live import Live

    from app.cli.session import Session

SHOWN_TABLES = 8
"""Bars shown at once for one operation; the rest is told as a number."""
_SIGNS = {
    PhaseState.WAITING: ("·", "dim"),
    PhaseState.RUNNING: ("●", "blue"),
    PhaseState.DONE: ("✓", "green"),
    PhaseState.FAILED: ("✗", "red"),
    PhaseState.CANCELLED: ("-", "yellow"),
}


class ProgressView(Protocol):
    def show(self, operations: Sequence[Operation]) -> None:
        """Called many times; tells only what is new."""
        ...

    def note(self, text: str) -> None: ...


@contextmanager
def progress_for(session: "Session", operations: Sequence[Operation]) -> Iterator[ProgressView]:
    """The view that fits where standard error goes."""
    console = session.out.messages
    plain_text = not (console.encoding or "").lower().startswith("utf")
    if not console.is_terminal or console.is_dumb_terminal or plain_text:
        yield PlainProgress(session, many=len(operations) > 1)
        return
    from rich.live import Live

    earlier = {o.id: session.services.operations.all(o.environment, limit=20) for o in operations}
    with Live(console=console, auto_refresh=False, transient=True) as live:
        yield LiveProgress(live, console, earlier)


class PlainProgress:
    """A line when a phase begins and ends, and for each table that is done."""

    def __init__(self, session: "Session", *, many: bool) -> None:
        self._out = session.out
        self._many = many
        self._said: set[tuple[str, ...]] = set()

    def show(self, operations: Sequence[Operation]) -> None:
        for operation in operations:
            if operation.state is OperationState.QUEUED:
                self._once(operation, "queued", f"queued as {operation.id}")
            for phase in operation.phases:
                if phase.state is PhaseState.RUNNING:
                    self._once(operation, str(phase.name), f"{phase.name} ...")
                if phase.state in (PhaseState.DONE, PhaseState.FAILED, PhaseState.CANCELLED):
                    word = "done" if phase.state is PhaseState.DONE else str(phase.state)
                    key = f"{phase.name} {word}"
                    self._once(operation, key, f"{key} ({duration(phase.seconds)})")
            for table in operation.tables:
                if table.of and table.rows >= table.of:
                    said = f"  {clean(table.table)}: {table.rows:,} rows"
                    self._once(operation, f"table {table.table}", said)

    def note(self, text: str) -> None:
        self._out.say(text)

    def _once(self, operation: Operation, key: str, text: str) -> None:
        # Each step of the worker is an attempt of its own and shows the phases before it again.
        mark = (operation.id, key)
        if mark not in self._said:
            self._said.add(mark)
            self._out.say(f"{clean(operation.environment)}: {text}" if self._many else text)


class LiveProgress:
    """Phases in a row, bars for tables, time left; drawn again when something changed or a second passed."""

    def __init__(self, live: "Live", console: "Console", earlier: Mapping[OperationId, Sequence[Operation]]) -> None:
        self._live = live
        self._console = console
        self._earlier = earlier
        self._clock = SystemClock()
        self._drawn: tuple[object, ...] = ()

    def show(self, operations: Sequence[Operation]) -> None:
        state = (tuple(operations), int(self._clock.monotonic()))
        if state != self._drawn:
            self._drawn = state
            self._live.update(self._picture(operations), refresh=True)

    def note(self, text: str) -> None:
        self._console.print(text, soft_wrap=True)

    def _picture(self, operations: Sequence[Operation]) -> "RenderableType":
        from rich.console import Group

        many = len(operations) > 1
        return Group(*(part for operation in operations for part in self._parts(operation, many=many)))

    def _parts(self, operation: Operation, *, many: bool) -> "list[RenderableType]":
        from rich.text import Text

        now = self._clock.now()
        head = Text.assemble(
            (f"{str(operation.kind).capitalize()} ", "bold"),
            (clean(operation.environment), "bold"),
            "  ",
            (str(operation.state), OPERATION_STYLES.get(operation.state, "")),
        )
        if operation.started is not None and not operation.state.ended:
            head.append(f"  {duration(max(0.0, (now - operation.started).total_seconds()))}", "dim")
        left = seconds_left(operation, self._earlier.get(operation.id, ()), now)
        if left is not None and left >= 1:
            head.append(f"  about {duration(left)} left", "dim")
        phases = Text("  ")
        for phase in operation.phases:
            sign, style = _SIGNS[phase.state]
            phases.append(f"{sign} {phase.name}  ", style)
        if many:
            return [head, *([phases] if operation.state is OperationState.RUNNING else [])]
        return [head, phases, *_bars(operation.tables)]


def _bars(tables: Sequence[TableRun]) -> "list[RenderableType]":
    from rich.progress_bar import ProgressBar
    from rich.table import Table
    from rich.text import Text

    moving = [t for t in tables if t.rows and not _done(t)]
    waiting = sorted((t for t in tables if not t.rows and not _done(t)), key=lambda t: -(t.of or 0))
    done = sorted((t for t in tables if t.rows and _done(t)), key=lambda t: -t.rows)
    shown = [*moving, *done, *waiting][:SHOWN_TABLES]
    if not shown:
        return []
    grid = Table.grid(padding=(0, 1))
    for table in shown:
        bar = ProgressBar(total=max(1, table.of or table.rows), completed=table.rows, width=28)
        count = f"{table.rows:,}" + (f" of {table.of:,}" if table.of is not None else "")
        grid.add_row("  ", Text(clean(table.table), overflow="ellipsis", no_wrap=True), bar, Text(count, "dim"))
    hidden = len(tables) - len(shown)
    return [grid, Text(f"   and {hidden} more tables", "dim")] if hidden else [grid]


def _done(table: TableRun) -> bool:
    return table.of is not None and table.rows >= table.of
