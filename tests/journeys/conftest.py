"""A person at the command line: real processes, a home of their own, and the worker those processes start."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import keyring
import pytest

from app.system.executors import executors
from app.system.home import Home
from tests import leaks
from tests.app.databases.postgresql.conftest import real_script, server, server18
from tests.forked import Forked, typed

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from tests.journeys.sitting import Sitting

ROOT = Path(__file__).parents[2]
__all__ = ("real_script", "server", "server18")  # fixtures of the servers' own tests


def fact(what: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until it is so; fails when it does not become so."""
    deadline, pause = time.monotonic() + seconds, threading.Event()
    while not what():
        if time.monotonic() > deadline:
            pytest.fail("what the test waits for did not happen")
        pause.wait(0.02)


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True)
class Person:
    """Types commands in `folder`, with a home in it. Each is a process of its own (see tests.forked)."""

    folder: Path
    environment: dict[str, str]

    @property
    def home(self) -> Path:
        return self.folder / "home"

    def command(self, *words: str) -> list[str]:
        return [sys.executable, str(ROOT / "main.py"), "--home", str(self.home), *words]

    def __call__(self, *words: str) -> Said:
        with tempfile.TemporaryDirectory(prefix="said-") as heard:
            out, err = Path(heard, "out"), Path(heard, "err")
            done = Forked(
                typed, self.command(*words)[1:], out=out, err=err, folder=self.folder, environment=self.environment
            )
            try:
                code = done.wait(300)
            except subprocess.TimeoutExpired:
                done.kill()
                raise
            return Said(code, out.read_text(encoding="utf-8"), err.read_text(encoding="utf-8"))

    def does(self, *words: str) -> Any:
        """A command that must succeed; its JSON."""
        said = self("--json", *words)
        assert said.code == 0, said.out + said.err
        return said.json

    def begins(self, *words: str) -> "subprocess.Popen[str]":
        """A command that is left running."""
        return subprocess.Popen(
            self.command(*words),
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            stdin=subprocess.DEVNULL,
        )

    def workers(self) -> list[int]:
        """Processes of this home's workers that live."""
        return [facts.process for facts in executors(Home(self.home)) if facts.held and facts.process is not None]

    def leave(self) -> None:
        """End the workers of this home, and wait until all their processes are gone, also of those that had ended."""
        for process in self.workers():
            os.kill(process, signal.SIGTERM)
        fact(lambda: not leaks.processes(self.folder))


@pytest.fixture
def person(tmp_path: Path) -> Iterator[Person]:
    environment = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")}
    environment |= {
        "PYTHON_KEYRING_BACKEND": "tests.keyring_file.FileKeyring",
        "SANDKEEPER_TEST_KEYRING": str(tmp_path / "keyring.json"),
        "PYTHONPATH": str(ROOT),
        "NO_COLOR": "1",
    }
    someone = Person(folder=tmp_path, environment=environment)
    yield someone
    someone.leave()


@pytest.fixture
def sitting(
    qapp: "QApplication", qtbot: "QtBot", person: Person, monkeypatch: pytest.MonkeyPatch
) -> Iterator["Sitting"]:
    """The same person in front of the console."""
    from tests.journeys.sitting import Sitting  # Qt is for those who sit there
    from tests.keyring_file import FileKeyring
    from ui.theme.scheme import Theme

    for name in ("PYTHON_KEYRING_BACKEND", "SANDKEEPER_TEST_KEYRING", "PYTHONPATH"):
        monkeypatch.setenv(name, person.environment[name])
    before = keyring.get_keyring()
    keyring.set_keyring(FileKeyring())  # type: ignore[no-untyped-call]  # keyring's base class has no types here
    someone = Sitting(qapp, qtbot, person, qapp.findChild(Theme) or Theme(qapp))
    yield someone
    someone.leaves()
    keyring.set_keyring(before)
