"""Names taken apart, and what they are read as."""

import pytest

from app.policy.suggest.meanings import Meaning, read_column
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


@pytest.mark.parametrize(
    ("name", "meaning"),
    [
        ("EmailAddress", Meaning.EMAIL),
        ("ip_address", Meaning.IP),
        ("mac_address", Meaning.DEVICE),
        ("web_address", Meaning.URL),
        ("postal_address", Meaning.STREET),
        ("postal_code", Meaning.POSTCODE),
        ("area_code", Meaning.PHONE),
        ("country_code", Meaning.COUNTRY),
        ("email_id", Meaning.KEY),
        ("email_count", Meaning.AMOUNT),
        ("email_verified", Meaning.FLAG),
        ("is_email_public", Meaning.FLAG),
        ("tax_id", Meaning.NATIONAL_ID),
        ("supplier_name", Meaning.COMPANY),
        ("driver_name", Meaning.FULL_NAME),
        ("product_name", Meaning.LABEL),
        ("created_by", Meaning.FULL_NAME),
        ("created_at", Meaning.DATE),
        ("birth_place", Meaning.BIRTH_DATE),
        ("api_key", Meaning.TOKEN),
        ("cc_number", Meaning.CARD),
        ("sort_code", Meaning.BANK_ACCOUNT),
        ("sort_order", Meaning.AMOUNT),
        ("geburtsname", Meaning.LAST_NAME),
        ("kundenEpost", Meaning.EMAIL),
        ("numero_telefono", Meaning.PHONE),
        ("dateNaissance", Meaning.BIRTH_DATE),
        ("organisasjonsnummer", Meaning.NATIONAL_ID),
        ("policy_number", Meaning.NUMBER),
        ("line_of_business", Meaning.CODE),
        ("qqz", Meaning.UNKNOWN),
    ],
)
def test_a_name_is_read_for_what_the_column_is(name: str, meaning: Meaning) -> None:
    assert read_column(column_words(name)).meaning is meaning


def test_a_table_is_what_its_words_say() -> None:
    assert "person" in table_words("AFW_CustContact").concepts
    assert "session" in table_words("auth.user_sessions").last
    assert table_words("x" * 100_000).concepts == frozenset()
