"""Deciding about columns: the mask's form at the left, what it makes of real values at the right."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QDialog, QGridLayout, QLineEdit, QStackedWidget, QWidget
from typing_extensions import override

from app.domain.findings import Severity
from app.domain.policy import Treatment
from app.errors import SandkeeperError
from app.services.mask_choices import MaskChoice
from app.services.reviews import Example
from ui.actions.policies import Settled, decide
from ui.bridge.desk import Desk
from ui.models.policies_columns import PolicyColumn, why
from ui.models.words import count
from ui.theme.tokens import Space, Tone
from ui.views.policies.mask_form import MaskForm
from ui.widgets.buttons import Button, PrimaryButton
from ui.widgets.facts import Notice
from ui.widgets.fields import Choice
from ui.widgets.layouts import Line, Scrolled, clear, column, holder, row
from ui.widgets.spinner import Spinner
from ui.widgets.text import ElidedLabel, Text

ROWS = 5
WIDTH, FORM, HEIGHT = 840, 364, 348  # pixels
PAUSE = 300  # milliseconds without a change before an example is made anew


class DecisionSheet(QDialog):
    """Asks once for all columns given. Closes when the service took it; until then nothing is lost.

    Real values are read when the person asks to see them, then with each change, and are forgotten with the sheet.
    """

    def __init__(
        self,
        desk: Desk,
        ref: str,
        columns: Sequence[PolicyColumn],
        masks: Sequence[MaskChoice],
        treatment: Treatment,
        owner: QWidget,
        settled: Settled,
    ) -> None:
        super().__init__(owner.window())
        self._desk, self._ref, self._columns = desk, ref, tuple(columns)
        self._owner, self._settled = owner, settled
        self._real = False
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        title = columns[0].name if len(columns) == 1 else count(len(columns), "column")
        self.setWindowTitle(f"Decide {title}")
        self.setAccessibleName(f"Decide {title}")
        self.setFixedWidth(WIDTH)
        self.form = MaskForm(columns, masks, treatment)
        self.why = QLineEdit()
        self.why.setPlaceholderText("Why it is treated so (optional)")
        self.why.setAccessibleName("Why it is treated so")
        self.why.setMaxLength(400)
        self.which = Choice("Example of")
        self.which.addItems([c.name for c in columns])
        self.reveal = Button("Show real values", "mdi6.eye-outline")
        self._spinner = Spinner()
        self._values = QGridLayout()
        self._values.setHorizontalSpacing(Space.M)
        self._values.setVerticalSpacing(Space.S)
        self._notices = column(spacing=Space.S)
        self._wrong = column(spacing=0)
        self.send, self._cancel = PrimaryButton("Decide", "mdi6.check"), Button("Cancel")
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(PAUSE)
        self._lay_out(title)
        self._soon.timeout.connect(self._load)
        self.form.changed.connect(self._on_changed)
        self.which.currentIndexChanged.connect(lambda _at: self._on_changed())
        self.reveal.clicked.connect(self._on_reveal)
        self.send.clicked.connect(self._on_send)
        self._cancel.clicked.connect(self.reject)
        self._on_changed()
        self.form.choice.setFocus()

    def _lay_out(self, title: str) -> None:
        one = self._columns[0]
        several = len(self._columns) > 1
        about = ", ".join(c.name for c in self._columns) if several else why(one)
        head = column(ElidedLabel(title, "section"), spacing=Space.XS)
        if not several and one.type:
            head.addWidget(ElidedLabel(one.type.lower(), "detail", Tone.MUTED))
        if about:
            head.addWidget(ElidedLabel(about, "detail", Tone.MUTED))
        left = column(spacing=Space.M)
        left.addWidget(Scrolled(holder(column(self.form, margins=(0, 0, Space.S, 0)))), 1)
        left.addWidget(self.why)
        form = holder(left)
        form.setFixedWidth(FORM)
        self._stack = QStackedWidget()
        ask = column(
            Text("On the real column", "strong"),
            Text(
                "See what the decision makes of a few values of production. They are read for this sheet alone and "
                "stored nowhere.",
                "detail",
                Tone.MUTED,
                wrap=True,
            ),
            Space.XS,
            row(self.reveal, None),
            None,
        )
        shown = column(row(Text("On the real column", "strong"), self._spinner, None), spacing=Space.M)
        shown.addLayout(self._values)
        shown.addLayout(self._notices)
        shown.addStretch(1)
        self._stack.addWidget(holder(ask))
        self._stack.addWidget(Scrolled(holder(shown)))
        right = column(spacing=Space.M)
        right.addWidget(self.which)
        self.which.setVisible(several)
        right.addWidget(self._stack, 1)
        body = row(spacing=Space.XL)
        body.addWidget(form)
        body.addWidget(Line(vertical=True))
        body.addLayout(right, 1)
        inner = holder(body)
        inner.setFixedHeight(HEIGHT)
        promise = Text("Makes a new version; the copy stays as it is until its next refresh.", "detail", Tone.MUTED)
        foot = row(promise, None, self._cancel, self.send)
        self.setLayout(column(head, inner, self._wrong, foot, spacing=Space.L, margins=(Space.XL,) * 4))

    def _on_changed(self) -> None:
        self.send.setEnabled(self.form.decision is not None)
        if self._real:
            self._soon.start()

    def _on_reveal(self) -> None:
        self._real = True
        self._stack.setCurrentIndex(1)
        self._load()
        self.why.setFocus(Qt.FocusReason.OtherFocusReason)

    def _load(self) -> None:
        decision = self.form.decision
        chosen = self._columns[max(0, self.which.currentIndex())]
        if decision is None:
            self._show(Example(rows=()))
            return
        self._spinner.show()
        self._spinner.set_turning(True)
        self._desk.bridge.submit(
            self._desk.services.reviews.example,
            self._ref,
            chosen.table,
            chosen.column,
            decision,
            ROWS,
            owner=self,
            topic="example",
            on_done=self._show,
            on_error=self._on_no_example,
        )

    def _show(self, example: Example) -> None:
        self._spinner.set_turning(False)
        self._spinner.hide()
        clear(self._values)
        clear(self._notices)
        for finding in example.findings:
            tone = Tone.DANGER if finding.severity is Severity.ERROR else Tone.WARNING
            self._notices.addWidget(Notice(finding.message, finding.hint, tone))
        if not example.rows:
            words = "Choose a mask first." if self.form.decision is None else "There is no row to show."
            self._values.addWidget(Text(words, "detail", Tone.MUTED), 0, 0)
            return
        for at, title in enumerate(("In production", "In the copy")):
            self._values.addWidget(Text(title, "label", Tone.MUTED), 0, at)
            self._values.setColumnStretch(at, 1)
        for line, (before, after) in enumerate(example.rows, start=1):
            self._values.addWidget(ElidedLabel(before or "empty", "detail", Tone.MUTED), line, 0)
            made = "as it is" if self.form.treatment.key == Treatment.KEEP else "not made" if after is None else after
            if before is None:
                made = "empty"
            self._values.addWidget(ElidedLabel(made or "empty", "detail"), line, 1)

    def _on_no_example(self, error: Exception) -> None:
        self._show(Example(rows=()))
        if isinstance(error, SandkeeperError):
            clear(self._values)
            self._notices.addWidget(Notice(error.title, error.detail, Tone.DANGER))
        else:
            self._desk.dialogs.error(self, error)

    def _on_send(self) -> None:
        decision = self.form.decision
        if decision is None:
            return
        made = replace(decision, reason=self.why.text().strip())
        self.send.setEnabled(False)
        self._cancel.setEnabled(False)
        clear(self._wrong)
        decide(
            owner=self._owner,
            desk=self._desk,
            ref=self._ref,
            decisions=[(c.table, c.column, made) for c in self._columns],
            on_taken=self.accept,
            on_settled=self._settled,
            on_error=self._on_refused,
        )

    @override
    def reject(self) -> None:
        """Escape waits too while the answer is under way."""
        if self._cancel.isEnabled():
            super().reject()

    def _on_refused(self, error: Exception) -> None:
        self.send.setEnabled(True)
        self._cancel.setEnabled(True)
        if isinstance(error, SandkeeperError):
            words = " ".join(part for part in (error.detail, error.hint) if part)
            self._wrong.addWidget(Notice(error.title, words, Tone.DANGER))
        else:
            self._desk.dialogs.error(self, error)
