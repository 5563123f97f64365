"""Social security numbers masked by the server are those that the reference gives."""

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
NUMBERS = st.builds(
    "{:03d}-{:02d}-{:04d}".format, st.integers(0, 999), st.integers(0, 99), st.integers(0, 9999) | st.just(0)
)


@pytest.fixture(scope="module")
def session(server18: Server) -> Iterator[Session]:
    session = connect(server18.admin(), read_only=True)
    yield session
    session.close()


@pytest.mark.parametrize("kind", ["auto", "us_ssn"])
@FEW
@given(values=st.lists(NUMBERS | texts("0123456789-"), max_size=60))
def test_numbers(session: Session, kind: str, values: list[str]) -> None:
    compare_typed(session, plan_of(TEXT, "national_id", kind=kind), TEXT, [*values, *NASTY])


def test_issued_numbers_need_nobody_else(session: Session) -> None:
    values = [f"{area:03d}-{area % 99 + 1:02d}-{area * 7 + 1:04d}" for area in range(1, 900) if area != 666]
    assert compare_typed(session, plan_of(TEXT, "national_id"), TEXT, values) == 1
    assert compare_typed(session, plan_of(TEXT, "national_id"), TEXT, ["666-12-3456", "912-34-5678"]) == 0


def test_other_kinds_and_unique_columns_are_for_the_reference() -> None:
    for plan in (plan_of(TEXT, "national_id", kind="nl_bsn"), plan_of(TEXT, "national_id", unique=True)):
        assert sql_mask(plan, TEXT, "t.c", Keys(KEY)) is None
