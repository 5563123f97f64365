"""Small coloured statements: pills, counts, dots and the band at the top of an environment."""

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from ui.theme.icons import paint_icon
from ui.theme.scheme import colours, font, is_theme_change
from ui.theme.tokens import Height, Size, Space, Tone


class Badge(QWidget):
    """A pill with a symbol and a few words. The words carry the meaning, the colour helps."""

    def __init__(
        self, text: str = "", tone: Tone = Tone.NEUTRAL, glyph: str = "", *, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._text, self._tone, self._glyph = text, tone, glyph
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text)

    def show_as(self, text: str, tone: Tone, glyph: str = "") -> None:
        """Say something else. An empty text hides the badge."""
        self._text, self._tone, self._glyph = text, tone, glyph
        self.setAccessibleName(text)
        self.setVisible(bool(text))
        self.updateGeometry()
        self.update()

    @property
    def text(self) -> str:
        return self._text

    @override
    def sizeHint(self) -> QSize:
        width = _metrics_width(self, self._text) + 2 * Space.S + (16 if self._glyph else 0)
        return QSize(width, Height.BADGE)

    @override
    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_badge(painter, self.rect(), self._text, self._tone, self._glyph, self)

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if is_theme_change(event):
            self.update()


def paint_badge(painter: QPainter, rect: QRect, text: str, tone: Tone, glyph: str, widget: QWidget) -> None:
    """The pill, for widgets and for delegates."""
    c = colours()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(c.soft(tone)))
    painter.drawRoundedRect(QRectF(rect), rect.height() / 2, rect.height() / 2)
    left = rect.left() + Space.S
    if glyph:
        paint_icon(painter, QRect(left, rect.center().y() - 5, 12, 12), glyph, c.of(tone))
        left += 16
    painter.setFont(font(Size.LABEL, strong=True, widget=widget))
    painter.setPen(QColor(c.of(tone)))
    painter.drawText(QRect(left, rect.top(), rect.right() - left, rect.height()), Qt.AlignmentFlag.AlignVCenter, text)


def _metrics_width(widget: QWidget, text: str) -> int:
    return QFontMetrics(font(Size.LABEL, strong=True, widget=widget)).horizontalAdvance(text) + 1


class KindBand(QWidget):
    """Four pixels of the kind's colour across the top of a detail, so that nobody mistakes where they are."""

    def __init__(self, colour_name: str = "sandbox_band", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = colour_name
        self.setFixedHeight(Height.BAND)

    def show_kind(self, colour_name: str) -> None:
        """`colour_name` is a field of the tokens' Colours ending in `_band`."""
        self._name = colour_name
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), QColor(getattr(colours(), self._name)))


class StatusDot(QWidget):
    """A small dot beside words that say the same."""

    def __init__(self, tone: Tone = Tone.MUTED, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tone = tone
        self.setFixedSize(8, 8)

    def set_tone(self, tone: Tone) -> None:
        self._tone = tone
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours().of(self._tone)))
        painter.drawEllipse(self.rect())


class Glyph(QWidget):
    """One icon that follows the theme. Decoration: the words beside it are what a screen reader reads."""

    def __init__(self, name: str, tone: Tone = Tone.MUTED, size: int = 16, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._tone, self._size = name, tone, size
        self.setFixedSize(size, size)

    def show_as(self, name: str, tone: Tone) -> None:
        self._name, self._tone = name, tone
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        box = QRect(QPoint(0, 0), QSize(self._size, self._size))
        paint_icon(painter, box, self._name, colours().of(self._tone))
