"""The first tab: what this environment is, whether it is clean, what a refresh would cost."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget
from typing_extensions import override

from app.domain.environments import Environment, EnvironmentKind, EnvironmentState, MarkerState
from app.domain.inspection import Inspection
from app.domain.operations import Operation, OperationKind, OperationState, PhaseState
from app.errors import SandkeeperError
from ui.models.kinds import ITEM_GLYPH, ITEM_TONE, ITEM_WORDS, KIND_GLYPH, KIND_TONE, OPERATION_WORDS, STATE_WORDS
from ui.models.words import ago, count, duration, moment, size
from ui.theme.tokens import Space, Tone
from ui.widgets.badge import Badge, Glyph
from ui.widgets.buttons import Button, LinkButton
from ui.widgets.facts import FactRow, KeyValue, Notice
from ui.widgets.layouts import Card, clear, column, row
from ui.widgets.progress import PhaseTrack, Segment, SegmentBar, Step
from ui.widgets.text import Text

SHOWN_ITEMS = 6
MARKER_WORDS = {
    MarkerState.NONE: "no mark",
    MarkerState.VALID: "made by Sandkeeper, mark verified",
    MarkerState.FOREIGN: "carries a mark that does not verify here",
    MarkerState.MISSING: "no database there",
}


class SummaryTab(QWidget):
    """Cards that fill as answers arrive.

    Signals:
        checklist_asked(), run_asked(operation): the person wants to see all items; to watch that run.
        environment_asked(ref): the person wants to see that copy.
    """

    checklist_asked = Signal()
    run_asked = Signal(object)
    environment_asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._run: Operation | None = None
        self.running = Card("Working")
        self._track = PhaseTrack()
        self._running_words = Text("", "detail", Tone.MUTED)
        watch = Button("Watch", "mdi6.eye-outline")
        watch.clicked.connect(lambda: self.run_asked.emit(self._run))
        self.running.body.addWidget(self._track)
        self.running.body.addLayout(row(self._running_words, None, watch))
        self.trouble = Card("The last operation failed")
        self.checklist = Card("Scrub checklist")
        self._items = column(spacing=0)
        self._all = LinkButton("Show all items")
        self._all.clicked.connect(self.checklist_asked)
        self.checklist.body.addLayout(self._items)
        self.checklist.body.addLayout(row(self._all, None))
        self.impact = Card("If you refresh now")
        self._impact = KeyValue()
        self.impact.body.addWidget(self._impact)
        self.impact.body.addSpacing(Space.XS)
        self.impact.body.addLayout(row(Badge("A sandbox is not a backup", Tone.WARNING, "mdi6.alert-outline"), None))
        self.impact.body.addStretch(1)
        self.last = Card("Last refresh")
        self._bar = SegmentBar()
        self._last_facts = KeyValue()
        self.last.body.addWidget(self._bar)
        self.last.body.addWidget(self._last_facts)
        self.last.body.addStretch(1)
        self.production = Card("Production is only read")
        self.production.body.addWidget(
            Text(
                "Sandkeeper opens it read-only and copies from it. Nothing here can be refreshed, reset or wiped.",
                "body",
                Tone.MUTED,
                wrap=True,
            )
        )
        self.copies = Card("Copies of it")
        self.absent = Card("No copy yet")
        self._absent_words = Text("", "body", Tone.MUTED, wrap=True)
        self.absent.body.addWidget(self._absent_words)
        self.about = Card("About")
        self._about = KeyValue()
        self.about.body.addWidget(self._about)
        self._pair = row(spacing=Space.L)
        self._pair.addWidget(self.impact, 1)
        self._pair.addWidget(self.last, 1)
        body = column(spacing=Space.L, margins=(Space.PAGE, Space.L, Space.PAGE, Space.PAGE))
        for part in (self.running, self.trouble, self.production, self.copies, self.absent, self.checklist):
            body.addWidget(part)
        body.addLayout(self._pair)
        body.addWidget(self.about)
        body.addStretch(1)
        self.setLayout(body)

    @property
    def run(self) -> Operation | None:
        """The run that is shown as working."""
        return self._run

    def show_environment(self, environment: Environment) -> None:
        """What the tree knows already; the rest comes with `show_inspection` and `show_operations`."""
        production = environment.kind is EnvironmentKind.PRODUCTION
        self.production.setVisible(production)
        for card in (self.running, self.trouble, self.checklist, self.impact, self.last):
            card.setVisible(False)
        self._about.set_facts(
            [("Database", environment.database)]
            + (
                []
                if production
                else [("Source", environment.source or "none"), ("Policy", environment.policy or "none")]
            )
        )

    def show_copies(self, environment: Environment, copies: Sequence[Environment], now: datetime) -> None:
        """For a production: what is copied from it. For a copy that is not there yet: what will make it."""
        production = environment.kind is EnvironmentKind.PRODUCTION
        self.copies.setVisible(production)
        clear(self.copies.body)
        for copy in copies if production else ():
            link = LinkButton(copy.name)
            link.clicked.connect(lambda _checked=False, ref=copy.ref: self.environment_asked.emit(ref))
            state = f"copied {ago(copy.copied_at, now)}" if copy.copied_at else STATE_WORDS[copy.state]
            glyph = Glyph(KIND_GLYPH[copy.kind], KIND_TONE[copy.kind])
            self.copies.body.addLayout(row(glyph, link, None, Text(state, "detail", Tone.MUTED), spacing=Space.M))
        if production and not copies:
            self.copies.body.addWidget(Text("None yet. Add a sandbox with this as its source.", "body", Tone.MUTED))
        absent = not production and environment.copied_at is None and environment.state is not EnvironmentState.BUSY
        self.absent.setVisible(absent)
        self.absent.title.setText("Wiped" if environment.state is EnvironmentState.WIPED else "No copy yet")
        lacking = [
            what for what, has in (("a source", environment.source), ("a policy", environment.policy)) if not has
        ]
        self._absent_words.setText(
            f"It needs {' and '.join(lacking)} first: choose Change… in the menu above."
            if lacking
            else f"Provision makes a scrubbed copy of {environment.source} by the policy {environment.policy}. "
            "You see every column and every warning before anything is copied."
        )

    def show_inspection(self, environment: Environment, seen: Inspection, now: datetime) -> None:
        """What the database itself said."""
        self._show_items(seen)
        copied = environment.copied_at is not None and environment.kind is not EnvironmentKind.PRODUCTION
        self.impact.setVisible(copied)
        impact = seen.impact
        changed = count(impact.rows_changed)
        if impact.changes:
            changed += f" in {count(len(impact.changes), 'table')}"
        if not impact.exact:
            changed = impact.note or "could not be counted"
        self._impact.set_facts(
            [
                ("Rows changed", changed if impact.rows_changed or not impact.exact else "none"),
                ("Connected", _connected(impact.connected)),
                ("Age of the data", ago(seen.copied_at, now)),
            ],
            {"Rows changed": Tone.WARNING} if impact.rows_changed else {},
        )
        facts = [("Database", seen.database)]
        if environment.kind is not EnvironmentKind.PRODUCTION:
            facts += [("Source", seen.source or "none"), ("Policy", seen.policy or "none")]
            facts.append(("Mark", MARKER_WORDS[seen.marker]))
        facts += [(name, said) for name, said in (("Engine", seen.engine), ("Size", size(seen.size_bytes))) if said]
        if seen.tables:
            facts.append(("Tables", count(len(seen.tables))))
        if seen.expires_at is not None:
            facts.append(("To be wiped by", moment(seen.expires_at)))
        if seen.secrets:
            facts.append(("Secrets", seen.secrets))
        self._about.set_facts(facts, {"Mark": Tone.DANGER} if seen.marker is MarkerState.FOREIGN else {})
        if seen.problem:
            self._show_trouble("The database could not be looked at", seen.problem, "")

    def show_problem(self, error: Exception) -> None:
        """Looking at it failed."""
        title = error.title if isinstance(error, SandkeeperError) else "This environment could not be looked at"
        detail = error.detail if isinstance(error, SandkeeperError) else type(error).__name__
        self._show_trouble(title, detail, error.hint if isinstance(error, SandkeeperError) else "")

    def show_operations(self, operations: tuple[Operation, ...]) -> None:
        """Newest first."""
        self._run = next((o for o in operations if not o.state.ended), None)
        self.running.setVisible(self._run is not None)
        if self._run is not None:
            self._show_run(self._run)
        ended = [o for o in operations if o.state.ended]
        if ended and self._run is None and ended[0].state in (OperationState.FAILED, OperationState.INTERRUPTED):
            newest = ended[0]
            verb = OPERATION_WORDS[newest.kind][0]
            self._show_trouble(f"{verb} {newest.state}", newest.reason, newest.hint)
        done = next(
            (o for o in ended if o.state is OperationState.SUCCEEDED and o.kind is not OperationKind.WIPE), None
        )
        self.last.setVisible(done is not None and self._run is None)
        if done is not None:
            self.last.title.setText(f"Last {done.kind}, {duration(done.seconds)}")
            self._bar.set_segments(
                [Segment(name=str(p.name), share=p.seconds or 0.0, note=duration(p.seconds)) for p in done.phases]
            )
            rows = sum(t.rows for t in done.tables)
            facts = [("Finished", moment(done.finished))]
            if rows:
                facts.append(("Rows copied", count(rows)))
            if done.proof.originals:
                facts.append(("Originals searched", count(done.proof.originals)))
            self._last_facts.set_facts(facts)

    def _show_items(self, seen: Inspection) -> None:
        clear(self._items)
        self.checklist.setVisible(bool(seen.checklist))
        self.checklist.aside.setText(f"{seen.checklist_done} of {seen.checklist_of}")
        undone_first = sorted(seen.checklist, key=lambda i: i.state.done)
        for item in undone_first[:SHOWN_ITEMS]:
            fact = item.found or ITEM_WORDS[item.state]
            self._items.addWidget(FactRow(item.title, fact, ITEM_GLYPH[item.state], ITEM_TONE[item.state]))
        self._all.setVisible(len(seen.checklist) > SHOWN_ITEMS)
        self._all.setText(f"Show all {len(seen.checklist)} items")

    def _show_run(self, run: Operation) -> None:
        self.running.title.setText(OPERATION_WORDS[run.kind][1])
        self._track.set_steps(
            [
                Step(
                    name=str(p.name),
                    state=str(p.state),
                    note=duration(p.seconds) if p.state is not PhaseState.WAITING else "",
                )
                for p in run.phases
            ]
        )
        rows, of = sum(t.rows for t in run.tables), sum(t.of or 0 for t in run.tables)
        words = f"{count(rows)} of {count(of)} rows" if of else "Waiting for a worker" if run.started is None else ""
        self._running_words.setText(words)

    def _show_trouble(self, title: str, detail: str, hint: str) -> None:
        clear(self.trouble.body)
        self.trouble.title.setText(title)
        self.trouble.body.addWidget(Notice(detail or "No reason was recorded.", hint, Tone.DANGER))
        self.trouble.setVisible(True)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        beside = event.size().width() >= 560
        wanted = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        if self._pair.direction() != wanted:
            self._pair.setDirection(wanted)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(320, super().minimumSizeHint().height())


def _connected(programs: Sequence[str]) -> str:
    """Who has it open, short enough for one line; each begins with the program's name."""
    if not programs:
        return "nobody"
    return programs[0].split(",")[0] if len(programs) == 1 else count(len(programs), "program")
