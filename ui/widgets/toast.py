"""A short message that comes, stays a while and goes."""

from PySide6.QtCore import QEvent, QObject, QPoint, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QWidget
from typing_extensions import override

from ui.theme.scheme import colours
from ui.theme.tokens import Radius, Space, Tone
from ui.widgets.badge import Glyph
from ui.widgets.buttons import LinkButton, QuietButton
from ui.widgets.text import Text

_GLYPHS = {
    Tone.GOOD: "mdi6.check-circle",
    Tone.DANGER: "mdi6.alert-octagon",
    Tone.WARNING: "mdi6.alert",
}
SHOWN_MS = 6_000
ABOVE = 72  # pixels kept free at the bottom: the buttons that lead on stand there


class Toast(QWidget):
    """One message. Bad news stays until it is closed; the rest goes by itself, unless the pointer rests on it.

    Signals:
        closed(): it is gone.
        acted(): the person pressed its link.
    """

    closed = Signal()
    acted = Signal()

    def __init__(self, text: str, tone: Tone = Tone.NEUTRAL, action: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        words = Text(text, "body", wrap=True)
        words.setMinimumWidth(200)
        line = QHBoxLayout(self)
        line.setContentsMargins(Space.L, Space.M, Space.S, Space.M)
        line.setSpacing(Space.M)
        line.addWidget(Glyph(_GLYPHS.get(tone, "mdi6.information"), Tone.ACCENT if tone is Tone.NEUTRAL else tone))
        line.addWidget(words, 1)
        self.link = LinkButton(action)
        self.link.clicked.connect(self.acted)
        self.link.clicked.connect(self.close_now)
        line.addWidget(self.link)
        self.link.setVisible(bool(action))  # not before it has a parent: it would be a window for a moment
        close = QuietButton("", "mdi6.close", tip="Close message")
        close.clicked.connect(self.close_now)
        line.addWidget(close)
        self.setAccessibleName(text)
        self.setFixedWidth(400)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SHOWN_MS)
        self._timer.timeout.connect(self.close_now)
        if tone is not Tone.DANGER:
            self._timer.start()

    def close_now(self) -> None:
        self._timer.stop()
        self.hide()
        self.closed.emit()
        self.deleteLater()

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Enter and self._timer.isActive():
            self._timer.stop()
            self._timer.setProperty("paused", True)
        elif event.type() is QEvent.Type.Leave and self._timer.property("paused"):
            self._timer.start()
        return super().event(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        c = colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(c.control_line), 1))
        painter.setBrush(QColor(c.panel))
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), Radius.CARD, Radius.CARD)


class ToastStack(QObject):
    """Keeps the toasts of a window towards its lower right corner, newest below, at most three."""

    def __init__(self, host: QWidget) -> None:
        super().__init__(host)
        self._host = host
        self._toasts: list[Toast] = []
        host.installEventFilter(self)

    def add(self, toast: Toast) -> None:
        toast.setParent(self._host)
        toast.closed.connect(lambda toast=toast: self._on_closed(toast))
        self._toasts.append(toast)
        while len(self._toasts) > 3:
            self._toasts[0].close_now()
        toast.adjustSize()
        toast.show()
        toast.raise_()
        self._place()

    def _on_closed(self, toast: Toast) -> None:
        if toast in self._toasts:
            self._toasts.remove(toast)
            self._place()

    def _place(self) -> None:
        bottom = self._host.height() - ABOVE
        for toast in reversed(self._toasts):
            toast.resize(toast.width(), max(toast.sizeHint().height(), 48))
            bottom -= toast.height()
            toast.move(QPoint(self._host.width() - toast.width() - Space.L, bottom))
            bottom -= Space.S

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._host and event.type() is QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)
