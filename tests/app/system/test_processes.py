"""A worker is started when none runs, once, in a life of its own, and what stops it from coming up is told."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.errors import OutsideError
from app.system.executors import executors
from app.system.home import Home
from app.system.processes import WorkerProcesses, worker_command
from tests.app.system.conftest import ROOT, fact
from tests.app.system.test_executors import BEAT


@pytest.fixture
def workers(home: Home, monkeypatch: pytest.MonkeyPatch) -> Iterator[WorkerProcesses]:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    found = WorkerProcesses(home, command=[sys.executable, "-c", BEAT, str(home.path)])
    yield found
    (home.path / "stop").touch()
    fact(lambda: not any(facts.held for facts in executors(home)))
    # One that found another worker running may still be on its way out.
    fact(lambda: not found.status().running and not found._children)


def test_no_worker_runs_in_a_new_home(workers: WorkerProcesses) -> None:
    status = workers.status()
    assert (status.running, status.stalled, status.process) == (False, False, None)


def test_a_worker_is_started_where_none_runs_and_no_second_one(workers: WorkerProcesses) -> None:
    workers.ensure()
    first = workers.status()
    assert first.running
    workers.ensure()
    assert workers.status() == first


def test_a_worker_lives_in_a_session_of_its_own_at_the_root_without_our_files(
    workers: WorkerProcesses, home: Home
) -> None:
    workers.ensure()
    process = workers.status().process
    assert process is not None
    assert os.getsid(process) == process != os.getsid(0)
    if sys.platform == "linux":
        assert str(Path(f"/proc/{process}/cwd").readlink()) == "/"
        assert str(Path(f"/proc/{process}/fd/0").readlink()) == os.devnull
        assert str(Path(f"/proc/{process}/fd/2").readlink()) == str(home.logs / "worker.log")
    assert (home.logs / "worker.log").stat().st_mode & 0o777 == 0o600


def test_consoles_that_ensure_at_once_end_up_with_one_worker(workers: WorkerProcesses, home: Home) -> None:
    problems: list[BaseException] = []

    def ensure() -> None:
        try:
            workers.ensure()
        except BaseException as problem:  # noqa: BLE001  # the test fails with it
            problems.append(problem)

    consoles = [threading.Thread(target=ensure) for _ in range(3)]
    for console in consoles:
        console.start()
    for console in consoles:
        console.join()
    assert problems == []
    assert [facts.executor for facts in executors(home) if facts.held] == ["local"]


def test_a_killed_worker_is_noticed_and_another_started(workers: WorkerProcesses) -> None:
    workers.ensure()
    first = workers.status().process
    assert first is not None
    os.kill(first, signal.SIGKILL)
    fact(lambda: not workers.status().running)
    workers.ensure()
    assert workers.status().process not in (None, first)


def test_a_stopped_worker_is_stalled_and_another_takes_over_beside_it(
    workers: WorkerProcesses, monkeypatch: pytest.MonkeyPatch
) -> None:
    workers.ensure()
    first = workers.status().process
    assert first is not None
    os.kill(first, signal.SIGSTOP)
    monkeypatch.setenv("SANDKEEPER_STALL_SECONDS", "0.5")
    fact(lambda: workers.status().stalled)
    assert not workers.status().running
    workers.ensure()
    second = workers.status()
    assert second.running
    assert second.process != first
    os.kill(first, signal.SIGCONT)


def test_no_dead_child_is_left_behind_in_the_process_table(workers: WorkerProcesses) -> None:
    workers.ensure()
    process = workers.status().process
    assert process is not None
    os.kill(process, signal.SIGKILL)
    fact(lambda: not workers.status().running)

    def forgotten() -> bool:
        workers.status()
        return subprocess.run(["ps", "-o", "pid=", "-p", str(process)], capture_output=True).stdout == b""

    fact(forgotten)


def test_a_worker_that_ends_at_once_is_told_with_the_last_line_of_its_log(home: Home) -> None:
    failing = WorkerProcesses(home, command=[sys.executable, "-c", "raise SystemExit('the disk fell out')"])
    with pytest.raises(OutsideError, match="ended right after its start") as told:
        failing.ensure()
    assert "the disk fell out" in told.value.detail
    assert "worker.log" in told.value.hint


def test_a_worker_that_never_beats_is_told_too(home: Home) -> None:
    silent = WorkerProcesses(
        home,
        command=[sys.executable, "-c", "import threading; threading.Event().wait(20)"],
        patience=0.3,
    )
    with pytest.raises(OutsideError, match="did not come up") as told:
        silent.ensure()
    (child,) = silent._children
    os.kill(child, signal.SIGKILL)
    fact(lambda: not silent.status().running and not silent._children)
    assert str(child) in told.value.detail


def test_a_program_that_is_not_there_is_told(home: Home) -> None:
    with pytest.raises(OutsideError, match="No worker could be started") as told:
        WorkerProcesses(home, command=[str(home.path / "missing")]).ensure()
    assert "worker" in told.value.hint


def test_the_command_starts_this_very_program_on_this_home(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    command = worker_command(home, "sqlite:////data/shared.sqlite")
    assert command[0] == sys.executable
    assert command[1:] == (
        *((str(ROOT / "main.py"),) if (ROOT / "main.py").exists() else ("-m", "main")),
        "--home",
        str(home.path),
        "--catalog",
        "sqlite:////data/shared.sqlite",
        "worker",
        "--idle-exit",
        "60",
    )
    assert "--catalog" not in worker_command(home, None)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert worker_command(home, None)[:2] == (sys.executable, "--home")
