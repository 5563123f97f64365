from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ui.models.matching import BEGINS, INSIDE, SCATTERED, cost, searchable, words_asked


@pytest.mark.parametrize(
    ("typed", "price"),
    [
        ("harbor", BEGINS),
        ("HARBOR insur", BEGINS),
        ("harbor/training-01", BEGINS),
        ("bor", INSIDE),
        ("bor ance", 2 * INSIDE),
        ("hbr", SCATTERED),
        ("hbr trai", SCATTERED),
        ("brh", None),
        ("arbr", None),  # letters in their order begin with the beginning of a word
        ("z", None),
        ("", 0),
    ],
)
def test_a_text_is_found_by_beginnings_then_parts_then_letters(typed: str, price: int | None) -> None:
    assert cost(searchable("Harbor Insurance/training-01"), words_asked(typed)) == price


def test_letters_in_their_order_are_only_looked_for_where_asked() -> None:
    assert cost(searchable("Harbor"), ("hbr",), scattered=False) is None


@settings(max_examples=60)
@given(st.text(max_size=40), st.data())
def test_every_name_is_found_by_any_of_its_own_words_and_their_letters(name: str, data: st.DataObject) -> None:
    text, words = searchable(name), words_asked(name)
    assert cost(text, words) == BEGINS
    for word in words:
        kept = data.draw(st.lists(st.integers(1, max(1, len(word) - 1)), max_size=4, unique=True).map(sorted))
        letters = word[0] + "".join(word[at] for at in kept if at < len(word))
        assert cost(text, (letters,)) is not None
        assert all(a < b for a, b in pairwise(kept))


def test_what_is_typed_is_never_a_pattern() -> None:
    for typed in (".*", "[a", "(", "^h", "a\\", "h]r"):
        assert cost(searchable("Harbor"), words_asked(typed)) in (None, 0, INSIDE, SCATTERED)
