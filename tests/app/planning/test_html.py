"""Small pieces of a printed page."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from app.planning.html import Markup, duration, facts, marked, moment, page, table, text


def test_what_comes_from_outside_is_escaped_once() -> None:
    assert text("<script>&\"'") == "&lt;script&gt;&amp;&quot;&#x27;"
    assert text(text("a & b")) == "a &amp; b"
    assert marked("<b>", "good") == '<span class="good">&lt;b&gt;</span>'
    assert "<td>&lt;i&gt;</td>" in table(("Head",), [("<i>",)])
    assert "<td>&lt;i&gt;</td>" in facts([("Name", "<i>")])


def test_text_is_shown_on_one_line_without_hidden_characters_and_not_endless() -> None:
    assert text("a\n b\t c") == "a b c"
    assert text("a\u202eb") == "a\ufffdb"
    assert len(text("x" * 10_000)) == 400
    assert text(None) == text("") == "—"
    assert text(1234567) == "1,234,567"


def test_values_that_are_not_there_are_left_out_of_a_list() -> None:
    assert "Name" not in facts([("Name", ""), ("Other", None)])


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(None, ""), (0.04, "0.0 s"), (59.94, "59.9 s"), (83, "1 min 23 s"), (3_725, "1 h 2 min")],
)
def test_durations_are_told_in_words(seconds: float | None, said: str) -> None:
    assert duration(seconds) == said


def test_moments_are_told_in_utc() -> None:
    at = datetime(2026, 3, 1, 1, 30, 5, tzinfo=timezone(timedelta(hours=2)))
    assert moment(at) == "28 February 2026, 23:30:05 UTC"
    assert moment(datetime(2026, 3, 1, 1, 30, 5, tzinfo=UTC)) == "1 March 2026, 01:30:05 UTC"
    assert moment(None) == ""


def test_a_page_carries_everything_itself_and_forbids_the_rest() -> None:
    made = page("A & B", [Markup("<p>x</p>")])
    assert "<title>A &amp; B</title>" in made
    assert "default-src 'none'" in made
    assert "<script" not in made
