import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from ui.widgets.split import LEAST, MOST, Split


@pytest.fixture(params=[False, True], ids=["panel-first", "panel-last"])
def split(request: pytest.FixtureRequest, qtbot: QtBot) -> Split:
    made = Split("Width of the list", QWidget(), QWidget(), panel_last=request.param)
    qtbot.addWidget(made)
    made.resize(1200, 400)
    made.prefer(380)
    made.show()
    return made


def panel(split: Split) -> int:
    return split.sizes()[1 if split.panel_last else 0]


def test_the_panel_is_as_wide_as_the_page_prefers_until_somebody_moves_the_edge(split: Split, qtbot: QtBot) -> None:
    split.prefer(300)
    assert panel(split) == 300
    assert split.arrangement() == ""
    edge = split.handle(1)
    with qtbot.waitSignal(split.rearranged):
        qtbot.keyClick(edge, Qt.Key.Key_Left if split.panel_last else Qt.Key.Key_Right)
    assert panel(split) == 316
    split.prefer(340)
    split.resize(1400, 400)
    assert panel(split) == 316
    assert split.arrangement() == "316"


def test_it_comes_back_and_goes_back(split: Split) -> None:
    split.arrange("500")
    assert panel(split) == 500
    split.arrange("")
    assert panel(split) == 380


def test_it_stays_within_reason(split: Split) -> None:
    for kept, own in (("1", LEAST), ("99999999", MOST)):
        split.arrange(kept)
        assert split.arrangement() == str(own)
    split.resize(700, 400)
    assert panel(split) <= 350
    with pytest.raises(ValueError):
        split.arrange("wide")


def test_its_edge_has_a_name_and_can_be_reached(split: Split) -> None:
    edge = split.handle(1)
    assert edge.accessibleName() == "Width of the list"
    assert edge.focusPolicy() & Qt.FocusPolicy.TabFocus
