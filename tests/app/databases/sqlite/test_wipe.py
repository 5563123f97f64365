"""What a wipe and a sweep remove, and what they never touch."""

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from app.errors import OutsideError, RefusedError
from tests.app.databases.sqlite.conftest import rows
from tests.app.databases.sqlite.line import ADAPTER, SIGNER, Context, Line


def test_a_wipe_removes_everything_and_can_be_repeated(chinook: Line, tmp_path: Path) -> None:
    chinook.run(chinook.plan())
    for suffix in ("-wal", "-shm", "-journal"):
        chinook.target_path.with_name("sandbox.sqlite" + suffix).touch()
    assert {"sandbox.sqlite", "baseline.sqlite"} <= set(chinook.wipe())
    assert [p.name for p in tmp_path.iterdir()] == ["production.sqlite"]
    assert chinook.wipe() == ()


def test_a_wipe_goes_on_where_a_kill_stopped_it(chinook: Line, tmp_path: Path) -> None:
    chinook.run(chinook.plan())
    chinook.target_path.unlink()
    assert chinook.wipe() == ("baseline.sqlite",)
    assert [p.name for p in tmp_path.iterdir()] == ["production.sqlite"]


def test_a_wipe_refuses_what_is_not_ours(chinook: Line) -> None:
    chinook.run(chinook.plan())
    foreign = chinook.source_path.with_name("foreign.sqlite")
    shutil.copy(chinook.source_path, foreign)
    foreign.replace(chinook.target_path)
    before = chinook.target_path.read_bytes()
    with pytest.raises(RefusedError, match="not one that Sandkeeper made"):
        chinook.wipe()
    assert chinook.target_path.read_bytes() == before
    assert ADAPTER.has_baseline(chinook.target)


def test_a_wipe_of_an_environment_that_points_at_production_removes_nothing(chinook: Line) -> None:
    chinook.run(chinook.plan())
    chinook.environment = replace(chinook.environment, database=f"sqlite:///{chinook.source_path}")
    before = chinook.source_path.read_bytes()
    with pytest.raises(RefusedError):
        chinook.wipe()
    assert chinook.source_path.read_bytes() == before
    assert not chinook.source_path.with_name(".production.sqlite.sandkeeper").exists()


def test_a_file_of_somebody_elses_in_the_area_survives_and_is_told(chinook: Line) -> None:
    chinook.run(chinook.plan())
    (chinook.area / "thesis.txt").write_text("mine")
    with pytest.raises(OutsideError, match="not Sandkeeper's") as raised:
        chinook.wipe()
    assert "thesis.txt" in raised.value.detail
    assert (chinook.area / "thesis.txt").read_text() == "mine"
    assert not chinook.target_path.exists()


def test_a_sweep_removes_attempts_and_keeps_the_rest(chinook: Line) -> None:
    staged = chinook.run(chinook.plan()).staged
    coming = chinook.prepare(chinook.plan()).staged
    for name in ("staging-dead-1.sqlite", "staging-dead-1.sqlite-journal", "old-dead.sqlite", "baseline-dead-1.sqlite"):
        (chinook.area / name).write_bytes(b"left")
    outside = chinook.source_path.with_name("precious")
    outside.write_text("keep")
    (chinook.area / "staging-link-1.sqlite").symlink_to(outside)
    (chinook.area / "thesis.txt").write_text("mine")
    removed = ADAPTER.sweep(chinook.target, SIGNER, keep=coming)
    assert set(removed) == {
        "staging-dead-1.sqlite",
        "staging-dead-1.sqlite-journal",
        "old-dead.sqlite",
        "baseline-dead-1.sqlite",
    }
    assert outside.read_text() == "keep"
    assert Path(coming.place).exists()
    assert Path(coming.baseline or "").exists()
    assert (chinook.area / "thesis.txt").exists()
    assert ADAPTER.has_baseline(chinook.target)
    assert chinook.environment.identity == staged.identity
    ADAPTER.sweep(chinook.target, SIGNER)
    assert not Path(coming.place).exists()


def test_a_sweep_where_nothing_is_touches_nothing(chinook: Line, tmp_path: Path) -> None:
    assert ADAPTER.sweep(chinook.target, SIGNER) == ()
    assert [p.name for p in tmp_path.iterdir()] == ["production.sqlite"]


def test_a_sweep_after_a_kill_in_the_swap_keeps_the_sandbox_usable(chinook: Line) -> None:
    chinook.run(chinook.plan())
    (chinook.area / "old-x.sqlite").hardlink_to(chinook.target_path)
    ADAPTER.sweep(chinook.target, SIGNER)
    assert chinook.target_path.read_bytes()[:15] == b"SQLite format 3"


def test_an_area_that_is_a_link_is_refused(chinook: Line, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "staging-a-1.sqlite").write_text("theirs")
    chinook.area.symlink_to(elsewhere)
    assert ADAPTER.sweep(chinook.target, SIGNER) == ()
    with pytest.raises(RefusedError, match="not Sandkeeper's"), chinook.job(chinook.plan()) as job:
        job.stage(Context())
    assert (elsewhere / "staging-a-1.sqlite").read_text() == "theirs"


def test_a_sandbox_moved_away_after_a_kill_in_the_swap_is_not_made_unusable(chinook: Line) -> None:
    chinook.run(chinook.plan())
    os.link(chinook.target_path, chinook.area / f"old-{chinook.operation}.sqlite")
    moved = chinook.target_path.rename(chinook.target_path.with_name("mine.sqlite"))
    ADAPTER.sweep(chinook.target, SIGNER)
    assert rows(moved, "SELECT count(*) FROM Genre") == [(25,)]
    assert chinook.leftovers() == ["mine.sqlite"]


def test_a_second_name_that_somebody_keeps_survives_a_refresh(chinook: Line) -> None:
    chinook.run(chinook.plan())
    kept = chinook.target_path.with_name("snapshot.sqlite")
    os.link(chinook.target_path, kept)
    chinook.run(chinook.plan())
    assert rows(kept, "SELECT count(*) FROM Genre") == [(25,)]


def test_a_copy_with_a_second_name_is_not_said_to_be_wiped(chinook: Line) -> None:
    chinook.run(chinook.plan())
    other = chinook.target_path.with_name("snapshot.sqlite")
    os.link(chinook.target_path, other)
    with pytest.raises(RefusedError, match="1 more name"):
        chinook.wipe()
    assert rows(chinook.target_path, "SELECT count(*) FROM Genre") == [(25,)]
    other.unlink()
    assert "sandbox.sqlite" in chinook.wipe()
