"""A person keeps one invented name: in columns of parts and of whole names, in any capitals."""

import pytest

from app.policy.masks import could_produce, problems
from app.policy.masks.words import words
from tests.app.policy.masks.columns import column, masked

FIRST, LAST, FULL = masked("first_name"), masked("last_name"), masked("full_name")


@pytest.mark.parametrize("name", ["Anna Hansen", "Jan van der Berg", "Anne-Marie O'Brien", "J. Hansen"])
def test_a_full_name_agrees_with_its_parts(name: str) -> None:
    given, _, family = name.partition(" ")
    assert FULL(name) == f"{FIRST(given)} {LAST(family)}"


def test_middle_names_are_given_names_and_a_surname_may_come_first() -> None:
    assert FULL("Anna Marie Hansen") == f"{FIRST('Anna Marie')} {LAST('Hansen')}"
    assert FULL("Hansen, Anna") == f"{LAST('Hansen')}, {FIRST('Anna')}"


def test_capitals_follow_the_original() -> None:
    assert str(FIRST("ANNA")) == str(FIRST("Anna")).upper()
    assert str(LAST("hansen")) == str(LAST("Hansen")).lower()
    assert str(FULL("ÅSE HOLM")).lower() == str(FULL("Åse Holm")).lower()


@pytest.mark.parametrize(
    "name", ["Van", "de", "Le", "Jr", "Dr", "Dr Jr", "van der", "!!!", "李明", "X Æ A-12", "Anna2"]
)
def test_a_name_of_words_that_usually_stay_is_masked_all_the_same(name: str) -> None:
    for mask in (FIRST, LAST, FULL):
        assert mask(name) != name


def test_no_name_is_given_to_its_own_bearer() -> None:
    for name in words("first_names"):
        assert str(FIRST(name)).lower() != name.lower()
    for name in words("last_names"):
        assert str(LAST(name)).lower() != name.lower()


def test_a_company_keeps_its_legal_form_with_or_without_which_it_is_the_same() -> None:
    mask = masked("company")
    assert mask("Acme Roofing Inc") == f"{mask('Acme Roofing')} Inc"
    assert mask("Acme Roofing, Inc.") == f"{mask('Acme Roofing')} Inc."
    assert "Acme" not in str(mask("Acme Roofing Inc"))


def test_real_names_from_the_list_prove_nothing_and_others_do() -> None:
    listed = words("last_names")[5]
    assert could_produce(column("last_name"), listed)
    assert not could_produce(column("last_name"), "Zzyzxington")
    assert could_produce(column("full_name"), f"{words('first_names')[3]} {listed}")
    assert not could_produce(column("full_name"), f"{words('first_names')[3]} Zzyzxington")
    assert could_produce(column("city"), words("cities")[0])
    assert not could_produce(column("city"), "Trondheim")
    assert could_produce(column("street"), f"12 {words('streets')[0]}")
    assert not could_produce(column("street"), "12 Karl Johans gate")


def test_a_unique_name_too_short_for_a_token_is_an_error() -> None:
    assert [f.code for f in problems(column("last_name", unique=True, length=12), 10_000)] == ["mask.length"]
    assert problems(column("last_name", unique=True, length=40), 10_000) == ()


def test_names_with_repeated_values_come_from_a_bounded_memory() -> None:
    memo = masked("first_name")
    for n in range(70_000):
        memo(f"name{n}")
    assert len(memo.__self__) <= 65_536  # type: ignore[attr-defined]  # a bound method of a dictionary


def test_an_address_keeps_the_side_of_its_number() -> None:
    mask = masked("street")
    assert str(mask("12 Main Street"))[0].isdigit()
    assert str(mask("Storgata 5"))[-1].isdigit()
    assert not any(c.isdigit() for c in str(mask("Rose Cottage")))
