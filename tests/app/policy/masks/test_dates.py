"""Dates move by days or keep their year, written as they were."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.policy.masks import problems
from tests.app.policy.masks.columns import column, masked

SHIFT, YEAR = masked("date_shift", days=30), masked("year_only")


@given(day=st.dates())
def test_a_date_moves_by_one_to_thirty_days_and_stays_a_date(day: date) -> None:
    moved = date.fromisoformat(str(SHIFT(day.isoformat())))
    assert 1 <= abs((moved - day).days) <= 30


@given(moment=st.datetimes())
def test_the_time_of_day_and_the_way_of_writing_stay(moment: datetime) -> None:
    for text in (moment.isoformat(" "), moment.isoformat("T") + "Z", moment.isoformat() + "+02:00"):
        result = str(SHIFT(text))
        assert result[10:] == text[10:]
        assert len(result) == len(text)


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("31.12.1999", "%d.%m.%Y"),
        ("12/31/1999", "%m/%d/%Y"),
        ("31-12-1999", "%d-%m-%Y"),
        ("1999/12/31", "%Y/%m/%d"),
        ("19991231", "%Y%m%d"),
        ("12/31/1999 11:59 PM", "%m/%d/%Y %I:%M %p"),
    ],
)
def test_other_ways_of_writing_are_understood_and_kept(text: str, pattern: str) -> None:
    before = datetime.strptime(text, pattern)
    after = datetime.strptime(str(SHIFT(text)), pattern)
    assert 1 <= abs((after - before).days) <= 30
    assert datetime.strptime(str(YEAR(text)), pattern).strftime("%m-%d") == "01-01"
    assert datetime.strptime(str(YEAR(text)), pattern).year == before.year


def test_day_and_month_are_not_confused_when_the_policy_says_their_order() -> None:
    mask = masked("date_shift", days=5, order="day_first")
    before, after = date(2020, 6, 5), datetime.strptime(str(mask("05/06/2020")), "%d/%m/%Y").date()
    assert 1 <= abs((after - before).days) <= 5


@pytest.mark.parametrize("unit", [1, 1_000, 1_000_000])
def test_unix_time_moves_by_whole_days(unit: int) -> None:
    value = 1_700_000_000 * unit
    result = SHIFT(value)
    assert isinstance(result, int)
    assert (result - value) % (86_400 * unit) == 0
    assert 1 <= abs(result - value) // (86_400 * unit) <= 30
    assert YEAR(value) == 1_672_531_200 * unit


def test_the_same_day_moves_alike_as_a_date_and_as_a_moment() -> None:
    assert str(SHIFT("1984-01-31 10:00:00"))[:10] == SHIFT("1984-01-31")


@pytest.mark.parametrize("text", ["0001-01-01", "9999-12-31"])
def test_the_ends_of_the_calendar_are_not_left(text: str) -> None:
    assert 1 <= abs((date.fromisoformat(str(SHIFT(text))) - date.fromisoformat(text)).days) <= 30


def test_what_is_no_date_becomes_one_all_the_same() -> None:
    for text in ("born in spring, says Anna", "1984-02-31", "??", "1984-01-31 at Anna's"):
        assert date.fromisoformat(str(SHIFT(text)))
        assert YEAR(text) == "1900-01-01"


def test_year_only_keeps_year_and_format() -> None:
    assert YEAR("1984-05-31") == "1984-01-01"
    assert YEAR("1984-05-31T23:59:59.123Z") == "1984-01-01T00:00:00.000Z"
    assert YEAR("1984-05-31 23:59:59+02:00") == "1984-01-01 00:00:00+02:00"
    assert YEAR("1984-05-31 23:59:59-05:00") == "1984-01-01 00:00:00-05:00"
    assert YEAR("1984") == "1984"
    assert YEAR(1984) == 1984
    assert YEAR(19840531) == 19840101


def test_in_a_unique_column_all_dates_move_alike_or_the_mask_is_refused() -> None:
    mask = masked("date_shift", unique=True)
    days = [date.fromordinal(700_000 + n).isoformat() for n in range(2000)]
    assert len({mask(day) for day in days}) == 2000
    assert [f.code for f in problems(column("date_shift", unique=True), 10)] == ["mask.one_shift"]
    assert [f.code for f in problems(column("year_only", unique=True), 10)] == ["mask.unique"]
