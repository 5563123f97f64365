"""Verbs of places on disk: show a folder in the person's file manager, copy a path."""

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from ui.bridge.desk import Desk
from ui.theme.tokens import Tone


def open_folder(desk: Desk, folder: Path) -> None:
    """Show it. A folder that nothing was written to yet may not be there: then that is said."""
    if not folder.is_dir():
        desk.notify.say(f"Nothing was written to {folder} yet", Tone.NEUTRAL)
    elif not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
        desk.notify.say(f"No program opened {folder}", Tone.WARNING)


def copy_path(desk: Desk, name: str, path: str) -> None:
    """Put it on the clipboard."""
    desk.dialogs.copy(path)
    desk.notify.say(f"{name} copied", Tone.GOOD)
