"""The folder beside the target: private, locked, and gone when nothing is kept in it."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from app.databases.sqlite import area as area_module
from app.databases.sqlite.area import Area
from app.domain.ids import OperationId
from app.errors import OutsideError, RefusedError


def test_only_this_account_gets_in(tmp_path: Path) -> None:
    area = Area(tmp_path / "s.sqlite")
    area.folder.mkdir(mode=0o755)
    area.make()
    area.new_file(area.baseline)
    assert stat.S_IMODE(area.folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(area.baseline.stat().st_mode) == 0o600


def test_a_file_is_never_made_over_another_or_through_a_link(tmp_path: Path) -> None:
    area = Area(tmp_path / "s.sqlite")
    area.make()
    place = area.staging(OperationId("op"), 1)
    place.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OutsideError):
        area.new_file(place)
    assert not (tmp_path / "elsewhere").exists()


def test_another_process_holds_the_lock_until_it_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(area_module, "_LOCK_SECONDS", 0.2)
    area = Area(tmp_path / "s.sqlite")
    code = (
        "import sys; from pathlib import Path; from app.databases.sqlite.area import Area\n"
        "with Area(Path(sys.argv[1])).lock(): print('in', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(area.target)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[4],
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "in\n"
        with pytest.raises(OutsideError, match="is being worked on"), area.lock():
            pass
        other.kill()
    with area.lock():
        assert area.vanish()
    assert list(tmp_path.iterdir()) == []


def test_names_that_are_not_ours_are_never_removed(tmp_path: Path) -> None:
    area = Area(tmp_path / "s.sqlite")
    area.make()
    for name in ("notes.txt", "staging.sqlite", "baseline.sqlite.bak", "staging-a-1.sqlite.gz"):
        (area.folder / name).touch()
    (tmp_path / "staging-a-1.sqlite").touch()
    assert area.everything() == ()
    assert area.remove(area.folder / "notes.txt", tmp_path / "staging-a-1.sqlite") == ()
    assert len(list(area.folder.iterdir())) == 4
    assert (tmp_path / "staging-a-1.sqlite").exists()


def test_a_folder_of_a_file_or_link_is_refused(tmp_path: Path) -> None:
    area = Area(tmp_path / "s.sqlite")
    area.folder.symlink_to(tmp_path)
    with pytest.raises(RefusedError, match="not Sandkeeper's"):
        area.make()
    area.folder.unlink()
    area.folder.touch()
    with pytest.raises((OutsideError, RefusedError)):
        area.make()
