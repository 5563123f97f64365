"""Where a window stands: written down, and put back onto the screens there are now."""

import re

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

GRIP = 64  # pixels of the window's upper edge that must be on a screen, or nobody could move it
_WRITTEN = re.compile(r"(-?\d{1,5}) (-?\d{1,5}) (\d{1,5}) (\d{1,5})( maximised)?")


def placing(window: QWidget) -> str:
    """Its place and size as they are when it is not maximised, and whether it is."""
    maximised = bool(window.windowState() & Qt.WindowState.WindowMaximized)
    at = window.normalGeometry() if maximised else window.geometry()
    return f"{at.x()} {at.y()} {at.width()} {at.height()}{' maximised' if maximised else ''}"


def place(window: QWidget, written: str) -> bool:
    """Put it there, before it is shown. False, and nothing done, for what `placing` would not have written.

    Where that screen is gone, the window comes to the middle of the main one; it is never larger than its screen.
    """
    found = _WRITTEN.fullmatch(written)
    if found is None:
        return False
    x, y, width, height = (int(part) for part in found.groups()[:4])
    if width < window.minimumWidth() // 2 or height < window.minimumHeight() // 2:
        return False
    screens = [screen.availableGeometry() for screen in QGuiApplication.screens()]
    window.setGeometry(fitted(QRect(x, y, width, height), screens))
    if found.group(5):
        window.setWindowState(window.windowState() | Qt.WindowState.WindowMaximized)
    return True


def centre(window: QWidget, width: int, height: int) -> None:
    """To the middle of the main screen, neither maximised nor larger than it."""
    window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMaximized)
    screen = QGuiApplication.primaryScreen().availableGeometry()
    box = QRect(0, 0, min(width, screen.width()), min(height, screen.height()))
    box.moveCenter(screen.center())
    window.setGeometry(box)


def fitted(wanted: QRect, screens: list[QRect]) -> QRect:
    """The same place on the screen that shows most of its upper edge; the middle of the first where none does."""

    def seen(screen: QRect, box: QRect) -> int:
        part = screen.intersected(QRect(box.x(), box.y(), box.width(), GRIP // 2))
        return part.width() if part.height() > 0 else 0

    best = max(screens, key=lambda screen: seen(screen, wanted))
    box = QRect(wanted.topLeft(), wanted.size().boundedTo(best.size()))
    if seen(best, box) < min(GRIP, box.width()):
        box = QRect(box.topLeft(), wanted.size().boundedTo(screens[0].size()))
        box.moveCenter(screens[0].center())
    return box
