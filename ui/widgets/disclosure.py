"""A row that opens: a heading to press, and what stands below it, made when it is first wanted."""

from collections.abc import Callable

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget
from typing_extensions import override

from ui.theme.icons import paint_icon
from ui.theme.scheme import colours, font
from ui.theme.tokens import Radius, Size, Space, Tone
from ui.widgets.layouts import column
from ui.widgets.text import one_line, plain_tip

_LEFT = 44  # where the words begin: room for the chevron and the symbol
_MOST = 2 / 5  # of the width, for the short fact at the right


class Disclosure(QWidget):
    """Opens and closes with a click, Space or Return, the right and the left arrow.

    Signals:
        opened(open): the person opened or closed it.
    """

    opened = Signal(bool)

    def __init__(
        self,
        title: str,
        below: Callable[[], QWidget],
        *,
        detail: str = "",
        fact: str = "",
        glyph: str = "",
        tone: Tone = Tone.MUTED,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._make = below
        self.body: QWidget | None = None
        self.heading = _Heading(title, detail, fact, glyph, tone)
        self._lines = column(self.heading, spacing=0)
        self.setLayout(self._lines)
        self.heading.toggled.connect(self._on_toggled)

    @property
    def is_open(self) -> bool:
        return self.heading.isChecked()

    def open(self, wanted: bool = True) -> None:
        self.heading.setChecked(wanted)

    def _on_toggled(self, wanted: bool) -> None:
        if wanted and self.body is None:
            self.body = self._make()
            self.body.setContentsMargins(_LEFT, 0, 0, Space.M)
            self._lines.addWidget(self.body)
        if self.body is not None:
            self.body.setVisible(wanted)
        self.opened.emit(wanted)


class _Heading(QAbstractButton):
    """Title and fact on one line, the detail below them while it is closed."""

    def __init__(self, title: str, detail: str, fact: str, glyph: str, tone: Tone) -> None:
        super().__init__()
        self._detail, self._fact, self._glyph, self._tone = one_line(detail), one_line(fact), glyph, tone
        self.setText(one_line(title))
        self.setCheckable(True)
        self.setAccessibleName(f"{title}: {fact}" if fact else title)
        self.setAccessibleDescription(detail)
        self.setToolTip(plain_tip(title))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.toggled.connect(lambda _open: self.updateGeometry())

    @override
    def sizeHint(self) -> QSize:
        below = self._detail and not self.isChecked()
        return QSize(240, 50 if below else 34)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        turning = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if turning or event.key() in (Qt.Key.Key_Right, Qt.Key.Key_Left):
            self.setChecked(not self.isChecked() if turning else event.key() == Qt.Key.Key_Right)
        else:
            super().keyPressEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        c = colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse() or self.hasFocus():
            painter.setPen(QPen(QColor(c.focus), 2) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(c.hover if self.underMouse() else "transparent"))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), Radius.CONTROL, Radius.CONTROL)
        chevron = "mdi6.chevron-down" if self.isChecked() else "mdi6.chevron-right"
        paint_icon(painter, QRect(4, 9, 16, 16), chevron, c.muted)
        if self._glyph:
            paint_icon(painter, QRect(22, 9, 16, 16), self._glyph, c.of(self._tone))
        fact_face, title_face = font(Size.DETAIL, widget=self), font(Size.BODY, widget=self)
        room = self.width() - _LEFT - Space.S
        wide = min(QFontMetrics(fact_face).horizontalAdvance(self._fact) + Space.XS, round(room * _MOST))
        self._write(painter, QRect(self.width() - wide - Space.S, 7, wide, 20), fact_face, self._fact, c.of(self._tone))
        words = room - (wide + Space.L if wide else 0)
        self._write(painter, QRect(_LEFT, 7, words, 20), title_face, self.text(), c.text)
        if self._detail and not self.isChecked():
            self._write(painter, QRect(QPoint(_LEFT, 26), QSize(room, 18)), fact_face, self._detail, c.muted)

    def _write(self, painter: QPainter, box: QRect, face: QFont, words: str, colour: str) -> None:
        painter.setFont(face)
        painter.setPen(QColor(colour))
        metrics = painter.fontMetrics()
        shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine), shown)
