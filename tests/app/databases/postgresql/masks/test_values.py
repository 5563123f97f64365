"""PostgreSQL's texts as plain values and back."""

import math
from collections.abc import Iterator, Mapping
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.databases.postgresql.connections import Session
from app.databases.postgresql.masks.values import decimals, row_value, text_of
from app.databases.postgresql.shapes import ColumnShape
from app.domain.schema import TypeFamily
from app.ports.databases import RowValue
from tests.app.databases.postgresql.masks.typed import EDGES, shapes_of, spelled, typed_database
from tests.app.databases.postgresql.servers import Server

BEYOND = {
    "-$92,233,720,368,547,758.08",
    "24:00:00",
    "0044-03-15 BC",
    "5874897-12-31",
    "4713-01-01 00:00:00 BC",
    "294276-12-31 23:59:59.999999",
    "294276-12-31 23:59:59+00",
}
"""What masks never write: no other database has it."""


def _shape(base: str, type_: str = "", scale: int | None = None) -> ColumnShape:
    return ColumnShape(number=1, name="c", type=type_ or base, base=base, family=TypeFamily.ANY, scale=scale)


@pytest.fixture(scope="module")
def session(server18: Server) -> Iterator[Session]:
    with typed_database(server18) as session:
        yield session


@pytest.fixture(scope="module")
def shapes(session: Session) -> Mapping[str, ColumnShape]:
    return shapes_of(session)


@pytest.mark.parametrize("type_", EDGES)
def test_what_is_read_can_be_written_again(session: Session, shapes: Mapping[str, ColumnShape], type_: str) -> None:
    shape = shapes[type_]
    for text in spelled(session, shape, EDGES[type_]):
        value = row_value(shape, text)
        written = text_of(shape, value)
        if written is None:
            assert (isinstance(value, float) and not math.isfinite(value)) or text in BEYOND
        else:
            assert row_value(shape, spelled(session, shape, (written,))[0]) == value


@pytest.mark.parametrize(
    ("base", "text", "value"),
    [
        ("int8", "-12", -12),
        ("numeric", "1250.00", 1250),
        ("numeric", "1249.50", 1249.5),
        ("numeric", "9223372036854775808", "9223372036854775808"),
        ("numeric", "0.12345678901234567890", "0.12345678901234567890"),
        ("money", "-$1,249.50", -1249.5),
        ("bool", "t", 1),
        ("bpchar", "ab   ", "ab"),
        ("float8", "1e+100", 1e100),
        ("date", "2024-02-29", "2024-02-29"),
        ("timestamp", "infinity", math.inf),
        ("bytea", "\\x00ff", b"\x00\xff"),
        ("uuid", "123e4567-e89b-12d3-a456-426614174000", "123e4567-e89b-12d3-a456-426614174000"),
    ],
)
def test_values_are_what_another_database_would_hold(base: str, text: str, value: RowValue) -> None:
    read = row_value(_shape(base), text)
    assert (read, type(read)) == (value, type(value))


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_no_digit_of_a_decimal_number_is_lost(number: Decimal) -> None:
    text = format(number, "f")
    assert Decimal(str(decimals(text))) == number


@pytest.mark.parametrize(
    ("base", "type_", "value", "text"),
    [
        ("int2", "smallint", 32_768, None),
        ("int4", "integer", 7.0, "7"),
        ("int4", "integer", "seven", None),
        ("numeric", "numeric(5,2)", 999.994, "999.99"),
        ("numeric", "numeric(5,2)", 999.995, None),
        ("numeric", "numeric(5,-2)", 1250, "1300"),
        ("float4", "real", 1e39, None),
        ("bool", "boolean", "yes", "t"),
        ("bool", "boolean", "maybe", None),
        ("date", "date", "yesterday", None),
        ("date", "date", "1984-13-01", None),
        ("timestamp", "timestamp without time zone", "1984-01-31 12:00", "1984-01-31 12:00"),
        ("time", "time without time zone", "12", None),
        ("uuid", "uuid", "a token", None),
        ("inet", "inet", "10.0.0.300", None),
        ("cidr", "cidr", "10.1.2.3/16", "10.1.0.0/16"),
        ("macaddr", "macaddr", "08:00:2b:01:02:03:04:05", None),
        ("bit", "bit(3)", "10", None),
        ("jsonb", "jsonb", "no json", '"no json"'),
        ("jsonb", "jsonb", '{"a": 1}', '{"a": 1}'),
        ("xml", "xml", "<b>x</b>", "<b>x</b>"),
        ("xml", "xml", "a < b & c", "a &lt; b &amp; c"),
        ("bytea", "bytea", "x", "\\x78"),
        ("text", "text", b"x", "x"),
        ("text", "text", None, None),
    ],
)
def test_only_what_a_type_holds_has_a_text(base: str, type_: str, value: RowValue, text: str | None) -> None:
    scale = {"numeric(5,2)": 2, "numeric(5,-2)": -2}.get(type_)
    assert text_of(_shape(base, type_, scale), value) == text
