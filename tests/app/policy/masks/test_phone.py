"""Masked telephone numbers ring nowhere and look as they did."""

import re

import phonenumbers
import pytest

from app.domain.schema import TypeFamily
from app.policy.masks import could_produce, problems
from tests.app.policy.masks.columns import column, masked

PHONE = masked("phone")


@pytest.mark.parametrize(
    "number", ["(415) 234-5678", "415-234-5678", "4152345678", "+1 415 234 5678", "1-415-234-5678"]
)
def test_a_north_american_number_gets_area_code_555_in_its_own_format(number: str) -> None:
    result = str(PHONE(number))
    assert re.sub(r"\d", "9", result) == re.sub(r"\d", "9", number)
    assert re.sub(r"\D", "", result).removeprefix("1").startswith("555")


def test_the_same_number_is_the_same_however_it_is_written() -> None:
    digits = {re.sub(r"\D", "", str(PHONE(n)))[-10:] for n in ("(415) 234-5678", "+14152345678", "4152345678")}
    assert len(digits) == 1


@pytest.mark.parametrize(
    "number", ["+47 912 34 567", "+44 20 7946 0958", "+49 30 901820", "+39 06 6982", "0047 91234567"]
)
def test_a_number_of_another_country_keeps_its_code_and_is_valid_nowhere(number: str) -> None:
    result = str(PHONE(number))
    assert result[:3] == number[:3]
    assert re.sub(r"\d", "9", result) == re.sub(r"\d", "9", number)
    parsed = phonenumbers.parse(result.replace("0047", "+47", 1) if result.startswith("0047") else result, None)
    assert not phonenumbers.is_valid_number(parsed)


@pytest.mark.parametrize("region", ["NO", "GB", "DE", "US", "FR", "SE", "IN", "BR"])
def test_a_number_without_a_country_is_valid_in_none(region: str) -> None:
    for number in ("91234567", "020 7946 0958", "030 901820", "08-123 456 78"):
        try:
            parsed = phonenumbers.parse(str(PHONE(number)), region)
        except phonenumbers.NumberParseException:
            continue
        assert not phonenumbers.is_valid_number(parsed)


def test_words_beside_a_number_go() -> None:
    assert PHONE("call Anna at 415-234-5678") == PHONE("415-234-5678")
    assert "Anna" not in str(PHONE("ask Anna"))


def test_short_codes_become_zeros_because_they_ring() -> None:
    assert PHONE("911") == "000"
    assert PHONE("112") == "000"


def test_a_number_in_a_column_of_numbers_stays_a_number() -> None:
    result = masked("phone", family=TypeFamily.INTEGER)(4152345678)
    assert isinstance(result, int)
    assert str(result).startswith("555")


def test_unique_numbers_stay_different_by_an_extension_or_are_refused() -> None:
    mask = masked("phone", unique=True)
    seen = {mask(f"(415) {n // 10_000 + 200}-{n % 10_000:04d}") for n in range(20_000)}
    assert len(seen) == 20_000
    assert problems(column("phone", unique=True), 20_000) == ()
    assert [f.code for f in problems(column("phone", unique=True, length=20), 20_000)] == ["mask.unique"]


def test_only_numbers_that_ring_nowhere_count_as_possible_results() -> None:
    assert could_produce(column("phone"), PHONE("(415) 234-5678"))
    assert could_produce(column("phone"), PHONE("+47 912 34 567"))
    assert not could_produce(column("phone"), "(415) 234-5678")
    assert not could_produce(column("phone"), "+47 912 34 567")
