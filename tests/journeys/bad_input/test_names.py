"""Names with quotes, slashes, newlines, right-to-left marks, 10,000 characters: of tenants, of environments, of files,
and of the tables and columns of a source."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.app.office import Office
from tests.journeys.bad_input.conftest import GIVEN, Say

USABLE = [
    'O\'Brien & "Söhne"',
    "West / East / 100%",
    "Robert'); DROP TABLE tenant;--",
    "<script>alert(1)</script>",
    "עברית",
    "- -home",
    "x" * 120,
    "🦊 Fuchs",
    "a\\b",
    "$(reboot) `id` ${HOME}",
]
UNUSABLE = {
    "nothing": "",
    "blanks": " \t ",
    "a newline": "Harbor\nInsurance",
    "a return": "Harbor\rInsurance",
    "a NUL": "Harbor\0Insurance",
    "an escape": "\x1b[31mHarbor",
    "a right-to-left override": "Harbor\u202egpj.exe",
    "a right-to-left mark": "Harbor\u200f",
    "a zero-width blank": "Har\u200bbor",
    "ten thousand characters": "y" * 10_000,
    "half a character": "Harbor\udcff",
}
HOSTILE_TABLES = [
    'order "details"',
    "o'clock",
    "line\nbreak",
    "مرحبا\u202e",
    "semi;colon--",
    "<b>bold</b>",
    "t" * 10_000,
]


@pytest.mark.parametrize("name", USABLE)
def test_a_name_of_any_usual_kind_works_to_the_end(office: Office, say: Say, name: str) -> None:
    assert say("tenant", "add", "--", name).code == 0
    url = f"sqlite:///{office.folder}/{abs(hash(name))}.sqlite"
    added = say("environment", "add", "--kind", "training", "--database", url, "--", name, "room 1")
    assert added.code == 2, "it has no production yet"
    assert name in [tenant["name"] for tenant in say("tenant", "list").json["tenants"]]
    assert say("tenant", "show", "--", name).json["name"] == name
    assert say("tenant", "remove", "--", name).code == 0
    assert office.services.audit.verify().valid


@pytest.mark.parametrize("name", UNUSABLE.values(), ids=[key.replace(" ", "-") for key in UNUSABLE])
def test_a_name_that_hides_something_is_refused_and_not_repeated_raw(office: Office, say: Say, name: str) -> None:
    before = office.services.audit.count()
    url = f"sqlite:///{office.folder}/new.sqlite"
    for words in (
        ("tenant", "add", "--", name),
        ("environment", "add", "--kind", "sandbox", "--database", url, "--", "Harbor", name),
    ):
        said = say(*words)
        assert said.code == 2, said.text
        assert said.error["title"]
        assert len(said.text) < 1000
        assert not any(c in said.error["title"] + said.error["detail"] for c in "\n\r\0\x1b\u202e\u200f\u200b")
    assert [t["name"] for t in say("tenant", "list").json["tenants"]] == ["Harbor"]
    assert office.services.audit.count() == before


def test_an_environment_with_a_slash_is_refused_and_a_tenant_with_one_is_found(office: Office, say: Say) -> None:
    url = f"sqlite:///{office.folder}/new.sqlite"
    words = ("environment", "add", "Harbor", "room/1", "--kind", "sandbox", "--database", url)
    assert "slash" in say(*words).told(2).error["title"]
    assert say("tenant", "add", "A/B").code == 0
    production = f"sqlite:///{office.folder}/ab.sqlite"
    (office.folder / "ab.sqlite").write_bytes(_small())
    assert say("environment", "add", "A/B", "p", "--kind", "production", "--database", production).code == 0
    assert say("environment", "show", "A/B/p").json["tenant"] == "A/B"


@pytest.mark.parametrize(
    "ref", ["", "/", "Harbor", "Harbor/", "/sandbox", "z" * 10_000, "Harbor/\u202exobdnas", "\0/\n"]
)
def test_a_ref_that_names_nothing_is_told_by_every_verb(office: Office, say: Say, ref: str) -> None:
    for words in (
        ("plan", "--", ref),
        ("provision", *GIVEN, "--", ref),
        ("wipe", *GIVEN, "--", ref),
        ("inspect", "--", ref),
        ("environment", "remove", "--", ref),
    ):
        said = say(*words)
        assert said.code == 2, (words, said.text)
        assert said.error["title"]
        assert len(said.text) < 1000
        assert "\u202e" not in said.text


def test_tables_and_columns_of_any_name_come_along_masked(office: Office, say: Say) -> None:
    production, sandbox = office.folder / "odd.sqlite", office.folder / "odd-copy.sqlite"
    with closing(sqlite3.connect(production)) as connection, connection:
        for table in HOSTILE_TABLES:
            quoted = '"' + table.replace('"', '""') + '"'
            connection.execute(f'CREATE TABLE {quoted} (id INTEGER PRIMARY KEY, "e""mail\n\u202e\'" TEXT)')
            rows = [(f"quibble.zanthorpe{n}@private.example",) for n in range(20)]
            connection.executemany(f'INSERT INTO {quoted} ("e""mail\n\u202e\'") VALUES (?)', rows)
    assert say("tenant", "add", "Odd").code == 0
    url, copy = f"sqlite:///{production}", f"sqlite:///{sandbox}"
    assert say("environment", "add", "Odd", "production", "--kind", "production", "--database", url).code == 0
    policy = office.folder / "odd.yaml"
    said = say("policy", "suggest", "Odd/production", "--accept", "--output", str(policy))
    assert said.code == 0, said.text[:500]
    added = say(
        "environment", "add", "Odd", "sandbox", "--kind", "sandbox", "--database", copy, "--policy", str(policy)
    )
    assert added.code == 0, added.text[:500]
    said = say("provision", "Odd/sandbox", *GIVEN)
    assert said.code == 0, said.text[:1000]
    assert said.json["proof"]["state"] == "clean"
    assert b"zanthorpe" not in sandbox.read_bytes()
    with closing(sqlite3.connect(sandbox)) as connection:
        assert connection.execute("SELECT count(*) FROM sqlite_master WHERE type = 'table'").fetchone()[0] >= 7
    certificate = Path(said.json["certificate"]).read_text()
    assert "<b>bold</b>" not in certificate
    assert "&lt;b&gt;bold&lt;/b&gt;" in certificate
    assert "\u202e" not in certificate


def _small() -> bytes:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE t (a)")
        return connection.serialize()
