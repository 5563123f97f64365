from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from ui.widgets.fields import Check, SearchField
from ui.widgets.header import FilterBar, StepHeader
from ui.widgets.menus import ChoiceButton
from ui.widgets.progress import PhaseTrack, Segment, SegmentBar, Step
from ui.widgets.tabs import TabStrip
from ui.widgets.text import ElidedLabel, Text


def test_text_from_outside_is_never_markup(qtbot: QtBot) -> None:
    label = Text("<b>bold</b><img src=x>")
    qtbot.addWidget(label)
    assert label.textFormat() is Qt.TextFormat.PlainText


def test_an_elided_label_keeps_the_whole_text_for_hover_and_screen_readers(qtbot: QtBot) -> None:
    label = ElidedLabel("a name that is far too long for the room there is\nsecond \u202eline")
    qtbot.addWidget(label)
    label.resize(60, 20)
    label.grab()
    assert "\n" not in label.text()
    assert "\u202e" not in label.text()
    assert label.toolTip().startswith("a name that is far too long")
    label.resize(2000, 20)
    label.grab()
    assert label.toolTip() == ""


def test_a_ticked_sentence_wraps_and_can_be_clicked_anywhere(qtbot: QtBot) -> None:
    check = Check("I know that everything changed here since the copy will be lost, and that nobody brings it back.")
    qtbot.addWidget(check)
    check.resize(200, check.heightForWidth(200))
    assert check.heightForWidth(200) > 3 * check.heightForWidth(2000) / 2
    qtbot.mouseClick(check, Qt.MouseButton.LeftButton, pos=check.rect().bottomRight() - check.rect().center() / 8)
    assert check.isChecked()


def test_steps_that_are_done_lead_back_and_those_to_come_lead_nowhere(qtbot: QtBot) -> None:
    steps = StepHeader(["Source", "Options", "Preview"])
    qtbot.addWidget(steps)
    steps.show_step(1)
    went: list[int] = []
    steps.step_chosen.connect(went.append)
    first, _, last = steps.buttons
    last.click()
    assert went == []
    first.click()
    assert went == [0]
    assert steps.accessibleName() == "Step 2 of 3: Options"


def test_a_filter_bar_holds_one_choice_and_tells_counts(qtbot: QtBot) -> None:
    bar = FilterBar("State", [("all", "All"), ("failed", "Failed")])
    qtbot.addWidget(bar)
    assert bar.key == "all"
    with qtbot.waitSignal(bar.chosen) as told:
        bar.choose("failed")
    assert told.args == ["failed"]
    assert bar.key == "failed"
    before = bar.sizeHint().width()
    bar.set_count("failed", 12_000)
    assert bar.sizeHint().width() > before


def test_a_choice_button_says_which_choice_holds(qtbot: QtBot) -> None:
    button = ChoiceButton("Order", "mdi6.sort", [("name", "By name"), ("size", "Largest first")])
    qtbot.addWidget(button)
    with qtbot.waitSignal(button.chosen) as told:
        button.choose("size")
    assert told.args == ["size"]
    assert button.accessibleName() == "Order: Largest first"


def test_tabs_grow_with_their_counts(qtbot: QtBot) -> None:
    tabs = TabStrip("Parts")
    qtbot.addWidget(tabs)
    tabs.addTab("Checklist")
    before = tabs.tabRect(0).width()
    tabs.set_count(0, "9/11")
    assert tabs.tabRect(0).width() > before


def test_phases_and_durations_are_told_in_words_too(qtbot: QtBot) -> None:
    track, bar = PhaseTrack(), SegmentBar()
    qtbot.addWidget(track)
    qtbot.addWidget(bar)
    track.set_steps([Step(name="copy", state="done", note="38 s"), Step(name="build", state="failed")])
    bar.set_segments([Segment(name="copy", share=38, note="38 s"), Segment(name="none", share=0)])
    assert track.accessibleName() == "Phases: copy done 38 s, build failed"
    assert bar.accessibleName() == "copy 38 s"


def test_escape_empties_the_search_and_down_leaves_it(qtbot: QtBot) -> None:
    field = SearchField("Search")
    qtbot.addWidget(field)
    qtbot.keyClicks(field, "harbor")
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == ""
    with qtbot.waitSignal(field.left_downwards):
        qtbot.keyClick(field, Qt.Key.Key_Down)
