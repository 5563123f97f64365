"""Invariant 5. What the catalog did not record, or what does not carry the mark made for it, is never touched."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from app.domain.operations import OperationKind
from app.errors import RefusedError
from tests.app.office import Office
from tests.invariants.conftest import ALL, Facts, alter, interfering, meanwhile

DESTROYING = (OperationKind.REFRESH, OperationKind.RESET, OperationKind.WIPE)


def catalog(office: Office) -> Path:
    return office.home / "catalog.sqlite"


def area(office: Office) -> Path:
    return office.sandbox.with_name(f".{office.sandbox.name}.sandkeeper")


def unmarked(office: Office) -> None:
    """Somebody's own database stands there."""
    office.sandbox.unlink()
    alter(office.sandbox, "CREATE TABLE thesis (chapter TEXT)")


def no_database(office: Office) -> None:
    office.sandbox.unlink()
    office.sandbox.write_text("a letter to my aunt")


def copied(office: Office) -> None:
    """The same bytes, mark included, in another file."""
    shutil.copy2(office.sandbox, office.folder / "copy")
    (office.folder / "copy").replace(office.sandbox)


def swapped(office: Office) -> None:
    """The copy moved away and production's bytes under its name, with the copy's own mark put in."""
    moved = office.folder / "moved.sqlite"
    office.sandbox.rename(moved)
    with closing(sqlite3.connect(office.production)) as production:
        production.execute("VACUUM INTO ?", (str(office.sandbox),))
    with closing(sqlite3.connect(office.sandbox)) as connection, connection:
        connection.execute("ATTACH ? AS moved", (str(moved),))
        connection.execute("CREATE TABLE sandkeeper_marker AS SELECT * FROM moved.sandkeeper_marker")


def hard_link(office: Office) -> None:
    office.sandbox.unlink()
    office.sandbox.hardlink_to(office.production)


def symbolic_link(office: Office) -> None:
    office.sandbox.unlink()
    office.sandbox.symlink_to(office.production)


def link_to_itself(office: Office) -> None:
    """Even to the very copy: a link is not what we made."""
    office.sandbox.rename(office.folder / "moved.sqlite")
    office.sandbox.symlink_to(office.folder / "moved.sqlite")


def other_nonce(office: Office) -> None:
    alter(office.sandbox, "UPDATE sandkeeper_marker SET nonce = ?", "0" * 32)


def other_owner(office: Office) -> None:
    alter(office.sandbox, "UPDATE sandkeeper_marker SET environment = 'another'")


def forged_signature(office: Office) -> None:
    alter(office.sandbox, "UPDATE sandkeeper_marker SET signature = ?", "f" * 64)


def second_mark(office: Office) -> None:
    alter(office.sandbox, "INSERT INTO sandkeeper_marker SELECT * FROM sandkeeper_marker")


def no_mark(office: Office) -> None:
    alter(office.sandbox, "DROP TABLE sandkeeper_marker")


def recorded_nonce(office: Office) -> None:
    alter(catalog(office), "UPDATE environment SET marker_nonce = ? WHERE name = 'sandbox'", "0" * 32)


def recorded_identity(office: Office) -> None:
    alter(catalog(office), "UPDATE environment SET identity_minor = '1' WHERE name = 'sandbox'")


TAMPERING = (
    unmarked,
    no_database,
    copied,
    swapped,
    hard_link,
    symbolic_link,
    link_to_itself,
    other_nonce,
    other_owner,
    forged_signature,
    second_mark,
    no_mark,
    recorded_nonce,
    recorded_identity,
)


@pytest.mark.parametrize("tamper", TAMPERING, ids=lambda t: t.__name__)
def test_nothing_destroys_a_database_that_is_not_the_recorded_one(
    provisioned: Office, tamper: Callable[[Office], None]
) -> None:
    tamper(provisioned)
    before, production = Facts.of(provisioned.sandbox), Facts.of(provisioned.production)
    baseline = Facts.of(area(provisioned) / "baseline.sqlite")
    for kind in DESTROYING:
        with pytest.raises(RefusedError) as refused:
            provisioned.services.operations.start("Harbor/sandbox", kind, ALL)
        assert any("target" in getattr(f, "code", "") for f in refused.value.findings), kind
        assert Facts.of(provisioned.sandbox) == before
    assert Facts.of(provisioned.production) == production
    assert Facts.of(area(provisioned) / "baseline.sqlite") == baseline


@pytest.mark.parametrize("kind", DESTROYING)
@pytest.mark.parametrize("tamper", [swapped, hard_link], ids=lambda t: t.__name__)
def test_what_was_exchanged_between_start_and_worker_is_found_by_the_worker(
    provisioned: Office, kind: OperationKind, tamper: Callable[[Office], None]
) -> None:
    production = provisioned.production.read_bytes()
    seen: list[Facts] = []

    def exchange() -> None:
        tamper(provisioned)
        seen.append(Facts.of(provisioned.sandbox))

    ended = meanwhile(provisioned, kind, exchange)
    assert ended.state == "failed"
    assert ended.hint
    assert [Facts.of(provisioned.sandbox)] == seen
    assert provisioned.production.read_bytes() == production
    assert (area(provisioned) / "baseline.sqlite").exists()


@pytest.mark.parametrize("kind", [OperationKind.REFRESH, OperationKind.RESET])
@pytest.mark.parametrize("tamper", [swapped, hard_link, recorded_nonce], ids=lambda t: t.__name__)
def test_what_was_exchanged_after_every_check_is_found_by_the_swap_itself(
    provisioned: Office, kind: OperationKind, tamper: Callable[[Office], None]
) -> None:
    production = provisioned.production.read_bytes()
    seen: list[Facts] = []

    def exchange() -> None:
        tamper(provisioned)
        seen.append(Facts.of(provisioned.sandbox))

    # A catalog altered this late is not read again before the swap; one altered before it is.
    moment = "before copy" if tamper is recorded_nonce and kind is OperationKind.REFRESH else "before publish"
    if tamper is recorded_nonce and kind is OperationKind.RESET:
        ended = meanwhile(provisioned, kind, exchange)
    else:
        with interfering(provisioned, moment, exchange) as interference:
            ended = provisioned.run(kind)
        assert interference.happened
    assert ended.state == "failed"
    assert "not one that Sandkeeper made" in ended.reason or "stopped" in ended.reason
    assert [Facts.of(provisioned.sandbox)] == seen
    assert provisioned.production.read_bytes() == production
    assert not [p for p in area(provisioned).iterdir() if p.name.startswith(("staging", "old-", "baseline-"))]


def test_a_file_that_appears_where_the_first_copy_should_go_is_not_replaced(office: Office) -> None:
    with interfering(office, "before publish", lambda: office.sandbox.write_text("mine")) as interference:
        ended = office.run(OperationKind.PROVISION)
    assert interference.happened
    assert ended.state == "failed"
    assert office.sandbox.read_text() == "mine"


def test_names_alone_make_nothing_ours(provisioned: Office) -> None:
    """Links to production under every name that a replaced or a coming file could have."""
    before = Facts.of(provisioned.production)
    for name in ("old-a.sqlite", "staging-a-1.sqlite", "baseline-a-1.sqlite", "old-b.sqlite-wal"):
        (area(provisioned) / name).hardlink_to(provisioned.production)
    assert provisioned.run(OperationKind.REFRESH).state == "succeeded"
    (area(provisioned) / "old-c.sqlite").hardlink_to(provisioned.production)
    wiped = provisioned.run(OperationKind.WIPE)
    assert wiped.state == "succeeded", wiped.reason
    assert Facts.of(provisioned.production) == before
    assert not area(provisioned).exists()


def test_a_record_that_names_another_file_as_the_coming_baseline_moves_it_nowhere(provisioned: Office) -> None:
    before = Facts.of(provisioned.production)

    def forge() -> None:
        with closing(sqlite3.connect(catalog(provisioned))) as connection, connection:
            sql = "UPDATE operation SET staged = json_set(staged, '$.staged.baseline', ?) WHERE state = 'running'"
            assert connection.execute(sql, (str(provisioned.production),)).rowcount == 1

    with interfering(provisioned, "after publish", forge) as interference:
        ended = provisioned.run(OperationKind.REFRESH)
    assert interference.happened
    assert ended.state in ("succeeded", "failed")
    assert Facts.of(provisioned.production) == before


def test_a_wipe_leaves_everything_it_did_not_make(provisioned: Office) -> None:
    folder = provisioned.folder
    mine = [
        folder / "sandbox.sqlite.bak",
        folder / "sandbox.sqlite2",
        folder / "xsandbox.sqlite",
        folder / ".sandbox.sqlite.sandkeeper.txt",
        folder / "sandbox.sqlite-wal2",
        folder / "staging-a-1.sqlite",
        folder / "baseline.sqlite",
        folder / "old-a.sqlite",
    ]
    for path in mine:
        path.write_text("mine")
    before = [Facts.of(path) for path in mine]
    assert provisioned.run(OperationKind.WIPE).state == "succeeded"
    assert [Facts.of(path) for path in mine] == before
    assert not provisioned.sandbox.exists()


def test_what_others_put_into_the_area_survives_a_wipe_and_is_named(provisioned: Office) -> None:
    inside = area(provisioned)
    (inside / "thesis.txt").write_text("mine")
    (inside / "old-folder.sqlite").mkdir()
    (inside / "staging-link-1.sqlite").symlink_to(provisioned.production)
    before = Facts.of(provisioned.production)
    ended = provisioned.run(OperationKind.WIPE)
    assert ended.state == "failed"
    assert "thesis.txt" in ended.reason
    assert (inside / "thesis.txt").read_text() == "mine"
    assert (inside / "old-folder.sqlite").is_dir()
    assert (inside / "staging-link-1.sqlite").is_symlink()
    assert Facts.of(provisioned.production) == before
    assert not provisioned.sandbox.exists()


def test_an_area_exchanged_for_a_link_to_another_folder_is_not_entered(provisioned: Office) -> None:
    inside, elsewhere = area(provisioned), provisioned.folder / "elsewhere"
    shutil.rmtree(inside)
    elsewhere.mkdir()
    for name in ("baseline.sqlite", "old-a.sqlite", "staging-a-1.sqlite"):
        (elsewhere / name).write_text("theirs")
    inside.symlink_to(elsewhere)
    for kind in DESTROYING:
        with pytest.raises(RefusedError):
            provisioned.services.operations.start("Harbor/sandbox", kind, ALL)
    assert sorted(p.read_text() for p in elsewhere.iterdir()) == ["theirs"] * 3
    assert provisioned.sandbox.exists()
