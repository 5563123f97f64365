"""Removed text and filler written by the server are those that the reference gives."""

from collections.abc import Iterator
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.databases.postgresql.connections import Session, connect
from app.domain.schema import TypeFamily
from app.policy.masks.words import words
from tests.app.databases.postgresql.masks.equality import NASTY
from tests.app.databases.postgresql.masks.typed import FEW, compare_typed, plan_of, shape_of, texts
from tests.app.databases.postgresql.servers import Server

TEXT = shape_of("text", TypeFamily.TEXT)
NARROW = shape_of("varchar", TypeFamily.TEXT, "character varying(20)", length=20)
BYTES = shape_of("bytea", TypeFamily.BINARY)


@pytest.fixture(scope="module")
def session(server18: Server) -> Iterator[Session]:
    session = connect(server18.admin(), read_only=True)
    yield session
    session.close()


@FEW
@given(values=st.lists(texts("word \n"), max_size=40))
def test_any_text(session: Session, values: list[str]) -> None:
    for mask, parameters in (("redact_text", {}), ("redact_text", {"keep_length": True}), ("lorem", {})):
        compare_typed(session, plan_of(TEXT, mask, **parameters), TEXT, values)
        compare_typed(session, plan_of(NARROW, mask, **parameters), NARROW, [value[:20] for value in values])


@pytest.mark.parametrize("mask", ["redact_text", "lorem"])
def test_nasty_texts(session: Session, mask: str) -> None:
    compare_typed(session, plan_of(TEXT, mask), TEXT, NASTY)


def test_filler_of_every_length(session: Session) -> None:
    values = [("word " * 400)[:size] + chr(97 + size % 26) for size in range(1500)]
    assert compare_typed(session, plan_of(TEXT, "lorem"), TEXT, values) > 0.99


def test_filler_that_would_be_the_original(session: Session) -> None:
    """Short originals out of the filler's own words meet themselves now and then."""
    values = [*words("lorem"), *(one[:size] for one in words("lorem") for size in range(1, 8))]
    values += ["".join(pair) for pair in product("adelsu", repeat=2)]
    assert compare_typed(session, plan_of(TEXT, "lorem"), TEXT, values) == 1


@FEW
@given(values=st.lists(st.binary(max_size=30), max_size=20))
def test_bytes(session: Session, values: list[bytes]) -> None:
    for keep in (False, True):
        plan = plan_of(BYTES, "redact_text", keep_length=keep)
        assert compare_typed(session, plan, BYTES, [f"\\x{value.hex()}" for value in values] + ["\\x"]) == 1


@pytest.mark.parametrize("text", ["it's", "a\\b", "né", "$1 %s", ""])
def test_the_remark_is_written_as_given(session: Session, text: str) -> None:
    assert compare_typed(session, plan_of(TEXT, "redact_text", text=text), TEXT, ["a", ""]) == 1
