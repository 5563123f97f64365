"""Fields to type and choose in, painted where Qt's style sheets cannot follow the theme."""

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QSizePolicy, QWidget
from typing_extensions import override

from ui.theme.icons import icon, paint_icon
from ui.theme.scheme import colours, is_theme_change
from ui.theme.tokens import Height, Radius, Space, Tone


class SearchField(QLineEdit):
    """A field to filter with. Escape empties it; Down leaves it for the list below.

    Signals:
        left_downwards(): the person pressed Down or Return to go to what was found.
    """

    left_downwards = Signal()

    def __init__(self, placeholder: str, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(name or placeholder)
        self.setClearButtonEnabled(False)
        self.setMaxLength(200)
        self._lens = self.addAction(icon("mdi6.magnify", Tone.MUTED), QLineEdit.ActionPosition.LeadingPosition)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.left_downwards.emit()
        else:
            super().keyPressEvent(event)

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if is_theme_change(event) and hasattr(self, "_lens"):
            self._lens.setIcon(icon("mdi6.magnify", Tone.MUTED))


class Choice(QComboBox):
    """One of several, in a painted field with a chevron."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setFixedHeight(Height.CONTROL)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    @override
    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        widest = max((metrics.horizontalAdvance(self.itemText(i)) for i in range(self.count())), default=60)
        return QSize(widest + 48, Height.CONTROL)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(min(96, self.sizeHint().width()), Height.CONTROL)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        c = colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        focused = self.hasFocus()
        ground = c.hover if self.underMouse() and self.isEnabled() else c.field
        paint_field(painter, self.rect(), ground, focused=focused)
        painter.setPen(QColor(c.text if self.isEnabled() else c.disabled))
        painter.setFont(self.font())
        room = self.rect().adjusted(Space.M, 0, -28, 0)
        text = self.fontMetrics().elidedText(self.currentText(), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, text)
        arrow = QRect(self.width() - 24, (self.height() - 16) // 2, 16, 16)
        paint_icon(painter, arrow, "mdi6.chevron-down", c.muted)


WORDS_AT = 28  # where a tick box's words begin, in pixels


class Check(QCheckBox):
    """A box to tick, with words that wrap beside it."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setAccessibleName(text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def _words(self, width: int) -> QRect:
        room = QRect(0, 0, max(40, width - WORDS_AT), 10_000)
        return self.fontMetrics().boundingRect(room, int(Qt.TextFlag.TextWordWrap), self.text())

    @override
    def hasHeightForWidth(self) -> bool:
        return True

    @override
    def heightForWidth(self, width: int) -> int:
        return max(24, self._words(width).height() + Space.S)

    @override
    def sizeHint(self) -> QSize:
        return QSize(WORDS_AT + self.fontMetrics().horizontalAdvance(self.text()), 24)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(160 if len(self.text()) > 20 else self.sizeHint().width(), 24)

    @override
    def hitButton(self, pos: QPoint) -> bool:
        return True

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        c = colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(1, 3.5, 17, 17)
        paint_tick(painter, box, on=self.isChecked(), focused=self.hasFocus(), enabled=self.isEnabled())
        painter.setPen(QColor(c.text if self.isEnabled() else c.disabled))
        painter.setFont(self.font())
        room = self.rect().adjusted(WORDS_AT, 4, 0, 0)
        painter.drawText(room, int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop), self.text())


def paint_tick(painter: QPainter, box: QRectF, *, on: bool, focused: bool = False, enabled: bool = True) -> None:
    """A box to tick, for widgets and for delegates."""
    c = colours()
    edge = c.focus if focused else (c.accent_fill if on else c.control_line)
    painter.setPen(QPen(QColor(edge), 2 if focused else 1))
    painter.setBrush(QColor(c.accent_fill if on and enabled else c.field))
    painter.drawRoundedRect(box, 4, 4)
    if on:
        paint_icon(painter, box.adjusted(1.5, 1.5, -1.5, -1.5), "mdi6.check-bold", c.on_fill)


def paint_field(painter: QPainter, rect: QRect, ground: str, *, focused: bool) -> None:
    """The outline of a field, with the focus ring where it has the focus."""
    c = colours()
    width = 2 if focused else 1
    painter.setPen(QPen(QColor(c.focus if focused else c.control_line), width))
    painter.setBrush(QColor(ground))
    inset = width / 2
    painter.drawRoundedRect(
        QRectF(rect).adjusted(inset, inset, -inset, -inset), Radius.CONTROL - inset / 2, Radius.CONTROL - inset / 2
    )
