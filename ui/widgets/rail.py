"""The navigation at the left edge."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QEnterEvent, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QFrame, QSizePolicy, QWidget
from typing_extensions import override

from ui.theme.icons import paint_icon
from ui.theme.scheme import colours, font
from ui.theme.tokens import Height, Radius, Size, Space, Tone
from ui.widgets.badge import StatusDot
from ui.widgets.layouts import column, row
from ui.widgets.text import ElidedLabel, Text

WIDE, NARROW = 196, 64


class RailButton(QAbstractButton):
    """One page in the rail: icon, name, and a count where something waits there."""

    def __init__(self, title: str, glyph: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._glyph, self._count, self._narrow = glyph, "", False
        self.setText(title)
        self.setCheckable(True)
        self.setAccessibleName(title)
        self.setFixedHeight(Height.ROW)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def set_count(self, count: str) -> None:
        self._count = count
        self.setAccessibleName(f"{self.text()}, {count}" if count else self.text())
        self.update()

    def set_narrow(self, narrow: bool) -> None:
        self._narrow = narrow
        self.setToolTip(self.text() if narrow else "")
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(NARROW - 24 if self._narrow else WIDE - 24, Height.ROW)

    @override
    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        c = colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        body = QRectF(self.rect())
        painter.setPen(Qt.PenStyle.NoPen)
        if self.isChecked() or self.underMouse():
            painter.setBrush(QColor(c.accent_soft if self.isChecked() else c.pressed))
            painter.drawRoundedRect(body, Radius.CONTROL, Radius.CONTROL)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(c.focus), 2))
            painter.drawRoundedRect(body.adjusted(1, 1, -1, -1), Radius.CONTROL - 1, Radius.CONTROL - 1)
        ink = c.accent if self.isChecked() else c.text
        left = (self.width() - 16) // 2 if self._narrow else Space.M
        paint_icon(painter, QRect(left, (self.height() - 16) // 2, 16, 16), self._glyph, ink)
        if self._narrow:
            if self._count:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(c.accent))
                painter.drawEllipse(QRectF(left + 14, 6, 7, 7))
            return
        painter.setFont(font(Size.BODY, strong=self.isChecked(), widget=self))
        painter.setPen(QColor(ink))
        painter.drawText(self.rect().adjusted(40, 0, -Space.S, 0), Qt.AlignmentFlag.AlignVCenter, self.text())
        if self._count:
            self._paint_count(painter)

    def _paint_count(self, painter: QPainter) -> None:
        face = font(Size.LABEL, strong=True, widget=self)
        width = max(20, QFontMetrics(face).horizontalAdvance(self._count) + 12)
        pill = QRect(self.width() - width - Space.S, (self.height() - 20) // 2, width, 20)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours().accent_soft))
        painter.drawRoundedRect(QRectF(pill), 10, 10)
        painter.setFont(face)
        painter.setPen(QColor(colours().accent))
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, self._count)


class Rail(QFrame):
    """The pages, and at the bottom what the worker does. Up and Down move between pages.

    Signals:
        chosen(key): the person chose that page.
    """

    chosen = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "rail")
        self.setAccessibleName("Pages")
        self._buttons: dict[str, RailButton] = {}
        self._group = QButtonGroup(self)
        self._name = Text(name, "section")
        self._dot = StatusDot()
        self._status = ElidedLabel("Starting…", "detail", Tone.MUTED)
        self._entries = column(spacing=2)
        self._foot = row(self._dot, self._status, spacing=Space.S, margins=(Space.S, 0, 0, 0))
        outer = column(spacing=0, margins=(Space.M, 0, Space.M, Space.L))
        outer.addLayout(row(self._name, None, margins=(Space.S, Space.L, 0, Space.L)))
        outer.addLayout(self._entries)
        outer.addStretch(1)
        outer.addLayout(self._foot)
        self.setLayout(outer)
        self.setFixedWidth(WIDE)

    def add(self, key: str, title: str, glyph: str) -> None:
        button = RailButton(title, glyph)
        button.clicked.connect(lambda _checked=False, key=key: self.chosen.emit(key))
        self._buttons[key] = button
        self._group.addButton(button)
        self._entries.addWidget(button)

    def show_chosen(self, key: str) -> None:
        """Mark that page; one that is not in the rail leaves the mark where it was."""
        if key in self._buttons:
            self._buttons[key].setChecked(True)

    def set_count(self, key: str, count: str) -> None:
        if key in self._buttons:
            self._buttons[key].set_count(count)

    def set_status(self, words: str, tone: Tone) -> None:
        self._status.set_text(words)
        self._dot.set_tone(tone)
        self._dot.setToolTip(words)

    @property
    def status(self) -> str:
        """What stands at the bottom."""
        return self._status.accessibleName()

    def set_narrow(self, narrow: bool) -> None:
        """Icons alone, for small windows; names come as tooltips."""
        self.setFixedWidth(NARROW if narrow else WIDE)
        self._name.setVisible(not narrow)
        self._status.setVisible(not narrow)
        for button in self._buttons.values():
            button.set_narrow(narrow)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        buttons = list(self._buttons.values())
        focused = next((i for i, b in enumerate(buttons) if b is self.window().focusWidget()), None)
        if step is None or focused is None:
            super().keyPressEvent(event)
            return
        buttons[(focused + step) % len(buttons)].setFocus(Qt.FocusReason.TabFocusReason)
