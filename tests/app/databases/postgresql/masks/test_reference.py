"""What the reference masks make of PostgreSQL's values: accepted by the column they came from, and another value."""

import math
from collections.abc import Iterator, Mapping
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.databases.postgresql.connections import Session
from app.databases.postgresql.masks.fitness import fits, problems
from app.databases.postgresql.masks.reference import text_mask, values_in
from app.databases.postgresql.masks.values import MOMENTS, row_value
from app.databases.postgresql.shapes import ColumnShape
from app.domain.schema import TypeFamily
from app.policy.masks import MASKS, could_produce
from tests.app.databases.postgresql.masks.typed import EDGES, plan_of, shapes_of, spelled, typed_database
from tests.app.databases.postgresql.servers import Server
from tests.app.policy.masks.columns import KEY, masked


@pytest.fixture(scope="module")
def session(server18: Server) -> Iterator[Session]:
    with typed_database(server18) as session:
        yield session


@pytest.fixture(scope="module")
def shapes(session: Session) -> Mapping[str, ColumnShape]:
    return shapes_of(session)


def _shape(base: str, family: TypeFamily, type_: str = "", scale: int | None = None) -> ColumnShape:
    return ColumnShape(number=1, name="c", type=type_ or base, base=base, family=family, scale=scale)


NUMERIC = _shape("numeric", TypeFamily.NUMBER, "numeric(9,2)", 2)
TEXT = _shape("text", TypeFamily.TEXT)


@pytest.mark.parametrize("type_", EDGES)
def test_every_mask_on_every_type_writes_what_a_column_of_it_accepts(
    session: Session, shapes: Mapping[str, ColumnShape], type_: str
) -> None:
    shape = shapes[type_]
    values = spelled(session, shape, EDGES[type_])
    for name in MASKS:
        for unique in (False, True):
            plan = plan_of(shape, name, unique=unique, **({"value": "1"} if name == "fixed" else {}))
            if name == "fixed" and (problems(plan, shape) or shape.base in ("enum", "composite") or _opaque(shape)):
                continue
            change = text_mask(plan, shape, KEY)
            results = [change(value) for value in values]
            with session.cursor() as cursor, cursor.copy(f'COPY public.typed ("{shape.name}") FROM STDIN') as copy:
                for result in results:
                    copy.write_row((result,))
            if name in ("null", "fixed") or shape.base == "composite" or not fits(name, shape.base):
                continue
            if shape.family not in MASKS[name].families or shape.array:
                continue
            for value, result in zip(values, results, strict=True):
                read = row_value(shape, value)
                assert result is not None
                if row_value(shape, result) == read:
                    assert could_produce(plan, read), f"{name} leaves a value of {type_}"


def _opaque(shape: ColumnShape) -> bool:
    """Whether only the server knows what is a value of the type."""
    return shape.family is TypeFamily.ANY


def test_text_is_masked_as_in_every_other_database() -> None:
    for name in MASKS:
        if TypeFamily.TEXT not in MASKS[name].families or name in ("null", "fixed"):
            continue
        change, reference = text_mask(plan_of(TEXT, name), TEXT, KEY), masked(name)
        for value in ("Anna Hansen", "anna@harbor.example", "+1 415 234 5678", "1984-01-31", "", "x", "42", "{}"):
            assert change(value) == reference(value)


@given(st.integers(-(2**31), 2**31 - 1))
def test_whole_numbers_are_masked_as_in_every_other_database(value: int) -> None:
    shape = _shape("int4", TypeFamily.INTEGER)
    for name in ("number_noise", "digits"):
        expected = masked(name, family=TypeFamily.INTEGER)(value)
        if -(2**31) <= expected < 2**31:
            assert text_mask(plan_of(shape, name), shape, KEY)(str(value)) == str(expected)


@given(st.decimals(-9_999_999, 9_999_999, places=2, allow_nan=False))
def test_an_amount_stays_within_its_column_and_never_stays_the_same(value: Decimal) -> None:
    for name in ("number_noise", "digits", "token", "date_shift"):
        result = text_mask(plan_of(NUMERIC, name), NUMERIC, KEY)(f"{value:.2f}")
        assert result is not None
        assert abs(Decimal(result)) < 10**7
        assert Decimal(result).as_tuple().exponent == -2
        assert Decimal(result) != value or not value


def test_amounts_are_those_that_other_databases_get() -> None:
    noise = masked("number_noise", family=TypeFamily.NUMBER)
    change = text_mask(plan_of(NUMERIC, "number_noise"), NUMERIC, KEY)
    for value in (1249.5, 0.01, -77.25, 100.0, 123456.78):
        assert float(str(change(f"{value:.2f}"))) == noise(value)


def test_zero_stays_zero_in_every_type_of_number() -> None:
    for base in ("float4", "float8", "numeric", "int4"):
        shape = _shape(base, TypeFamily.NUMBER)
        assert float(str(text_mask(plan_of(shape, "number_noise"), shape, KEY)("0"))) == 0


def test_an_amount_at_the_edge_of_its_column_moves_inwards() -> None:
    shape = _shape("numeric", TypeFamily.NUMBER, "numeric(5,2)", 2)
    change = text_mask(plan_of(shape, "number_noise", percent=10), shape, KEY)
    for cents in range(99_000, 100_000, 7):
        result = float(str(change(f"{cents / 100:.2f}")))
        assert result < 1000
        assert math.isclose(result, cents / 100, rel_tol=0.1001)


@given(st.dates(), st.times())
def test_days_move_alike_in_every_type_that_has_them(day: object, clock: object) -> None:
    reference = masked("date_shift")
    date = _shape("date", TypeFamily.DATE)
    assert text_mask(plan_of(date, "date_shift"), date, KEY)(str(day)) == reference(str(day))
    moment = _shape("timestamptz", TypeFamily.TIMESTAMP)
    text = f"{day} {clock}+00"
    for name in ("date_shift", "year_only"):
        assert text_mask(plan_of(moment, name), moment, KEY)(text) == masked(name)(text)


@pytest.mark.parametrize("base", sorted(MOMENTS))
def test_the_end_of_time_stays(base: str) -> None:
    shape = _shape(base, TypeFamily.DATE)
    for name in ("date_shift", "year_only"):
        change = text_mask(plan_of(shape, name), shape, KEY)
        assert [change("infinity"), change("-infinity")] == ["infinity", "-infinity"]


def test_lists_are_masked_one_by_one_and_keep_their_form() -> None:
    shape = ColumnShape(number=1, name="c", type="text[]", base="text", family=TypeFamily.TEXT, array=True)
    plan, one = plan_of(shape, "email"), masked("email")
    result = text_mask(plan, shape, KEY)('[0:2]={a@b.no,NULL,"Anna <a@b.no>"}')
    assert result == f'[0:2]={{"{one("a@b.no")}",NULL,"{one("Anna <a@b.no>")}"}}'
    assert values_in(plan, shape, '{a,NULL,"b c"}') == ("a", "b c")


def test_of_a_composite_value_only_what_the_mask_is_made_for_is_left(shapes: Mapping[str, ColumnShape]) -> None:
    shape = shapes["address"]
    plan = plan_of(shape, "date_shift")
    change = text_mask(plan_of(shape, "year_only"), shape, KEY)
    assert change("(,,2020-05-01,sad,)") == '(,,"2020-01-01",,)'
    assert text_mask(plan_of(shape, "street"), shape, KEY)("(,,2020-05-01,sad,)") == "(,,,,)"
    assert values_in(plan, shape, "(,,2020-05-01,sad,)") == ("2020-05-01",)


def test_a_uuid_stays_a_uuid_whatever_the_mask(shapes: Mapping[str, ColumnShape]) -> None:
    shape = shapes["uuid"]
    for name in ("token", "digits", "email"):
        result = text_mask(plan_of(shape, name), shape, KEY)("123e4567-e89b-12d3-a456-426614174000")
        assert result == masked("token")("123e4567-e89b-12d3-a456-426614174000")


def test_an_address_keeps_its_prefix(shapes: Mapping[str, ColumnShape]) -> None:
    change = text_mask(plan_of(shapes["inet"], "ip"), shapes["inet"], KEY)
    assert change("10.1.2.3") == masked("ip")("10.1.2.3")
    assert str(change("10.1.2.3/24")).endswith("/24")


def test_the_null_mask_empties_lists_whole(shapes: Mapping[str, ColumnShape]) -> None:
    assert text_mask(plan_of(shapes["text[]"], "null"), shapes["text[]"], KEY)("{a,b}") is None
