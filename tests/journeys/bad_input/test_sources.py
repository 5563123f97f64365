"""A source that is missing, locked, not a database, encrypted, corrupt halfway, changed during the copy, on a full
disk."""

import os
import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.app.office import Office, make_production
from tests.invariants.conftest import alter, interfering
from tests.journeys.bad_input.conftest import GIVEN, Say, nothing_lost


def missing(production: Path) -> None:
    for path in production.parent.glob("production.sqlite*"):
        path.unlink()


def a_folder(production: Path) -> None:
    missing(production)
    production.mkdir()


def empty(production: Path) -> None:
    missing(production)
    production.touch()


def not_a_database(production: Path) -> None:
    missing(production)
    production.write_text("Name,Email\nQuibble Zanthorpe1,q@private.example\n" * 500)


def encrypted(production: Path) -> None:
    missing(production)
    production.write_bytes(random.Random(7).randbytes(65_536))


def cut_off(production: Path) -> None:
    production.write_bytes(production.read_bytes()[:6000])


UNREADABLE: dict[Callable[[Path], None], tuple[str, str]] = {
    missing: ("no file", "Check the path"),
    a_folder: ("not a file", "file's path"),
    empty: ("empty", "mistyped"),
    not_a_database: ("not a readable SQLite database", "Check the path"),
    encrypted: ("encrypted", "decrypted by its own program"),
    cut_off: ("damaged", "backup"),
}


@pytest.mark.parametrize("spoil", UNREADABLE, ids=lambda f: f.__name__)
def test_a_source_that_cannot_be_read_is_told_and_the_old_copy_stays(
    copied: Office, say: Say, spoil: Callable[[Path], None]
) -> None:
    before = copied.sandbox.read_bytes()
    spoil(copied.production)
    title, hint = UNREADABLE[spoil]
    for words in (("plan", "Harbor/sandbox"), ("refresh", "Harbor/sandbox", *GIVEN)):
        said = say(*words)
        assert said.code == 3
        finding = next(f for f in said.json["findings"] if f["code"] == "source-unreadable")
        assert title in finding["message"]
        assert hint in finding["hint"]
        assert finding["where"] == "Harbor/production"
        assert "Zanthorpe" not in said.text
    listed = say("environment", "list").json["environments"]
    assert {e["name"]: e["state"] for e in listed}["sandbox"] == "ready"
    nothing_lost(copied, before)


@pytest.mark.parametrize("spoil", [missing, a_folder, empty, not_a_database, encrypted], ids=lambda f: f.__name__)
def test_what_is_no_database_is_not_registered_as_production(
    office: Office, say: Say, tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    (tmp_path / "theirs").mkdir()
    theirs = tmp_path / "theirs" / "production.sqlite"
    make_production(theirs, people=3)
    spoil(theirs)
    assert say("tenant", "add", "Orchard").code == 0
    words = ("environment", "add", "Orchard", "production", "--kind", "production", "--database", f"sqlite:///{theirs}")
    say(*words).told(1)
    assert say("environment", "list", "Orchard").json == {"environments": []}


def test_a_locked_source_is_told_with_what_to_do(copied: Office, say: Say) -> None:
    before = copied.sandbox.read_bytes()
    with closing(sqlite3.connect(copied.production, isolation_level=None)) as owner:
        owner.execute("PRAGMA journal_mode = DELETE")
        owner.execute("BEGIN EXCLUSIVE")
        said = say("refresh", "Harbor/sandbox", *GIVEN).told(3)
        assert "is locked" in said.text
        assert "Close the program" in said.text
    nothing_lost(copied, before)
    assert say("refresh", "Harbor/sandbox", *GIVEN).code == 0


def test_a_source_that_is_locked_when_the_copy_begins_fails_the_operation_alone(copied: Office, say: Say) -> None:
    before = copied.sandbox.read_bytes()
    with closing(sqlite3.connect(copied.production, isolation_level=None, check_same_thread=False)) as owner:
        owner.execute("PRAGMA journal_mode = DELETE")
        with interfering(copied, "before copy", lambda: owner.execute("BEGIN EXCLUSIVE")) as interference:
            said = say("refresh", "Harbor/sandbox", *GIVEN)
    assert interference.happened
    assert said.code == 1
    assert "is locked" in said.json["reason"]
    assert said.json["hint"]
    nothing_lost(copied, before)


def test_a_source_that_is_corrupt_halfway_fails_the_operation_and_says_what_to_do(copied: Office, say: Say) -> None:
    before = copied.sandbox.read_bytes()
    for path in copied.folder.glob("production.sqlite*"):
        path.unlink()
    make_production(copied.production, people=2000)
    with closing(sqlite3.connect(copied.production)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    data = bytearray(copied.production.read_bytes())
    for page in range(20, len(data) // 4096, 3):
        data[page * 4096 : page * 4096 + 64] = b"\xa5" * 64
    with interfering(copied, "before copy", lambda: copied.production.write_bytes(data)) as interference:
        said = say("refresh", "Harbor/sandbox", *GIVEN)
    assert interference.happened
    assert said.code == 1, said.text
    assert "production.sqlite is damaged" in said.json["reason"]
    assert "integrity_check" in said.json["hint"]
    assert "Zanthorpe" not in said.text
    nothing_lost(copied, before)


def test_rows_that_change_during_the_copy_are_not_mixed_into_it(office: Office, say: Say) -> None:
    def change() -> None:
        alter(office.production, "INSERT INTO person VALUES (900, 'Late Zanthorpe', 'late@private.example', NULL)")
        alter(office.production, "INSERT INTO visit VALUES (900, 900)")

    with interfering(office, "inside copy", change) as interference:
        said = say("provision", "Harbor/sandbox", *GIVEN)
    assert interference.happened
    assert said.code == 0, said.text
    assert office.count("SELECT count(*) FROM person") == 60
    assert office.count("SELECT count(*) FROM visit") == 60


def test_a_structure_that_changes_before_the_copy_stops_it(copied: Office, say: Say) -> None:
    before = copied.sandbox.read_bytes()
    change = "ALTER TABLE visit ADD COLUMN note TEXT"
    with interfering(copied, "before copy", lambda: alter(copied.production, change)) as interference:
        said = say("refresh", "Harbor/sandbox", *GIVEN)
    assert interference.happened
    assert said.code == 1
    assert "structure of production.sqlite changed" in said.json["reason"]
    nothing_lost(copied, before)


@pytest.mark.parametrize("moment", ["before copy", "inside copy"])
def test_a_source_that_is_replaced_during_the_copy_stops_it(copied: Office, say: Say, moment: str) -> None:
    before, other = copied.sandbox.read_bytes(), copied.folder / "other.sqlite"
    make_production(other, people=5)
    with interfering(copied, moment, lambda: other.replace(copied.production)) as interference:
        said = say("refresh", "Harbor/sandbox", *GIVEN)
    assert interference.happened
    assert said.code == 1
    assert "replaced" in said.json["reason"]
    assert said.json["hint"]
    nothing_lost(copied, before)


def test_a_source_on_a_full_disk_is_read_or_told(office: Office, say: Say, small_disk: Path) -> None:
    """A source in write-ahead mode needs a file beside it to be read; where there is no room, that is said."""
    production = small_disk / "production.sqlite"
    make_production(production, people=10)
    said = say("tenant", "add", "Orchard")
    url, place = f"sqlite:///{production}", f"sqlite:///{office.folder}/orchard.sqlite"
    assert say("environment", "add", "Orchard", "production", "--kind", "production", "--database", url).code == 0
    words = ("environment", "add", "Orchard", "sandbox", "--kind", "sandbox", "--database", place)
    assert say(*words, "--policy", str(office.policy)).code == 0
    for path in small_disk.glob("production.sqlite-*"):
        path.unlink()
    fill(small_disk)
    before = production.read_bytes()
    said = say("provision", "Orchard/sandbox", *GIVEN)
    if said.code != 0:
        said.told(3)
    assert production.read_bytes() == before


def test_a_disk_that_fills_up_during_the_copy_fails_it_and_leaves_the_old_copy(
    office: Office, say: Say, small_disk: Path
) -> None:
    sandbox = small_disk / "sandbox.sqlite"
    assert say("environment", "set", "Harbor/sandbox", "--database", f"sqlite:///{sandbox}").code == 0
    assert say("provision", "Harbor/sandbox", *GIVEN).code == 0
    before = sandbox.read_bytes()
    for moment in ("before stage", "before copy", "before seal"):
        with interfering(office, moment, lambda: fill(small_disk)) as interference:
            said = say("refresh", "Harbor/sandbox", *GIVEN)
        assert interference.happened
        (small_disk / "filler").unlink()
        assert said.code == 1, said.text
        assert "room" in said.json["reason"] or "space" in said.json["reason"].lower(), said.json["reason"]
        assert said.json["hint"]
        assert sandbox.read_bytes() == before
        left = [p.name for p in (small_disk / ".sandbox.sqlite.sandkeeper").iterdir()]
        assert [name for name in left if name.startswith(("staging", "old-", "baseline-"))] == []
    assert say("refresh", "Harbor/sandbox", *GIVEN).code == 0


def fill(folder: Path) -> None:
    with (folder / "filler").open("wb", buffering=0) as file:
        for size in (65_536, 512, 1):
            try:
                while file.write(os.urandom(size)) == size:
                    pass
            except OSError:
                continue
