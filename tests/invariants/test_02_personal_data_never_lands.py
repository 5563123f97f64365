"""Invariant 2. No file the worker can reach ever holds an original of a masked column, at no moment of its work."""

import sqlite3
from contextlib import closing

from tests.app.operations.pausing import MOMENTS
from tests.invariants.looking import holds
from tests.invariants.witness import ORIGINALS, PEOPLE, Witness


def test_the_operations_that_were_watched_did_their_work(witness: Witness) -> None:
    assert [o.state for o in witness.operations] == ["succeeded", "succeeded"], [o.reason for o in witness.operations]
    assert {s.moment for s in witness.seen if s.operation == "provision"} == {*MOMENTS, "ended"}
    assert {s.moment for s in witness.seen if s.operation == "refresh"} == {*MOMENTS, "after kill -9", "ended"}
    with closing(sqlite3.connect(f"file:{witness.sandbox}?mode=ro", uri=True)) as connection:
        assert connection.execute("SELECT count(*) FROM person").fetchone() == (PEOPLE,)
        assert connection.execute("SELECT count(*) FROM note").fetchone() == (PEOPLE,)


def test_the_witness_would_have_seen_an_original(witness: Witness) -> None:
    """Its eyes are good: production itself is full of them, in its table, its full-text index and its log."""
    production = (witness.databases / "production.sqlite").read_bytes()
    assert all(holds(production, needle) for needle in ORIGINALS)
    assert holds("Ida ZANTHORPE".encode("utf-16-be"), "zanthorpe")


def test_at_no_moment_does_any_file_hold_an_original(witness: Witness) -> None:
    assert [(s.operation, s.moment, s.originals) for s in witness.seen if s.originals] == []


def test_the_files_looked_at_were_those_where_an_original_could_have_landed(witness: Witness) -> None:
    inside = {file for s in witness.seen if s.moment == "before finish" for file in s.files}
    assert any(".sandkeeper/staging-" in file for file in inside)
    everything = {file for s in witness.seen for file in s.files}
    for name in ("home/catalog.sqlite", "home/catalog.sqlite-wal", "home/workflows.sqlite", "home/logs/worker.log"):
        assert name in everything
    assert any(file.startswith("home/certificates/") for file in everything)
    assert "databases/.sandbox.sqlite.sandkeeper/baseline.sqlite" in everything


def test_no_journal_or_log_is_ever_written_beside_the_staging_database(witness: Witness) -> None:
    later = ("inside publish", "after publish", "before settle")  # scrubbed, checked, closed, and opened for reading
    files = {file for s in witness.seen if s.moment not in later for file in s.files if "staging-" in file}
    assert files
    assert not [file for file in files if not file.endswith(".sqlite")]


def test_nothing_is_written_to_the_temporary_or_the_working_folder(witness: Witness) -> None:
    assert not {f for s in witness.seen for f in s.files if f.startswith(("tmp/", "cwd/"))}
