import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from ui.widgets.placing import GRIP, centre, fitted, place, placing

LEFT, RIGHT = QRect(0, 0, 1920, 1040), QRect(1920, 0, 2560, 1400)


def test_a_window_comes_back_where_it_was(qtbot: QtBot) -> None:
    window, again = QWidget(), QWidget()
    for widget in (window, again):
        qtbot.addWidget(widget)
    window.setGeometry(40, 60, 500, 400)
    assert place(again, placing(window))
    assert again.geometry() == window.geometry()


def test_a_maximised_window_comes_back_so_and_knows_its_size_without(qtbot: QtBot) -> None:
    window, again = QWidget(), QWidget()
    for widget in (window, again):
        qtbot.addWidget(widget)
    window.setGeometry(40, 60, 500, 400)
    window.showMaximized()
    written = placing(window)
    assert written == "40 60 500 400 maximised"
    assert place(again, written)
    assert again.windowState() & Qt.WindowState.WindowMaximized
    centre(again, 300, 200)
    assert not again.windowState() & Qt.WindowState.WindowMaximized


@pytest.mark.parametrize(
    "written",
    ["", "maximised", "1 2 3", "1 2 three 4", "0 0 0 0", "1 2 -3 4", "9999999 0 800 600", "1 2 3 4 5", "\0" * 9],
)
def test_nonsense_is_passed_over(qtbot: QtBot, written: str) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.setMinimumSize(400, 300)
    before = window.geometry()
    assert not place(window, written)
    assert window.geometry() == before


def test_on_its_own_screen_it_stays() -> None:
    wanted = QRect(2_000, 100, 1_280, 800)
    assert fitted(wanted, [LEFT, RIGHT]) == wanted


def test_a_screen_that_is_gone_brings_it_to_the_middle_of_the_first() -> None:
    box = fitted(QRect(2_000, 100, 1_280, 800), [LEFT])
    assert box.size() == QRect(0, 0, 1_280, 800).size()
    assert abs(box.center().x() - LEFT.center().x()) <= 1


@settings(max_examples=80)
@given(st.integers(-99_999, 99_999), st.integers(-99_999, 99_999), st.integers(400, 99_999), st.integers(300, 99_999))
def test_whatever_was_written_the_window_can_be_taken_hold_of(x: int, y: int, width: int, height: int) -> None:
    box = fitted(QRect(x, y, width, height), [LEFT, RIGHT])
    edge = QRect(box.x(), box.y(), box.width(), GRIP)
    assert max(screen.intersected(edge).width() for screen in (LEFT, RIGHT)) >= min(GRIP, width)
    assert box.width() <= RIGHT.width()
    assert box.height() <= RIGHT.height()
