"""Identity numbers, accounts and cards pass every form and belong to nobody."""

import re

import pytest
from stdnum import iban, luhn
from stdnum.br import cpf
from stdnum.ca import sin
from stdnum.nl import bsn
from stdnum.no import fodselsnummer
from stdnum.se import personnummer
from stdnum.us import ssn

from app.domain.schema import TypeFamily
from app.policy.masks import could_produce, problems
from tests.app.policy.masks.columns import column, masked

NATIONAL_ID, ACCOUNT, CARD = masked("national_id"), masked("bank_account"), masked("card")


@pytest.mark.parametrize("number", ["123-45-6789", "123456789", "219-09-9998"])
def test_a_social_security_number_lies_in_the_area_that_is_never_issued(number: str) -> None:
    result = str(NATIONAL_ID(number))
    assert result.startswith("9")
    assert len(result) == len(number)
    assert not ssn.is_valid(result)
    assert could_produce(column("national_id"), result)


def test_social_security_numbers_are_no_taxpayer_numbers_either() -> None:
    for n in range(3000):
        group = int(str(NATIONAL_ID(f"123-45-{n + 1:04d}"))[4:6])
        assert group not in {*range(50, 66), *range(70, 89), *range(90, 93), *range(94, 100)}


def test_with_and_without_dashes_is_the_same_person() -> None:
    assert str(NATIONAL_ID("123-45-6789")).replace("-", "") == NATIONAL_ID("123456789")


@pytest.mark.parametrize(
    ("kind", "number", "module"),
    [
        ("br_cpf", "529.982.247-25", cpf),
        ("nl_bsn", "111222333", bsn),
        ("ca_sin", "123-456-782", sin),
        ("se_personnummer", "880320-0016", personnummer),
        ("no_fodselsnummer", "15108695088", fodselsnummer),
    ],
)
def test_a_number_with_check_digits_keeps_right_ones(kind: str, number: str, module: object) -> None:
    mask = masked("national_id", kind=kind)
    result = str(mask(number))
    assert result != number
    assert re.sub(r"\d", "9", result) == re.sub(r"\d", "9", number)
    digits = re.sub(r"\D", "", result)
    if kind in ("br_cpf", "nl_bsn", "ca_sin"):
        assert module.validate(digits)  # type: ignore[attr-defined]  # a module of stdnum
    elif kind == "se_personnummer":
        assert luhn.is_valid(digits)
    else:
        assert (
            fodselsnummer.calc_check_digits(digits) == digits[-2:]
            if hasattr(fodselsnummer, "calc_check_digits")
            else fodselsnummer.calc_check_digit1(digits) == digits[-2]
        )


def test_a_number_of_no_known_kind_keeps_its_shape() -> None:
    assert re.fullmatch(r"[A-Z]{2} \d\d \d\d \d\d [A-Z]", str(NATIONAL_ID("AB 12 34 56 C")))


def test_unique_numbers_stay_different_and_the_person_is_told_what_that_costs() -> None:
    mask = masked("national_id", unique=True)
    assert len({mask(f"{100 + n // 9999}-45-{n % 9999 + 1:04d}") for n in range(50_000)}) == 50_000
    assert [f.code for f in problems(column("national_id", unique=True), 50_000)] == ["mask.social_security"]


@pytest.mark.parametrize(
    "number",
    ["DE89 3704 0044 0532 0130 00", "NO9386011117947", "GB82 WEST 1234 5698 7654 32", "FR1420041010050500013M02606"],
)
def test_an_iban_is_valid_and_of_no_bank(number: str) -> None:
    result = str(ACCOUNT(number))
    assert result[:2] == number[:2]
    assert len(result) == len(number)
    compact = result.replace(" ", "")
    assert int("".join(str(int(c, 36)) for c in compact[4:] + compact[:4])) % 97 == 1
    assert set(compact[4:7]) <= {"0", "X"}
    assert could_produce(column("bank_account"), result)
    assert not could_produce(column("bank_account"), number)


def test_a_german_iban_passes_a_validator_that_is_not_ours() -> None:
    assert iban.is_valid(str(ACCOUNT("DE89 3704 0044 0532 0130 00")))


def test_any_other_account_keeps_its_digits_count_and_stays_different() -> None:
    assert len({ACCOUNT(f"{n:011d}") for n in range(5000)}) == 5000


def test_unique_ibans_stay_different() -> None:
    mask = masked("bank_account", unique=True)
    numbers = {f"NO93{8000 + n % 50:04d}{n // 50:07d}" for n in range(20_000)}
    assert len({mask(n) for n in numbers}) == len(numbers)


@pytest.mark.parametrize(
    "number", ["4111 1111 1111 1111", "5105-1051-0510-5100", "378282246310005", "6011000990139424"]
)
def test_a_card_passes_luhn_keeps_its_brand_and_its_format(number: str) -> None:
    result = str(CARD(number))
    assert luhn.is_valid(re.sub(r"\D", "", result))
    assert result[0] == number[0]
    assert re.sub(r"\d", "9", result) == re.sub(r"\d", "9", number)
    assert result != number
    assert could_produce(column("card"), result)


def test_unique_cards_stay_different() -> None:
    mask = masked("card", unique=True)
    seen = {str(mask(f"4111{n:011d}7")) for n in range(20_000)}
    assert len(seen) == 20_000
    assert all(luhn.is_valid(s) for s in seen)


def test_the_last_four_digits_of_a_card_are_masked_as_digits() -> None:
    assert re.fullmatch(r"\d{4}", str(CARD("1111")))
    assert CARD("1111") != "1111"


def test_numbers_in_columns_of_numbers_stay_numbers() -> None:
    for name in ("national_id", "bank_account", "card", "digits"):
        result = masked(name, family=TypeFamily.INTEGER)(4111111111111111)
        assert isinstance(result, int)
        assert result != 4111111111111111
