from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ui.theme.scheme import Theme, colours
from ui.theme.tokens import DARK, LIGHT
from ui.widgets.buttons import DangerButton


def test_a_switch_reaches_palette_style_sheet_and_icons_at_once(qapp: QApplication, qtbot: QtBot, theme: Theme) -> None:
    button = DangerButton("Wipe…", "mdi6.trash-can-outline")
    qtbot.addWidget(button)
    button.show()
    before = button.icon().cacheKey()
    with qtbot.waitSignal(theme.theme_changed):
        theme.force(Qt.ColorScheme.Dark)
    try:
        assert colours() is DARK
        assert qapp.palette().color(QPalette.ColorRole.Window).name().upper() == DARK.window
        assert DARK.danger in qapp.styleSheet()
        assert button.icon().cacheKey() != before
    finally:
        theme.force(Qt.ColorScheme.Light)
    assert colours() is LIGHT
    assert button.icon().cacheKey() == before  # the same question gets the same icon


def test_following_the_system_again_takes_its_scheme(qapp: QApplication, theme: Theme) -> None:
    theme.force(Qt.ColorScheme.Dark)
    theme.force(None)
    expected = DARK if qapp.styleHints().colorScheme() is Qt.ColorScheme.Dark else LIGHT
    assert colours() is expected
    theme.force(Qt.ColorScheme.Light)


def test_a_bare_linux_gets_inter_where_it_is_installed(qapp: QApplication) -> None:
    from PySide6.QtGui import QFontDatabase

    if not QFontDatabase.hasFamily("Inter"):
        return
    assert "Inter" in qapp.font().families()
