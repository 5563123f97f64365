"""Who is a worker here: by lock and heartbeat, never by a process number that somebody else may have by now."""

import json
import os
import signal
import subprocess
import sys

import pytest

from app.system.clock import SystemClock
from app.system.executors import ExecutorLock, executors, facts_of, gone, own_executor
from app.system.home import Home
from tests.app.catalog.conftest import SetClock
from tests.app.system.conftest import ROOT, fact

BEAT = """
import sys, threading
from pathlib import Path
from app.system.executors import own_executor
from app.system.home import Home
lock = own_executor(Home(Path(sys.argv[1])))
print(lock.executor if lock else "none", flush=True)
while lock and not Path(sys.argv[1], "stop").exists():
    lock.beat()
    threading.Event().wait(0.05)
"""


def worker(home: Home) -> "tuple[subprocess.Popen[str], str]":
    """A real process that is a worker as far as locks and beats go; and the executor it became."""
    process = subprocess.Popen(
        [sys.executable, "-c", BEAT, str(home.path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    return process, process.stdout.readline().strip()


def end(home: Home, *processes: "subprocess.Popen[str]") -> None:
    (home.path / "stop").touch()
    for process in processes:
        process.communicate(timeout=30)


def test_a_home_that_was_never_used_has_no_executors(home: Home) -> None:
    assert executors(home) == ()
    assert gone(home, "local")


def test_a_lock_that_is_held_and_beaten_is_a_running_worker(home: Home) -> None:
    lock = ExecutorLock(home)
    assert lock.acquire()
    (facts,) = executors(home)
    assert (facts.executor, facts.held, facts.stalled, facts.process) == ("local", True, False, os.getpid())
    lock.release()
    assert gone(home, "local")
    assert not (home.workers / "local.beat").exists()


def test_without_the_lock_nobody_beats(home: Home) -> None:
    with pytest.raises(RuntimeError):
        ExecutorLock(home).beat()


def test_a_worker_that_does_not_beat_has_stalled_whatever_the_wall_clock_says(home: Home) -> None:
    clock = SetClock()
    lock = ExecutorLock(home, clock=clock)
    lock.acquire()
    clock.go(14)
    assert not facts_of(home, "local", clock=clock).stalled
    clock.go(2)
    assert facts_of(home, "local", clock=clock).stalled
    assert gone(home, "local", clock=clock)
    lock.beat()
    assert not facts_of(home, "local", clock=clock).stalled
    beat = json.loads((home.workers / "local.beat").read_text())
    (home.workers / "local.beat").write_text(json.dumps({**beat, "at": "1999-01-01T00:00:00+00:00"}))
    assert not facts_of(home, "local", clock=clock).stalled
    lock.release()


@pytest.mark.parametrize("text", ["", "[]", '{"process": "x"}', '{"process": 1, "monotonic": null}'])
def test_a_heartbeat_nobody_can_read_is_none(home: Home, text: str) -> None:
    lock = ExecutorLock(home)
    lock.acquire()
    (home.workers / "local.beat").write_text(text)
    assert facts_of(home, "local").stalled
    lock.release()


def test_a_second_worker_finds_the_first_and_has_nothing_to_be(home: Home) -> None:
    first, name = worker(home)
    second, other = worker(home)
    assert (name, other) == ("local", "none")
    end(home, first, second)


def test_of_many_that_start_at_once_one_becomes_the_worker(home: Home) -> None:
    _ = home.path
    started = [
        subprocess.Popen([sys.executable, "-c", BEAT, str(home.path)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    names = sorted(process.stdout.readline().strip() for process in started if process.stdout)
    assert names == ["local", "none", "none", "none"]
    end(home, *started)


def test_beside_a_stopped_worker_a_new_one_takes_the_next_name(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    first, name = worker(home)
    os.kill(first.pid, signal.SIGSTOP)
    monkeypatch.setenv("SANDKEEPER_STALL_SECONDS", "0.2")
    fact(lambda: facts_of(home, name).stalled)
    lock = own_executor(home, clock=SystemClock())
    assert lock is not None
    assert lock.executor == "local-2"
    assert gone(home, "local")
    assert not gone(home, "local-2")
    os.kill(first.pid, signal.SIGCONT)
    fact(lambda: not facts_of(home, name).stalled)
    lock.release()
    end(home, first)


def test_a_killed_worker_is_gone_at_once_and_its_name_is_free(home: Home) -> None:
    first, name = worker(home)
    os.kill(first.pid, signal.SIGKILL)
    first.communicate()
    assert gone(home, name), "its beat is fresh, but nobody holds the lock"
    second, again = worker(home)
    assert again == name
    end(home, second)
