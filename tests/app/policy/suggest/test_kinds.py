"""Gates before the recognisers let through whatever these would have known."""

import pytest

from app.policy.suggest import recognise
from app.policy.suggest.kinds import SHAPES, held_within, kinds_of

KNOWN = {
    "anna@example.org": "email",
    "https://example.org": "url",
    "f9260738-453c-47ee-befd-67503d78b658": "uuid",
    "10.0.0.7": "ip",
    "fe80::1": "ip",
    "e6:4d:a1:93:bf:64": "mac",
    "NO93 8601 1117 947": "iban",
    "4111111111111111": "card",
    "4111 1111 1111 1111": "card",
    '{"a": 1}': "json",
    "$2b$12$abcdefghijklmnopqrstuv": "secret",
    "-----BEGIN RSA KEY-----": "secret",
    "00112233445566778899001122334455": "secret",
    "+47 22 33 44 55": "phone",
    "40123456": "digit phone",
    "12 Main Street": "street",
    "Harbor Insurance Ltd": "company",
    "Anna Berg": "proper",
    "krista27": "handle",
    "AB-1234": "codelike",
    "1234567890123": "long number",
    "59.913869": "fine number",
}


@pytest.mark.parametrize(("text", "kind"), KNOWN.items())
def test_each_kind_is_recognised(text: str, kind: str) -> None:
    assert kind in kinds_of(text)


def test_shapes_alone_recognise_nothing() -> None:
    assert set(KNOWN.values()) > SHAPES
    assert SHAPES.issuperset(kinds_of("Anna Berg"))
    assert not SHAPES.issuperset(kinds_of("anna@example.org"))


def test_what_stands_within_a_text() -> None:
    assert held_within("Write to anna@example.org") == ["e-mail addresses"]
    assert held_within("no number here, and none there") == []
    assert held_within("IBAN NO9386011117947 and +47 22 33 44 55") == ["phone numbers", "bank accounts"]
    assert recognise.is_iban("NO9386011117947")
