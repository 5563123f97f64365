"""Deciding how one column is treated: keep it, or mask it with one of the masks that fit its type."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLineEdit, QWidget
from typing_extensions import override

from app.domain.policy import ColumnPolicy, OptionRef, Policy, Treatment, Value
from app.services.mask_choices import MaskChoice
from ui.models.preview import (
    TREATMENT_GLYPH,
    TREATMENT_TONE,
    TREATMENT_WORDS,
    PreviewColumn,
    decided_words,
    reason_words,
    samples_of,
)
from ui.theme.tokens import Space, Tone
from ui.widgets.badge import Badge
from ui.widgets.buttons import Button
from ui.widgets.fields import Choice
from ui.widgets.forms import FormFromOptions
from ui.widgets.header import FilterBar
from ui.widgets.layouts import Scrolled, clear, column, holder, row, tab_after
from ui.widgets.text import ElidedLabel, Text

HEIGHT = 212  # pixels
_KEEP = "Comes along as it is. Keep only what says nothing about a person."
_CHOOSE = "The same value becomes the same replacement everywhere, on every refresh."


class DecisionPanel(QFrame):
    """Shows the chosen column: samples at the left, the decision at the right.

    Signals:
        decided(table, column, decision): the person pressed the button; a `ColumnPolicy`.
    """

    decided = Signal(str, str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "card")
        self.setAccessibleName("Decision about one column")
        self._masks: tuple[MaskChoice, ...] = ()
        self._policy: Policy | None = None
        self._column: PreviewColumn | None = None
        self._real = False
        self.form: FormFromOptions | None = None
        self._name, self._reason = ElidedLabel("", "strong"), ElidedLabel("", "detail", Tone.MUTED)
        self._badge = Badge()
        self._samples = QGridLayout()
        self._samples.setHorizontalSpacing(Space.M)
        self._samples.setVerticalSpacing(Space.XS)
        self.treatment = FilterBar("Treatment", ((Treatment.KEEP, "Keep"), (Treatment.MASK, "Mask")))
        self.choice = Choice("Mask")
        self._help = Text("", "detail", Tone.MUTED, wrap=True)
        self.why = QLineEdit()
        self.why.setPlaceholderText("Why (optional)")
        self.why.setAccessibleName("Why it is treated so")
        self.why.setMaxLength(400)
        self.decide = Button("Decide", "mdi6.check")
        self._parameters = column(spacing=0)
        self._lay_out()
        self.treatment.chosen.connect(lambda _key: self._show_choice())
        self.choice.activated.connect(lambda _index: self._show_mask())
        self.decide.clicked.connect(self._on_decide)
        self.show_column(None)

    @property
    def column(self) -> PreviewColumn | None:
        """The column that is shown."""
        return self._column

    def show_policy(self, policy: Policy | None, masks: tuple[MaskChoice, ...]) -> None:
        """The policy as it is, so that a parameter that follows an option goes on doing so; and all masks."""
        self._policy, self._masks = policy, masks

    def show_real(self, real: bool) -> None:
        """Whether real values may be seen now."""
        self._real = real
        self._show_samples()

    def show_column(self, shown: PreviewColumn | None) -> None:
        """That column; None hides the panel. The same column again keeps what was being chosen."""
        same = shown is not None and shown == self._column
        self._column = shown
        self.setVisible(shown is not None)
        if shown is None or same:
            return
        self._name.set_text(f"{shown.name}  ·  {shown.plan.type.lower()}")
        self._badge.show_as(
            TREATMENT_WORDS[shown.treatment], TREATMENT_TONE[shown.treatment], TREATMENT_GLYPH[shown.treatment]
        )
        said = (reason_words(shown) or "No reason was given.", decided_words(shown))
        self._reason.set_text("  ·  ".join(part for part in said if part))
        fixed = shown.treatment in (Treatment.DROP, Treatment.GENERATED)
        self._choose.setVisible(not fixed)
        self._fill_masks(shown)
        self.treatment.choose(Treatment.KEEP if shown.treatment is Treatment.KEEP else Treatment.MASK)
        self.why.setText("")
        self._show_samples()

    def _lay_out(self) -> None:
        head = row(self._name, self._badge, spacing=Space.M)
        head.setStretch(0, 1)
        left = QWidget()
        left.setLayout(column(self._samples, None, spacing=0))
        choice = row(self.treatment, self.choice, spacing=Space.S)
        choice.setStretch(1, 1)
        inner = QWidget()
        inner.setLayout(column(choice, self._help, self._parameters, None, spacing=Space.S, margins=(0, 0, Space.S, 0)))
        last = row(self.why, self.decide, spacing=Space.S)
        right = column(spacing=Space.S)
        right.addWidget(Scrolled(inner), 1)
        right.addLayout(last)
        self._choose = holder(right)
        body = row(spacing=Space.L)
        body.addWidget(left, 1)
        body.addWidget(self._choose, 1)
        outer = column(head, self._reason, spacing=Space.XS, margins=(Space.L, Space.M, Space.L, Space.M))
        outer.addSpacing(Space.XS)
        outer.addLayout(body, 1)
        self.setLayout(outer)
        self.setFixedHeight(HEIGHT)

    def _fill_masks(self, shown: PreviewColumn) -> None:
        """Masks that take this type; the one in the policy stands first chosen."""
        fitting = [m for m in self._masks if shown.plan.family in m.families]
        self.choice.clear()
        if shown.plan.mask is None:
            self.choice.addItem("Choose a mask" if fitting else "No mask takes this type", None)
        for mask in fitting:
            self.choice.addItem(mask.title, mask)
        present = next((at for at, m in enumerate(fitting) if m.name == shown.plan.mask), 0)
        self.choice.setCurrentIndex(present)

    def _show_choice(self) -> None:
        masking = self.treatment.key == Treatment.MASK
        self.choice.setEnabled(masking)
        self._show_mask()

    def _show_mask(self) -> None:
        clear(self._parameters)
        self.form = None
        mask = self._chosen_mask()
        if mask is None:
            keeps = self.treatment.key == Treatment.KEEP
            self._help.setText(_KEEP if keeps else _CHOOSE)
            self.decide.setEnabled(keeps)
            return
        self._help.setText(f"{mask.help} Lost: {mask.breaks[:1].lower()}{mask.breaks[1:]}")
        self._help.setToolTip(f"Kept: {mask.keeps}")
        if mask.parameters:
            given = self._column.plan.parameters if self._column and self._column.plan.mask == mask.name else {}
            self.form = FormFromOptions(mask.parameters, {k: v for k, v in given.items() if v is not None})
            self.form.changed.connect(self._check)
            self._parameters.addWidget(self.form)
            tab_after(self.choice, self.form.fields)
        self._check()

    def _chosen_mask(self) -> MaskChoice | None:
        found = self.choice.currentData() if self.treatment.key == Treatment.MASK else None
        return found if isinstance(found, MaskChoice) else None

    def _check(self) -> None:
        self.decide.setEnabled(self.form is None or not self.form.problems())

    def _show_samples(self) -> None:
        clear(self._samples)
        if self._column is None:
            return
        pairs = samples_of(self._column, real=self._real)
        if not pairs:
            self._samples.addWidget(Text("No rows to show a sample of.", "detail", Tone.MUTED), 0, 0)
            return
        for at, title in enumerate(("In production", "In the copy")):
            self._samples.addWidget(Text(title, "label", Tone.MUTED), 0, at)
            self._samples.setColumnStretch(at, 1)
        for line, (before, after) in enumerate(pairs, start=1):
            self._samples.addWidget(ElidedLabel(before, "detail", Tone.MUTED), line, 0)
            self._samples.addWidget(ElidedLabel(after, "detail"), line, 1)

    def _on_decide(self) -> None:
        if self._column is None:
            return
        mask = self._chosen_mask()
        decision = ColumnPolicy(
            treatment=Treatment.KEEP if mask is None else Treatment.MASK,
            mask=None if mask is None else mask.name,
            parameters={} if mask is None else self._given(mask),
            reason=self.why.text().strip(),
        )
        self.decide.setEnabled(False)
        self.decided.emit(self._column.table, self._column.plan.column, decision)

    def _given(self, mask: MaskChoice) -> dict[str, Value]:
        """Parameters that differ from their defaults; one that follows an option and was not touched goes on so."""
        if self.form is None or self._column is None:
            return {}
        known = self._policy.table(self._column.table) if self._policy is not None else None
        before = known.columns.get(self._column.plan.column) if known is not None else None
        given: dict[str, Value] = {}
        for option in mask.parameters:
            value = self.form.values()[option.id]
            stood = before.parameters.get(option.id) if before is not None and before.mask == mask.name else None
            if isinstance(stood, OptionRef) and value in (self._column.plan.parameters.get(option.id), "", None):
                given[option.id] = stood
            elif value != option.default and value not in (None, ""):
                given[option.id] = value
        return given

    @override
    def sizeHint(self) -> QSize:
        return QSize(480, HEIGHT)

    def let_decide_again(self) -> None:
        """The decision was not taken: the button wakes."""
        self._check()
        self.decide.setFocus(Qt.FocusReason.OtherFocusReason)
