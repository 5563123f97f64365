"""The vocabulary keeps to its own rules, so that no word in it waits for a name that cannot come."""

import re

from app.policy.suggest.names import column_words, folded, table_words
from app.policy.suggest.words import ABBREVIATIONS, TABLE_WORDS, WORDS, word_set


def test_a_word_is_written_as_names_are_after_folding() -> None:
    words = {*WORDS, *TABLE_WORDS, *ABBREVIATIONS}
    assert len(words) > 1500
    assert [w for w in words if w != folded(w).lower() or not re.fullmatch(r"[a-z]+[0-9]*", w)] == []


def test_every_word_is_found_as_a_name_by_itself() -> None:
    assert [w for w in WORDS if not WORDS[w] <= column_words(w).concepts] == []
    assert [w for w in TABLE_WORDS if not TABLE_WORDS[w] <= table_words(w).concepts] == []


def test_short_forms_stand_for_words_that_mean_something() -> None:
    assert [full for full in ABBREVIATIONS.values() if full not in {*WORDS, *TABLE_WORDS, "residence"}] == []


def test_a_word_may_carry_concepts_from_several_lines() -> None:
    assert {"given", "name"} <= WORDS["fornavn"]
    assert "of company" in WORDS["supplier"]
    assert word_set("a b  a") == frozenset({"a", "b"})
