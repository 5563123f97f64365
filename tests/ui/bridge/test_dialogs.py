from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.errors import OutsideError
from ui.bridge.dialogs import Dialogs, report_of
from ui.bridge.message import MessageDialog
from ui.widgets.text import Text


def _open(kind: type[QWidget]) -> QWidget:
    return next(w for w in QApplication.topLevelWidgets() if isinstance(w, kind) and w.isVisible())


def test_an_error_shows_title_detail_and_hint_and_can_be_copied(qtbot: QtBot) -> None:
    dialogs = Dialogs()
    dialogs.error(None, OutsideError("The disk is full", "While copying. The sandbox is as it was.", "Free 2 GB."))
    dialog = _open(MessageDialog)
    said = [text.text() for text in dialog.findChildren(Text)]
    assert said == ["The disk is full", "While copying. The sandbox is as it was.", "Free 2 GB."]
    copy = next(b for b in dialog.findChildren(QPushButton) if b.text() == "Copy text")
    copy.click()
    assert QGuiApplication.clipboard().text().splitlines()[0] == "The disk is full"
    assert dialogs.shown[-1].hint == "Free 2 GB."
    dialog.close()


def test_a_bug_shows_a_report_that_names_places_and_never_the_message(qtbot: QtBot) -> None:
    dialogs = Dialogs()
    try:
        raise ValueError("margaret@web.example is not unique")
    except ValueError as error:
        dialogs.error(None, error)
    dialog = _open(MessageDialog)
    report = dialog.findChild(QPlainTextEdit)
    assert report is not None
    assert "builtins.ValueError" in report.toPlainText()
    assert "test_dialogs.py" in report.toPlainText()
    assert "margaret" not in report.toPlainText()
    dialog.close()


def test_a_report_follows_causes() -> None:
    error = ValueError("outer")
    error.__cause__ = KeyError("inner")
    assert report_of(error).splitlines()[-1] == "builtins.KeyError"
    assert "caused by" in report_of(error)


def test_a_secret_leaves_the_clipboard_unless_something_else_is_there(qtbot: QtBot) -> None:
    dialogs, clipboard = Dialogs(), QGuiApplication.clipboard()
    for after, left in ((None, ""), ("a telephone number", "a telephone number")):
        dialogs.copy_secret("open sesame")
        assert clipboard.text() == "open sesame"
        assert dialogs.secret_timer.isActive()
        if after is not None:
            dialogs.copy(after)
        dialogs.secret_timer.stop()
        dialogs.secret_timer.timeout.emit()
        assert clipboard.text() == left
    assert not dialogs.shown
