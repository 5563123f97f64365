"""Asking, and telling of errors: the only place that opens a dialog. Nothing here blocks: answers come by callback."""

import logging
import platform
import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import PySide6
from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QWidget

from app.errors import SandkeeperError
from ui.bridge.message import MessageDialog

log = logging.getLogger(__name__)

SECRET_SECONDS = 30
"""How long a secret stays on the clipboard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A dialog that was opened, for tests: which kind, and what it was about."""

    kind: str  # error, crash, form, file
    title: str
    detail: str = ""
    hint: str = ""


class Dialogs(QObject):
    """The one ear. Every dialog is window-modal, opened with `open()` and never with a loop of its own."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.shown: list[Shown] = []
        self._secret = ""
        self.secret_timer = QTimer(self)
        self.secret_timer.setSingleShot(True)
        self.secret_timer.setInterval(SECRET_SECONDS * 1000)
        self.secret_timer.timeout.connect(self._on_secret_old)
        self._standing: set[QDialog] = set()  # one without a parent would be freed at once

    def error(self, parent: QWidget | None, error: Exception) -> None:
        """Show an error in its own words; anything that is not a SandkeeperError is a bug and shows the report."""
        if not isinstance(error, SandkeeperError):
            self.crash(parent, report_of(error))
            return
        log.warning("error shown: %s: %s", error.kind, error.title)
        self._remember(Shown(kind="error", title=error.title, detail=error.detail, hint=error.hint))
        self._open(MessageDialog(error.title, error.detail, error.hint, parent=self._over(parent)))

    def crash(self, parent: QWidget | None, report: str) -> None:
        """Show that something unexpected happened, with a report the person can copy."""
        log.error("unexpected error shown\n%s", report)
        self._remember(Shown(kind="crash", title="Something unexpected happened", detail=report))
        dialog = MessageDialog(
            "Something unexpected happened",
            "This is a fault in Sandkeeper. Nothing that is running was stopped by it: operations run in the worker.",
            "Copy the report and send it to whoever supports your installation. It holds no data of your databases.",
            report=report,
            parent=self._over(parent),
        )
        self._open(dialog)

    def show(self, dialog: QDialog) -> None:
        """Open a dialog of a page's own, such as a form."""
        self._remember(Shown(kind="form", title=dialog.windowTitle()))
        self._open(dialog)

    def choose_file_to_save(self, parent: QWidget, title: str, name: str, on_chosen: Callable[[Path], None]) -> None:
        """Ask where to save; the system's own dialog asks before it replaces a file."""
        chooser = QFileDialog(parent.window(), title)
        chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        chooser.selectFile(name)
        self._choose(chooser, on_chosen)

    def choose_file(
        self, parent: QWidget, title: str, on_chosen: Callable[[Path], None], *, existing: bool = True
    ) -> None:
        """Ask for a file; with `existing` False also for one that is not there yet."""
        chooser = QFileDialog(parent.window(), title)
        mode = QFileDialog.FileMode.ExistingFile if existing else QFileDialog.FileMode.AnyFile
        chooser.setFileMode(mode)
        self._choose(chooser, on_chosen)

    def _choose(self, chooser: QFileDialog, on_chosen: Callable[[Path], None]) -> None:
        chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chooser.fileSelected.connect(lambda path: on_chosen(Path(path)))
        self._remember(Shown(kind="file", title=chooser.windowTitle()))
        self._open(chooser)

    def copy(self, text: str) -> None:
        """Put text on the clipboard."""
        QGuiApplication.clipboard().setText(text)

    def copy_secret(self, text: str) -> None:
        """Put a secret on the clipboard, and take it off again after `SECRET_SECONDS` unless something else is there.

        It is neither shown nor logged."""
        self._secret = text
        QGuiApplication.clipboard().setText(text)
        self.secret_timer.start()

    def _on_secret_old(self) -> None:
        clipboard = QGuiApplication.clipboard()
        if clipboard.text() == self._secret:
            clipboard.clear()
        self._secret = ""

    def _remember(self, shown: Shown) -> None:
        self.shown.append(shown)
        del self.shown[:-100]

    def _over(self, parent: QWidget | None) -> QWidget | None:
        return parent.window() if parent is not None else QApplication.activeWindow()

    def _open(self, dialog: QDialog) -> None:
        self._standing.add(dialog)
        dialog.finished.connect(lambda _result: self._standing.discard(dialog))
        dialog.open()


def report_of(error: BaseException) -> str:
    """A report about a bug: versions and the trace. Messages of exceptions are left out, for they may hold data."""
    frames: Sequence[traceback.FrameSummary] = traceback.extract_tb(error.__traceback__)
    lines = [
        f"Sandkeeper on {platform.system()} {platform.release()}, Python {platform.python_version()}, "
        f"PySide6 {PySide6.__version__}",
        f"{type(error).__module__}.{type(error).__name__}",
    ]
    lines += [f"  {_short(f.filename)}:{f.lineno} in {f.name}" for f in frames]
    if error.__cause__ is not None:
        lines += ["caused by", report_of(error.__cause__)]
    return "\n".join(lines)


def _short(path: str) -> str:
    for base in sorted(sys.path, key=len, reverse=True):
        if base and path.startswith(base):
            return path[len(base) :].lstrip("/\\")
    return path


__all__ = ["Dialogs", "Shown", "report_of"]
