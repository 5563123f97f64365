from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.errors import OutsideError
from ui.bridge.confirmation import Acknowledgement, Confirmation, ConfirmationDialog, Confirmed
from ui.bridge.dialogs import Dialogs, report_of
from ui.bridge.message import MessageDialog
from ui.widgets.buttons import DestroyButton
from ui.widgets.fields import Check
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


def _asked(**more: object) -> Confirmation:
    made = {
        "title": "Wipe sandbox",
        "subject": "Harbor",
        "intro": "Everything goes.",
        "verb": "Wipe",
        "name": "sandbox",
        "losses": ("the copy",),
        "acknowledgements": (Acknowledgement(id="a", text="It is not a backup"),),
    } | more
    return Confirmation(**made)  # type: ignore[arg-type]  # test data


def test_the_button_wakes_only_when_all_is_ticked_and_the_very_name_is_typed(qtbot: QtBot) -> None:
    given: list[Confirmed] = []
    Dialogs().confirm(None, _asked(), given.append)
    dialog = _open(ConfirmationDialog)
    verb, name, tick = dialog.findChild(DestroyButton), dialog.findChild(QLineEdit), dialog.findChild(Check)
    assert verb is not None
    assert name is not None
    assert tick is not None
    assert not verb.isEnabled()
    qtbot.keyClicks(name, "sandbo")
    tick.click()
    assert not verb.isEnabled()
    qtbot.keyClicks(name, "y")
    assert not verb.isEnabled()
    name.setText("sandbox")
    assert verb.isEnabled()
    tick.click()
    assert not verb.isEnabled()
    tick.click()
    verb.click()
    assert given == [Confirmed(typed="sandbox", acknowledged=("a",))]
    assert not dialog.isVisible()


def test_escape_confirms_nothing(qtbot: QtBot) -> None:
    given: list[Confirmed] = []
    Dialogs().confirm(None, _asked(acknowledgements=()), given.append)
    dialog = _open(ConfirmationDialog)
    name = dialog.findChild(QLineEdit)
    assert name is not None
    name.setText("sandbox")
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert given == []
    assert not dialog.isVisible()


def test_what_is_blocked_has_no_button_at_all(qtbot: QtBot) -> None:
    Dialogs().confirm(None, _asked(blocks=(("It is not ours", "Look who made it."),)), lambda _given: None)
    dialog = _open(ConfirmationDialog)
    verb = dialog.findChild(DestroyButton)
    assert verb is not None
    assert not verb.isVisible()
    dialog.close()
