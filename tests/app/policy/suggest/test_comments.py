"""What comments on columns say, in several languages; never a reason to keep."""

from pathlib import Path

import pytest

from app.domain.policy import Treatment
from app.policy.suggest.comments import said_in
from app.policy.suggest.meanings import Meaning
from tests.app.policy.suggest.databases import columns, database, suggested


@pytest.mark.parametrize(
    ("comment", "meaning"),
    [
        ("phone number, private", Meaning.PHONE),
        ("Free; holds the e-mail address", Meaning.EMAIL),
        ("Geburtsdatum des Kunden", Meaning.BIRTH_DATE),
        ("Adresse de livraison", Meaning.STREET),
        ("fødselsnummer (11 siffer)", Meaning.NATIONAL_ID),
        ("contraseña cifrada", Meaning.SECRET),
        ("date of the last email", Meaning.UNKNOWN),
        ("Date of birth as seconds", Meaning.BIRTH_DATE),
        ("number of retries", Meaning.UNKNOWN),
        ("", Meaning.UNKNOWN),
        ("," * 5000, Meaning.UNKNOWN),
    ],
)
def test_what_a_comment_names(comment: str, meaning: Meaning) -> None:
    assert said_in(comment).meaning is meaning


def test_comments_decide_where_names_say_nothing_and_never_for_keeping(tmp_path: Path) -> None:
    path = database(
        tmp_path / "c.sqlite",
        """CREATE TABLE x1 ( -- customers of the shop
            id INTEGER PRIMARY KEY, -- phone number
            c1 TEXT, -- e-mail address
            c2 INTEGER, -- mobile phone
            c3 TEXT, -- harmless status code
            title TEXT -- what they do
        );
        CREATE TABLE x2 (
            id INTEGER PRIMARY KEY,
            status TEXT, -- password of the user
            ref INTEGER REFERENCES x1 (id) -- phone of the customer
        );""",
    )
    found = columns(suggested(path))
    assert (found["x1.c1"].treatment, found["x1.c1"].mask) == (Treatment.MASK, "email")
    assert (found["x1.c2"].treatment, found["x1.c2"].mask) == (Treatment.MASK, "phone")
    assert found["x1.c3"].treatment is Treatment.REVIEW
    assert found["x1.title"].treatment is Treatment.REVIEW
    assert "about a person" in found["x1.title"].reason
    assert found["x2.status"].mask == "null"
    assert "comment" in found["x2.status"].reason
    assert {found[key].treatment for key in ("x1.id", "x2.ref", "x2.id")} == {Treatment.KEEP}
