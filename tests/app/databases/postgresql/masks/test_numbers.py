"""Numbers blurred by the server are those that the reference gives."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.databases.postgresql.connections import Session, connect
from app.databases.postgresql.masks import Keys, sql_mask
from app.domain.schema import TypeFamily
from tests.app.databases.postgresql.masks.typed import FEW, compare_typed, plan_of, shape_of
from tests.app.databases.postgresql.servers import Server
from tests.app.policy.masks.columns import KEY

SIZES = {"int2": (1 << 15) - 1, "int4": (1 << 31) - 1, "int8": (1 << 63) - 1}


@pytest.fixture(scope="module")
def session(server18: Server) -> Iterator[Session]:
    session = connect(server18.admin(), read_only=True)
    yield session
    session.close()


@pytest.mark.parametrize("base", SIZES)
@FEW
@given(data=st.data(), percent=st.integers(1, 90))
def test_whole_numbers(session: Session, base: str, data: st.DataObject, percent: int) -> None:
    largest = SIZES[base]
    ordinary = st.integers(-1000, 1000)
    values = data.draw(st.lists(st.integers(-largest - 1, largest) | ordinary, max_size=40))
    shape = shape_of(base, TypeFamily.INTEGER)
    compare_typed(session, plan_of(shape, "number_noise", percent=percent), shape, [str(value) for value in values])


@pytest.mark.parametrize("base", SIZES)
def test_edges_of_two_and_four_bytes(session: Session, base: str) -> None:
    shape, largest = shape_of(base, TypeFamily.INTEGER), SIZES[base]
    edges = [e + d for e in (0, 32_767, (1 << 31) - 1, largest) for d in range(-3, 4) if abs(e + d) <= largest]
    values = [str(value) for value in (*edges, *(-e for e in edges), -largest - 1)]
    for percent in (1, 10, 90):
        compare_typed(session, plan_of(shape, "number_noise", percent=percent), shape, values)


def test_amounts_of_everyday_need_nobody_else(session: Session) -> None:
    shape = shape_of("int8", TypeFamily.INTEGER)
    plan = plan_of(shape, "number_noise", percent=10)
    assert compare_typed(session, plan, shape, [str(n * n * 1234) for n in range(1000)]) == 1


@FEW
@given(data=st.data(), size=st.sampled_from([(5, 2), (10, 2), (12, 4), (4, 3), (6, 0), (15, 1)]))
def test_decimal_numbers(session: Session, data: st.DataObject, size: tuple[int, int]) -> None:
    digits, places = size
    shape = shape_of("numeric", TypeFamily.NUMBER, f"numeric({digits},{places})")
    most = Decimal(10) ** (digits - places) - Decimal(1).scaleb(-places)
    numbers = st.decimals(-most, most, places=places) | st.decimals(-9, 9, places=places)
    values = [str(value) for value in data.draw(st.lists(numbers, max_size=60))]
    plan = plan_of(shape, "number_noise", percent=data.draw(st.sampled_from([1, 10, 90])))
    compare_typed(session, plan, replace(shape, scale=places), [*values, "NaN", "0"])


@FEW
@given(values=st.lists(st.floats() | st.decimals(-300_000, 300_000, places=2).map(float), max_size=60))
def test_doubles(session: Session, values: list[float]) -> None:
    shape = shape_of("float8", TypeFamily.NUMBER, "double precision")
    more = ["0", "-0", "0.0001", "0.00005", "400000", "400000.0001", "1e-300"]
    compare_typed(session, plan_of(shape, "number_noise"), shape, [*map(repr, values), *more])


def test_prices_need_nobody_else(session: Session) -> None:
    prices = [f"{cents / 100:.2f}" for cents in range(0, 4_000_000, 1237)]
    for shape in (
        replace(shape_of("numeric", TypeFamily.NUMBER, "numeric(10,2)"), scale=2),
        shape_of("float8", TypeFamily.NUMBER, "double precision"),
    ):
        assert compare_typed(session, plan_of(shape, "number_noise"), shape, prices) == 1


@pytest.mark.parametrize(("base", "type_"), [("numeric", "numeric"), ("numeric", "numeric(20,6)"), ("float4", "real")])
def test_numbers_of_no_known_size_are_for_the_reference(base: str, type_: str) -> None:
    shape = shape_of(base, TypeFamily.NUMBER, type_)
    assert sql_mask(plan_of(shape, "number_noise"), shape, "t.c", Keys(KEY)) is None
