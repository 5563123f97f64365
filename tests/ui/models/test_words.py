from datetime import timedelta

import pytest

from tests.fakes.world import NOW
from ui.models import words


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0.04, "0.0 s"),
        (1.25, "1.2 s"),
        (9.96, "10 s"),
        (59.7, "1 min"),
        (72, "1 min 12 s"),
        (7500, "2 h 5 min"),
        (None, ""),
    ],
)
def test_durations(seconds: float | None, expected: str) -> None:
    assert words.duration(seconds) == expected


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1_000, "1 kB"),
        (84_000_000, "84 MB"),
        (1_500_000_000, "1.5 GB"),
        (41_000_000_000, "41 GB"),
        (None, ""),
    ],
)
def test_sizes(number: int | None, expected: str) -> None:
    assert words.size(number) == expected


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (timedelta(seconds=5), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(hours=1), "1 hour ago"),
        (timedelta(days=3), "3 days ago"),
        (timedelta(days=41), "41 days ago"),
        (timedelta(days=400), "13 months ago"),
        (timedelta(days=-2), "just now"),  # a clock set back
    ],
)
def test_how_long_ago(before: timedelta, expected: str) -> None:
    assert words.ago(NOW - before, NOW) == expected


def test_never_and_until() -> None:
    assert words.ago(None, NOW) == "never"
    assert words.until(NOW + timedelta(days=11), NOW) == "in 11 days"
    assert words.count(1, "row") == "1 row"
    assert words.count(12_480, "row") == "12,480 rows"
    assert words.count(2, "copy", "copies") == "2 copies"
