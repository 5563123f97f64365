"""The references that a binding of ours forgets to take must not end the interpreter."""

import subprocess
import sys

import pytest

_CALLS = """
import os
os.environ["QT_QPA_PLATFORM"] = "offscreen"
{first}
from PySide6.QtGui import QFont
font = QFont()
for _ in range(100_000):
    font.setPixelSize(12)
print("alive")
"""


_EMITS = """
import os
os.environ["QT_QPA_PLATFORM"] = "offscreen"
{first}
from PySide6.QtCore import QObject, Signal
class Speaker(QObject):
    said = Signal()
speaker = Speaker()
for _ in range(100_000):
    speaker.said.emit()
print("alive")
"""


def _run(first: str, script: str = _CALLS) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", script.format(first=first)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_hundred_thousand_calls_without_result_leave_the_interpreter_alive() -> None:
    done = _run("import ui")
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "alive"


def test_a_hundred_thousand_signals_leave_the_interpreter_alive() -> None:
    done = _run("import ui", _EMITS)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "alive"


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None is never freed from Python 3.12 on")
def test_the_workaround_is_still_needed() -> None:
    """When this fails, PySide6 was mended: take the workaround out of ui/__init__.py."""
    assert _run("").returncode != 0
    assert _run("", _EMITS).returncode != 0
