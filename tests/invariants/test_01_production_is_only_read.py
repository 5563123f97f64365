"""Invariant 1. Read-only sessions, enforced by the database itself; no operation has a production target."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from app.databases.sqlite.source import SqliteSource
from app.databases.sqlite.staging import Staging, settings_of
from app.domain.environments import Target, target_of
from app.domain.operations import Choices, OperationKind
from app.errors import RefusedError
from tests.app.office import Office
from tests.invariants.conftest import ALL, Facts, Run, alter, meanwhile

ROOT = Path(__file__).parents[2]
LIVE = """
import sqlite3, sys
c = sqlite3.connect(sys.argv[1], isolation_level=None)
c.execute("PRAGMA wal_autocheckpoint = 0")
c.execute("UPDATE person SET remarks = 'Still in the write-ahead log' WHERE id = 1")
print("ready", flush=True)
sys.stdin.read()
"""

WRITES = (
    "INSERT INTO {0}person (name, email) VALUES ('x', 'y')",
    "UPDATE {0}person SET name = 'x'",
    "DELETE FROM {0}person",
    "CREATE TABLE {0}mine (a)",
    "DROP TABLE {0}visit",
    "ALTER TABLE {0}person ADD COLUMN mine",
    "PRAGMA {0}user_version = 7",
    "PRAGMA {0}application_id = 7",
    "REINDEX {0}person",
)


@pytest.fixture
def live(office: Office) -> Iterator[Office]:
    """Production's own program is running, and what it wrote last is still in its write-ahead log."""
    program = subprocess.Popen(
        [sys.executable, "-c", LIVE, str(office.production)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with program:
        assert program.stdout is not None
        assert program.stdout.readline() == b"ready\n"
        yield office
        program.kill()


def test_every_command_leaves_every_byte_of_a_live_production_as_it_was(live: Office, run: Run) -> None:
    log = live.production.with_name("production.sqlite-wal")
    assert b"Still in the write-ahead log" in log.read_bytes()
    assert b"Still in the write-ahead log" not in live.production.read_bytes()
    before = Facts.of(live.production), Facts.of(log)
    beside = set(live.folder.iterdir())

    assert run("plan", "Harbor/sandbox") == 0
    assert run("plan", "Harbor/sandbox", "--samples") == 0
    assert run("policy", "suggest", "Harbor/sandbox", "--accept", "--output", str(live.folder / "new.yaml")) == 0
    assert run("inspect", "Harbor/production") == 0
    for kind in (OperationKind.PROVISION, OperationKind.REFRESH, OperationKind.RESET, OperationKind.WIPE):
        assert live.run(kind).state == "succeeded"
    assert run("environment", "list") == 0

    assert (Facts.of(live.production), Facts.of(log)) == before
    assert {p.name for p in set(live.folder.iterdir()) - beside} == {"new.yaml"}


def test_sqlite_itself_refuses_every_write_through_our_session(office: Office) -> None:
    before = Facts.of(office.production)
    with SqliteSource(office.production) as source:
        source.connection.execute("PRAGMA query_only = OFF")
        source.connection.execute("COMMIT")
        for write in (*WRITES, "VACUUM", "PRAGMA journal_mode = DELETE"):
            with pytest.raises(sqlite3.OperationalError):
                source.connection.execute(write.format("main."))
    assert Facts.of(office.production) == before


def test_the_session_cannot_open_production_a_second_time_for_writing(office: Office) -> None:
    with SqliteSource(office.production) as source:
        source.connection.execute("PRAGMA query_only = OFF")
        source.connection.execute("COMMIT")
        for mode in ("", "?mode=rw", "?mode=rwc"):
            with pytest.raises(sqlite3.OperationalError):
                source.connection.execute("ATTACH ? AS again", (f"file:{office.production}{mode}",))
        with pytest.raises(sqlite3.OperationalError):
            source.connection.execute("VACUUM INTO ?", (str(office.folder / "raw.sqlite"),))
    assert not (office.folder / "raw.sqlite").exists()


def test_the_connection_that_writes_the_copy_cannot_write_to_the_source_it_reads(office: Office) -> None:
    before = Facts.of(office.production)
    place = office.folder / "staging.sqlite"
    place.touch()
    with SqliteSource(office.production) as source:
        settings, identity = settings_of(source), source.identity
    staging = Staging(place, settings)
    try:
        with staging.attached(office.production, identity):
            staging.connection.execute("CREATE TABLE main.mine (a)")
            for write in WRITES:
                with pytest.raises(sqlite3.OperationalError):
                    staging.connection.execute(write.format("source."))
    finally:
        staging.close()
    assert Facts.of(office.production) == before


def test_a_production_target_cannot_be_written_down(office: Office) -> None:
    production = office.services.environments.get("Harbor/production")
    sandbox = target_of(office.services.environments.get("Harbor/sandbox"))
    with pytest.raises(RefusedError, match="is production"):
        target_of(production)
    with pytest.raises(RefusedError, match="is production"):
        Target(production)
    with pytest.raises(RefusedError, match="is production"):
        replace(sandbox, environment=production)


@pytest.mark.parametrize("kind", list(OperationKind))
def test_no_service_and_no_command_takes_production_as_its_target(
    office: Office, run: Run, kind: OperationKind
) -> None:
    before = Facts.of(office.production)
    choices = Choices(acknowledged=("all",), confirm="production")
    with pytest.raises(RefusedError, match="is production"):
        office.services.operations.start("Harbor/production", kind, choices)
    words = (str(kind), "Harbor/production", "--acknowledge", "all", "--confirm", "production", "--detach")
    assert run(*words) == 3
    assert run("plan", "Harbor/production", "--for", str(kind)) == 3
    assert office.services.operations.all() == ()
    assert Facts.of(office.production) == before


def test_a_sandbox_that_turns_into_production_before_its_worker_begins_is_left_alone(provisioned: Office) -> None:
    before = Facts.of(provisioned.sandbox)
    catalog = provisioned.home / "catalog.sqlite"
    for kind in (OperationKind.REFRESH, OperationKind.RESET, OperationKind.WIPE):
        sql = "UPDATE environment SET kind = 'production' WHERE name = 'sandbox'"
        ended = meanwhile(provisioned, kind, lambda sql=sql: alter(catalog, sql))  # type: ignore[misc]
        assert ended.state == "failed"
        assert "is production" in ended.reason
        assert Facts.of(provisioned.sandbox) == before
        alter(catalog, "UPDATE environment SET kind = 'sandbox' WHERE name = 'sandbox'")


@pytest.mark.parametrize("kind", [OperationKind.REFRESH, OperationKind.RESET, OperationKind.WIPE])
def test_a_catalog_that_was_made_to_take_production_for_our_copy_convinces_nobody(
    provisioned: Office, kind: OperationKind
) -> None:
    before, facts = Facts.of(provisioned.production), provisioned.production.stat()

    def forge() -> None:
        alter(
            provisioned.home / "catalog.sqlite",
            "UPDATE environment SET database = ?, identity_major = ?, identity_minor = ? WHERE name = 'sandbox'",
            f"sqlite:///{provisioned.production}",
            str(facts.st_dev),
            str(facts.st_ino),
        )

    ended = meanwhile(provisioned, kind, forge)
    assert ended.state == "failed"
    assert Facts.of(provisioned.production) == before
    assert not provisioned.production.with_name(".production.sqlite.sandkeeper").exists()
    with pytest.raises(RefusedError):
        provisioned.services.operations.start("Harbor/sandbox", kind, ALL)
    assert Facts.of(provisioned.production) == before


def test_production_named_as_the_catalog_is_left_as_it_is(office: Office) -> None:
    with closing(sqlite3.connect(office.production)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    office.production.chmod(0o644)
    before = Facts.of(office.production)
    home, catalog = str(office.folder / "other"), f"sqlite:///{office.production}"
    words = (sys.executable, "main.py", "--home", home, "--catalog", catalog, "tenant", "list")
    assert subprocess.run(words, cwd=ROOT, capture_output=True).returncode == 3
    assert Facts.of(office.production) == before


def test_production_named_as_an_output_is_left_as_it_is(office: Office, run: Run) -> None:
    before = Facts.of(office.production)
    assert run("policy", "suggest", "Harbor/sandbox", "--output", str(office.production), "--force") == 3
    assert run("audit", "export", str(office.production)) == 3
    assert Facts.of(office.production) == before


@pytest.mark.parametrize("suffix", ["-wal", "-shm", "-journal"])
def test_no_copy_takes_a_name_that_sqlite_would_read_as_part_of_production(
    office: Office, run: Run, suffix: str
) -> None:
    place = Path(f"{office.production}{suffix}")
    words = ("environment", "add", "Harbor", "beside", "--kind", "sandbox", "--database", f"sqlite:///{place}")
    assert run(*words, "--policy", str(office.policy)) in (0, 3)
    assert run("provision", "Harbor/beside", "--acknowledge", "all", "--confirm", "beside") == 3
    assert not place.exists() or not place.read_bytes().startswith(b"SQLite format 3")
