from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from ui.widgets.header import FilterBar
from ui.widgets.layouts import column
from ui.widgets.menus import ChoiceButton
from ui.widgets.remembered import Memory, remember
from ui.widgets.split import Split

CHOICES = (("all", "All"), ("failed", "Failed"), ("gone", "Gone"))


class Room(QWidget):
    """A page, as far as a memory cares."""

    def __init__(self) -> None:
        super().__init__()
        self.filter, self.order = FilterBar("Show", CHOICES), ChoiceButton("Order", "mdi6.sort", CHOICES)
        self.split = Split("Width", QWidget(), QWidget())
        self.setLayout(column(self.filter, self.order, self.split))
        for widget, name in ((self.filter, "room/filter"), (self.order, "room/order"), (self.split, "room/split")):
            remember(widget, name)


def settings(folder: Path) -> QSettings:
    return QSettings(str(folder / "console.ini"), QSettings.Format.IniFormat)


def room(qtbot: QtBot, memory: Memory) -> Room:
    made = Room()
    qtbot.addWidget(made)
    memory.take_in(made)
    return made


def arranged(qtbot: QtBot, folder: Path) -> None:
    memory = Memory(settings(folder))
    first = room(qtbot, memory)
    first.filter.choose("failed")
    first.order.choose("gone")
    first.split.move_by(30)
    memory.write()


def test_the_next_room_is_arranged_as_the_last_one_was_left(qtbot: QtBot, tmp_path: Path) -> None:
    arranged(qtbot, tmp_path)
    again = room(qtbot, Memory(settings(tmp_path)))
    assert (again.filter.key, again.order.key, again.split.arrangement()) == ("failed", "gone", "250")


def test_changes_are_written_by_themselves_after_a_moment(qtbot: QtBot, tmp_path: Path) -> None:
    memory = Memory(settings(tmp_path))
    made = room(qtbot, memory)
    made.filter.choose("failed")
    qtbot.waitUntil(lambda: "failed" in (tmp_path / "console.ini").read_text() if list(tmp_path.iterdir()) else False)


def test_forgotten_is_as_made_now_and_at_the_next_start(qtbot: QtBot, tmp_path: Path) -> None:
    arranged(qtbot, tmp_path)
    memory = Memory(settings(tmp_path))
    now = room(qtbot, memory)
    memory.forget()
    memory.write()
    for each in (now, room(qtbot, Memory(settings(tmp_path)))):
        assert (each.filter.key, each.order.key, each.split.arrangement()) == ("all", "all", "")


@pytest.mark.parametrize("nonsense", ["nonsense", "[]", "{", "-7", "x" * 30_000, "@Invalid()", "\x00", "9" * 40])
def test_nonsense_is_passed_over(qtbot: QtBot, tmp_path: Path, nonsense: str) -> None:
    kept = settings(tmp_path)
    for name in ("filter", "order", "split"):
        kept.setValue(f"layout/room/{name}", nonsense)
    kept.sync()
    made = room(qtbot, Memory(settings(tmp_path)))
    assert (made.filter.key, made.order.key) == ("all", "all")


def test_a_list_where_a_text_belongs_is_passed_over(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "console.ini").write_text("[layout]\nroom\\filter=failed, gone\nroom\\split=1, 2\n")
    made = room(qtbot, Memory(settings(tmp_path)))
    assert (made.filter.key, made.split.arrangement()) == ("all", "")


def test_without_preferences_it_holds_until_the_end(qtbot: QtBot) -> None:
    memory = Memory(None)
    made = room(qtbot, memory)
    made.filter.choose("failed")
    memory.write()
    assert room(qtbot, memory).filter.key == "failed"
