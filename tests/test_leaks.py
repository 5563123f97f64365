"""The look at what a test leaves is only worth something while it sees what it looks for."""

import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from tests import leaks


def test_a_connection_nobody_closed_is_seen(tmp_path: Path) -> None:
    earlier = leaks.before()
    with closing(sqlite3.connect(tmp_path / "a.sqlite")) as connection:
        connection.execute("CREATE TABLE t (x)")
        assert leaks.left_behind(earlier, tmp_path, tmp_path / "no home") == ["a.sqlite is still open"]
    assert leaks.left_behind(earlier, tmp_path, tmp_path / "no home") == []


def test_a_thread_nobody_ended_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leaks, "PATIENCE", 0.01)
    earlier, go_on = leaks.before(), threading.Event()
    thread = threading.Thread(target=go_on.wait, name="forgotten")
    thread.start()
    try:
        assert leaks.left_behind(earlier, None, tmp_path / "no home") == ["thread forgotten still runs"]
    finally:
        go_on.set()
        thread.join()


def test_a_process_nobody_stopped_is_seen(tmp_path: Path) -> None:
    wait = "import sys; print('up', flush=True); sys.stdin.read()"
    arguments = [sys.executable, "-c", wait, "--home", str(tmp_path / "home")]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        found = leaks.left_behind(leaks.before(), tmp_path, tmp_path / "no home")
        assert len(found) == 1
        assert found[0].startswith(f"process {process.pid} still runs")
        process.communicate()


def test_what_lands_in_the_persons_own_folders_is_seen(tmp_path: Path) -> None:
    (tmp_path / "sandkeeper").mkdir()
    assert leaks.left_behind(leaks.before(), None, tmp_path) == ["sandkeeper was written to the person's own folders"]


def test_a_window_nobody_closed_is_seen(qtbot: object, tmp_path: Path) -> None:
    from PySide6.QtWidgets import QWidget
    from shiboken6 import Shiboken

    earlier = leaks.before()
    window = QWidget()
    found = leaks.left_behind(earlier, None, tmp_path / "no home")
    Shiboken.delete(window)
    assert len(found) == 1
    assert "was not closed and deleted" in found[0]
