"""The overview's cards: what needs a person, what runs, what ran, and two small charts."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.domain.operations import Operation
from ui.models.kinds import OPERATION_GLYPH, OPERATION_TONE, OPERATION_WORDS, outcome
from ui.models.overview import NEED_LOOK, Attention, Need, Overview, progress_of, size_told
from ui.models.words import ago, count, duration, moment, size
from ui.theme.tokens import Space, Tone
from ui.widgets.buttons import LinkButton
from ui.widgets.charts import Bar, BarChart
from ui.widgets.facts import FactRow
from ui.widgets.layouts import Card, clear, column, holder, row
from ui.widgets.progress import ProgressRow
from ui.widgets.rows import ActRow, LinkRow
from ui.widgets.text import ElidedLabel, Text


class RunningRow(QWidget):
    """One operation under way. `watched()` is emitted by its button."""

    watched = Signal()

    def __init__(self, operation: Operation) -> None:
        super().__init__()
        doing = OPERATION_WORDS[operation.kind][1]
        watch = LinkButton("Watch")
        watch.setAccessibleName(f"Watch {doing} {operation.environment}")
        watch.clicked.connect(self.watched)
        head = row(spacing=Space.S)
        head.addWidget(ElidedLabel(f"{doing} {operation.environment}", "strong"), 1)
        head.addWidget(watch)
        self.progress = ProgressRow()
        self.setLayout(column(head, self.progress, spacing=0))
        self.show_operation(operation)

    def show_operation(self, operation: Operation) -> None:
        self.progress.show_progress(*progress_of(operation))


class Board(QWidget):
    """Shows an `Overview`; parts that did not change are left alone, so that focus and scrolling stay.

    Signals:
        attention_followed(attention): the person pressed the button of something that needs them.
        run_asked(operation), watch_asked(operation): they want to see a run that ended; to watch one that runs.
        all_asked(), operations_asked(): all environments; all operations.
    """

    attention_followed = Signal(object)
    run_asked = Signal(object)
    watch_asked = Signal(object)
    all_asked = Signal()
    operations_asked = Signal()

    def __init__(self, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._now = now
        self._shown: Overview | None = None
        self._running: dict[str, RunningRow] = {}
        self.attention = Card("Needs attention", aside=" ")
        self._attention = column(spacing=0)
        self._more = LinkButton("Show all")
        self._more.clicked.connect(self.all_asked)
        self.attention.body.addLayout(self._attention)
        self.attention.body.addLayout(row(self._more, None))
        self.running = Card("Running now")
        self._runs = column(spacing=Space.S)
        self.running.body.addLayout(self._runs)
        self.recent = Card("Recent operations")
        self._recent = column(spacing=0)
        self._all = LinkButton("All operations")
        self._all.clicked.connect(self.operations_asked)
        self.recent.body.addLayout(self._recent)
        self.recent.body.addLayout(row(self._all, None))
        self.sizes = Card("Size by tenant", aside=" ")
        self.size_chart = BarChart("Size by tenant", ("production", "copies"))
        self.sizes.body.addWidget(self.size_chart)
        self.timings = Card("How long copies took", aside=" ")
        self.timing_chart = BarChart("How long copies took", ("copy", "build", "prove", "rest"))
        self.timings.body.addWidget(self.timing_chart)
        left = column(self.attention, self.running, self.recent, None, spacing=Space.L)
        right = column(self.sizes, self.timings, None, spacing=Space.L)
        body = row(spacing=Space.L, margins=(Space.PAGE, Space.S, Space.PAGE, Space.PAGE))
        body.addWidget(holder(left), 3)
        body.addWidget(holder(right), 2)
        self.setLayout(body)

    def show_overview(self, made: Overview) -> None:
        before, self._shown = self._shown, made
        if before is None or (before.attention, before.attention_total) != (made.attention, made.attention_total):
            self._show_attention(made)
        self._show_running(made)
        if before is None or before.recent != made.recent:
            self._show_recent(made)
        self._show_charts(made)

    def _show_attention(self, made: Overview) -> None:
        clear(self._attention)
        for item in made.attention:
            glyph, tone = NEED_LOOK[item.need]
            line = ActRow(item.environment.ref, item.words, glyph, tone, action_of(item))
            line.acted.connect(lambda item=item: self.attention_followed.emit(item))
            self._attention.addWidget(line)
        if not made.attention:
            calm = FactRow(
                "Nothing. Every copy is there, proven and fresh."
                if made.copies
                else "Nothing. Add a sandbox to a production to begin.",
                glyph="mdi6.check-circle",
                tone=Tone.GOOD,
            )
            self._attention.addWidget(calm)
        self.attention.aside.setText(count(made.attention_total) if made.attention_total else "")
        left_out = made.attention_total - len(made.attention)
        self._more.setVisible(left_out > 0)
        self._more.setText(f"{count(left_out)} more in Environments")

    def _show_running(self, made: Overview) -> None:
        self.running.setVisible(bool(made.running))
        if tuple(self._running) != tuple(o.id for o in made.running):
            clear(self._runs)
            self._running = {}
            for operation in made.running:
                line = RunningRow(operation)
                line.watched.connect(lambda operation=operation: self.watch_asked.emit(operation))
                self._runs.addWidget(line)
                self._running[operation.id] = line
        for operation in made.running:
            self._running[operation.id].show_operation(operation)

    def _show_recent(self, made: Overview) -> None:
        clear(self._recent)
        for operation in made.recent:
            when = ago(operation.finished or operation.created, self._now())
            took = f" · {duration(operation.seconds)}" if operation.seconds is not None else ""
            line = LinkRow(
                outcome(operation),
                operation.environment,
                when + took,
                OPERATION_GLYPH[operation.state],
                OPERATION_TONE[operation.state],
                operation.reason or moment(operation.finished),
            )
            line.acted.connect(lambda operation=operation: self.run_asked.emit(operation))
            self._recent.addWidget(line)
        if not made.recent:
            self._recent.addWidget(Text("Nothing has run yet.", "body", Tone.MUTED))
        self._all.setVisible(bool(made.recent))

    def _show_charts(self, made: Overview) -> None:
        self.sizes.setVisible(bool(made.sizes))
        self.sizes.aside.setText(
            f"largest {len(made.sizes)} of {count(made.sizes_total)}" if made.sizes_total > len(made.sizes) else ""
        )
        self.size_chart.set_bars(
            [
                Bar(name=s.tenant, parts=(s.production, s.copies), note=size(s.bytes), told=size_told(s))
                for s in made.sizes
            ]
        )
        self.timings.setVisible(bool(made.timings))
        self.timings.aside.setText(f"newest {len(made.timings)}" if len(made.timings) > 1 else "")
        self.timing_chart.set_bars(
            [
                Bar(name=t.name, parts=(t.copy, t.build, t.prove, t.rest), note=duration(t.seconds), told=t.told)
                for t in made.timings
            ]
        )


def action_of(item: Attention) -> str:
    """The words of the button that goes where it can be mended."""
    if item.need is Need.FAILED:
        return "See why"
    if item.need is Need.NEVER and item.environment.source and item.environment.policy:
        return "Provision…"
    if item.need is Need.STALE:
        return "Refresh…"
    return "Open"
