from itertools import pairwise

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.fakes.world import HARBOR
from tests.shots.stage import Stage
from ui.models.navigation import Go
from ui.views import PAGES
from ui.widgets.rail import NARROW, WIDE, Rail, RailButton
from ui.widgets.toast import Toast


def test_the_rail_names_every_page_that_exists_and_no_other(stage: Stage) -> None:
    named = [button.text() for button in stage.shell.findChildren(RailButton)]
    assert named == [entry.title for entry in PAGES if entry.in_rail]


def test_a_page_is_made_when_first_shown_and_kept(stage: Stage) -> None:
    assert stage.shell.page is None
    stage.open(Go.ENVIRONMENTS)
    first = stage.shell.page
    stage.shell.go(Go.ENVIRONMENTS, f"{HARBOR}/sandbox")
    stage.settle()
    assert stage.shell.page is first


def test_the_worker_is_told_of_at_the_lower_left(stage: Stage) -> None:
    stage.open(Go.ENVIRONMENTS)
    rail = stage.find(Rail)
    assert rail.status == "Worker running"


def test_a_small_window_keeps_the_icons_alone(stage: Stage) -> None:
    rail = stage.find(Rail)
    assert rail.width() == WIDE
    stage.shell.resize(1024, 640)
    stage.settle()
    assert rail.width() == NARROW


def test_a_message_becomes_a_toast_that_can_be_closed_and_acted_on(stage: Stage, qtbot: QtBot) -> None:
    stage.open(Go.ENVIRONMENTS)
    acted: list[bool] = []
    stage.notify.say("Refreshed", action="Watch", act=lambda: acted.append(True))
    toast = stage.find(Toast)
    with qtbot.waitSignal(toast.closed):
        toast.link.click()
    assert acted == [True]


def test_at_most_three_toasts_stand_at_once_and_they_do_not_overlap(stage: Stage) -> None:
    stage.open(Go.ENVIRONMENTS)
    for number in range(5):
        stage.notify.say(f"Message {number} that is long enough to need a second line in a narrow toast window")
    stage.settle()
    toasts = [t for t in stage.shell.findChildren(Toast) if t.isVisible()]
    assert len(toasts) == 3
    areas = sorted((t.geometry() for t in toasts), key=lambda g: g.top())
    assert all(upper.bottom() < lower.top() for upper, lower in pairwise(areas))


def test_up_and_down_move_in_the_rail(stage: Stage, qtbot: QtBot) -> None:
    stage.open(Go.ENVIRONMENTS)
    rail = stage.find(Rail)
    buttons = rail.findChildren(RailButton)
    buttons[0].setFocus()
    qtbot.keyClick(rail, Qt.Key.Key_Up)
    assert stage.shell.focusWidget() is buttons[-1]
