"""Dates masked by the server are those that the reference gives."""

from collections.abc import Iterator
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.databases.postgresql.connections import Session, connect
from app.domain.schema import TypeFamily
from tests.app.databases.postgresql.masks.typed import FEW, compare_typed, plan_of, shape_of
from tests.app.databases.postgresql.servers import Server

DATE = shape_of("date", TypeFamily.DATE)
STAMPS = (
    shape_of("timestamp", TypeFamily.TIMESTAMP, "timestamp without time zone"),
    shape_of("timestamptz", TypeFamily.TIMESTAMP, "timestamp with time zone"),
)
TEXT = shape_of("text", TypeFamily.TEXT)
MASKS = ("date_shift", "year_only")


@pytest.fixture(scope="module")
def session(server18: Server) -> Iterator[Session]:
    session = connect(server18.admin(), read_only=True)
    yield session
    session.close()


@pytest.mark.parametrize("mask", MASKS)
@FEW
@given(days=st.lists(st.dates(), max_size=50))
def test_days(session: Session, mask: str, days: list[date]) -> None:
    compare_typed(session, plan_of(DATE, mask), DATE, [day.isoformat() for day in days])


@pytest.mark.parametrize("mask", MASKS)
@FEW
@given(moments=st.lists(st.datetimes(), max_size=30))
def test_moments(session: Session, mask: str, moments: list[datetime]) -> None:
    for shape in STAMPS:
        compare_typed(session, plan_of(shape, mask), shape, [moment.isoformat(" ") for moment in moments])


@pytest.mark.parametrize("mask", MASKS)
@FEW
@given(
    moments=st.lists(st.datetimes() | st.dates(), max_size=30), zone=st.sampled_from(["", "Z", "+00", "+02:00", " PM"])
)
def test_texts_of_days(session: Session, mask: str, moments: list[date], zone: str) -> None:
    texts = [f"{moment.isoformat()}{zone}" for moment in moments] + [str(moment) for moment in moments]
    compare_typed(session, plan_of(TEXT, mask), TEXT, texts)


@pytest.mark.parametrize("mask", MASKS)
def test_ordinary_values_need_nobody_else(session: Session, mask: str) -> None:
    ordinary = ["1984-01-31", "2024-02-28", "1999-12-31", "2000-06-30", ""]
    assert compare_typed(session, plan_of(TEXT, mask), TEXT, ordinary) == 1
    assert compare_typed(session, plan_of(DATE, mask), DATE, ["1984-01-31", "2024-02-29", "infinity"]) == 1
    for shape in STAMPS:
        assert compare_typed(session, plan_of(shape, mask), shape, ["1984-01-31 12:30:00.5", "-infinity"]) == 1


@pytest.mark.parametrize("mask", MASKS)
def test_texts_at_the_edges(session: Session, mask: str) -> None:
    texts = ["2023-02-29", "2024-02-29", "2023-02-30", "2023-04-31", "2023-13-01", "2023-00-10", "0000-01-01"]
    texts += ["0001-01-01", "9999-12-31", "1984", "1984-01-31T", "1984-01-31TZ", "31.12.1999", "19840131"]
    texts += ["1984-1-31", "1984-01-31x", "--84-01-31", "no", "٢٠٢٠-01-01", "1700000000"]
    texts += [" 1984", " 1984-01-31", "1984-01-31 5 PM", "1984-01-31\n", " ", "1984-01-31 12:30 UTC"]
    assert compare_typed(session, plan_of(TEXT, mask), TEXT, texts) < 1


def test_the_ends_of_the_calendar(session: Session) -> None:
    edges = ["0001-01-01", "0001-02-14", "0001-02-15", "9999-11-16", "9999-11-17", "9999-12-31", "0044-03-15 BC",
             "10000-01-01", "5874897-12-31"]  # fmt: skip
    for mask in MASKS:
        assert compare_typed(session, plan_of(DATE, mask), DATE, edges) < 1


@pytest.mark.parametrize("days", [1, 30, 3650])
def test_other_distances_and_unique_columns(session: Session, days: int) -> None:
    values = [f"19{year}-{month:02d}-15" for year in range(50, 99) for month in range(1, 13)]
    for unique in (False, True):
        plan = plan_of(DATE, "date_shift", unique=unique, days=days)
        assert compare_typed(session, plan, DATE, values) == 1
