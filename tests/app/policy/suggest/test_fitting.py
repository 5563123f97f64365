"""Masks that their columns can take."""

from dataclasses import replace
from pathlib import Path

import pytest

from app.domain.schema import Column, Table, TypeFamily, UniqueKey
from app.policy.suggest.fitting import Fit, fit, is_unique
from app.policy.suggest.meanings import Meaning
from tests.app.policy.suggest.databases import database, kept, plan_errors, suggested


def test_masks_fit_not_null_unique_short_and_checked_columns(tmp_path: Path) -> None:
    path = database(
        tmp_path / "c.sqlite",
        """CREATE TABLE member (
            id INTEGER PRIMARY KEY, first_name VARCHAR(6) NOT NULL UNIQUE, phone INTEGER NOT NULL, photo BLOB NOT NULL,
            gender CHAR(1) NOT NULL CHECK (gender IN ('F', 'M', 'X')), email VARCHAR(12) NOT NULL UNIQUE,
            birth_year INTEGER NOT NULL, password CHAR(60) NOT NULL, state CHAR(2) NOT NULL, login CHAR(4) UNIQUE,
            smoker BOOLEAN NOT NULL, profile JSON NOT NULL, ssn TEXT NOT NULL CHECK (length(ssn) = 11));""",
    )
    assert kept(suggested(path)) == {"member.id"}
    assert plan_errors(path) == []


def column(name: str, family: TypeFamily, *, nullable: bool = True) -> Column:
    return Column(name=name, type=str(family), family=family, nullable=nullable)


def table(*columns: Column, checks: tuple[str, ...] = (), unique: tuple[str, ...] = ()) -> Table:
    keys = tuple(UniqueKey(name=name, columns=(name,)) for name in unique)
    return Table(name="t", columns=columns, unique_keys=keys, checks=checks, rows=1000)


def test_the_best_mask_comes_first_and_others_follow_where_it_does_not_fit() -> None:
    email = column("email", TypeFamily.TEXT)
    assert fit(Meaning.EMAIL, [(table(email), email)]) == Fit("email", {}, True)
    number = column("email", TypeFamily.INTEGER)
    assert fit(Meaning.EMAIL, [(table(number), number)]) == Fit("digits", {}, True)


def test_what_must_not_be_empty_is_not_emptied() -> None:
    secret = column("secret", TypeFamily.TEXT)
    assert fit(Meaning.SECRET, [(table(secret), secret)]).mask == "null"
    secret = replace(secret, nullable=False)
    assert fit(Meaning.SECRET, [(table(secret), secret)]).mask == "token"


def test_columns_that_refer_to_each_other_are_never_emptied() -> None:
    one, other = column("code", TypeFamily.TEXT), column("ref", TypeFamily.TEXT)
    assert fit(Meaning.SECRET, [(table(one), one), (table(other), other)]).mask != "null"


@pytest.mark.parametrize("check", ["sex IN ('F', 'M')", "\"sex\" in ('F')", "[sex] IN('F','M') OR x > 1"])
def test_a_rule_that_lists_values_is_kept(check: str) -> None:
    sex = column("sex", TypeFamily.TEXT, nullable=False)
    assert fit(Meaning.TRAIT, [(table(sex, checks=(check,)), sex)]) == Fit("fixed", {"value": "F"}, True)


def test_where_no_mask_fits_it_says_so() -> None:
    flag = column("flag", TypeFamily.BOOLEAN, nullable=False)
    assert fit(Meaning.TRAIT, [(table(flag, unique=("flag",)), flag)]).fits is False
    assert is_unique(table(flag, unique=("flag",)), flag)


def test_a_mask_that_makes_no_values_of_the_type_is_passed_over() -> None:
    address = replace(column("host", TypeFamily.TEXT), masks=frozenset({"ip", "null"}))
    assert fit(Meaning.FULL_NAME, [(table(address), address)]) == Fit("null", {}, True)
    nothing = replace(address, nullable=False)
    assert not fit(Meaning.FULL_NAME, [(table(nothing), nothing)]).fits


def test_the_key_of_a_partition_takes_no_mask() -> None:
    city = column("city", TypeFamily.TEXT)
    assert fit(Meaning.CITY, [(table(city), city)]).fits
    assert not fit(Meaning.CITY, [(replace(table(city), partition_key=("city",)), city)]).fits


@pytest.mark.parametrize(
    "check", ["((sex)::text = ANY ((ARRAY['F'::character varying, 'M'::character varying])::text[]))"]
)
def test_a_list_in_the_spelling_of_postgresql_is_read(check: str) -> None:
    sex = column("sex", TypeFamily.TEXT, nullable=False)
    assert fit(Meaning.TRAIT, [(table(sex, checks=(check,)), sex)]) == Fit("fixed", {"value": "F"}, True)
