"""A ring that turns while something is under way whose length nobody knows."""

from PySide6.QtCore import QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QHideEvent, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from ui.theme.scheme import colours

EVERY_MS, STEP = 50, 18  # degrees


class Spinner(QWidget):
    """Turns only while it is seen and was told to. Decoration: the words beside it say what is being done."""

    def __init__(self, diameter: int = 16, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._angle, self._turning = 0, False
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self._on_moment)
        self.setFixedSize(diameter, diameter)

    @property
    def turning(self) -> bool:
        return self._timer.isActive()

    def set_turning(self, turning: bool) -> None:
        self._turning = turning
        self._follow()

    def _follow(self) -> None:
        if self._turning and self.isVisible():
            self._timer.start()
        else:
            self._timer.stop()

    def _on_moment(self) -> None:
        self._angle = (self._angle + STEP) % 360
        self.update()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._follow()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        c = colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ring = QRectF(self.rect()).adjusted(2, 2, -2, -2)
        painter.setPen(QPen(QColor(c.neutral_soft), 2))
        painter.drawEllipse(ring)
        painter.setPen(QPen(QColor(c.accent), 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawArc(ring, -self._angle * 16, 100 * 16)
