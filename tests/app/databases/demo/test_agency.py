"""The demo database: complete, consistent, the same every time, and worth scrubbing."""

import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from app.databases.demo import make_agency_database

TABLES = {
    "business_unit", "employee", "company", "customer", "customer_contact", "dependent", "policy", "vehicle", "driver",
    "claim", "activity", "suspense", "invoice", "bank_account", "integration_credential", "queued_mail", "queued_form",
    "webhook", "customer_attribute", "profile_answer",
}  # fmt: skip


@pytest.fixture(scope="module")
def agency(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo") / "production.sqlite"
    make_agency_database(path, 600)
    return path


@pytest.fixture
def opened(agency: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"{agency.as_uri()}?mode=ro", uri=True)) as connection:
        yield connection


def _dump(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


def test_every_table_of_the_agency_is_there_and_holds_rows(opened: sqlite3.Connection) -> None:
    names = {
        n for (n,) in opened.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
    }
    assert names == TABLES
    empty = [n for n in names if opened.execute(f'SELECT 1 FROM "{n}" LIMIT 1').fetchone() is None]
    assert empty == []


def test_rows_are_the_number_of_customers(opened: sqlite3.Connection) -> None:
    assert opened.execute("SELECT count(*), max(customer_number) FROM customer").fetchone() == (600, 600)


def test_nothing_is_corrupt_and_every_reference_is_met(opened: sqlite3.Connection) -> None:
    assert opened.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert opened.execute("PRAGMA foreign_key_check").fetchall() == []
    unmet = "SELECT count(*) FROM {} WHERE customer_id NOT IN (SELECT customer_id FROM customer)"
    assert [opened.execute(unmet.format(t)).fetchone() for t in ("suspense", "queued_mail", "queued_form")] == [
        (0,)
    ] * 3


def test_it_is_a_live_wal_database_with_views_and_a_trigger(agency: Path, opened: sqlite3.Connection) -> None:
    assert opened.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert opened.execute("SELECT count(*) FROM renewals_due").fetchone()[0] > 0
    assert opened.execute("SELECT count(*) FROM open_claims").fetchone()[0] > 0
    assert stat.S_IMODE(agency.stat().st_mode) == 0o600


def test_the_trigger_keeps_the_changed_date_honest(tmp_path: Path) -> None:
    make_agency_database(tmp_path / "a.sqlite", 5)
    with closing(sqlite3.connect(tmp_path / "a.sqlite")) as connection, connection:
        connection.execute("UPDATE customer SET occupation = 'Diver' WHERE customer_number = 1")
        changed = connection.execute(
            "SELECT changed_at > '2026-11-01' FROM customer ORDER BY customer_number"
        ).fetchall()
    assert changed == [(1,), (0,), (0,), (0,), (0,)]


def test_the_same_seed_gives_the_same_content_and_another_seed_another(tmp_path: Path) -> None:
    for name, seed in (("a", 7), ("b", 7), ("c", 8)):
        make_agency_database(tmp_path / name, 60, seed=seed)
    assert _dump(tmp_path / "a") == _dump(tmp_path / "b")
    assert _dump(tmp_path / "a") != _dump(tmp_path / "c")


def test_notes_mention_the_customer_they_stand_with(opened: sqlite3.Connection) -> None:
    mentions = opened.execute(
        """SELECT sum(instr(notes, first_name || ' ' || last_name) > 0), sum(instr(notes, email) > 0),
                  sum(instr(notes, coalesce(home_phone, business_phone)) > 0) FROM customer WHERE notes IS NOT NULL"""
    ).fetchone()
    assert min(mentions) > 20


def test_attribute_rows_hold_personal_values(opened: sqlite3.Connection) -> None:
    found = "SELECT count(*) FROM customer_attribute JOIN customer USING (customer_id) WHERE value = email"
    assert opened.execute(found).fetchone()[0] > 5


def test_no_address_can_reach_anybody(opened: sqlite3.Connection) -> None:
    for table, column in (
        ("customer", "email"),
        ("employee", "email"),
        ("dependent", "email"),
        ("queued_mail", "to_address"),
    ):
        outside = f"SELECT count(*) FROM {table} WHERE {column} NOT LIKE '%.example'"
        assert opened.execute(outside).fetchone() == (0,), table


def test_people_are_near_unique_and_firms_have_no_birthday(opened: sqlite3.Connection) -> None:
    distinct, emails = opened.execute("SELECT count(DISTINCT email), count(email) FROM customer").fetchone()
    assert distinct == emails == 600
    assert opened.execute(
        "SELECT count(*) FROM customer WHERE firm_name IS NOT NULL AND birth_date IS NOT NULL"
    ).fetchone() == (0,)
