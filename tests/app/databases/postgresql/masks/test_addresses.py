"""Streets and cities masked by the server are those that the reference gives."""

import random
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.databases.postgresql.connections import Session
from app.databases.postgresql.masks import Keys, sql_mask
from app.policy.masks.words import words
from tests.app.databases.postgresql.masks.equality import NASTY, compare, session_on, shape
from tests.app.databases.postgresql.masks.typed import FEW, texts
from tests.app.databases.postgresql.servers import Server
from tests.app.policy.masks.columns import KEY, column

TEXT = shape("text")
STREETS, CITIES = words("streets"), words("cities")


@pytest.fixture(scope="module")
def session(server18: Server) -> Iterator[Session]:
    with session_on(server18, "postgres") as session:
        yield session


def _addresses(count: int) -> list[str]:
    draw = random.Random(11)
    ends = ["", "", f" {draw.randint(1, 250)}", " 5 B", "12C", " 7  d", " 1 bc", ", 2. etg"]
    made = [
        f"{draw.choice(['', '', f'{draw.randint(1, 250)} '])}{draw.choice(STREETS)}{draw.choice(ends)}"
        for _ in range(count)
    ]
    return [draw.choice([one, one.upper(), one.lower()]) for one in made]


@FEW
@given(values=st.lists(texts("aB1 2-é."), max_size=60))
@pytest.mark.parametrize("mask", ["street", "city"])
def test_any_text(session: Session, mask: str, values: list[str]) -> None:
    compare(session, column(mask), TEXT, [*values, None])
    compare(session, column(mask, unique=True), TEXT, values)


@pytest.mark.parametrize("unique", [False, True])
@pytest.mark.parametrize("mask", ["street", "city"])
def test_every_width(session: Session, mask: str, unique: bool) -> None:
    for length in (None, 60, 40, 24, 20, 18, 17, 16, 14, 13, 8, 4, 2, 1):
        type_ = "text" if length is None else f"character varying({length})"
        plan, made = column(mask, length=length, unique=unique), shape(type_)
        if sql_mask(plan, made, 't."c"', Keys(KEY)) is None:
            assert mask == "street"
            assert length is not None
            assert length <= (17 if unique else 12), "no room for a street, let alone a mark"
            continue
        compare(session, plan, made, [value[:length] for value in (*_addresses(200), *CITIES, *NASTY)])


def test_a_street_that_would_be_itself_gets_a_token(session: Session) -> None:
    values = [*STREETS, *(f"{house} {street}" for street in STREETS for house in range(1, 200, 3))]
    assert compare(session, column("street"), TEXT, values) == 1


def test_a_city_is_never_itself(session: Session) -> None:
    values = [spelled for city in CITIES for spelled in (city, city.upper(), city.lower(), city.swapcase())]
    assert compare(session, column("city"), TEXT, [*values, "", None]) == 1
