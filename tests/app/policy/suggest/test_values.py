"""What values look like together."""

from app.policy.suggest.values import look_at


def test_empty_values_are_not_counted() -> None:
    facts = look_at([None, "", b"", "x", "x", "y"])
    assert (facts.filled, facts.distinct) == (3, 2)
    assert facts.repeated == 2 / 3


def test_shares_are_of_distinct_values() -> None:
    facts = look_at(["a@example.org"] * 9 + ["hello"])
    assert facts.share("email") == 0.5
    assert facts.share("phone", "email") == 0.5


def test_what_stands_within_a_text_is_found() -> None:
    facts = look_at(["Ask anna@example.org", "Paid with 4111 1111 1111 1111", "Nothing here", "SSN 536-90-4399 given"])
    assert set(facts.inside) == {"e-mail addresses", "card numbers", "social security numbers"}
    assert facts.personal_inside == 0.25


def test_a_whole_column_of_one_countrys_numbers_is_needed() -> None:
    assert look_at(["15108695088", "hello", "world"]).national == ""
    assert look_at(["15108695088"]).national == "no.fodselsnummer"


def test_a_few_short_values_again_and_again_are_an_enumeration() -> None:
    assert look_at(["open", "closed"] * 10).enumerated
    assert not look_at(["open", "closed"]).enumerated
    assert not look_at([f"value {n}" for n in range(50)]).enumerated
    assert not look_at(["a text that is far too long to be any kind of code"] * 20).enumerated


def test_bytes_are_told_apart_from_texts_in_disguise() -> None:
    facts = look_at([b"\xff\xd8\xff\xe0", b"\x00\x01", b"a@example.org"])
    assert facts.blobs == {"image", "binary"}
    assert facts.share("email") == 1


def test_numbers_keep_their_range_and_dates_their_years() -> None:
    facts = look_at([3, -1.5, 7])
    assert (facts.low, facts.high, facts.numeric) == (-1.5, 7.0, 1.0)
    assert look_at(["1999-01-02", "31.12.2001", "2020-13-01"]).years == (1999, 2001)
