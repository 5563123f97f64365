"""What a policy runs on a copy: the exact text, what it is known by, and who approved it."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.services.reviews import RunApproval
from ui.models.words import count, duration, moment
from ui.theme.tokens import Space, Tone
from ui.widgets.badge import Badge
from ui.widgets.buttons import Button
from ui.widgets.layouts import Card, clear, column, row
from ui.widgets.listing import Listing
from ui.widgets.states import EmptyState
from ui.widgets.text import ElidedLabel, Text

MOST_LINES = 14


class ScriptsTab(QWidget):
    """One card each. Nothing is run before somebody approved exactly the text shown.

    Signals:
        approve_asked(run): a `RunApproval` whose text somebody wants to approve.
    """

    approve_asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[RunApproval, ...] | None = None
        self._body = column(spacing=Space.L)
        self.setLayout(column(self._body, None, margins=(Space.PAGE, Space.L, Space.PAGE, Space.PAGE)))

    def show_runs(self, runs: Sequence[RunApproval]) -> None:
        if tuple(runs) == self._shown:
            return
        self._shown = tuple(runs)
        clear(self._body)
        if not runs:
            self._body.addWidget(
                EmptyState(
                    "Nothing is run",
                    "A policy can run the application's own migrations or SQL on the copy before it is checked.",
                    "mdi6.script-text-outline",
                )
            )
        for run in runs:
            self._body.addWidget(self._card(run))

    def _card(self, run: RunApproval) -> Card:
        entry = run.run
        what = count(len(entry.sql), "SQL statement") if entry.sql else "a command"
        card = Card(entry.title, aside=f"{what}, at most {duration(float(entry.timeout))}")
        text = Listing(f"What {entry.title} runs")
        text.show_text(entry.text)
        lines = min(MOST_LINES, entry.text.count("\n") + 1)
        text.setFixedHeight(lines * text.fontMetrics().lineSpacing() + Space.L)
        card.body.addWidget(text)
        digest = ElidedLabel(f"SHA-256 {entry.digest}", "mono", Tone.MUTED)
        card.body.addWidget(digest)
        line = row(spacing=Space.M)
        if run.approval is not None:
            line.addWidget(Badge("approved", Tone.GOOD, "mdi6.check-circle-outline"))
            by = Text(f"by {run.approval.by.partition('@')[0]}, {moment(run.approval.at)}", "detail", Tone.MUTED)
            by.setToolTip(run.approval.by)
            line.addWidget(by)
            line.addStretch(1)
        else:
            line.addWidget(Badge("not approved", Tone.WARNING, "mdi6.alert-outline"))
            line.addWidget(Text("Nothing can be copied until somebody approves it.", "detail", Tone.MUTED))
            line.addStretch(1)
            approve = Button("Approve…", "mdi6.check")
            approve.setAccessibleName(f"Approve {entry.title}")
            approve.clicked.connect(lambda: self.approve_asked.emit(run))
            line.addWidget(approve)
        card.body.addLayout(line)
        return card
