"""Labels in the roles of the type scale."""

from html import escape

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget
from typing_extensions import override

from ui.theme.scheme import colours
from ui.theme.tokens import Tone


class Text(QLabel):
    """A label. `role`: title, section, strong, body, detail, label or mono; `tone` says what its colour says."""

    def __init__(
        self,
        text: str = "",
        role: str = "body",
        tone: Tone = Tone.NEUTRAL,
        *,
        wrap: bool = False,
        selectable: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)  # names come from people: never markup
        self.setProperty("role", role)
        self.setProperty("tone", str(tone))
        self.setWordWrap(wrap)
        if wrap:
            policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
            policy.setHeightForWidth(True)
            self.setSizePolicy(policy)
        if selectable:
            self.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )

    def set_tone(self, tone: Tone) -> None:
        if self.property("tone") != str(tone):
            self.setProperty("tone", str(tone))
            self.style().polish(self)


class ElidedLabel(Text):
    """One line that ends in an ellipsis where room is short; the whole text is in the tooltip and for screen readers.

    Control characters are shown as spaces, so that a name with a newline stays one line.
    """

    def __init__(
        self,
        text: str = "",
        role: str = "body",
        tone: Tone = Tone.NEUTRAL,
        *,
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("", role, tone, parent=parent)
        self._mode = mode
        self._whole = ""
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.set_text(text)

    def set_text(self, text: str) -> None:
        if text == self._whole and text:
            return
        self._whole = text
        super().setText(one_line(text)[:400])
        self.setAccessibleName(text[:400])
        self.setToolTip("")
        self.updateGeometry()

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(min(48, super().sizeHint().width()), super().sizeHint().height())

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(self.font())
        tone = Tone(self.property("tone"))
        painter.setPen(colours().of(tone) if self.isEnabled() else colours().disabled)
        room = self.contentsRect()
        shown = self.fontMetrics().elidedText(self.text(), self._mode, room.width())
        tip = "" if shown == self.text() else plain_tip(self._whole)
        if self.toolTip() != tip:
            self.setToolTip(tip)
        painter.drawText(room, int(self.alignment() | Qt.TextFlag.TextSingleLine), shown)


def one_line(text: str) -> str:
    """The text with everything that would break or reorder a line made visible or harmless."""
    return "".join(" " if ord(ch) < 32 or ch in _BREAKING else ch for ch in text)


def plain_tip(text: str) -> str:
    """The text as a tooltip that shows it as it is: Qt would take what looks like markup for markup."""
    short = text if len(text) <= LONGEST_TIP else f"{text[:LONGEST_TIP]}…"
    return f"<p style='white-space: pre-wrap'>{escape(short)}</p>" if "<" in short else short


LONGEST_TIP = 2_000  # characters
_BREAKING = frozenset("\x7f\x85\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")
