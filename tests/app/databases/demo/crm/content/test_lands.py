"""Three countries' names and numbers."""

from random import Random

import pytest

from app.databases.demo.crm.content.lands import Land, landline, make_lands, mobile, organisation_number, slug


@pytest.fixture(scope="module")
def lands() -> list[Land]:
    return make_lands(7)


def test_norwegian_organisation_numbers_have_a_check_digit_that_holds(lands: list[Land]) -> None:
    random = Random(1)
    for _ in range(200):
        number = organisation_number(random, lands[0])
        weights = (3, 2, 7, 6, 5, 4, 3, 2, 1)
        assert sum(int(digit) * weight for digit, weight in zip(number, weights, strict=True)) % 11 == 0


def test_numbers_are_written_as_in_the_country(lands: list[Land]) -> None:
    random = Random(1)
    assert [mobile(random, land)[:3] for land in lands] == ["+47", "+49", "+44"]
    assert {len("".join(filter(str.isdigit, landline(random, lands[0])))) for _ in range(50)} == {8}


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Bjørn-Åge", "bjorn-age"),
        ("Müller & Söhne KG", "muller-sohne-kg"),
        ("Æsir Groß", "aesir-gross"),
        ("O'Neil", "oneil"),
    ],
)
def test_a_slug_can_stand_in_an_address(name: str, plain: str) -> None:
    assert slug(name) == plain
