"""What stands against replacing a target is said before anything starts."""

import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from app.databases.sqlite.connections import identity_of
from app.domain.environments import Identity, MarkerState
from app.domain.findings import Severity
from app.ports.databases import Signer
from tests.app.databases.sqlite.line import ADAPTER, SIGNER, Line, at


def codes(line: Line, *productions: Identity | None, needed: int = 1) -> list[str]:
    known = [identity for identity in productions if identity is not None]
    found = ADAPTER.target_findings(line.target, line.source, known, SIGNER, needed)
    assert all(f.severity is Severity.ERROR and f.message and f.hint for f in found)
    return [f.code for f in found]


def test_an_absent_target_and_our_own_are_fine(chinook: Line) -> None:
    assert codes(chinook) == []
    chinook.run(chinook.plan())
    assert codes(chinook) == []


def test_a_file_without_our_mark_is_refused(chinook: Line) -> None:
    chinook.target_path.write_text("diary")
    assert codes(chinook) == ["target-not-ours"]


def test_a_mark_copied_from_elsewhere_is_refused(chinook: Line) -> None:
    chinook.run(chinook.plan())
    shutil.copy(chinook.target_path, chinook.target_path.with_name("copy"))
    chinook.target_path.with_name("copy").replace(chinook.target_path)
    assert codes(chinook) == ["target-mark-foreign"]
    other = Line(chinook.source_path, chinook.target_path)
    assert codes(other) == ["target-mark-foreign"]
    look = ADAPTER.look(chinook.environment)
    assert ADAPTER.marker_state(chinook.target, look, SIGNER) is MarkerState.FOREIGN


def test_a_mark_of_another_installation_is_foreign(chinook: Line) -> None:
    chinook.run(chinook.plan())
    look = ADAPTER.look(chinook.environment)
    assert ADAPTER.marker_state(chinook.target, look, SIGNER) is MarkerState.VALID
    assert ADAPTER.marker_state(chinook.target, look, Signer.of(b"other")) is MarkerState.FOREIGN
    strange = replace(chinook.environment, marker_nonce="0" * 32)
    assert ADAPTER.marker_state(replace(chinook.target, environment=strange), look, SIGNER) is MarkerState.FOREIGN


@pytest.mark.parametrize("way", ["the same", "symbolic link", "hard link"])
def test_the_source_is_no_target_by_whatever_name(chinook: Line, way: str) -> None:
    if way == "the same":
        chinook = Line(chinook.source_path, chinook.source_path)
    elif way == "symbolic link":
        chinook.target_path.symlink_to(chinook.source_path)
    else:
        chinook.target_path.hardlink_to(chinook.source_path)
    assert codes(chinook) == ["target-is-source"]


@pytest.mark.parametrize("way", ["symbolic link", "hard link"])
def test_a_production_of_any_tenant_is_no_target(chinook: Line, tmp_path: Path, way: str) -> None:
    other = tmp_path / "other-production.sqlite"
    shutil.copy(chinook.source_path, other)
    if way == "symbolic link":
        chinook.target_path.symlink_to(other)
    else:
        chinook.target_path.hardlink_to(other)
    assert codes(chinook, identity_of(other)) == ["target-is-production"]


def test_links_folders_and_dangling_links_are_refused(chinook: Line, tmp_path: Path) -> None:
    chinook.target_path.symlink_to(tmp_path / "nowhere")
    assert codes(chinook) == ["target-is-link"]
    chinook.target_path.unlink()
    chinook.target_path.mkdir()
    assert codes(chinook) == ["target-is-no-file"]


def test_a_folder_that_is_missing_or_a_name_that_is_too_long_is_said(chinook: Line, tmp_path: Path) -> None:
    assert codes(Line(chinook.source_path, tmp_path / "gone" / "s.sqlite")) == ["target-folder"]
    assert codes(Line(chinook.source_path, tmp_path / ("x" * 10_000))) == ["target-folder"]
    assert codes(Line(chinook.source_path, tmp_path / ("y" * 255))) == []


def test_a_name_as_long_as_the_file_system_allows_works(chinook: Line, tmp_path: Path) -> None:
    line = Line(chinook.source_path, tmp_path / ("y" * 240))
    line.run(line.plan())
    line.wipe()
    assert [p.name for p in tmp_path.iterdir()] == ["production.sqlite"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_the_right_to_write_is_said(chinook: Line, tmp_path: Path) -> None:
    folder = tmp_path / "locked"
    folder.mkdir(mode=0o500)
    assert codes(Line(chinook.source_path, folder / "s.sqlite")) == ["target-not-writable"]


def test_a_read_only_file_system_is_said(chinook: Line) -> None:
    assert codes(Line(chinook.source_path, Path("/proc/s.sqlite")))[0] in (
        "target-not-writable",
        "target-too-little-room",
    )


def test_too_little_room_is_said(chinook: Line) -> None:
    assert codes(chinook, needed=10**18) == ["target-too-little-room"]


def test_a_stray_wal_where_the_copy_should_go_is_said(chinook: Line) -> None:
    chinook.target_path.with_name("sandbox.sqlite-wal").write_bytes(b"x")
    assert codes(chinook) == ["target-strays"]


def test_looking_at_an_idle_wal_database_leaves_nothing_beside_it(chinook: Line, tmp_path: Path) -> None:
    with closing(sqlite3.connect(chinook.source_path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
    look = ADAPTER.look(at(f"sqlite:///{chinook.source_path}"))
    assert look.exists
    assert look.marker is None
    assert look.problem == ""
    assert [p.name for p in tmp_path.iterdir()] == ["production.sqlite"]


def test_looking_never_raises(tmp_path: Path) -> None:
    (tmp_path / "junk").write_bytes(b"junk" * 999)
    assert "not a readable" in ADAPTER.look(at(f"sqlite:///{tmp_path}/junk")).problem
    assert not ADAPTER.look(at(f"sqlite:///{tmp_path}/none")).exists
    assert not ADAPTER.look(at("nonsense")).exists
    assert ADAPTER.look(at(f"sqlite:///{tmp_path}")).problem
