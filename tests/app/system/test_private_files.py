"""Small private files are whole or not there, and readable by their owner alone."""

import os
from pathlib import Path

import pytest

from app.errors import OutsideError
from app.system.private_files import read_json, write_json


def test_what_is_written_is_read_back_and_private(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        write_json(tmp_path / "f.json", {"a": [1, "ä"]})
    finally:
        os.umask(before)
    assert read_json(tmp_path / "f.json") == {"a": [1, "ä"]}
    assert [(p.name, p.stat().st_mode & 0o777) for p in tmp_path.iterdir()] == [("f.json", 0o600)]


def test_a_file_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    write_json(tmp_path / "f.json", {})
    (tmp_path / "f.json").chmod(0o644)
    read_json(tmp_path / "f.json")
    assert (tmp_path / "f.json").stat().st_mode & 0o777 == 0o600


def test_no_file_is_none(tmp_path: Path) -> None:
    assert read_json(tmp_path / "f.json") is None


@pytest.mark.parametrize("text", ["", "not json", "[1]", "\udcff"])
def test_a_file_that_is_something_else_is_told_without_its_contents(tmp_path: Path, text: str) -> None:
    (tmp_path / "f.json").write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(OutsideError) as told:
        read_json(tmp_path / "f.json")
    assert "not json" not in str(told.value)


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    """Somebody who can write to the folder must not make us trust a file of theirs."""
    write_json(tmp_path / "theirs.json", {"keys": {}})
    (tmp_path / "f.json").symlink_to(tmp_path / "theirs.json")
    with pytest.raises(OutsideError):
        read_json(tmp_path / "f.json")


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    write_json(tmp_path / "f.json", {"a": 1})
    with pytest.raises(TypeError):
        write_json(tmp_path / "f.json", {"a": object()})
    assert read_json(tmp_path / "f.json") == {"a": 1}
    assert [p.name for p in tmp_path.iterdir()] == ["f.json"]
    with pytest.raises(OutsideError, match="cannot be written"):
        write_json(tmp_path / "missing" / "f.json", {})
