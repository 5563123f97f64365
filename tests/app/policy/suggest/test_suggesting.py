"""Whole databases: full-text tables, hostile names, reasons without values."""

import sqlite3
import subprocess
import sys
from pathlib import Path

from app.domain.policy import Treatment
from app.policy.parse import parse_policy
from app.policy.suggest import as_policy
from app.policy.write import write_policy
from app.ports.databases import RowValue
from tests.app.policy.suggest.databases import columns, database, one_column, people, plan_errors, suggested


def test_full_text_tables_are_at_least_as_careful_as_what_they_index(tmp_path: Path) -> None:
    path = database(
        tmp_path / "f.sqlite",
        """CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT, remarks TEXT);
        CREATE VIRTUAL TABLE customer_fts USING fts5(name, remarks);
        CREATE VIRTUAL TABLE customer_index USING fts5(name, remarks, content='customer', content_rowid='id');""",
        {"customer": [(1, "Anna Berg", "Calls on Mondays")]},
    )
    found = columns(suggested(path))
    assert found["customer_fts.name"].mask == "full_name"
    assert found["customer_fts.remarks"].mask == "lorem"
    assert not any("_data" in place or "_content" in place for place in found)
    assert plan_errors(path) == []


def test_hostile_names_and_values_change_nothing(tmp_path: Path) -> None:
    names = ['quo"te', "new\nline", "semi;colon--", "rtl\u202egnirts", "n" * 10_000, "' OR 1=1", "e-mail", "\U0001f600"]
    quoted = ['"' + name.replace('"', '""') + '"' for name in names]
    script = f'CREATE TABLE "od""d\n{"t" * 5000}" (id INTEGER PRIMARY KEY, {", ".join(q + " TEXT" for q in quoted)});'
    path = database(tmp_path / "h.sqlite", script)
    nasty = [
        "\x00",
        "{" * 3000,
        "[" * 100_000,
        "@" * 500,
        "+" + "1" * 3000,
        "٣" * 11,
        "²³" * 6,
        "a@b",
        "(((((((",
        "\ud7ff",
    ]
    connection = sqlite3.connect(path)
    table = '"od""d\n' + "t" * 5000 + '"'
    for n, text in enumerate(nasty * 3):
        connection.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * 9)})", (n, *[text] * 8))
    connection.commit()
    connection.close()
    suggestion = suggested(path)
    (found,) = suggestion.tables.values()
    assert set(found.columns) == {"id", *names}
    assert {n for n, c in found.columns.items() if c.treatment is Treatment.KEEP} <= {"id"}
    assert all(len(c.reason) < 400 for c in found.columns.values())
    policy = as_policy(suggestion, name="p", title="P", accept=True)
    assert set(parse_policy(write_policy(policy)).tables) == set(policy.tables)


def test_reasons_hold_no_value_of_a_row(tmp_path: Path) -> None:
    fake = people()
    values: list[RowValue] = [f"Ask {fake.name()} at {fake.email()} or {fake.phone_number()}" for _ in range(30)]
    found = one_column(tmp_path, "remarks", values, table="customer")
    words = {word for value in values for word in str(value).split() if word not in ("Ask", "at", "or")}
    assert not any(word in found.reason for word in words)
    assert "texts" in found.reason


def test_the_libraries_that_recognise_are_loaded_only_when_suggesting() -> None:
    heavy = "{'phonenumbers', 'stdnum', 'email_validator', 'faker'}"
    code = f"import sys, app.policy.suggest; sys.exit(len({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
