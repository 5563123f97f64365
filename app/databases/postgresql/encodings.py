"""Which masks can write their words in a database whose encoding has few letters."""

import codecs
from collections.abc import Mapping
from functools import cache
from typing import Final

from app.policy.masks.words import words

_LISTS: Final[Mapping[str, tuple[str, ...]]] = {
    "first_name": ("first_names",),
    "last_name": ("last_names",),
    "full_name": ("first_names", "last_names"),
    "company": ("company_words", "company_kinds"),
    "street": ("streets",),
    "city": ("cities",),
    "lorem": ("lorem",),
}
"""The word lists a mask draws from; the other masks write letters of ASCII."""

_SPELT: Final[Mapping[str, str]] = {"KOI8R": "koi8_r", "KOI8U": "koi8_u", "SJIS": "shift_jis", "UHC": "cp949"}


@cache
def writable(mask: str, encoding: str) -> bool:
    """Whether every word of the mask's lists can be written in a database's encoding, as PostgreSQL calls it.

    True also for an encoding that Python does not know: then the server converts, and says what it cannot.
    """
    if encoding in ("UTF8", "SQL_ASCII") or mask not in _LISTS:
        return True
    name = _SPELT.get(encoding, encoding.replace("WIN", "cp", 1) if encoding.startswith("WIN") else encoding)
    try:
        codec = codecs.lookup(name)
    except LookupError:
        return True
    try:
        codec.encode("".join(word for each in _LISTS[mask] for word in words(each)))
    except UnicodeEncodeError:
        return False
    return True
