"""Which scheme the person chose, applied at once and remembered."""

from collections.abc import Callable
from enum import StrEnum

from PySide6.QtCore import QObject, Qt

from ui.theme.scheme import Theme


class Scheme(StrEnum):
    """Follow the system, or stay light or dark."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


_FORCED = {Scheme.SYSTEM: None, Scheme.LIGHT: Qt.ColorScheme.Light, Scheme.DARK: Qt.ColorScheme.Dark}


class Appearance(QObject):
    """Puts the choice on the theme. `remember` is told each new one; what cannot be kept still holds until the end."""

    def __init__(
        self, theme: Theme, remembered: str, remember: Callable[[str], None], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._theme, self._remember = theme, remember
        self._chosen = Scheme(remembered) if remembered in set(Scheme) else Scheme.SYSTEM
        if self._chosen is not Scheme.SYSTEM:
            theme.force(_FORCED[self._chosen])

    @property
    def chosen(self) -> Scheme:
        return self._chosen

    def choose(self, scheme: Scheme) -> None:
        """From now on, and at the next start."""
        self._chosen = scheme
        self._theme.force(_FORCED[scheme])
        self._remember(str(scheme))
