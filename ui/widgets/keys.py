"""A shortcut that text fields would take for themselves."""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QTextEdit, QWidget
from typing_extensions import override


class KeysKept(QObject):
    """Keeps `keys` for the window's shortcut: on Linux, Ctrl+K deletes to the end of a line.

    Listens to the one field that has the keys, as a filter on all events would slow everything down.
    """

    def __init__(self, keys: str, window: QWidget) -> None:
        super().__init__(window)
        self._keys = QKeySequence(keys)
        self._window = window
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._on_focus)

    def _on_focus(self, before: QWidget | None, now: QWidget | None) -> None:
        if isinstance(before, QLineEdit | QPlainTextEdit | QTextEdit):
            before.removeEventFilter(self)
        if isinstance(now, QLineEdit | QPlainTextEdit | QTextEdit) and now.window() is self._window:
            now.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            return bool(
                QKeySequence(event.keyCombination()) == self._keys
            )  # swallowed and not accepted: it becomes the shortcut
        return False
