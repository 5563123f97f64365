"""Single values, recognised or not; nothing anybody can store makes a recogniser fail."""

from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.policy.suggest import recognise
from app.policy.suggest.values import look_at


@pytest.mark.parametrize(
    ("check", "yes", "no"),
    [
        (recognise.is_email, ["a.b+c@firm.example", "bob@corp.local", "x@example.invalid", "björn@exämple.de"],
         ["a@", "at home", "@b.c"]),
        (recognise.is_phone, ["+47 22 33 44 55", "(206) 555-9857", "030/1234567", "212-456-7890 x12"],
         ["2016-07-04", "12345678", "978-3-16-148410-0", "10.0.0.1", "H2G 1A7"]),
        (recognise.is_url, ["https://a.example/x", "www.a.example", r"\\server\share\x.doc"],
         ["C64", "a/b"]),
        (recognise.is_ip, ["10.0.0.1", "2001:db8::1", "10.0.0.0/8"],
         ["1.2.3", "300.1.1.1", "12:30:00"]),
        (recognise.is_uuid, ["6f1c2c1e-7a1b-4f7e-9c59-5f6f7b0c1d2e"],
         ["6f1c2c1e", "hello"]),
        (recognise.is_json, ['{"a": 1}', "[1]"],
         ["{a}", "1", "[" * 50_000 + "]"]),
        (recognise.is_secret, ["$2b$12$" + "a" * 53, "d41d8cd98f00b204e9800998ecf8427e",
          "sk_live_abcdefghijkl", "AKIAIOSFODNN7EXAMPLE"],
         ["harbour", "https://a.example/Xy12345678901234", "INV-2024-000123"]),
        (recognise.is_iban, ["DE89 3704 0044 0532 0130 00", "NO9386011117947"],
         ["DE89370400440532013001", "XX12"]),
        (recognise.is_card, ["4111 1111 1111 1111", "378282246310005"],
         ["4111111111111112", "1234567812345670"]),
        (recognise.is_street, ["Obere Str. 57", "8 Johnstown Road", "Ullevålsveien 14", "12 rue des Bouchers"],
         ["Track 7", "Street"]),
        (recognise.is_company, ["Acme GmbH", "Smith & Sons", "Nordlys AS", "Harbor Insurance"],
         ["AS", "Anna Berg", "SA"]),
    ],
)  # fmt: skip
def test_shapes(check: Callable[[str], bool], yes: list[str], no: list[str]) -> None:
    assert [text for text in yes if not check(text)] == []
    assert [text for text in no if check(text)] == []


def test_personal_numbers_need_their_check_digits() -> None:
    assert "no.fodselsnummer" in recognise.national_ids("15108695088")
    assert recognise.national_ids("15108695077") & {"no.fodselsnummer"} == frozenset()
    assert "us.ssn" in recognise.national_ids("536-90-4399")
    assert recognise.national_ids("2016-07-04") == frozenset()


def test_files_are_known_by_their_first_bytes() -> None:
    assert recognise.blob_kind(b"\xff\xd8\xff\xe0") == "image"
    assert recognise.blob_kind(b"%PDF-1.7") == "document"
    assert recognise.blob_kind(b"\x00\x01") == ""


@given(st.text(max_size=60) | st.from_regex(r"[+(\d ./@:{}\[\]A-Z-]{1,40}", fullmatch=True))
@example("²³¹²³¹²³¹²³")
@example("٣" * 11)
@example("+" + "9" * 30)
@example("\x00")
@settings(max_examples=150, deadline=None)
def test_no_text_makes_a_recogniser_fail(text: str) -> None:
    facts = look_at([text, text.encode("utf-8", "surrogatepass"), None])
    assert 0 <= facts.filled <= 2
    assert all(0 <= share <= 1 for share in facts.shares.values())


def test_facts_do_not_show_values_when_printed() -> None:
    assert "anna" not in repr(look_at(["anna@example.org", "anna@example.com"])).lower()
