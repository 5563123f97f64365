"""Numbers that play production must be taken for real by the recognisers the policies use."""

from random import Random

import phonenumbers
import pytest
from stdnum.us import ein as us_ein
from stdnum.us import rtn as us_rtn
from stdnum.us import ssn as us_ssn

from app.databases.demo import numbers


@pytest.fixture
def random() -> Random:
    return Random(4)


def test_social_security_numbers_are_issuable(random: Random) -> None:
    made = [numbers.ssn(random) for _ in range(2000)]
    assert [n for n in made if not us_ssn.is_valid(n) or n.startswith("9")] == []


def test_employer_numbers_have_prefixes_in_use(random: Random) -> None:
    assert [n for n in (numbers.employer_number(random) for _ in range(500)) if not us_ein.is_valid(n)] == []


def test_routing_numbers_have_their_check_digit(random: Random) -> None:
    assert [n for n in (numbers.routing_number(random) for _ in range(500)) if not us_rtn.is_valid(n)] == []


def test_telephones_are_possible_american_numbers_and_never_fictional_ones(random: Random) -> None:
    for state in sorted(numbers.AREA_CODES):
        for _ in range(100):
            text = numbers.phone(random, state)
            parsed = phonenumbers.parse(text, "US")
            national = str(parsed.national_number)
            assert phonenumbers.is_valid_number(parsed), text
            assert int(national[:3]) in numbers.AREA_CODES[state]
            assert national[3:6] != "555"


def test_vehicle_numbers_have_their_check_digit(random: Random) -> None:
    values = dict(
        zip(
            "0123456789ABCDEFGHJKLMNPRSTUVWXYZ",
            [*range(10), *range(1, 9), *range(1, 6), 7, 9, *range(2, 10)],
            strict=True,
        )
    )
    for _ in range(500):
        vin, _make, _model, year = numbers.vehicle(random)
        assert len(vin) == 17
        assert 2008 <= year <= 2026
        total = sum(
            values[c] * w for c, w in zip(vin, (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2), strict=True)
        )
        assert vin[8] == "0123456789X"[total % 11]


def test_identifiers_are_version_four_uuids(random: Random) -> None:
    from uuid import UUID

    made = [numbers.uuid(random) for _ in range(1000)]
    assert len(set(made)) == 1000
    assert {UUID(u).version for u in made} == {4}
