"""Masks that cannot work on a type of PostgreSQL are found before anything starts."""

from dataclasses import replace
from typing import Any

import pytest

from app.databases.postgresql.masks.fitness import fits, problems, separator_of, takes
from app.databases.postgresql.shapes import ColumnShape, FieldShape
from app.domain.schema import TypeFamily
from tests.app.databases.postgresql.masks.typed import plan_of


def _shape(base: str, family: TypeFamily = TypeFamily.TEXT, type_: str = "") -> ColumnShape:
    return ColumnShape(number=1, name="secret", type=type_ or base, base=base, family=family)


def _codes(shape: ColumnShape, mask: str, **parameters: Any) -> list[str]:
    return [finding.code for finding in problems(plan_of(shape, mask, **parameters), shape)]


@pytest.mark.parametrize(
    ("base", "mask"),
    [
        ("enum", "token"),
        ("range", "date_shift"),
        ("tsvector", "lorem"),
        ("oid", "digits"),
        ("xml", "first_name"),
        ("point", "number_noise"),
        ("uuid", "email"),
        ("inet", "digits"),
        ("interval", "date_shift"),
        ("hstore", "json"),
        ("public.own", "token"),
        ("nested", "token"),
    ],
)
def test_a_mask_that_makes_no_values_of_the_type_is_an_error(base: str, mask: str) -> None:
    (finding,) = problems(plan_of(_shape(base, TypeFamily.ANY), mask), _shape(base, TypeFamily.ANY))
    assert finding.severity == "error"
    assert finding.code == "mask.type"
    assert finding.where == "secret"
    assert "null" in finding.hint


@pytest.mark.parametrize(
    ("base", "mask"),
    [("text", "email"), ("citext", "email"), ("uuid", "token"), ("inet", "ip"), ("xml", "lorem"), ("jsonb", "json"),
     ("int4", "digits"), ("numeric", "number_noise"), ("bytea", "token"), ("enum", "null"), ("range", "fixed")],
)  # fmt: skip
def test_masks_that_fit_say_nothing(base: str, mask: str) -> None:
    assert fits(mask, base)
    assert _codes(_shape(base, TypeFamily.ANY), mask) == []


def test_what_the_database_computes_cannot_be_masked() -> None:
    assert _codes(replace(_shape("text"), generated="s"), "token") == ["mask.generated"]
    assert _codes(replace(_shape("text"), generated="v"), "null") == ["mask.generated"]


@pytest.mark.parametrize(
    ("base", "family", "value", "fine"),
    [
        ("date", TypeFamily.DATE, "1990-01-01", True),
        ("date", TypeFamily.DATE, "long ago", False),
        ("int2", TypeFamily.INTEGER, "70000", False),
        ("bool", TypeFamily.BOOLEAN, "true", True),
        ("bool", TypeFamily.BOOLEAN, "perhaps", False),
        ("uuid", TypeFamily.TEXT, "none", False),
        ("inet", TypeFamily.TEXT, "192.0.2.1", True),
    ],
)
def test_a_fixed_value_must_be_one_of_the_type(base: str, family: TypeFamily, value: str, fine: bool) -> None:
    assert _codes(_shape(base, family), "fixed", value=value) == ([] if fine else ["mask.value"])


def test_a_fixed_value_must_be_a_label_of_an_enum() -> None:
    shape = replace(_shape("enum"), labels=("sad", "ok"))
    assert _codes(shape, "fixed", value="ok") == []
    assert _codes(shape, "fixed", value="glad") == ["mask.value"]


def test_a_composite_type_needs_a_field_the_mask_is_made_for() -> None:
    fields = (
        FieldShape(name="born", type="date", base="date", family=TypeFamily.DATE),
        FieldShape(name="mood", type="mood", base="enum", family=TypeFamily.TEXT),
    )
    shape = replace(_shape("composite", TypeFamily.ANY), fields=fields)
    assert _codes(shape, "date_shift") == []
    assert _codes(shape, "null") == []
    assert _codes(shape, "email") == ["mask.type"]
    assert [takes(plan_of(shape, "fixed"), field) for field in fields] == [True, False]


def test_an_unknown_mask_is_for_the_policy_to_refuse() -> None:
    assert _codes(_shape("enum"), "no_such_mask") == []


def test_arrays_are_judged_by_their_elements() -> None:
    shape = replace(_shape("uuid", type_="uuid[]"), array=True)
    assert _codes(shape, "token") == []
    assert _codes(shape, "email") == ["mask.type"]
    assert separator_of(replace(_shape("box"), array=True)) == ";"
