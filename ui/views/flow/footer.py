"""The line at the bottom of the flow: leave, back, on; and the button that starts, which takes a deliberate press."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from ui.theme.tokens import Space, Tone
from ui.widgets.buttons import Button, PrimaryButton, QuietButton
from ui.widgets.layouts import Line, column, row
from ui.widgets.text import ElidedLabel


class StartButton(Button):
    """Starts the operation. Return and Enter never press it, whatever has the focus: a click or Space does."""

    look = "primary"

    def show_verb(self, words: str, *, destroys: bool) -> None:
        """What it does; red where something is destroyed for good."""
        self.look = "destroy" if destroys else "primary"
        self.setProperty("look", self.look)
        self.setText(words)
        self.setAccessibleName(words)
        self.style().polish(self)
        self._tint()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.ignore()
            return
        super().keyPressEvent(event)


class Footer(QWidget):
    """Signals:
    left(), back(), on(), started(): what the person pressed.
    """

    left = Signal()
    back = Signal()
    on = Signal()
    started = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.leave = QuietButton("Cancel")
        self.previous = Button("Back", "mdi6.arrow-left")
        self.next = PrimaryButton("Continue")
        self.start = StartButton("Start")
        self.words = ElidedLabel("", "detail", Tone.MUTED)
        self.words.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for button, signal in (
            (self.leave, self.left),
            (self.previous, self.back),
            (self.next, self.on),
            (self.start, self.started),
        ):
            button.clicked.connect(signal)
        line = row(self.leave, margins=(Space.PAGE, Space.M, Space.PAGE, Space.M), spacing=Space.S)
        line.addSpacing(Space.M)
        line.addWidget(self.words, 1)
        line.addSpacing(Space.S)
        for button in (self.previous, self.next, self.start):
            line.addWidget(button)
        outer = column(spacing=0)
        outer.addWidget(Line())
        outer.addLayout(line)
        self.setLayout(outer)

    def show_step(self, *, first: bool, last: bool, problem: str, busy: str) -> None:
        """Which buttons there are, and why one cannot go on."""
        self.previous.setVisible(not first)
        self.next.setVisible(not last)
        self.start.setVisible(last)
        self.next.setEnabled(not problem and not busy)
        self.start.setEnabled(last and not problem and not busy)
        self.words.set_text(busy or problem)
