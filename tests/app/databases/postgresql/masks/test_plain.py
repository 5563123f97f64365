"""What is emptied, fixed and made a token by the server is what the reference gives."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.databases.postgresql.connections import Session
from app.databases.postgresql.masks import Keys, SqlMask, sql_mask
from app.databases.postgresql.shapes import ColumnShape
from app.domain.schema import TypeFamily
from tests.app.databases.postgresql.masks.equality import NASTY, compare, session_on, shape
from tests.app.databases.postgresql.masks.typed import FEW, texts
from tests.app.databases.postgresql.servers import Server
from tests.app.policy.masks.columns import KEY, column

TEXT = shape("text")


@pytest.fixture(scope="module")
def session(server18: Server) -> Iterator[Session]:
    with session_on(server18, "postgres") as session:
        yield session


@FEW
@given(values=st.lists(texts("aAbZ09-_ \t\xa0\u3000é"), max_size=60))
def test_any_text_becomes_its_token(session: Session, values: list[str]) -> None:
    compare(session, column("token"), TEXT, [*values, None])
    compare(session, column("token", prefix="k-"), TEXT, values)


@pytest.mark.parametrize("length", [None, 40, 36, 35, 18, 16, 15, 8, 4, 3, 2, 1])
@pytest.mark.parametrize("prefix", ["", "k-", "it's"])
def test_every_width(session: Session, prefix: str, length: int | None) -> None:
    values = [value[:length] for value in (*NASTY, *map(str, range(200)), *"bcdfghjkmnpqrstv", prefix)]
    type_ = "text" if length is None else f"character varying({length})"
    assert compare(session, column("token", length=length, prefix=prefix), shape(type_), values) > 0.8


@FEW
@given(values=st.lists(st.uuids(), max_size=40))
def test_a_uuid_becomes_a_uuid(session: Session, values: list[UUID]) -> None:
    written = [str(value) for value in values]
    assert compare(session, column("token"), shape("uuid"), [*written, None]) == 1
    assert compare(session, column("token"), TEXT, [*written, *(w.upper() for w in written)]) == 1
    compare(session, column("token"), TEXT, [w.title() for w in written] + [w.replace("-", "_") for w in written])
    compare(session, column("token", length=36), shape("character varying(36)"), [w[:-1] + "-" for w in written])


@FEW
@given(values=st.lists(st.integers(-(1 << 63), (1 << 63) - 1), max_size=60))
def test_a_number_becomes_a_number_of_63_bits(session: Session, values: list[int]) -> None:
    plan = column("token", family=TypeFamily.INTEGER)
    assert compare(session, plan, shape("bigint", TypeFamily.INTEGER), [*map(str, values), None]) == 1


def test_columns_without_a_value_of_their_own_kind_are_left_to_the_reference() -> None:
    for made in (shape("uuid"), shape("integer", TypeFamily.INTEGER), shape("text", array=True), shape("json")):
        assert sql_mask(column("token", prefix="k"), made, 't."c"', Keys(KEY)) is None


@pytest.mark.parametrize(
    ("made", "value", "before"),
    [
        (shape("text"), "it's \\ 100% \u00e6", "Anna"),
        (shape("character(12)"), "x", "Anna"),
        (shape("bigint", TypeFamily.INTEGER), "-7", "5"),
        (shape("boolean", TypeFamily.BOOLEAN, base="bool"), "1", "f"),
        (shape("date", TypeFamily.DATE), "1984-01-31", "2001-02-03"),
        (shape("numeric(5,2)", TypeFamily.NUMBER), "1.50", "3"),
        (shape("bytea", TypeFamily.BINARY), "it's", "\\x00ff"),
        (shape("jsonb", TypeFamily.JSON), "x", "{}"),
    ],
)
def test_a_fixed_value_of_any_type(session: Session, made: ColumnShape, value: str, before: str) -> None:
    plan = column("fixed", family=made.family, value=value, length=made.length)
    assert compare(session, plan, made, [before, None]) == 1


def test_removal_needs_no_key_and_leaves_nothing(session: Session) -> None:
    closed = Keys(KEY, allowed=False)
    assert sql_mask(column("null"), shape("text", array=True), 't."c"', closed) == SqlMask("NULL")
    assert sql_mask(column("fixed", value="x"), TEXT, 't."c"', closed) is not None
    assert sql_mask(column("token"), TEXT, 't."c"', closed) is None
    assert not any(name.startswith("sandkeeper.k") for name in closed.settings)
    assert compare(session, column("null"), TEXT, NASTY) == 1
