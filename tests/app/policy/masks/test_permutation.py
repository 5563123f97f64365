"""Permutations are one to one, never map a value to itself and stay in their range."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.policy.masks.keyed import Subkeys
from app.policy.masks.permutation import Digits, Letters
from app.ports.secrets import MaskKey
from tests.app.policy.masks.columns import KEY, OTHER_KEY

DIGITS, LETTERS = Digits(Subkeys(KEY)), Letters(Subkeys(KEY))


@pytest.mark.parametrize(("low", "high"), [(0, 9), (10, 99), (100, 999), (1000, 9999), (10_000, 99_999)])
def test_all_numbers_of_a_length_are_shuffled_among_themselves(low: int, high: int) -> None:
    images = [DIGITS.integer(n, len(str(low))) for n in range(low, high + 1)]
    assert sorted(images) == list(range(low, high + 1))
    assert all(image != n for n, image in enumerate(images, low))


@pytest.mark.parametrize("count", [1, 2, 3])
def test_all_words_of_a_length_are_shuffled_among_themselves(count: int) -> None:
    words = [""]
    for _ in range(count):
        words = [word + chr(97 + n) for word in words for n in range(26)]
    images = [LETTERS.text(word) for word in words]
    assert sorted(images) == words
    assert all(a != b for a, b in zip(words, images, strict=True))


@pytest.mark.parametrize("edge", [32_767, 2**31 - 1, 2**63 - 1])
def test_a_number_that_fits_two_four_or_eight_bytes_still_does(edge: int) -> None:
    for value in range(edge - 2000, edge + 1):
        assert DIGITS.integer(value, len(str(value))) <= edge


@settings(deadline=None)
@given(values=st.sets(st.text("0123456789", min_size=1, max_size=45), min_size=2, max_size=40))
def test_digit_strings_stay_different_in_their_own_shape(values: set[str]) -> None:
    images = {value: DIGITS.text(value) for value in values}
    assert len(set(images.values())) == len(values)
    for value, image in images.items():
        assert len(image) == len(value)
        if len(value) <= 40 and len(value) > 1:
            assert len(image) - len(image.lstrip("0")) == len(value) - len(value.lstrip("0"))


def test_a_digit_string_and_the_number_it_spells_are_mapped_alike() -> None:
    for value in (7, 42, 12_345, 99_999, 2_147_483_648, 10**15 + 3):
        assert DIGITS.text(str(value)) == str(DIGITS.integer(value, len(str(value))))


def test_another_key_shuffles_otherwise() -> None:
    other = Digits(Subkeys(OTHER_KEY))
    assert sum(DIGITS.integer(n, 6) == other.integer(n, 6) for n in range(100_000, 101_000)) < 10


def test_letters_longer_than_any_identifier_are_still_masked() -> None:
    word = "anna" * 100
    assert len(LETTERS.text(word)) == 400
    assert LETTERS.text(word) != word


@pytest.mark.parametrize("key", [KEY, OTHER_KEY])
def test_whole_numbers_of_either_sign_stay_apart(key: MaskKey) -> None:
    digits = Digits(Subkeys(key))
    images = [digits.signed(value) for value in range(-1200, 1201)]
    assert len(set(images)) == len(images)
    assert [image < 0 for image in images] == [value < 0 for value in range(-1200, 1201)]
