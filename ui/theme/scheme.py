"""Which colours are in force, and putting them on the application when the system changes its mind."""

import sys

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from ui.theme.sheet import style_sheet
from ui.theme.tokens import DARK, LIGHT, WEIGHT_STRONG, Colours, Size

_in_force: Colours = LIGHT

# What Qt answers on a Linux where no desktop names an interface font; there Inter, if installed, reads better.
_NOBODYS_CHOICE = {"", "sans", "sans serif", "sans-serif", "dejavu sans", "bitstream vera sans", "helvetica", "arial"}


def colours() -> Colours:
    """The colours in force now. Painted widgets ask each time they paint, so a live switch needs nothing more."""
    return _in_force


def palette_of(c: Colours) -> QPalette:
    """The scheme as a Qt palette, for what the style itself draws."""
    palette = QPalette()
    role = QPalette.ColorRole
    for target, value in (
        (role.Window, c.window),
        (role.Base, c.panel),
        (role.AlternateBase, c.hover),
        (role.Button, c.panel),
        (role.WindowText, c.text),
        (role.Text, c.text),
        (role.ButtonText, c.text),
        (role.PlaceholderText, c.muted),
        (role.Highlight, c.accent_fill),
        (role.HighlightedText, c.on_fill),
        (role.Accent, c.accent_fill),
        (role.Link, c.accent),
        (role.ToolTipBase, c.tip),
        (role.ToolTipText, c.on_tip),
        (role.Mid, c.line),
        (role.Light, c.panel),
        (role.Dark, c.control_line),
    ):
        palette.setColor(target, QColor(value))
    for target in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, target, QColor(c.disabled))
    return palette


class Theme(QObject):
    """Keeps the application in the system's colour scheme, live.

    Signals:
        theme_changed(): the colours in force changed and the style sheet is already on.
    """

    theme_changed = Signal()

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._application = application
        self._forced: Qt.ColorScheme | None = None
        application.setStyle("fusion")
        application.setFont(_interface_font(application.font()))
        application.styleHints().colorSchemeChanged.connect(self._on_system_changed)
        self._apply()

    def force(self, scheme: Qt.ColorScheme | None) -> None:
        """Stay in that scheme whatever the system says; None follows the system again."""
        self._forced = scheme
        self._apply()

    def _on_system_changed(self) -> None:
        self._apply()

    def _apply(self) -> None:
        global _in_force
        scheme = self._forced or self._application.styleHints().colorScheme()
        chosen = DARK if scheme is Qt.ColorScheme.Dark else LIGHT
        if chosen is _in_force and self._application.styleSheet():
            return
        _in_force = chosen
        self._application.setPalette(palette_of(chosen))
        self._application.setStyleSheet(style_sheet(chosen))
        self.theme_changed.emit()


def is_theme_change(event: QEvent) -> bool:
    """Whether a `changeEvent` tells that colours may be others now."""
    return event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange)


def font(size: int = Size.BODY, *, strong: bool = False, widget: QWidget | None = None) -> QFont:
    """The interface font at that size in logical pixels, for painting."""
    made = QFont(widget.font() if widget is not None else QApplication.font())
    made.setPixelSize(size)
    made.setWeight(QFont.Weight(WEIGHT_STRONG) if strong else QFont.Weight.Normal)
    return made


def _interface_font(given: QFont) -> QFont:
    made = QFont(given)
    if sys.platform.startswith("linux") and given.family().casefold() in _NOBODYS_CHOICE and _has("Inter"):
        made.setFamilies(["Inter", given.family()])
    made.setPixelSize(Size.BODY)
    return made


def _has(family: str) -> bool:
    return bool(QFontDatabase.hasFamily(family))
