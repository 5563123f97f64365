"""Where a private server opens its door: short, closed, and never on somebody else's word."""

import json
import os
from pathlib import Path

import pytest

from app.databases.postgresql.premises import MARK, PORT, premises_behind, premises_of, write
from app.errors import RefusedError


def test_the_same_folder_has_the_same_premises(tmp_path: Path) -> None:
    assert premises_of(tmp_path / "a") == premises_of(tmp_path / "b" / ".." / "a")
    assert premises_of(tmp_path / "a").sockets != premises_of(tmp_path / "b").sockets


@pytest.mark.parametrize("deep", [1, 40])
def test_a_sockets_path_is_never_too_long(tmp_path: Path, deep: int) -> None:
    sockets = premises_of(tmp_path / "/".join(["folder"] * deep)).sockets
    assert len(os.fsencode(sockets / f".s.PGSQL.{PORT}.lock")) <= 107


def test_a_folder_without_our_mark_leads_nowhere(tmp_path: Path) -> None:
    assert premises_behind(tmp_path) is None
    (tmp_path / MARK).write_text("not json")
    assert premises_behind(tmp_path) is None
    (tmp_path / MARK).write_text("[]")
    assert premises_behind(tmp_path) is None


def test_a_mark_that_lies_leads_nowhere(tmp_path: Path) -> None:
    """Whoever can write a folder could else have us run a server of their making."""
    theirs = tmp_path / "theirs"
    (theirs / "data").mkdir(parents=True)
    (tmp_path / MARK).write_text(json.dumps({"folder": str(theirs)}))
    assert premises_behind(tmp_path) is None


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
def test_a_mark_by_another_account_leads_nowhere(tmp_path: Path) -> None:
    premises = premises_of(tmp_path)
    premises.make()
    try:
        premises.data.mkdir()
        assert premises_behind(premises.sockets) == premises
        os.chown(premises.sockets / MARK, 12345, 12345)
        assert premises_behind(premises.sockets) is None
    finally:
        _remove(premises.area)


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    """A program of the server's account could have put one into its folder, for root to write where it may not."""
    precious = tmp_path / "precious"
    precious.write_text("precious")
    (tmp_path / "file").symlink_to(precious)
    write(tmp_path / "file", "new", None)
    assert precious.read_text() == "precious"
    assert (tmp_path / "file").read_text() == "new"
    assert not (tmp_path / "file").is_symlink()
    assert (tmp_path / "file").stat().st_mode & 0o777 == 0o600


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
def test_a_server_stays_with_the_account_it_was_made_under(tmp_path: Path) -> None:
    """Also when another one would be chosen today, because somebody installed PostgreSQL."""
    premises = premises_of(tmp_path)
    umask = os.umask(0o077)
    try:
        premises.make()
        assert premises.area.stat().st_mode & 0o777 == 0o755
        premises.data.mkdir()
        os.chown(premises.data, 1, 1)
        account = premises_of(tmp_path).account
        assert account is not None
        assert account.uid == 1
    finally:
        os.umask(umask)
        _remove(premises.area)


def test_a_file_in_the_way_is_refused(tmp_path: Path) -> None:
    premises = premises_of(tmp_path)
    premises.area.mkdir(parents=True, exist_ok=True)
    premises.sockets.parent.mkdir(exist_ok=True)
    premises.sockets.write_text("in the way")
    try:
        with pytest.raises(RefusedError, match="Somebody else's"):
            premises.make()
    finally:
        premises.sockets.unlink()
        _remove(premises.area)


def _remove(area: Path) -> None:
    import shutil

    shutil.rmtree(area)
