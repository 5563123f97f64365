"""Whole numbers blurred by the server are those that the reference gives."""

from collections.abc import Iterator

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


def test_fractions_are_for_the_reference() -> None:
    shape = shape_of("numeric", TypeFamily.NUMBER)
    assert sql_mask(plan_of(shape, "number_noise"), shape, "t.c", Keys(KEY)) is None
