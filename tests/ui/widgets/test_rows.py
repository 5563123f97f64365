from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from ui.theme.scheme import Theme
from ui.theme.tokens import Tone
from ui.widgets.rows import ActRow, ElidedLink, LinkRow
from ui.widgets.spinner import Spinner
from ui.widgets.text import plain_tip

LONG = "Harbor Insurance Group of the Northern Provinces/training-01"


def test_a_link_keeps_both_its_ends_where_room_is_short_and_tells_the_whole(theme: Theme, qtbot: QtBot) -> None:
    link = ElidedLink(LONG)
    qtbot.addWidget(link)
    link.resize(160, 24)
    link.show()
    assert link.text().startswith("Harbor")
    assert link.text().endswith("training-01")
    assert link.text() != LONG
    assert link.toolTip() == LONG
    assert link.accessibleName() == LONG
    link.resize(900, 24)
    assert (link.text(), link.toolTip()) == (LONG, "")


def test_an_ampersand_in_a_name_is_no_shortcut(theme: Theme, qtbot: QtBot) -> None:
    link = ElidedLink("Smith & Sons/sandbox")
    qtbot.addWidget(link)
    link.resize(400, 24)
    link.show()
    assert link.text() == "Smith && Sons/sandbox"


def test_a_row_that_needs_a_person_is_followed_with_the_keyboard(theme: Theme, qtbot: QtBot) -> None:
    line = ActRow("Harbor/sandbox", "Not proven.", "mdi6.alert", Tone.WARNING, "Open")
    qtbot.addWidget(line)
    line.show()
    assert line.button.accessibleName() == "Open Harbor/sandbox"
    with qtbot.waitSignal(line.acted):
        qtbot.keyClick(line.button, Qt.Key.Key_Space)


def test_a_line_that_leads_somewhere_says_all_of_itself(theme: Theme, qtbot: QtBot) -> None:
    line = LinkRow("Refreshed", "Harbor/sandbox", "3 days ago", "mdi6.check", Tone.GOOD, "by ana")
    qtbot.addWidget(line)
    line.show()
    assert line.accessibleName() == "Refreshed Harbor/sandbox, 3 days ago"
    with qtbot.waitSignal(line.acted):
        line.link.click()


def test_a_spinner_turns_only_while_it_is_seen(theme: Theme, qtbot: QtBot) -> None:
    spinner = Spinner()
    qtbot.addWidget(spinner)
    spinner.set_turning(True)
    assert not spinner.turning
    spinner.show()
    assert spinner.turning
    spinner.hide()
    assert not spinner.turning
    spinner.show()
    spinner.set_turning(False)
    assert not spinner.turning


def test_a_tooltip_shows_names_as_they_are(theme: Theme) -> None:
    assert plain_tip("Smith & Sons") == "Smith & Sons"
    assert plain_tip("<b>x</b>") == "<p style='white-space: pre-wrap'>&lt;b&gt;x&lt;/b&gt;</p>"
    assert len(plain_tip("x" * 10_000)) == 2_001
