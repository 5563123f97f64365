"""The swap: all or nothing, only over what is ours, and never while somebody is inside."""

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from app.databases.sqlite.area import Area
from app.databases.sqlite.connections import identity_of
from app.errors import CancelledError, OutsideError, RefusedError, StaleFenceError
from app.ports.databases import Signer
from tests.app.databases.sqlite.conftest import rows
from tests.app.databases.sqlite.line import ADAPTER, SIGNER, Context, Line

MASKS = {"Customer.Email": "email", "Employee.Email": "email"}


@contextmanager
def program(path: Path, doing: str) -> Iterator[None]:
    """Another process that has the database open and does something in it until the block ends."""
    code = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None);"
        f"{doing}; print('ready', flush=True); sys.stdin.read()"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert other.stdin is not None
    assert other.stdout is not None
    try:
        assert other.stdout.readline() == "ready\n"
        yield
    finally:
        other.stdin.close()
        other.wait()
        other.stdout.close()


def test_publishing_again_changes_nothing(chinook: Line) -> None:
    result = chinook.run(chinook.plan(MASKS))
    before = identity_of(chinook.target_path)
    chinook.publish(result.staged)
    chinook.publish(result.staged)
    assert identity_of(chinook.target_path) == before
    assert chinook.leftovers() == []


def test_the_old_copy_is_replaced_with_its_rights_and_kept_until_settled(chinook: Line) -> None:
    chinook.run(chinook.plan(MASKS))
    assert stat.S_IMODE(chinook.target_path.stat().st_mode) == 0o600
    chinook.target_path.chmod(0o640)
    old = identity_of(chinook.target_path)
    staged = chinook.prepare(chinook.plan(MASKS)).staged
    ADAPTER.publish(target=chinook.target, staged=staged, signer=SIGNER, operation=chinook.operation, ctx=Context())
    assert stat.S_IMODE(chinook.target_path.stat().st_mode) == 0o640
    kept = chinook.area / f"old-{chinook.operation}.sqlite"
    assert identity_of(kept) == old
    chinook.publish(staged)
    assert chinook.leftovers() == []


@pytest.mark.parametrize("moment", ["linked", "replaced"])
def test_a_kill_in_the_middle_of_the_swap_is_mended_by_doing_it_again(chinook: Line, moment: str) -> None:
    chinook.run(chinook.plan(MASKS))
    staged = chinook.prepare(chinook.plan(MASKS)).staged
    os.link(chinook.target_path, chinook.area / f"old-{chinook.operation}.sqlite")
    if moment == "replaced":
        Path(staged.place).replace(chinook.target_path)
    chinook.publish(staged)
    assert identity_of(chinook.target_path) == staged.identity
    assert chinook.leftovers() == []


def test_a_kill_in_the_middle_of_the_first_copy_is_mended_by_doing_it_again(chinook: Line) -> None:
    staged = chinook.prepare(chinook.plan(MASKS)).staged
    os.link(staged.place, chinook.target_path)
    chinook.publish(staged)
    assert chinook.target_path.stat().st_nlink == 1
    assert chinook.leftovers() == []


def test_a_stale_worker_publishes_nothing(chinook: Line) -> None:
    chinook.run(chinook.plan(MASKS))
    before = identity_of(chinook.target_path)
    staged = chinook.prepare(chinook.plan(MASKS)).staged

    def stale() -> None:
        raise StaleFenceError("newer")

    with pytest.raises(StaleFenceError):
        chinook.publish(staged, Context(asserts=stale))
    assert identity_of(chinook.target_path) == before


def test_a_program_in_the_middle_of_a_change_keeps_its_sandbox(chinook: Line) -> None:
    chinook.run(chinook.plan(MASKS))
    staged = chinook.prepare(chinook.plan(MASKS)).staged
    with program(chinook.target_path, "c.execute('BEGIN'); c.execute('DELETE FROM Genre')"):
        with pytest.raises(OutsideError, match="in use") as raised:
            chinook.publish(staged)
        assert "python" in raised.value.detail
        assert rows(chinook.target_path, "SELECT count(*) FROM Genre") == [(25,)]
    chinook.publish(staged)
    assert identity_of(chinook.target_path) == staged.identity


def test_a_program_attached_to_a_wal_sandbox_keeps_it(chinook: Line) -> None:
    with closing(sqlite3.connect(chinook.source_path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
    chinook.run(chinook.plan(MASKS))
    staged = chinook.prepare(chinook.plan(MASKS)).staged
    with program(chinook.target_path, "c.execute('DELETE FROM Genre')"), pytest.raises(OutsideError, match="in use"):
        chinook.publish(staged)
    assert rows(chinook.target_path, "SELECT count(*) FROM Genre") == [(0,)]


def test_a_wal_of_the_old_copy_never_becomes_part_of_the_new_one(chinook: Line) -> None:
    with closing(sqlite3.connect(chinook.source_path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
    chinook.run(chinook.plan(MASKS))
    crash = (
        "import sqlite3, os, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None);"
        "c.execute('DELETE FROM Genre'); os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", crash, str(chinook.target_path)], check=False)
    assert chinook.target_path.with_name("sandbox.sqlite-wal").stat().st_size > 0
    chinook.run(chinook.plan(MASKS))
    assert rows(chinook.target_path, "SELECT count(*) FROM Genre") == [(25,)]
    assert rows(chinook.target_path, "PRAGMA integrity_check") == [("ok",)]


def test_an_idle_program_cannot_go_on_in_the_replaced_file(chinook: Line) -> None:
    chinook.run(chinook.plan(MASKS))
    with closing(sqlite3.connect(chinook.target_path, isolation_level=None)) as idle:
        assert idle.execute("SELECT count(*) FROM Genre").fetchone() == (25,)
        chinook.run(chinook.plan(MASKS))
        with pytest.raises(sqlite3.DatabaseError):
            idle.execute("DELETE FROM Genre")
    assert chinook.leftovers() == []
    assert rows(chinook.target_path, "SELECT count(*) FROM Genre") == [(25,)]


def test_a_file_that_is_not_ours_is_never_replaced(chinook: Line) -> None:
    staged = chinook.prepare(chinook.plan(MASKS)).staged
    chinook.target_path.write_bytes(chinook.source_path.read_bytes())
    before = chinook.target_path.read_bytes()
    with pytest.raises(RefusedError, match="not one that Sandkeeper made"):
        chinook.publish(staged)
    assert chinook.target_path.read_bytes() == before


def test_a_copied_mark_protects_nothing(chinook: Line, tmp_path: Path) -> None:
    chinook.run(chinook.plan(MASKS))
    staged = chinook.prepare(chinook.plan(MASKS)).staged
    shutil.copy(chinook.target_path, tmp_path / "other.sqlite")
    (tmp_path / "other.sqlite").replace(chinook.target_path)
    with pytest.raises(RefusedError, match="not one that Sandkeeper made"):
        chinook.publish(staged)


def test_another_installations_mark_is_not_ours(chinook: Line) -> None:
    chinook.run(chinook.plan(MASKS))
    staged = chinook.prepare(chinook.plan(MASKS)).staged
    with pytest.raises(RefusedError):
        ADAPTER.publish(
            target=chinook.target,
            staged=staged,
            signer=Signer.of(b"another"),
            operation=chinook.operation,
            ctx=Context(),
        )


@pytest.mark.parametrize("change", ["nonce", "identity", "nothing recorded"])
def test_what_the_catalog_did_not_record_is_not_ours(chinook: Line, change: str) -> None:
    chinook.run(chinook.plan(MASKS))
    staged = chinook.prepare(chinook.plan(MASKS)).staged
    good = chinook.environment
    if change == "nonce":
        chinook.environment = replace(good, marker_nonce="0" * 32)
    elif change == "identity":
        chinook.environment = replace(good, identity=staged.identity)
    else:
        chinook.environment = replace(good, identity=None, marker_nonce=None)
    with pytest.raises(RefusedError, match="not one that Sandkeeper made"):
        chinook.publish(staged)
    assert identity_of(chinook.target_path) == good.identity


def test_a_link_at_the_target_is_never_followed(chinook: Line) -> None:
    staged = chinook.prepare(chinook.plan(MASKS)).staged
    chinook.target_path.symlink_to(chinook.source_path)
    before = chinook.source_path.read_bytes()
    with pytest.raises(RefusedError):
        chinook.publish(staged)
    assert chinook.source_path.read_bytes() == before
    assert chinook.target_path.is_symlink()


def test_a_staged_file_that_was_exchanged_is_not_published(chinook: Line) -> None:
    staged = chinook.prepare(chinook.plan(MASKS)).staged
    place = Path(staged.place)
    shutil.copy(place, place.with_name("twin"))
    place.with_name("twin").replace(place)
    with pytest.raises(RefusedError, match="not the one that was checked"):
        chinook.publish(staged)
    assert not chinook.target_path.exists()


@pytest.mark.parametrize("journal", ["delete", "wal"])
def test_a_staged_file_that_was_written_to_is_not_published(chinook: Line, journal: str) -> None:
    staged = chinook.prepare(chinook.plan(MASKS)).staged
    with closing(sqlite3.connect(staged.place, isolation_level=None)) as stranger:
        stranger.execute(f"PRAGMA journal_mode = {journal}")
        stranger.execute("DELETE FROM InvoiceLine")
    with pytest.raises(RefusedError, match="written to"):
        chinook.publish(staged)
    assert not chinook.target_path.exists()


def test_a_stray_wal_beside_a_missing_target_is_not_adopted(chinook: Line) -> None:
    staged = chinook.prepare(chinook.plan(MASKS)).staged
    stray = chinook.target_path.with_name("sandbox.sqlite-wal")
    stray.write_bytes(b"somebody's")
    with pytest.raises(RefusedError, match="stands where the copy should go"):
        chinook.publish(staged)
    assert stray.read_bytes() == b"somebody's"


def test_two_at_once_wait_for_each_other_and_can_be_stopped(chinook: Line) -> None:
    staged = chinook.prepare(chinook.plan(MASKS)).staged
    ctx = Context()
    with Area(chinook.target_path).lock():
        ctx.cancelled = True
        with pytest.raises(CancelledError):
            chinook.publish(staged, ctx)
    assert not chinook.target_path.exists()
    chinook.publish(staged)


def test_a_copy_without_baseline_ends_the_one_of_an_earlier_copy(chinook: Line) -> None:
    chinook.run(chinook.plan(MASKS))
    assert ADAPTER.has_baseline(chinook.target)
    chinook.run(chinook.plan(MASKS, baseline=False))
    assert not ADAPTER.has_baseline(chinook.target)
    assert not chinook.area.exists()
    with pytest.raises(RefusedError, match="no baseline"):
        chinook.reset()


def test_a_copy_that_was_never_settled_leaves_no_baseline_of_an_earlier_one(chinook: Line) -> None:
    chinook.run(chinook.plan(MASKS))
    with closing(sqlite3.connect(chinook.source_path)) as connection, connection:
        connection.execute("INSERT INTO Genre (Name) VALUES ('Fado')")
    staged = chinook.prepare(chinook.plan(MASKS)).staged
    ADAPTER.publish(target=chinook.target, staged=staged, signer=SIGNER, operation=chinook.operation, ctx=Context())
    chinook.environment = replace(chinook.environment, identity=staged.identity, marker_nonce=staged.nonce)
    ADAPTER.sweep(chinook.target, SIGNER)
    chinook.reset()
    assert rows(chinook.target_path, "SELECT count(*) FROM Genre") == [(26,)]


def test_a_baseline_that_was_written_to_is_not_gone_back_to(chinook: Line) -> None:
    chinook.run(chinook.plan(MASKS))
    chinook.reset()
    with closing(sqlite3.connect(chinook.area / "baseline.sqlite")) as connection, connection:
        connection.execute("UPDATE Customer SET Email = 'zebulon@quack.example' WHERE CustomerId = 1")
    before = identity_of(chinook.target_path)
    with pytest.raises(RefusedError, match="was changed since it was made"):
        chinook.reset()
    assert identity_of(chinook.target_path) == before
    chinook.run(chinook.plan(MASKS))
    chinook.reset()
