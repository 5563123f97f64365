"""Several of many: searched, ticked with mouse and keys, and never lost by a search."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from ui.widgets.buttons import LinkButton
from ui.widgets.pick_list import PickList
from ui.widgets.text import Text

TASKS = tuple((str(n), f"Task {n:02d}") for n in range(20))


def _made(qtbot: QtBot, offers: tuple[tuple[str, str], ...], chosen: tuple[str, ...] = ()) -> PickList:
    made = PickList("Tasks", offers, chosen)
    qtbot.addWidget(made)
    made.show()
    return made


def _said(pick: PickList) -> str:
    return " ".join(t.text() for t in pick.findChildren(Text) if t.isVisible())


def test_what_was_ticked_stays_ticked_while_another_is_searched_for(qtbot: QtBot) -> None:
    pick = _made(qtbot, TASKS, ("4",))
    QAbstractItemModelTester(pick.list.model(), QAbstractItemModelTester.FailureReportingMode.Fatal)
    qtbot.keyClicks(pick.search, "17")
    model = pick.list.model()
    assert [model.index(at, 0).data() for at in range(model.rowCount())] == ["Task 17  ·  17"]
    with qtbot.waitSignal(pick.changed):
        qtbot.mouseClick(
            pick.list.viewport(), Qt.MouseButton.LeftButton, pos=pick.list.visualRect(model.index(0, 0)).center()
        )
    assert pick.values == ("4", "17")
    pick.search.clear()
    assert model.rowCount() == 20
    assert "2 chosen: Task 04, Task 17" in _said(pick)


def test_keys_turn_a_tick_and_one_link_takes_all_away(qtbot: QtBot) -> None:
    pick = _made(qtbot, TASKS)
    assert "None chosen" in _said(pick)
    pick.list.setFocus()
    pick.list.setCurrentIndex(pick.list.model().index(2, 0))
    qtbot.keyClick(pick.list, Qt.Key.Key_Space)
    qtbot.keyClick(pick.list, Qt.Key.Key_Down)
    qtbot.keyClick(pick.list, Qt.Key.Key_Return)
    assert pick.values == ("2", "3")
    qtbot.keyClick(pick.list, Qt.Key.Key_Space)
    assert pick.values == ("2",)
    pick.findChildren(LinkButton)[0].click()
    assert pick.values == ()


def test_what_is_chosen_and_not_offered_stays_and_is_said(qtbot: QtBot) -> None:
    pick = _made(qtbot, TASKS[:3], ("1", "99"))
    assert pick.values == ("1", "99")
    assert "2 chosen: Task 01, 99; 1 not in production" in _said(pick)
    assert not pick.search.isVisible()


def test_nothing_to_choose_from_is_said(qtbot: QtBot) -> None:
    pick = _made(qtbot, ())
    assert "Production has nothing of the kind" in _said(pick)
    assert not pick.list.isVisible()
