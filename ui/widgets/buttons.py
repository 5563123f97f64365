"""Push buttons in the looks the style sheet knows, with icons that follow the theme."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import QPushButton, QWidget
from typing_extensions import override

from ui.theme.icons import icon, tinted
from ui.theme.scheme import colours, is_theme_change
from ui.theme.tokens import Height, Tone


class Button(QPushButton):
    """A plain button. `look` is "", primary, danger, destroy, quiet or link."""

    look = ""
    tone = Tone.NEUTRAL

    def __init__(self, text: str = "", glyph: str = "", *, tip: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._glyph = glyph
        self.setProperty("look", self.look)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAutoDefault(False)
        if tip:
            self.setToolTip(tip)
        self.setAccessibleName(text or tip)
        if glyph and not text:
            self.setFixedWidth(Height.CONTROL)
            self.setStyleSheet("padding: 0;")
        self._tint()

    def set_glyph(self, glyph: str) -> None:
        if glyph != self._glyph:
            self._glyph = glyph
            self._tint()

    def _tint(self) -> None:
        if not self._glyph:
            return
        self.setIconSize(QSize(16, 16))
        if not self.isEnabled():
            self.setIcon(tinted(self._glyph, colours().disabled))
        elif self.look in ("primary", "destroy"):
            self.setIcon(tinted(self._glyph, colours().on_fill))
        else:
            self.setIcon(icon(self._glyph, self.tone))

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if is_theme_change(event) or event.type() is QEvent.Type.EnabledChange:
            self._tint()


class PrimaryButton(Button):
    """The one thing to do here; at most one on a page."""

    look = "primary"


class DangerButton(Button):
    """Leads to something destructive; stands apart from the others and only opens a question."""

    look = "danger"
    tone = Tone.DANGER


class DestroyButton(Button):
    """Does the destructive thing, at the end of a question that said what will be lost."""

    look = "destroy"


class QuietButton(Button):
    look = "quiet"
    tone = Tone.MUTED


class LinkButton(Button):
    look = "link"
    tone = Tone.ACCENT
