"""A text with the numbers of its lines, and a question asked once."""

from pytestqt.qtbot import QtBot

from ui.theme.tokens import Tone
from ui.widgets.listing import Listing, spans
from ui.widgets.question import QuestionDialog


def test_keys_and_comments_are_told_apart() -> None:
    assert spans("policy: harbor   # what it is") == ((0, 6, Tone.ACCENT), (16, 29, Tone.MUTED))
    assert spans("  - id: a#b") == ((4, 6, Tone.ACCENT),)
    assert spans("only words") == ()


def test_a_difference_says_what_came_and_what_went() -> None:
    lines = ("@@ -1 +1 @@", "-old: 1", "+new: 1", " same: 1")
    tones = [[tone for _, _, tone in spans(line, difference=True)] for line in lines]
    assert tones == [[Tone.ACCENT], [Tone.DANGER], [Tone.GOOD], []]


def test_a_line_is_found_and_marked(qtbot: QtBot) -> None:
    listing = Listing("Text")
    qtbot.addWidget(listing)
    listing.show_text("policy: harbor\nplain\n  email: {mask: email}\n")
    listing.go_to(3)
    assert listing.textCursor().selectedText() == "  email: {mask: email}"
    listing.go_to(99)
    assert listing.textCursor().selectedText() == "  email: {mask: email}"


def test_the_margin_grows_with_the_number_of_lines(qtbot: QtBot) -> None:
    listing = Listing("Text")
    qtbot.addWidget(listing)
    listing.show_text("a")
    narrow = listing.margin_width
    listing.show_text("a\n" * 20_000)
    assert listing.margin_width > narrow


def test_a_question_that_asks_for_a_reason_waits_for_it(qtbot: QtBot) -> None:
    said: list[str] = []
    question = QuestionDialog("Waive it?", "It may stay open.", "Waive", said.append, asks="Why")
    question.open()
    assert not question.yes.isEnabled()
    qtbot.keyClicks(question.field, "   ")
    assert not question.yes.isEnabled()
    qtbot.keyClicks(question.field, "it leads nowhere ")
    question.yes.click()
    assert said == ["it leads nowhere"]


def test_a_question_that_is_cancelled_does_nothing() -> None:
    said: list[str] = []
    question = QuestionDialog("Restore it?", "Nothing is lost.", "Restore", said.append)
    question.open()
    question.reject()
    assert said == []
