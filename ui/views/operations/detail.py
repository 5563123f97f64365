"""One run in full: what came of it, why, phase by phase, with its evidence."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget
from typing_extensions import override

from app.domain.findings import Severity
from app.domain.operations import Operation, OperationState, PhaseState, ProofState
from ui.actions.operations import can_cancel, can_resume
from ui.models.kinds import ITEM_GLYPH, ITEM_TONE, ITEM_WORDS, OPERATION_GLYPH, OPERATION_TONE, outcome
from ui.models.operations import elapsed, proof_words
from ui.models.overview import progress_of
from ui.models.words import count, duration, moment
from ui.theme.tokens import Space, Tone
from ui.widgets.badge import Badge
from ui.widgets.buttons import Button, QuietButton
from ui.widgets.facts import FactRow, KeyValue, Notice
from ui.widgets.layouts import Card, Line, Scrolled, clear, column, row
from ui.widgets.progress import ProgressRow
from ui.widgets.rows import ElidedLink
from ui.widgets.text import ElidedLabel, Text, plain_tip

_PHASE_LOOK = {
    PhaseState.WAITING: ("mdi6.circle-outline", Tone.MUTED, "waiting"),
    PhaseState.RUNNING: ("mdi6.circle-slice-4", Tone.ACCENT, "running"),
    PhaseState.DONE: ("mdi6.check-circle", Tone.GOOD, ""),
    PhaseState.FAILED: ("mdi6.close-circle", Tone.DANGER, "failed"),
    PhaseState.CANCELLED: ("mdi6.minus-circle-outline", Tone.WARNING, "stopped"),
}
_FINDING_TONE = {Severity.ERROR: Tone.DANGER, Severity.WARNING: Tone.WARNING, Severity.NOTE: Tone.MUTED}
_WHY = {OperationState.FAILED: "Why it failed", OperationState.SUCCEEDED: "What came of it"}
LOG_LINES = 200
LOG_HEIGHT = 200  # pixels at most


class RunDetail(QWidget):
    """Fills as the run goes on.

    Signals:
        closed(): the person wants the list alone.
        cancel_asked(operation), resume_asked(operation), watch_asked(operation): verbs; the last
            leads to the run's own page.
        certificate_asked(operation), pdf_asked(operation): open the certificate; save it as PDF.
        environment_asked(ref): go to the environment.
    """

    closed = Signal()
    cancel_asked = Signal(object)
    resume_asked = Signal(object)
    watch_asked = Signal(object)
    certificate_asked = Signal(object)
    pdf_asked = Signal(object)
    environment_asked = Signal(str)

    def __init__(self, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._now = now
        self._run: Operation | None = None
        self._tables: dict[str, ProgressRow] = {}
        self.title = ElidedLabel("", "section")
        self._badge = Badge()
        self._where = ElidedLink()
        self._facts = KeyValue()
        self.watch = Button("Watch", "mdi6.eye-outline")
        self.cancel = Button("Stop", "mdi6.stop-circle-outline")
        self.resume = Button("Resume", "mdi6.replay")
        self.certificate = Button("Certificate", "mdi6.certificate-outline")
        self.pdf = Button("Save as PDF…", "mdi6.file-pdf-box")
        self.close_ = QuietButton("", "mdi6.close", tip="Close the detail (Esc)")
        self.why = Card("Why")
        self._why = column()
        self.why.body.addLayout(self._why)
        self.phases, self._phases = _card("Phases")
        self.tables, self._table_rows = _card("Tables")
        self.checklist, self._items = _card("Checklist")
        self.proof, self._proof = _card("Search for originals")
        self.findings, self._findings = _card("Findings")
        self.log = Card("Log", aside=" ")
        self._log = QPlainTextEdit()
        self._log.setReadOnly(True)
        self._log.setProperty("look", "log")
        self._log.setAccessibleName("Log of this run")
        self._log.setTabChangesFocus(True)
        self.log.body.addWidget(self._log)
        self._lay_out()
        self._connect()

    @property
    def run(self) -> Operation | None:
        """The one that is shown."""
        return self._run

    def _lay_out(self) -> None:
        title = row(spacing=Space.S)
        title.addWidget(self.title, 1)
        title.addWidget(self._badge)
        title.addWidget(self.close_)
        actions = row(self.watch, self.cancel, self.resume, self.certificate, self.pdf, None)
        head = column(title, self._where, spacing=0, margins=(Space.L, Space.M, Space.S, 0))
        verbs = column(actions, spacing=0, margins=(Space.L, Space.S, Space.L, Space.M))
        body = column(spacing=Space.M, margins=(Space.L, Space.L, Space.L, Space.L))
        about = Card()
        about.body.addWidget(self._facts)
        cards = (self.why, about, self.phases, self.tables, self.checklist, self.proof, self.findings, self.log)
        for card in cards:
            body.addWidget(card)
        body.addStretch(1)
        content = _Content()
        content.setLayout(body)
        outer = column(spacing=0)
        outer.addLayout(head)
        outer.addLayout(verbs)
        outer.addWidget(Line())
        outer.addWidget(Scrolled(content), 1)
        self.setLayout(outer)

    def _connect(self) -> None:
        self.close_.clicked.connect(self.closed)
        for button, signal in (
            (self.watch, self.watch_asked),
            (self.cancel, self.cancel_asked),
            (self.resume, self.resume_asked),
            (self.certificate, self.certificate_asked),
            (self.pdf, self.pdf_asked),
        ):
            button.clicked.connect(lambda _checked=False, signal=signal: signal.emit(self._run))
        self._where.clicked.connect(self._on_where)

    def show_run(self, run: Operation, *, newest: bool) -> None:
        """`newest` says that no other run came after it on its environment, so that it may be taken up again."""
        before, self._run = self._run, run
        self.title.set_text(outcome(run))
        self._badge.show_as(str(run.state).capitalize(), OPERATION_TONE[run.state], OPERATION_GLYPH[run.state])
        self._where.set_text(run.environment)
        self._where.setAccessibleName(f"Go to {run.environment}")
        self.watch.setText("Open" if run.state.ended else "Watch")
        self.watch.setToolTip("Show this run on a page of its own")
        self.cancel.setVisible(not run.state.ended)
        self.cancel.setEnabled(can_cancel(run))
        self.cancel.setText("Stopping…" if run.cancel_requested else "Stop")
        self.resume.setVisible(can_resume(run, newest=newest))
        self.certificate.setVisible(bool(run.certificate))
        self.pdf.setVisible(bool(run.certificate))
        self._show_facts(run)
        if before is None or before.id != run.id or before.reason != run.reason:
            self._show_why(run)
        if before is None or before.phases != run.phases:
            self._show_phases(run)
        self._show_tables(run)
        if before is None or (before.checklist, before.proof, before.findings) != (
            run.checklist,
            run.proof,
            run.findings,
        ):
            self._show_evidence(run)
        if before is None or before.log != run.log:
            self._show_log(run)

    def busy(self) -> None:
        """A verb is under way: no second press until it settled."""
        self.cancel.setEnabled(False)
        self.resume.setEnabled(False)

    def settled(self) -> None:
        self.resume.setEnabled(True)
        self.cancel.setEnabled(self._run is not None and can_cancel(self._run))

    def _show_facts(self, run: Operation) -> None:
        facts = [("Asked for", moment(run.created)), ("By", run.requested_by)]
        if run.started is not None:
            facts.insert(1, ("Began", moment(run.started)))
            facts.append(("Took" if run.state.ended else "So far", duration(elapsed(run, self._now()))))
        if not run.state.ended:
            facts.append(("Now", progress_of(run)[0]))
        rows = sum(t.rows for t in run.tables)
        if rows:
            facts.append(("Rows copied", count(rows)))
        facts.append(("Number", run.id))
        self._facts.set_facts(facts)

    def _show_why(self, run: Operation) -> None:
        clear(self._why)
        bad = run.state in (OperationState.FAILED, OperationState.INTERRUPTED)
        self.why.setVisible(bool(run.reason) or bad)
        self.why.title.setText(_WHY.get(run.state, "Why it ended so"))
        tone = Tone.DANGER if bad else Tone.WARNING if run.state is OperationState.CANCELLED else Tone.GOOD
        self._why.addWidget(Notice(run.reason or "No reason was recorded.", run.hint, tone))

    def _show_phases(self, run: Operation) -> None:
        clear(self._phases)
        self.phases.setVisible(bool(run.phases))
        for phase in run.phases:
            glyph, tone, words = _PHASE_LOOK[phase.state]
            fact = " · ".join(part for part in (words, duration(phase.seconds)) if part)
            self._phases.addWidget(FactRow(str(phase.name).capitalize(), fact, glyph, tone))

    def _show_tables(self, run: Operation) -> None:
        self.tables.setVisible(bool(run.tables))
        if tuple(self._tables) != tuple(t.table for t in run.tables):
            clear(self._table_rows)
            self._tables = {t.table: ProgressRow() for t in run.tables}
            for line in self._tables.values():
                self._table_rows.addWidget(line)
        for table in run.tables:
            share = 1.0 if table.of == 0 else table.rows / table.of if table.of else None
            note = count(table.rows) if table.of in (None, table.rows) else f"{count(table.rows)} of {count(table.of)}"
            self._tables[table.table].show_progress(table.table, share, note)

    def _show_evidence(self, run: Operation) -> None:
        clear(self._items)
        self.checklist.setVisible(bool(run.checklist))
        self.checklist.aside.setText(f"{sum(i.state.done for i in run.checklist)} of {len(run.checklist)}")
        for item in sorted(run.checklist, key=lambda i: i.state.done):
            line = FactRow(item.title, ITEM_WORDS[item.state], ITEM_GLYPH[item.state], ITEM_TONE[item.state])
            line.setToolTip(plain_tip(item.evidence or item.instructions))
            self._items.addWidget(line)
        clear(self._proof)
        self.proof.setVisible(run.proof.state is not ProofState.NOT_RUN)
        tone = Tone.GOOD if run.proof.state is ProofState.CLEAN else Tone.DANGER
        self._proof.addWidget(Notice(proof_words(run.proof), tone=tone))
        for hit in run.proof.hits:
            where = f"{hit.table}.{hit.column}"
            self._proof.addWidget(FactRow(where, count(hit.count, "value"), "mdi6.close-circle", Tone.DANGER))
        if run.proof.not_proven:
            self._proof.addWidget(Text("Not searched for", "strong"))
        for left in run.proof.not_proven:
            line = FactRow(f"{left.table}.{left.column}", left.why, "mdi6.help-circle-outline", Tone.MUTED)
            line.setToolTip(plain_tip(f"{count(left.count, 'original')}: {left.why}"))
            self._proof.addWidget(line)
        clear(self._findings)
        self.findings.setVisible(bool(run.findings))
        for finding in run.findings:
            words = " ".join(part for part in (finding.where, finding.hint) if part)
            self._findings.addWidget(Notice(finding.message, words, _FINDING_TONE[finding.severity]))

    def _show_log(self, run: Operation) -> None:
        self.log.setVisible(bool(run.log))
        lines = run.log[-LOG_LINES:]
        left_out = len(run.log) - len(lines)
        self.log.aside.setText(f"newest {LOG_LINES} of {count(len(run.log))}" if left_out else "")
        self._log.setFixedHeight(min(LOG_HEIGHT, 28 + self._log.fontMetrics().lineSpacing() * len(lines)))
        bar = self._log.verticalScrollBar()
        at_end = bar.value() >= bar.maximum() - 4
        self._log.setPlainText("\n".join(f"{line.at.astimezone():%H:%M:%S}  {line.text}" for line in lines))
        if at_end:
            bar.setValue(bar.maximum())

    def _on_where(self) -> None:
        if self._run is not None:
            self.environment_asked.emit(self._run.environment)


class _Content(QWidget):
    """Narrower than its longest line would like: lines are elided."""

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(280, super().minimumSizeHint().height())


def _card(title: str) -> tuple[Card, QVBoxLayout]:
    card = Card(title, aside=" ")
    inner = column(spacing=0)
    card.body.addLayout(inner)
    return card, inner
