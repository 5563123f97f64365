"""How well words that somebody types find a text: beginnings of its words, then parts, then letters in their order."""

import re
from functools import lru_cache

BEGINS, INSIDE, SCATTERED = 0, 1, 3
"""What one word costs, by how it was found. A text's cost is the sum over the words asked for; the least is best."""

_BETWEEN = re.compile(r"[\W_]+")


def searchable(*parts: str) -> str:
    """The text as it is looked through: folded, a space before each word and nothing else between them."""
    return " " + " ".join(filter(None, _BETWEEN.split(" ".join(parts).casefold())))


def words_asked(text: str) -> tuple[str, ...]:
    """The words of what somebody typed, cut as `searchable` cuts: `harbor/training-01` asks for three."""
    return tuple(dict.fromkeys(filter(None, _BETWEEN.split(text.casefold()))))


def cost(text: str, words: tuple[str, ...], *, scattered: bool = True) -> int | None:
    """What it costs to find all the words in a text that `searchable` made; None where one is not there.

    With `scattered`, a word of two letters and more may also be there as letters in their order, of which the first
    begins a word: `hbsa` finds Harbor/sandbox.
    """
    whole = 0
    for word in words:
        if f" {word}" in text:
            continue
        if word in text:
            whole += INSIDE
        elif scattered and len(word) > 1 and letters_in_order(word).search(text):
            whole += SCATTERED
        else:
            return None
    return whole


@lru_cache(64)
def letters_in_order(word: str) -> "re.Pattern[str]":
    """Matches in time proportional to the text: what stands between two letters never holds the second of them."""
    escaped = [re.escape(letter) for letter in word]
    return re.compile(f" {escaped[0]}" + "".join(f"[^{letter}]*{letter}" for letter in escaped[1:]))
