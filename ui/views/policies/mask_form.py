"""Which mask, and everything that may be said about it: a form made from what the mask declares of itself."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.domain.policy import ColumnPolicy, OptionRef, Scalar, Treatment, Value
from app.services.mask_choices import MaskChoice
from ui.models.policies_columns import PolicyColumn
from ui.theme.tokens import Space, Tone
from ui.widgets.fields import Choice
from ui.widgets.forms import FormFromOptions
from ui.widgets.header import FilterBar
from ui.widgets.layouts import clear, column, row, tab_after
from ui.widgets.text import Text

_KEEP = "Comes along as it is. Keep only what says nothing about a person."
_NONE = "No mask takes the types of all these columns together. Decide about them one by one."
_CHOOSE = "The same value becomes the same replacement everywhere, on every refresh."


class MaskForm(QWidget):
    """How these columns are treated.

    Signals:
        changed(): ask `decision` anew.
    """

    changed = Signal()

    def __init__(self, columns: Sequence[PolicyColumn], masks: Sequence[MaskChoice], treatment: Treatment) -> None:
        super().__init__()
        self._columns = tuple(columns)
        families = {c.family for c in columns}
        self._fitting = [m for m in masks if families <= m.families]
        self.treatment = FilterBar("Treatment", ((Treatment.KEEP, "Keep"), (Treatment.MASK, "Mask")))
        self.choice = Choice("Mask")
        self._help = Text("", "detail", Tone.MUTED, wrap=True)
        self._parameters = column(spacing=0)
        self.form: FormFromOptions | None = None
        self._fill()
        head = row(self.treatment, self.choice, spacing=Space.S)
        head.setStretch(1, 1)
        self.setLayout(column(head, self._help, Space.XS, self._parameters, None, spacing=Space.S))
        self.treatment.chosen.connect(lambda _key: self._show())
        self.choice.activated.connect(lambda _index: self._show())
        self.treatment.choose(treatment)

    @property
    def decision(self) -> ColumnPolicy | None:
        """What was chosen, without a reason; None as long as something is missing or wrong."""
        if self.treatment.key == Treatment.KEEP:
            return ColumnPolicy(treatment=Treatment.KEEP)
        mask = self._mask()
        if mask is None or (self.form is not None and self.form.problems()):
            return None
        return ColumnPolicy(treatment=Treatment.MASK, mask=mask.name, parameters=self._given(mask))

    def _fill(self) -> None:
        present = {_present(c)[0] for c in self._columns} - {None}
        together = next(iter(present)) if len(present) == 1 else None
        if together is None or all(m.name != together for m in self._fitting):
            self.choice.addItem("Choose a mask" if self._fitting else "No mask takes these", None)
        for mask in self._fitting:
            self.choice.addItem(mask.title, mask)
        at = next((n for n in range(self.choice.count()) if _name(self.choice.itemData(n)) == together), 0)
        self.choice.setCurrentIndex(at)

    def _mask(self) -> MaskChoice | None:
        found = self.choice.currentData() if self.treatment.key == Treatment.MASK else None
        return found if isinstance(found, MaskChoice) else None

    def _show(self) -> None:
        clear(self._parameters)
        self.form = None
        mask = self._mask()
        self.choice.setEnabled(self.treatment.key == Treatment.MASK)
        if mask is None:
            keeps = self.treatment.key == Treatment.KEEP
            self._help.setText(_KEEP if keeps else _CHOOSE if self._fitting else _NONE)
        else:
            self._help.setText(f"{mask.help} Lost: {mask.breaks[:1].lower()}{mask.breaks[1:]}")
            self._help.setToolTip(f"Kept: {mask.keeps}")
            if mask.parameters:
                self.form = FormFromOptions(mask.parameters, self._present(mask))
                self.form.changed.connect(self.changed)
                self._parameters.addWidget(self.form)
                tab_after(self.choice, self.form.fields)
        self.changed.emit()

    def _present(self, mask: MaskChoice) -> dict[str, Scalar | tuple[Scalar, ...]]:
        """What the first of these columns has now, or is suggested to have, where that is this mask."""
        name, parameters = _present(self._columns[0])
        if name != mask.name:
            return {}
        return {k: v for k, v in parameters.items() if v is not None and not isinstance(v, OptionRef)}

    def _given(self, mask: MaskChoice) -> dict[str, Value]:
        """Parameters that differ from their defaults; one that follows an option and was not touched goes on so."""
        if self.form is None:
            return {}
        first = self._columns[0]
        before = first.written.parameters if first.written is not None and first.written.mask == mask.name else {}
        given: dict[str, Value] = {}
        for option in mask.parameters:
            value, stood = self.form.values()[option.id], before.get(option.id)
            if isinstance(stood, OptionRef) and value in (first.parameters.get(option.id), "", None):
                given[option.id] = stood
            elif value != option.default and value not in (None, ""):
                given[option.id] = value
        return given


def _present(column_: PolicyColumn) -> tuple[str | None, Mapping[str, Value]]:
    """The mask a column has, else the one suggested for it, with its parameters."""
    if column_.treatment is Treatment.MASK or column_.suggested is None:
        return column_.mask, column_.parameters
    return column_.suggested.mask, column_.suggested.parameters


def _name(mask: object) -> str | None:
    return mask.name if isinstance(mask, MaskChoice) else None
