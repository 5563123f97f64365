"""What a sandbox has that its copy had not is counted before it is lost."""

import sqlite3
from contextlib import closing

import pytest

from app.databases.sqlite import impact
from app.domain.plan import TableChange
from tests.app.databases.sqlite.line import ADAPTER, Line
from tests.app.databases.sqlite.test_publish import program


def change(line: Line, sql: str) -> None:
    with closing(sqlite3.connect(line.target_path, isolation_level=None)) as connection:
        connection.executescript(sql)


def test_an_untouched_copy_loses_nothing(chinook: Line) -> None:
    chinook.run(chinook.plan())
    found = ADAPTER.impact(chinook.target)
    assert found.exists
    assert found.exact
    assert found.changes == ()
    assert impact.unchanged(chinook.target_path, chinook.area / "baseline.sqlite")
    chinook.reset()
    assert impact.unchanged(chinook.target_path, chinook.area / "baseline.sqlite")
    assert ADAPTER.impact(chinook.target).changes == ()


def test_added_changed_and_removed_rows_are_counted_by_table(chinook: Line) -> None:
    chinook.run(chinook.plan())
    change(
        chinook,
        "INSERT INTO Genre (Name) VALUES ('a'), ('b'); UPDATE Artist SET Name = 'x' WHERE ArtistId IN (3, 4, 5);"
        "DELETE FROM PlaylistTrack WHERE PlaylistId = 5; CREATE TABLE mine (a); INSERT INTO mine VALUES (1);"
        "DROP TABLE MediaType;",
    )
    found = ADAPTER.impact(chinook.target)
    assert found.exact
    assert set(found.changes) == {
        TableChange(table="Genre", added=2, changed=0, removed=0),
        TableChange(table="Artist", added=0, changed=3, removed=0),
        TableChange(table="PlaylistTrack", added=0, changed=0, removed=1477),
        TableChange(table="mine", added=1, changed=0, removed=0),
        TableChange(table="MediaType", added=0, changed=0, removed=5),
    }


def test_a_reset_takes_the_changes_back(chinook: Line) -> None:
    chinook.run(chinook.plan())
    change(chinook, "DELETE FROM Genre")
    chinook.reset()
    assert ADAPTER.impact(chinook.target).changes == ()


def test_without_baseline_the_changes_are_said_to_be_unknown(chinook: Line) -> None:
    chinook.run(chinook.plan(baseline=False))
    found = ADAPTER.impact(chinook.target)
    assert not found.exact
    assert "no baseline" in found.note


def test_what_takes_too_long_is_said_to_be_unknown(chinook: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    chinook.run(chinook.plan())
    change(chinook, "DELETE FROM Genre")
    monkeypatch.setattr(impact, "SECONDS", -1.0)
    found = ADAPTER.impact(chinook.target)
    assert not found.exact
    assert "too long" in found.note


def test_who_has_it_open_is_named(chinook: Line) -> None:
    chinook.run(chinook.plan())
    assert ADAPTER.impact(chinook.target).connected == ()
    with program(chinook.target_path, "c.execute('SELECT 1 FROM Genre').fetchall()"):
        (who,) = ADAPTER.impact(chinook.target).connected
    assert who.startswith("python")
    assert "pid" in who


def test_an_absent_sandbox_has_nothing_to_lose(chinook: Line) -> None:
    found = ADAPTER.impact(chinook.target)
    assert not found.exists
    assert found.destroys == ()


def test_what_a_wipe_would_remove_is_listed(chinook: Line) -> None:
    chinook.run(chinook.plan())
    assert ADAPTER.impact(chinook.target).destroys == ("sandbox.sqlite", ".sandbox.sqlite.sandkeeper/baseline.sqlite")


def test_table_facts_count_every_table_and_no_mark(chinook: Line) -> None:
    chinook.run(chinook.plan())
    facts = {f.table: f.rows for f in ADAPTER.table_facts(chinook.environment)}
    assert facts["Track"] == 3503
    assert len(facts) == 11
