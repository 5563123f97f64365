"""The dialog that asks before something is lost: what will be gone, each warning acknowledged, the name typed."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QLineEdit, QWidget

from ui.theme.tokens import Space, Tone
from ui.widgets.buttons import Button, DestroyButton
from ui.widgets.facts import FactRow, Notice
from ui.widgets.fields import Check
from ui.widgets.layouts import Line, Scrolled, column, row
from ui.widgets.text import ElidedLabel, Text

WIDTH = 560


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledgement:
    """One thing the person must tick; `id` comes back in `Confirmed.acknowledged`."""

    id: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """A question with consequences. `blocks` are reasons why it cannot be done at all: then there is no button."""

    title: str
    subject: str
    intro: str
    verb: str
    name: str  # what must be typed
    losses: Sequence[str] = ()
    facts: Sequence[tuple[str, str]] = ()
    blocks: Sequence[tuple[str, str]] = ()
    acknowledgements: Sequence[Acknowledgement] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """What the person gave."""

    typed: str
    acknowledged: tuple[str, ...] = field(default=())


class ConfirmationDialog(QDialog):
    """Window-modal. The button wakes when all is ticked and the name typed; Escape leaves everything as it is.

    Signals:
        confirmed(answer): a `Confirmed`; the dialog closes itself.
    """

    confirmed = Signal(object)

    def __init__(self, asked: Confirmation, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._asked = asked
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setWindowTitle(asked.title)
        self.setAccessibleName(asked.title)
        self.setAccessibleDescription(asked.intro)
        self.setFixedWidth(WIDTH)
        self._ticks = [(a.id, Check(a.text)) for a in asked.acknowledgements]
        self._name = QLineEdit()
        self._name.setMaxLength(20_000)
        self._name.setAccessibleName(f"Type {asked.name} to confirm")
        self._verb = DestroyButton(asked.verb)
        self._verb.setEnabled(False)
        self._verb.clicked.connect(self._on_pressed)
        self._cancel = Button("Cancel")
        self._cancel.clicked.connect(self.reject)
        self._name.textChanged.connect(self._refresh)
        for _, tick in self._ticks:
            tick.toggled.connect(self._refresh)
        self._build()
        self._refresh()

    def _build(self) -> None:
        asked = self._asked
        head = column(
            Text(asked.title, "title", wrap=True),
            ElidedLabel(asked.subject, "body", Tone.MUTED),
            spacing=Space.XS,
            margins=(Space.XL, Space.XL, Space.XL, Space.L),
        )
        body = column(spacing=Space.M, margins=(Space.XL, 0, Space.XL, Space.L))
        body.addWidget(Text(asked.intro, "body", wrap=True))
        for message, hint in asked.blocks:
            body.addWidget(Notice(message, hint, Tone.DANGER))
        if asked.losses:
            lost = [FactRow(loss, glyph="mdi6.minus-circle-outline", tone=Tone.DANGER) for loss in asked.losses]
            body.addWidget(Text("Will be gone", "strong"))
            body.addLayout(column(*lost, spacing=0))
        if asked.facts:
            body.addLayout(column(*[FactRow(name, value) for name, value in asked.facts], spacing=0))
        if not asked.blocks:
            if self._ticks:
                body.addLayout(column(*[tick for _, tick in self._ticks], spacing=0))
            ask = Text("Type the name to confirm:", "strong")
            ask.setBuddy(self._name)
            body.addLayout(row(ask, ElidedLabel(asked.name, "mono"), None))
            body.addWidget(self._name)
        body.addStretch(1)
        content = QWidget()
        content.setLayout(body)
        scrolled = Scrolled(content)
        content.ensurePolished()
        scrolled.setFixedHeight(min(440, max(body.totalHeightForWidth(WIDTH), body.totalSizeHint().height())))
        if asked.blocks:
            self._cancel.setText("Close")
        foot = row(None, self._cancel, self._verb, margins=(Space.XL, Space.L, Space.XL, Space.L))
        outer = column(spacing=0)
        outer.addLayout(head)
        outer.addWidget(scrolled)
        outer.addWidget(Line())
        outer.addLayout(foot)
        self.setLayout(outer)
        self._verb.setVisible(not asked.blocks)
        (self._name if not self._ticks else self._ticks[0][1]).setFocus()

    def _refresh(self) -> None:
        given = self._name.text().strip() == self._asked.name.strip() and all(t.isChecked() for _, t in self._ticks)
        self._verb.setEnabled(given and not self._asked.blocks)

    def _on_pressed(self) -> None:
        answer = Confirmed(typed=self._name.text(), acknowledged=tuple(key for key, t in self._ticks if t.isChecked()))
        self.accept()
        self.confirmed.emit(answer)
