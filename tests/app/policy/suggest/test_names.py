"""Names taken apart, and what they are read as."""

import pytest

from app.policy.suggest.names import column_words, table_words


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("CustomerLastName", ("customer", "last", "name")),
        ("cust_last_name", ("customer", "last", "name")),
        ("CUSTLASTNAME", ("customer", "lastname")),
        ("busareacode", ("business", "area", "code")),
        ("strLastName", ("last", "name")),
        ("tblKunde", ("kunde",)),
        ("E-Mail", ("email",)),
        ("addr_line_2", ("addr", "line2")),
        ("fødselsdato", ("fodselsdato",)),
        ("Straße", ("strasse",)),
        ("HTTPServerURL", ("http", "server", "url")),
        ("", ()),
        ("123", ()),
        ("???", ()),
    ],
)
def test_a_name_becomes_words(name: str, words: tuple[str, ...]) -> None:
    assert column_words(name).words == words


def test_a_table_is_what_its_words_say() -> None:
    assert "person" in table_words("AFW_CustContact").concepts
    assert "session" in table_words("auth.user_sessions").last
    assert table_words("x" * 100_000).concepts == frozenset()


def test_glued_words_keep_their_meaning() -> None:
    assert column_words("gehaltsgruppe").has("money_personal")
    assert column_words("kundensnummer").words == ("kunden", "nummer")
