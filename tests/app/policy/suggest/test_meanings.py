"""What columns are by their names."""

import pytest

from app.policy.suggest.meanings import RULES, Meaning, read_column
from app.policy.suggest.names import column_words
from app.policy.suggest.words import WORDS


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
        ("birth_place", Meaning.CITY),
        ("Geburtsort", Meaning.CITY),
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


def test_each_rule_speaks_of_concepts_that_some_word_carries() -> None:
    known = frozenset().union(*WORDS.values())
    assert {c for rule in RULES for c in rule.needs | rule.without} - known == set()
