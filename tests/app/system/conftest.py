"""A home of its own for each test, and patience for facts."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from app.system.home import Home

ROOT = Path(__file__).parents[3]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def fact(what: Callable[[], bool], seconds: float = 30) -> None:
    """Wait until it is so; fails when it does not become so."""
    deadline, pause = time.monotonic() + seconds, threading.Event()
    while not what():
        if time.monotonic() > deadline:
            pytest.fail("what the test waits for did not happen")
        pause.wait(0.02)
