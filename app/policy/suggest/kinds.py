"""What kinds of value one text is, whole or somewhere within. A column has hundreds, so what cannot be is not tried."""

import re
from collections.abc import Callable

from app.policy.suggest import people, recognise

_CODE = re.compile(r"(?=[^a-z]*\Z|.*[0-9._/#-])[\w./#+-]{1,20}\Z|\S{1,4}\Z", re.ASCII)
_LONG_NUMBER = re.compile(r"-?\d{8,}\Z", re.ASCII)
_FINE_NUMBER = re.compile(r"-?\d{1,3}\.\d{4,}\Z", re.ASCII)
_DIGIT = re.compile(r"\d")
_SOCIAL_SECURITY = re.compile(r"\b(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}\b")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b")
_CARD = re.compile(r"\b\d(?:[ -]?\d){12,18}\b")
_SHORT_NUMBER = 20  # digits; longer ones may be hashes or identifiers

Check = Callable[[str], bool]

_OF_NUMBERS: tuple[tuple[str, Check], ...] = (
    ("card", recognise.is_card),
    ("digit phone", recognise.is_digit_phone),
    ("codelike", lambda text: bool(_CODE.match(text))),
    ("long number", lambda text: bool(_LONG_NUMBER.match(text))),
)
_OF_ANY: tuple[tuple[str, Check], ...] = (
    ("email", lambda text: "@" in text and recognise.is_email(text)),
    ("url", recognise.is_url),
    ("json", recognise.is_json),
    ("secret", recognise.is_secret),
    ("company", lambda text: " " in text and recognise.is_company(text)),
    ("proper", people.is_proper),
    ("handle", people.is_handle),
    ("codelike", lambda text: bool(_CODE.match(text))),
)
_WITH_DIGITS: tuple[tuple[str, Check], ...] = (
    ("uuid", recognise.is_uuid),
    ("ip", recognise.is_ip),
    ("mac", recognise.is_mac),
    ("iban", recognise.is_iban),
    ("card", recognise.is_card),
    ("phone", recognise.is_phone),
    ("digit phone", recognise.is_digit_phone),
    ("street", recognise.is_street),
    ("long number", lambda text: bool(_LONG_NUMBER.match(text))),
    ("fine number", lambda text: bool(_FINE_NUMBER.match(text))),
)

SHAPES = frozenset({"proper", "handle", "codelike", "long number", "fine number"})
"""Kinds that say nothing about whether a value was recognised."""


def kinds_of(text: str) -> list[str]:
    """The kinds of a stripped text that is not empty."""
    if len(text) < _SHORT_NUMBER and text.isascii() and text.isdigit():
        return [kind for kind, check in _OF_NUMBERS if check(text)]
    checks = (*_OF_ANY, *_WITH_DIGITS) if _DIGIT.search(text) else _OF_ANY
    return [kind for kind, check in checks if check(text)]


def held_within(text: str) -> list[str]:
    """What stands somewhere within a longer text."""
    found = []
    if "@" in text and recognise.EMAIL_INSIDE.search(text):
        found.append("e-mail addresses")
    if len(text) <= 8 or not _DIGIT.search(text):
        return found
    if recognise.PHONE_INSIDE.search(text):
        found.append("phone numbers")
    if "-" in text and _SOCIAL_SECURITY.search(text):
        found.append("social security numbers")
    for match in _IBAN.finditer(text):
        if recognise.is_iban(match.group()):
            found.append("bank accounts")
            break
    for match in _CARD.finditer(text):
        if recognise.is_card(match.group()):
            found.append("card numbers")
            break
    return found
