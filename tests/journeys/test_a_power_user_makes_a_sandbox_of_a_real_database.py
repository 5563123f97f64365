"""From a database somebody else wrote to a scrubbed copy of it, and through its whole life."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.journeys.conftest import Person

GO = ("--acknowledge", "all", "--confirm", "sandbox")


def _values(path: Path, sql: str) -> set[object]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        return {row[0] for row in connection.execute(sql)}


@pytest.mark.parametrize(
    ("database", "people", "queries"),
    [
        ("chinook.sqlite", "Customer", ("SELECT Email FROM Customer", "SELECT Phone FROM Customer WHERE Phone <> ''")),
        (
            "northwind.sqlite",
            "Customers",
            ("SELECT ContactName FROM Customers", "SELECT HomePhone FROM Employees WHERE HomePhone <> ''"),
        ),
    ],
)
def test_a_real_database_becomes_a_scrubbed_sandbox(
    person: Person, realdb: Path, database: str, people: str, queries: tuple[str, ...]
) -> None:
    shutil.copy(realdb / database, person.folder / "production.sqlite")
    production, sandbox = person.folder / "production.sqlite", person.folder / "sandbox.sqlite"
    untouched = production.read_bytes()

    person.does("tenant", "add", "Northern Lights")
    person.does(
        "environment", "add", "Northern Lights", "production", "--kind", "production",
        "--database", "sqlite:///production.sqlite",
    )  # fmt: skip
    suggested = person.does("policy", "suggest", "Northern Lights/production", "--accept", "--output", "policy.yaml")
    assert suggested["tables"][people]
    person.does("policy", "check", "policy.yaml")
    person.does(
        "environment", "add", "Northern Lights", "sandbox", "--kind", "sandbox", "--source", "production",
        "--database", "sqlite:///sandbox.sqlite", "--policy", "policy.yaml",
    )  # fmt: skip
    ref = "Northern Lights/sandbox"

    plan = person.does("plan", ref)
    assert all(column["decided"] for table in plan["tables"] for column in table["columns"])
    assert not sandbox.exists()
    assert person("provision", ref).code == 3

    made = person.does("provision", ref, *GO)
    assert made["state"] == "succeeded"
    assert made["proof"]["state"] == "clean"
    assert Path(made["certificate"]).is_file()
    for query in queries:
        before, after = _values(production, query), _values(sandbox, query)
        assert before
        assert not before & after, query
    count = f"SELECT count(*) FROM {people}"
    assert _values(production, count) == _values(sandbox, count)
    views = "SELECT name FROM sqlite_master WHERE type = 'view'"
    assert _values(production, views) == _values(sandbox, views)
    first = [sorted(map(str, _values(sandbox, query))) for query in queries]

    checklist = person.does("checklist", ref)
    assert {item["kind"] for item in checklist["checklist"] if item["state"] == "open"} == {"manual"}
    for item in ("mail-test", "integrations"):
        checklist = person.does("checklist", ref, "--tick", item, "--note", "Nothing can send")
    assert checklist["done"] == checklist["of"]
    seen = person.does("inspect", ref)
    assert (seen["state"], seen["marker"], seen["proven"]) == ("ready", "valid", True)
    assert person("provision", ref, *GO).code == 3

    assert person.does("refresh", ref, *GO)["state"] == "succeeded"
    assert [sorted(map(str, _values(sandbox, query))) for query in queries] == first, "the same person, the same mask"

    with closing(sqlite3.connect(sandbox)) as connection, connection:
        connection.execute("CREATE TABLE scratch (x)")
    assert person.does("reset", ref, *GO)["state"] == "succeeded"
    assert not _values(sandbox, "SELECT name FROM sqlite_master WHERE name = 'scratch'")

    assert person("environment", "remove", ref).code == 3
    assert person.does("wipe", ref, *GO)["state"] == "succeeded"
    assert person.does("inspect", ref)["state"] == "wiped"
    assert not sandbox.exists()
    assert [p.name for p in person.folder.iterdir() if "sandbox" in p.name] == []
    person.does("environment", "remove", ref)

    assert person.does("audit", "verify")["valid"] is True
    assert production.read_bytes() == untouched
