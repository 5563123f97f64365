"""A demo database as a file: the whole file or nothing, and never in place of another."""

import subprocess
import sys
from pathlib import Path

import pytest

from app.databases.demo.agency import AGENCY
from app.databases.demo.sqlite_file import make_file
from app.errors import OutsideError, RefusedError, UserError


def test_a_file_that_exists_is_never_replaced(tmp_path: Path) -> None:
    precious = tmp_path / "production.sqlite"
    precious.write_bytes(b"precious")
    with pytest.raises(RefusedError, match="file already"):
        make_file(AGENCY, precious, 5)
    assert precious.read_bytes() == b"precious"
    assert list(tmp_path.iterdir()) == [precious]


def test_a_dangling_link_is_refused_too(tmp_path: Path) -> None:
    link = tmp_path / "production.sqlite"
    link.symlink_to(tmp_path / "elsewhere.sqlite")
    with pytest.raises(RefusedError):
        make_file(AGENCY, link, 5)
    assert not (tmp_path / "elsewhere.sqlite").exists()


@pytest.mark.parametrize("rows", [0, -1, 1_000_001])
def test_a_silly_number_of_rows_is_a_users_error(tmp_path: Path, rows: int) -> None:
    with pytest.raises(UserError, match="number of customers"):
        make_file(AGENCY, tmp_path / "a.sqlite", rows)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_an_outside_error_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(OutsideError, match="could not be written"):
        make_file(AGENCY, tmp_path / "file" / "a.sqlite", 5)
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX limits stand in for a full disk")
def test_a_disk_that_fills_up_halfway_leaves_nothing(tmp_path: Path) -> None:
    program = """
import resource, signal, sys
sys.dont_write_bytecode = True  # what is compiled would be cut off at the limit, and found so by everybody after us
from pathlib import Path
from app.databases.demo.agency import AGENCY
from app.databases.demo.sqlite_file import make_file
from app.errors import OutsideError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
try:
    make_file(AGENCY, Path(sys.argv[1]), 2000)
except OutsideError as problem:
    print(problem.title)
"""
    arguments = [sys.executable, "-c", program, str(tmp_path / "a.sqlite")]
    done = subprocess.run(arguments, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[4])
    assert done.stdout.strip() == "The demo database could not be written"
    assert list(tmp_path.iterdir()) == []
