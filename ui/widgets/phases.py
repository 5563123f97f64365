"""Phases from top to bottom, joined by a line: what is done, what runs, what is still to come."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from ui.theme.icons import paint_icon
from ui.theme.scheme import colours, font
from ui.theme.tokens import Size, Space
from ui.widgets.progress import STEP_LOOK, Step

LINE, SYMBOL = 28, 18  # pixels


class PhaseColumn(QWidget):
    """One line per phase: symbol, name, and at the right how long it took. The present one is strong."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._steps: tuple[Step, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    @property
    def steps(self) -> tuple[Step, ...]:
        return self._steps

    def set_steps(self, steps: Sequence[Step]) -> None:
        if self._steps == tuple(steps):
            return
        resized = len(self._steps) != len(steps)
        self._steps = tuple(steps)
        told = [f"{step.name} {step.state} {step.note}".strip() for step in steps]
        self.setAccessibleName("Phases: " + ", ".join(told))
        if resized:
            self.updateGeometry()
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(208, max(1, len(self._steps)) * LINE)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(168, max(1, len(self._steps)) * LINE)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        c = colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for index, step in enumerate(self._steps):
            top = index * LINE
            glyph, tone = STEP_LOOK[step.state]
            if index:
                begun = step.state != "waiting"
                painter.setPen(QPen(QColor(c.good if begun else c.control_line), 2))
                painter.drawLine(
                    SYMBOL // 2, top - (LINE - SYMBOL) // 2 + 2, SYMBOL // 2, top + (LINE - SYMBOL) // 2 - 2
                )
            paint_icon(painter, QRectF(0, top + (LINE - SYMBOL) / 2, SYMBOL, SYMBOL), glyph, c.of(tone))
            strong = step.state in ("running", "failed", "cancelled")
            painter.setFont(font(Size.BODY, strong=strong, widget=self))
            painter.setPen(QColor(c.muted if step.state == "waiting" else c.text))
            words = QRect(SYMBOL + Space.M, top, self.width() - SYMBOL - Space.M, LINE)
            painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, step.name.capitalize())
            painter.setFont(font(Size.DETAIL, widget=self))
            painter.setPen(QColor(c.muted))
            painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, step.note)
