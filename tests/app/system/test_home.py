"""The home is made on demand, private, and says so when it cannot be."""

import os
from pathlib import Path

import pytest

from app.errors import OutsideError
from app.system.home import Home, default_home


def test_every_folder_of_a_home_is_made_when_asked_for_and_private(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        home = Home(tmp_path / "deep" / "home")
        assert not (tmp_path / "deep").exists(), "nothing is made before it is needed"
        folders = [home.path, home.logs, home.certificates, home.demo, home.workers]
    finally:
        os.umask(before)
    assert [folder.stat().st_mode & 0o777 for folder in folders] == [0o700] * 5
    assert {folder.parent for folder in folders[1:]} == {home.path}


def test_files_of_a_home_lie_in_it_and_are_not_made_by_asking(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    files = [home.catalog_path, home.system_database_path, home.installation_path, home.integrity_path]
    assert len(set(files)) == 4
    assert {file.parent for file in files} == {home.path}
    assert list(home.path.iterdir()) == []


def test_a_folder_the_person_gave_keeps_its_mode(tmp_path: Path) -> None:
    given = tmp_path / "given"
    given.mkdir(mode=0o755)
    assert Home(given).path.stat().st_mode & 0o777 == 0o755


def test_a_home_that_cannot_be_made_names_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutsideError) as told:
        _ = Home(tmp_path / "file" / "home").logs
    assert "--home" in told.value.hint
    assert "file" in told.value.detail


def test_a_relative_home_stays_where_it_was_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    home = Home(Path("here"))
    monkeypatch.chdir("/")
    assert home.path == tmp_path / "here"


def test_the_environment_can_name_the_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANDKEEPER_HOME", str(tmp_path / "mine"))
    assert default_home() == tmp_path / "mine"
    monkeypatch.delenv("SANDKEEPER_HOME")
    assert default_home().name == "sandkeeper"


def test_a_catalog_named_relatively_is_the_same_one_wherever_a_worker_runs(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert home.catalog_url() == f"sqlite:///{tmp_path}/home/catalog.sqlite"
    assert home.catalog_url("sqlite:///home/../home/catalog.sqlite") == home.catalog_url()
    assert home.catalog_url("sqlite:////data/x.sqlite") == "sqlite:////data/x.sqlite"


@pytest.mark.parametrize("url", ["postgresql://ana@host/x", "sqlite://", "sqlite:///:memory:", "nonsense"])
def test_a_catalog_that_is_no_file_keeps_its_name(home: Home, url: str) -> None:
    assert home.catalog_url(url) == url
