"""Small charts, painted: one line per thing, with parts of one colour in falling strength."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget
from typing_extensions import override

from ui.theme.scheme import colours, font
from ui.theme.tokens import Size, Space
from ui.widgets.text import one_line, plain_tip

STRENGTHS = (1.0, 0.62, 0.38, 0.22)
LINE, BAR, LEGEND = 28, 10, 24  # pixels


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One line. `parts` are positive numbers of one unit, in the order of the legend; `note` is the whole in words,
    `told` each part in words, for the tooltip."""

    name: str
    parts: tuple[float, ...]
    note: str
    told: str = ""


class BarChart(QWidget):
    """Horizontal bars on one scale, the longest filling the room, with a legend underneath."""

    def __init__(self, name: str, legend: Sequence[str] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title, self._legend = name, tuple(legend)
        self._bars: tuple[Bar, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_bars(())

    @property
    def bars(self) -> tuple[Bar, ...]:
        return self._bars

    def set_bars(self, bars: Sequence[Bar]) -> None:
        self._bars = tuple(bars)
        self.setFixedHeight(LINE * len(self._bars) + (LEGEND if self._legend else 0))
        told = "; ".join(f"{bar.name}: {bar.note} {bar.told}".strip() for bar in self._bars)
        self.setAccessibleName(f"{self._title}. {told}")
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        longest = max((sum(bar.parts) for bar in self._bars), default=0.0)
        metrics = QFontMetrics(font(Size.DETAIL, widget=self))
        notes = max((metrics.horizontalAdvance(bar.note) for bar in self._bars), default=0) + 2
        names = min(
            max((metrics.horizontalAdvance(one_line(bar.name)) for bar in self._bars), default=0) + 2,
            max(96, round(self.width() * 0.42)),
        )
        for number, bar in enumerate(self._bars):
            room = QRectF(names + Space.M, 0, self.width() - names - notes - 2 * Space.M, LINE)
            self._paint_bar(painter, bar, number * LINE, names, notes, room, longest)
        if self._legend and self._bars:
            self._paint_legend(painter, len(self._bars) * LINE)

    def _paint_bar(
        self, painter: QPainter, bar: Bar, top: int, names: int, notes: int, room: QRectF, longest: float
    ) -> None:
        c = colours()
        face = font(Size.DETAIL, widget=self)
        painter.setFont(face)
        painter.setPen(QColor(c.text))
        words = QFontMetrics(face).elidedText(one_line(bar.name), Qt.TextElideMode.ElideMiddle, names)
        painter.drawText(QRect(0, top, names, LINE), Qt.AlignmentFlag.AlignVCenter, words)
        painter.setPen(QColor(c.muted))
        right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(QRect(self.width() - notes, top, notes, LINE), right, bar.note)
        painter.setPen(Qt.PenStyle.NoPen)
        at = room.x()
        for number, part in enumerate(bar.parts):
            if part <= 0 or longest <= 0:
                continue
            width = max(3.0, room.width() * part / longest)
            painter.setBrush(_ink(number))
            painter.drawRoundedRect(QRectF(at, top + (LINE - BAR) / 2, max(2.0, width - 2), BAR), 3, 3)
            at += width

    def _paint_legend(self, painter: QPainter, top: int) -> None:
        face = font(Size.LABEL, widget=self)
        metrics = QFontMetrics(face)
        at = 0
        for number, name in enumerate(self._legend):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(_ink(number))
            painter.drawRoundedRect(QRectF(at, top + 9, 8, 8), 2, 2)
            painter.setFont(face)
            painter.setPen(QColor(colours().muted))
            width = metrics.horizontalAdvance(name) + 2
            painter.drawText(QRect(at + 14, top, width, LEGEND + 2), Qt.AlignmentFlag.AlignVCenter, name)
            at += 14 + width + Space.L

    @override
    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.told_at(event.pos()), self)
            return True
        return super().event(event)

    def told_at(self, at: QPoint) -> str:
        """What resting there tells; "" outside the bars."""
        number = at.y() // LINE
        if not 0 <= number < len(self._bars):
            return ""
        bar = self._bars[number]
        return plain_tip(f"{bar.name}\n{bar.told or bar.note}")


def _ink(number: int) -> QColor:
    ink = QColor(colours().accent)
    ink.setAlphaF(STRENGTHS[min(number, len(STRENGTHS) - 1)])
    return ink
