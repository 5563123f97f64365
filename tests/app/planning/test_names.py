"""What a policy means by a name."""

import pytest

from app.planning.names import Names, parts, short


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("customer", ("customer",)),
        ("crm.customer", ("crm", "customer")),
        ('"Order Details"', ("Order Details",)),
        ('crm."a.b"', ("crm", "a.b")),
        ('"say ""hi"""', ('say "hi"',)),
        ('it"s', ('it"s',)),
        ("", ("",)),
    ],
)
def test_a_name_has_parts_and_quotes_hold_dots_together(name: str, expected: tuple[str, ...]) -> None:
    assert parts(name) == expected


def test_the_exact_name_wins_over_one_that_differs_in_case() -> None:
    names = Names(["Log", "log", '"a.b"'], lambda name: name)
    assert names.find("Log") == "Log"
    assert names.find("log") == "log"
    assert names.find("LOG") == "Log"
    assert names.find('"LOG"') == "Log"
    assert names.find("a.b") is None
    assert names.find('"A.B"') == '"a.b"'


def test_wrong_names_get_a_bounded_number_of_suggestions() -> None:
    names = Names([f"table_{n}" for n in range(50)], lambda name: name)
    suggested = [names.like(f"tabel_{n}") for n in range(40)]
    assert suggested[0] == " Did you mean 'table_0'?"
    assert suggested[-1] == ""


def test_a_name_in_a_sentence_is_short_and_shows_what_it_is() -> None:
    assert short("a\u202eb\nc") == "'a\ufffdb\ufffdc'"
    assert len(short("x" * 10_000)) == 62
