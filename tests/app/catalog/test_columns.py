"""Moments are UTC and aware; values survive the way through JSON, or are told as damaged."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.dialects.sqlite.base import SQLiteDialect

from app.catalog.columns import AsJson, Moment
from app.domain.operations import Choices, Proof, TableRun
from app.errors import OutsideError

SQLITE = SQLiteDialect()
POSTGRESQL = PGDialect()  # type: ignore[no-untyped-call]

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
options = st.dictionaries(st.text(), scalars | st.lists(scalars).map(tuple))


@given(st.datetimes(timezones=st.timezones(), min_value=datetime(1900, 1, 2), max_value=datetime(2999, 1, 1)))
def test_a_moment_of_any_zone_comes_back_as_the_same_moment_in_utc(moment: datetime) -> None:
    for dialect in (SQLITE, POSTGRESQL):
        back = Moment().process_result_value(Moment().process_bind_param(moment, dialect), dialect)
        assert back == moment.astimezone(UTC), "Python calls hours that come twice unequal to any other zone's"
        assert back is not None
        assert back.utcoffset() == timedelta(0)


def test_a_moment_from_a_server_in_another_zone_is_told_in_utc() -> None:
    local = datetime(2026, 11, 2, 10, tzinfo=timezone(timedelta(hours=1)))
    read = Moment().process_result_value(local, POSTGRESQL)
    assert read is not None
    assert (read.hour, read.tzinfo) == (9, UTC)


def test_a_moment_without_a_zone_is_a_bug() -> None:
    with pytest.raises(ValueError, match="time zone"):
        Moment().process_bind_param(datetime(2026, 11, 2), SQLITE)


@given(options, st.lists(st.text()).map(tuple), st.text())
def test_choices_come_back_with_the_very_types_they_had(
    chosen: dict[str, bool | int | float | str | None], acknowledged: tuple[str, ...], confirm: str
) -> None:
    column = AsJson[Choices](Choices)
    choices = Choices(options=chosen, acknowledged=acknowledged, confirm=confirm)
    back = column.process_result_value(column.process_bind_param(choices, SQLITE), SQLITE)
    assert repr(back) == repr(choices), "1, 1.0 and True are three things"


@pytest.mark.parametrize("text", ["", "null", "[]", '{"originals": "many"}', '{"state": "unheard of"}'])
def test_a_text_that_no_longer_reads_is_told_as_damage(text: str) -> None:
    with pytest.raises(OutsideError, match="damaged"):
        AsJson[Proof](Proof).process_result_value(text, SQLITE)


def test_nothing_stays_nothing() -> None:
    column = AsJson[tuple[TableRun, ...]](tuple[TableRun, ...])
    assert column.process_bind_param(None, SQLITE) is None
    assert column.process_result_value(None, SQLITE) is None
    assert Moment().process_bind_param(None, SQLITE) is None
    assert Moment().process_result_value(None, SQLITE) is None
