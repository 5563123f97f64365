"""A URL names one database, in one spelling, and never a secret."""

from pathlib import Path

import pytest

from app.databases.postgresql.urls import Place, normalise, place_of, url_of
from app.errors import UserError

BASE = Path("/base")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql://ana@DB.Example:5432/crm", "postgresql://ana@db.example:5432/crm"),
        ("postgres://ana@db/crm", "postgresql://ana@db/crm"),
        ("postgresql+psycopg://ana@db/crm", "postgresql://ana@db/crm"),
        ("postgresql:///crm?service=harbor", "postgresql:///crm?service=harbor"),
        ("postgresql://ana@/crm?host=./run/pg", "postgresql://ana@/crm?host=%2Fbase%2Frun%2Fpg"),
        ("postgresql://ana@/crm?host=./run", "postgresql://ana@/crm?host=%2Fbase%2Frun"),
        (
            "postgresql://a@db/c?sslrootcert=ca.pem&sslmode=verify-full",
            "postgresql://a@db/c?sslmode=verify-full&sslrootcert=%2Fbase%2Fca.pem",
        ),
        ("postgresql://a@db/c?sslrootcert=system", "postgresql://a@db/c?sslrootcert=system"),
        ("postgresql://a@db/na%20me%3F%25", "postgresql://a@db/na me%3F%25"),
        ("postgresql://a@db/Kunden-für", "postgresql://a@db/Kunden-f%C3%BCr"),
    ],
)
def test_a_url_has_one_spelling(url: str, expected: str) -> None:
    assert normalise(url, BASE) == expected
    assert normalise(expected, Path("/elsewhere")) == expected


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("postgresql://ana@db", "names no database"),
        ("postgresql://ana@db/", "names no database"),
        ("postgresql:///?service=x", "names no database"),
        ("postgresql://db/crm?password=hush", "cannot stand there"),
        ("postgresql://db/crm?dbname=other", "cannot stand there"),
        ("postgresql://db/crm?colour=red", "cannot stand there"),
        ("postgresql://db/crm?sslmode=a&sslmode=b", "more than once"),
        ("postgresql://db/" + "x" * 64, "too long"),
        ("mysql://db/crm", "not the URL of a PostgreSQL"),
        ("postgresql://db:port/crm", "not the URL of a PostgreSQL"),
    ],
)
def test_what_leads_nowhere_is_refused_without_being_repeated(url: str, told: str) -> None:
    with pytest.raises(UserError, match=told) as raised:
        normalise(url, BASE)
    assert "hush" not in str(raised.value) + raised.value.detail + raised.value.hint


def test_a_place_says_where_it_is_and_not_what_its_password_is() -> None:
    place = place_of("postgresql://ana@db:5433/crm?sslmode=require", "hush")
    assert str(place) == "crm on db:5433"
    assert "hush" not in repr(place)
    assert "hush" in place.conninfo()
    assert place.at("postgres").conninfo(connect_timeout=3).split("dbname=")[1].startswith("postgres")


@pytest.mark.parametrize(
    ("parameters", "server"),
    [({}, "the local server"), ({"service": "harbor"}, "service harbor"), ({"host": "/run/pg"}, "/run/pg")],
)
def test_a_server_without_a_host_has_a_name_too(parameters: dict[str, str], server: str) -> None:
    assert Place(database="crm", parameters=parameters).server == server


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ana@db:5433/crm?sslmode=require",
        "postgresql://ana@/crm?host=%2Frun%2Fpg",
        "postgresql:///crm?service=harbor",
        "postgresql://a%40b@[::1]:5433/odd%20name",
    ],
)
def test_a_place_is_a_url_again_without_its_password(url: str) -> None:
    assert place_of(url_of(place_of(url, "hush"))) == place_of(url)
    assert "hush" not in url_of(place_of(url, "hush"))
