"""What stands where nothing is yet: empty, loading, failed."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QColor, QHideEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from ui.theme.scheme import colours
from ui.theme.tokens import Space, Tone
from ui.widgets.badge import Glyph
from ui.widgets.buttons import Button, PrimaryButton
from ui.widgets.layouts import column, row
from ui.widgets.text import Text


class EmptyState(QWidget):
    """Says why nothing is here and what to do about it; for errors too, with `tone` danger.

    Signals:
        acted(): the person pressed the button.
    """

    acted = Signal()

    def __init__(
        self,
        title: str = "",
        detail: str = "",
        glyph: str = "mdi6.tray",
        action: str = "",
        *,
        tone: Tone = Tone.MUTED,
        primary: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._glyph = Glyph(glyph, tone, 32)
        self._title = Text(title, "section", wrap=True)
        self._detail = Text(detail, "body", Tone.MUTED, wrap=True)
        for words in (self._title, self._detail):
            words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            words.setMaximumWidth(440)
            words.setMinimumWidth(240)
        self._action = PrimaryButton(action) if primary else Button(action)
        self._action.clicked.connect(self.acted)
        body = column(spacing=Space.S, margins=(Space.L, Space.L, Space.L, Space.L))
        body.addStretch(2)
        body.addLayout(row(None, self._glyph, None))
        body.addSpacing(Space.XS)
        body.addLayout(row(None, self._title, None))
        body.addLayout(row(None, self._detail, None))
        body.addSpacing(Space.S)
        body.addLayout(row(None, self._action, None))
        body.addStretch(3)
        self.setLayout(body)
        self._action.setVisible(bool(action))  # not before it has a parent: it would be a window for a moment
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def say(
        self, title: str, detail: str = "", glyph: str = "mdi6.tray", action: str = "", tone: Tone = Tone.MUTED
    ) -> None:
        """Say something else in the same place."""
        self._glyph.show_as(glyph, tone)
        self._title.setText(title)
        self._detail.setText(detail)
        self._detail.setVisible(bool(detail))
        self._action.setText(action)
        self._action.setVisible(bool(action))


class Skeleton(QWidget):
    """Grey lines where rows will be. Appears only after a moment, so that quick answers do not flicker."""

    def __init__(self, lines: int = 6, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines, self._awake = lines, False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(150)
        self._timer.timeout.connect(self._on_late)
        self.setAccessibleName("Loading")

    def _on_late(self) -> None:
        self._awake = True
        self.update()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._awake = False
        self._timer.start()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._awake:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours().neutral_soft))
        for line in range(self._lines):
            width = (0.72, 0.48, 0.61, 0.38)[line % 4] * (self.width() - 32)
            painter.drawRoundedRect(16, 20 + 32 * line, round(width), 10, 5, 5)
