"""Telephone numbers masked by the server are those that the reference gives."""

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
FORMS = ["({}) {}-{}", "{}-{}-{}", "{}.{}.{}", "{} {} {}", "{}{}{}", "({}){}-{}", "({}) {} {}", "{}){}-{}"]
BEFORE = ["", "+1 ", "+1", "1-", "1 ", "1", "+1.", "(", "+", "00"]


@pytest.fixture(scope="module")
def session(server18: Server) -> Iterator[Session]:
    session = connect(server18.admin(), read_only=True)
    yield session
    session.close()


def _american(before: str, form: str, area: int, exchange: int, line: int) -> str:
    return before + form.format(f"{area:03d}", f"{exchange:03d}", f"{line:04d}")


AMERICAN = st.builds(
    _american,
    st.sampled_from(BEFORE),
    st.sampled_from(FORMS),
    st.integers(0, 999) | st.just(555),
    st.integers(0, 999),
    st.integers(0, 9999),
)
DIGITS = st.builds(
    lambda before, n: f"{before}{n}", st.sampled_from(["", "+", "00", "+1", "0"]), st.integers(0, 10**16)
)


@FEW
@given(values=st.lists(AMERICAN | DIGITS | texts("+-(). 0123456789x"), max_size=60))
def test_numbers(session: Session, values: list[str]) -> None:
    compare_typed(session, plan_of(TEXT, "phone"), TEXT, values)


def test_nasty_texts(session: Session) -> None:
    compare_typed(session, plan_of(TEXT, "phone"), TEXT, NASTY)


@pytest.mark.parametrize("form", FORMS[:7])
@pytest.mark.parametrize("before", ["", "+1 ", "+1", "1-", "1 ", "1", "+1."])
def test_usual_forms_need_nobody_else(session: Session, before: str, form: str) -> None:
    if form == "{}{}{}":
        before = before.rstrip(" -.")
    values = [_american(before, form, area, 400 + area, 7 * area) for area in range(200, 500, 7)]
    assert compare_typed(session, plan_of(TEXT, "phone"), TEXT, values) == 1


def test_numbers_of_other_countries_without_separators_need_nobody_else(session: Session) -> None:
    values = [f"+{country}912345{n:02d}" for country in (1, 7, 20, 33, 47, 49, 354, 420, 971) for n in range(20)]
    values += ["112", "5551234", "91234567", "02079460000", ""]
    assert compare_typed(session, plan_of(TEXT, "phone"), TEXT, values) == 1


def test_a_narrow_column(session: Session) -> None:
    shape = shape_of("varchar", TypeFamily.TEXT, "character varying(14)", length=14)
    values = ["(415) 234-5678", "415-234-5678", "+4791234567", "911"]
    assert compare_typed(session, plan_of(shape, "phone"), shape, values) == 1


def test_unique_columns_are_for_the_reference() -> None:
    assert sql_mask(plan_of(TEXT, "phone", unique=True), TEXT, "t.c", Keys(KEY)) is None
