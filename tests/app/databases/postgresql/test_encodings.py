"""A mask whose words the database cannot write is told of before anything starts."""

import pytest

from app.databases.postgresql.encodings import writable
from tests.app.databases.postgresql.line import Line
from tests.app.databases.postgresql.servers import READER, Server, create_source


@pytest.mark.parametrize(
    ("mask", "encoding", "expected"),
    [
        ("first_name", "UTF8", True),
        ("first_name", "SQL_ASCII", True),
        ("first_name", "WIN1251", False),
        ("full_name", "KOI8R", False),
        ("email", "WIN1251", True),
        ("first_name", "MULE_INTERNAL", True),  # Python does not know it: the server says what it cannot
    ],
)
def test_a_mask_is_writable_where_the_encoding_has_its_letters(mask: str, encoding: str, expected: bool) -> None:
    assert writable(mask, encoding) is expected


def test_a_plan_says_so(server18: Server) -> None:
    name = create_source(
        server18,
        "CREATE TABLE public.people (id int PRIMARY KEY, first_name text, email text); "
        "INSERT INTO public.people SELECT n, 'Quibble', 'q' || n || '@private.example' FROM generate_series(1, 50) n",
        encoding="WIN1251",
        locale="C",
    )
    line = Line(server18, name, reader=READER)
    try:
        told = {(f.code, f.where) for f in line.plan().errors}
        assert ("mask-encoding", "people.first_name") in told
        assert ("mask-encoding", "people.email") not in told
    finally:
        line.clear()
        server18.drop_database(name)
