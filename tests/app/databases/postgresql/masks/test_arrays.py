"""Arrays and rows read and written as the server does."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.databases.postgresql.connections import Session, connect
from app.databases.postgresql.masks.arrays import array_elements, array_of, row_fields, row_text
from tests.app.databases.postgresql.servers import Server

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12) | st.sampled_from(
    ["NULL", "null", "", " ", "{}", ",", '"', "\\", "a,b", '"a\\"', "(x)", "a b", "\n"]
)
LISTS = st.lists(st.none() | TEXTS, max_size=6)


@pytest.fixture(scope="module")
def session(server18: Server) -> Iterator[Session]:
    session = connect(server18.admin(), read_only=True)
    yield session
    session.close()


def _asked(session: Session, sql: str, *values: object) -> object:
    row = session.execute(sql, values).fetchone()
    assert row is not None
    return row[0]


@given(elements=LISTS)
def test_the_elements_of_an_array_are_those_the_server_put_in(session: Session, elements: list[str | None]) -> None:
    written = str(_asked(session, "SELECT CAST(CAST(%s AS text[]) AS text)", elements))
    assert array_elements(written) == elements
    changed = array_of(lambda text: text + "'")(written)
    expected = [None if e is None else e + "'" for e in elements]
    assert _asked(session, "SELECT CAST(%s AS text[])", changed) == expected


@given(fields=st.lists(st.none() | TEXTS, min_size=3, max_size=3))
def test_the_fields_of_a_row_are_those_the_server_put_in(session: Session, fields: list[str | None]) -> None:
    written = str(_asked(session, "SELECT CAST(ROW(%s::text, %s::text, %s::text) AS text)", *fields))
    assert row_fields(written) == fields
    assert row_fields(row_text(fields)) == fields


def test_depth_and_bounds_stay() -> None:
    double = array_of(lambda text: text * 2)
    assert double("{{a,b},{c,NULL}}") == '{{"aa","bb"},{"cc",NULL}}'
    assert double("[0:1][2:2]={{a},{b}}") == '[0:1][2:2]={{"aa"},{"bb"}}'
    assert double("{}") == "{}"


def test_an_element_can_become_null() -> None:
    assert array_of(lambda text: None)('{a,"b"}') == "{NULL,NULL}"


def test_boxes_are_parted_by_semicolons() -> None:
    assert array_elements("{(1,1),(0,0);(2,2),(1,1)}", ";") == ["(1,1),(0,0)", "(2,2),(1,1)"]
