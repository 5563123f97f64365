"""The real clock tells an aware moment, and a counter all processes share."""

import subprocess
import sys
from datetime import UTC, timedelta

from app.system.clock import SystemClock
from tests.app.system.conftest import ROOT


def test_now_is_in_utc_and_aware() -> None:
    assert SystemClock().now().tzinfo is UTC
    assert SystemClock().now().utcoffset() == timedelta(0)


def test_the_counter_is_the_same_for_another_process() -> None:
    """Heartbeats of other processes are judged by it."""
    before = SystemClock().monotonic()
    said = subprocess.run(
        [sys.executable, "-c", "from app.system.clock import SystemClock; print(SystemClock().monotonic())"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    assert before < float(said.stdout) < SystemClock().monotonic()
