"""Addresses masked by the server are those that the reference gives."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.databases.postgresql.connections import Session
from app.databases.postgresql.masks import Keys, sql_mask
from tests.app.databases.postgresql.masks.equality import NASTY, compare, session_on, shape
from tests.app.databases.postgresql.masks.typed import FEW, texts
from tests.app.databases.postgresql.servers import Server
from tests.app.policy.masks.columns import KEY, column

TEXT = shape("text")
ORDINARY = [
    f"{name}{at}harbor{n % 7}.example" for n in range(50) for name in ("anna", f"Per.{n}", f"K+{n}") for at in "@"
]


@pytest.fixture(scope="module")
def session(server18: Server) -> Iterator[Session]:
    with session_on(server18, "postgres") as session:
        yield session


@FEW
@given(values=st.lists(texts("aAbZ0@.+_-;, <>") | st.emails(), max_size=60))
def test_any_text(session: Session, values: list[str]) -> None:
    compare(session, column("email"), TEXT, [*values, None])
    compare(session, column("email_alias"), TEXT, values)


@pytest.mark.parametrize("length", [None, 254, 40, 33, 32, 31, 20, 16, 3, 1])
@pytest.mark.parametrize("mask", ["email", "email_alias"])
def test_every_width(session: Session, mask: str, length: int | None) -> None:
    type_ = "text" if length is None else f"character varying({length})"
    compare(session, column(mask, length=length), shape(type_), [value[:length] for value in (*ORDINARY, *NASTY)])


def test_addresses_need_nobody_else_whatever_their_capitals(session: Session) -> None:
    cased = [spelled for value in ORDINARY for spelled in (value, value.upper(), value.swapcase(), value.title())]
    assert compare(session, column("email"), TEXT, [*cased, "", None]) == 1
    assert compare(session, column("email", alias="it's@agency.example", unique=True), TEXT, cased) == 1


def test_what_holds_several_addresses_is_left_to_the_reference(session: Session) -> None:
    several = ["a@b.example, c@d.example", "Anna <a@b.example>", " a@b.example", "a@b.example\n", "å@b.example"]
    assert compare(session, column("email"), TEXT, several) == 0


def test_an_alias_that_was_not_given_masks_nothing(session: Session) -> None:
    assert sql_mask(column("email_alias", alias=None), TEXT, 't."c"', Keys(KEY)) is None
