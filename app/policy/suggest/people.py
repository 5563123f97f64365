"""Recognising people: names as they stand in lists of several countries, whole, inside a text, or made into a login.

The lists are imported on first use, because the rest of the program never needs them.
"""

import re
from functools import cache, lru_cache

from app.policy.suggest.names import folded
from app.policy.suggest.words import word_set

_NAME_PART = re.compile(r"[^\W\d_][^\W\d_'\u2019.-]*(?:['\u2019-][^\W\d_]+)*\.?\Z")
_INITIAL = re.compile(r"[^\W\d_]\.?\Z")
_TITLES = word_set("mr mrs ms miss dr prof herr frau fru m mme mlle sr sra srta don dona jr sr ii iii phd md")
_PARTICLES = word_set("von van der den de del della di da dos das du la le el bin al ibn af av zu zur ten ter y e")


@cache
def _names() -> tuple[frozenset[str], frozenset[str]]:
    """Given and family names of several countries, folded and in lower case."""
    from importlib import import_module

    given: set[str] = set()
    family: set[str] = set()
    for place in (
        "en_US",
        "en_GB",
        "de_DE",
        "fr_FR",
        "no_NO",
        "es_ES",
        "sv_SE",
        "da_DK",
        "it_IT",
        "nl_NL",
        "pt_BR",
        "pl_PL",
        "fi_FI",
    ):
        provider = import_module(f"faker.providers.person.{place}").Provider
        for attribute in dir(provider):
            target = (
                given if attribute.startswith("first_names") else family if attribute.startswith("last_names") else None
            )
            if target is not None:
                target.update(folded(name).lower() for name in getattr(provider, attribute))
    return frozenset(given), frozenset(family)


@lru_cache(maxsize=8192)
def name_like(text: str) -> str:
    """`full`, `given` or `family` when the text reads as a person's name that stands in the lists, else empty."""
    if not 2 <= len(text) <= 60 or any(c.isdigit() or c in "@/\\_:;<>={}[]|" for c in text):
        return ""
    parts = [p for p in re.split(r"[\s,]+", text) if p]
    if not 1 <= len(parts) <= 6 or not all(_NAME_PART.match(p) or _INITIAL.match(p) for p in parts):
        return ""
    words = [folded(p).lower().rstrip(".") for p in parts]
    telling = [w for w in words if w not in _TITLES and w not in _PARTICLES and len(w) > 1]
    given, family = _names()
    if len(telling) >= 2 or (len(words) >= 2 and telling):
        known = [w for w in telling if w in given or w in family or any(piece in given for piece in w.split("-"))]
        cased = (
            text.isupper() or text.islower() or all(p[0].isupper() or folded(p).lower() in _PARTICLES for p in parts)
        )
        return "full" if known and cased and (known[0] in given or len(known) > 1 or words[0] in _TITLES) else ""
    if not telling:
        return ""
    word = telling[0]
    return "given" if word in given else "family" if word in family else ""


def is_proper(text: str) -> bool:
    """Whether it is written as names of people are: two to four capitalised words, or letters that know no capitals."""
    if not text.isascii() and any(c.isalpha() and c.lower() == c.upper() for c in text):
        return True
    parts = text.replace(",", " ").split()
    return 2 <= len(parts) <= 4 and all(p[0].isupper() and _NAME_PART.match(p) and not p[1:].isupper() for p in parts)


_HANDLE = re.compile(r"([a-z]+)(?:[._-]([a-z]+))?[._-]?\d{0,6}\Z")
_SHORTEST = 4  # letters of a name that chance seldom makes


@lru_cache(maxsize=8192)
def is_handle(text: str) -> bool:
    """Whether it is made of a person's name as logins are: `krista27`, `arodriguez`, `anna.berg`, `bergan`. A bare
    name is none, and neither are paths: of those the last part is looked at."""
    last = re.sub(r"\.\w{2,4}\Z", "", text.rsplit("/", 1)[-1]) if "/" in text else text
    plain = folded(last).lower()
    match = _HANDLE.match(plain)
    if match is None or not 5 <= len(plain) <= 40:
        return False
    given, family = _names()
    first, second = match[1], match[2]
    if second:
        return bool({first, second} & given and {first, second} & family) or (len(first) == 1 and second in family)
    if first in given or first in family:
        return len(first) >= _SHORTEST and plain != first
    if len(first) > _SHORTEST and (first[1:] in family or (plain != first and first[:-1] in given | family)):
        return True
    halves = ((first[:at], first[at:]) for at in range(_SHORTEST, len(first) - _SHORTEST + 1))
    return any((a in given and b in family) or (a in family and b in given) for a, b in halves)


_NAMED = re.compile(r"(?<![\w@.-])([^\W\d_]{3,})(?: [^\W\d_]\.)? ([^\W\d_]{3,}(?:-[^\W\d_]{3,})?)(?![\w@])")


def holds_name(text: str) -> bool:
    """Whether a given name and a family name stand beside each other, both written with a capital, in a longer text."""
    given, family = _names()
    at = 0
    while match := _NAMED.search(text, at):
        first, last = match[1], match[2]
        if first[0].isupper() and last[0].isupper():
            words = folded(first).lower(), folded(last).lower()
            if words[0] in given and words[1].split("-")[-1] in family:
                return True
        at = match.end(1)  # the second word may be the first of a pair
    return False
