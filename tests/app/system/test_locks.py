"""A lock is held by one process, and ends with it however it ends."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.errors import OutsideError
from app.system.locks import FileLock
from tests.app.system.conftest import ROOT

HOLD = (
    "import sys; from pathlib import Path; from app.system.locks import FileLock\n"
    "lock = FileLock(Path(sys.argv[1])); assert lock.acquire(); print('held', flush=True); sys.stdin.read()"
)


@contextmanager
def held_elsewhere(path: Path) -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process


def test_what_another_process_holds_cannot_be_taken_until_it_lets_go(tmp_path: Path) -> None:
    lock = FileLock(tmp_path / "lock")
    with held_elsewhere(lock.path):
        assert not lock.acquire()
        assert not lock.held
        assert lock.taken()
    assert not lock.taken()
    assert lock.acquire()
    lock.release()


def test_a_killed_process_holds_nothing(tmp_path: Path) -> None:
    lock = FileLock(tmp_path / "lock")
    with held_elsewhere(lock.path) as process:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert lock.acquire()
    lock.release()


def test_two_locks_in_one_process_exclude_one_another_too(tmp_path: Path) -> None:
    one, other = FileLock(tmp_path / "lock"), FileLock(tmp_path / "lock")
    with one:
        assert not other.acquire()
    assert other.acquire()
    other.release()


def test_those_who_look_do_not_take_one_another_for_holders(tmp_path: Path) -> None:
    import fcntl

    lock = FileLock(tmp_path / "lock")
    lock.acquire()
    lock.release()
    with lock.path.open("r+b") as looking:
        fcntl.flock(looking, fcntl.LOCK_SH)
        assert not lock.taken()


def test_a_lock_that_is_waited_for_is_taken_when_it_comes_free(tmp_path: Path) -> None:
    lock = FileLock(tmp_path / "lock")
    with held_elsewhere(lock.path) as process:
        assert process.stdin is not None
        process.stdin.close()
        assert lock.acquire(wait=30)
    lock.release()


def test_a_lock_in_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(OutsideError):
        FileLock(tmp_path / "missing" / "lock").acquire()
    assert not FileLock(tmp_path / "missing" / "lock").taken()


def test_the_file_of_a_lock_is_private_and_stays(tmp_path: Path) -> None:
    with FileLock(tmp_path / "lock"):
        assert (tmp_path / "lock").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "lock").exists()
