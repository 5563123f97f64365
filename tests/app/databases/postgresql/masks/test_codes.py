"""Digits masked by the server are those that the reference gives."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.databases.postgresql.connections import Session, connect
from app.databases.postgresql.masks import Keys, sql_mask
from app.domain.schema import TypeFamily
from tests.app.databases.postgresql.masks.equality import NASTY
from tests.app.databases.postgresql.masks.typed import FEW, compare_typed, plan_of, shape_of, texts
from tests.app.databases.postgresql.servers import Server
from tests.app.policy.masks.columns import KEY

TEXT = shape_of("text", TypeFamily.TEXT)
SIZES = {"int2": (1 << 15) - 1, "int4": (1 << 31) - 1, "int8": (1 << 63) - 1}
MASKS = ("digits", "postcode")


@pytest.fixture(scope="module")
def session(server18: Server) -> Iterator[Session]:
    session = connect(server18.admin(), read_only=True)
    yield session
    session.close()


@pytest.mark.parametrize("mask", MASKS)
@pytest.mark.parametrize("base", SIZES)
def test_whole_numbers(session: Session, mask: str, base: str) -> None:
    largest, shape = SIZES[base], shape_of(base, TypeFamily.INTEGER)
    edges = [edge + by for edge in (0, 32_767, 10**8, *(10**n for n in range(9))) for by in range(-5, 6)]
    values = [*edges, *range(0, 100_000_000, 33_331), -largest - 1, largest]
    compare_typed(session, plan_of(shape, mask), shape, [str(v) for v in values if -largest - 1 <= v <= largest])


@FEW
@given(values=st.lists(texts("0123456789") | st.integers(0, 10**9).map(str), max_size=60))
def test_texts_of_digits(session: Session, values: list[str]) -> None:
    for mask in MASKS:
        compare_typed(session, plan_of(TEXT, mask), TEXT, values)


def test_zeros_before_a_number_stay(session: Session) -> None:
    values = [str(number).zfill(width) for number in (0, 1, 9, 10, 99, 4711) for width in range(1, 10)]
    for mask in MASKS:
        compare_typed(session, plan_of(TEXT, mask), TEXT, [*values, *NASTY])


def test_postcodes_and_small_numbers_need_nobody_else(session: Session) -> None:
    narrow = shape_of("bpchar", TypeFamily.TEXT, "character(5)", length=5)
    values = [f"{number:05d}" for number in range(0, 100_000, 37)]
    assert compare_typed(session, plan_of(narrow, "postcode"), narrow, values) == 1
    whole = shape_of("int4", TypeFamily.INTEGER)
    assert compare_typed(session, plan_of(whole, "digits"), whole, [str(number) for number in range(-500, 5000)]) == 1


def test_where_no_key_may_be_told_the_reference_does_it() -> None:
    assert sql_mask(plan_of(TEXT, "digits"), TEXT, "t.c", Keys(KEY, allowed=False)) is None
