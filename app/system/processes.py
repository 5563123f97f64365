"""Workers of this home as the operating system knows them: started, alive, stalled.

A worker holds its executor's lock for as long as it lives, and beats: it writes a small file every second. The lock
says that the process exists, the beat that it still does something.
"""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO

import app
from app.errors import OutsideError
from app.ports.processes import WorkerStatus
from app.system.executors import ExecutorLock, executors, own_executor
from app.system.home import Home
from app.system.logs import WORKER_LOG, open_private, rotate

START_SECONDS = 30.0
"""How long a worker may take from its start to its first beat on a slow machine."""

IDLE_EXIT_SECONDS = 60

__all__ = ["ExecutorLock", "WorkerProcesses", "own_executor", "worker_command"]


class WorkerProcesses:
    """Implements `ports.processes.Workers` for one home.

    `command` replaces what is started, `patience` is how long to wait for the first beat, in seconds. Started workers
    belong to no console: they live in a session of their own and go on when their starter ends.
    """

    def __init__(
        self,
        home: Home,
        *,
        catalog_url: str | None = None,
        command: Sequence[str] | None = None,
        patience: float = START_SECONDS,
    ) -> None:
        self._home = home
        self._command = tuple(command or worker_command(home, catalog_url))
        self._patience = patience
        self._children: set[int] = set()

    def status(self) -> WorkerStatus:
        self._reap()
        found = [facts for facts in executors(self._home) if facts.held]
        beating = next((facts for facts in found if not facts.stalled), None)
        if beating is not None:
            return WorkerStatus(running=True, process=beating.process)
        return WorkerStatus(running=False, stalled=bool(found), process=found[0].process if found else None)

    def ensure(self) -> None:
        """Two consoles that ensure at once both start a process; the second process finds the first and ends.

        A stalled worker is left alone: a new one takes over beside it. Raises OutsideError, with the last line of the
        worker's log, when none comes up.
        """
        if self.status().running:
            return
        log = self._home.logs / WORKER_LOG
        rotate(log)
        try:
            with open_private(log) as output:
                process = self._spawn(output)
        except OSError as problem:
            raise OutsideError(
                "No worker could be started",
                f"{self._command[0]} could not be run: {problem.strerror}.",
                f"Start one yourself with: sandkeeper --home {self._home.path} worker",
            ) from problem
        self._children.add(process.pid)
        self._await_beat(process, log)

    def _spawn(self, output: IO[bytes]) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(  # noqa: S603  # our own program, no shell
            self._command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=Path(sys.executable).anchor,
            close_fds=True,
            start_new_session=True,
            creationflags=getattr(subprocess, "DETACHED_PROCESS", 0)
            | getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )

    def _await_beat(self, process: "subprocess.Popen[bytes]", log: Path) -> None:
        pause, deadline = threading.Event(), time.monotonic() + self._patience
        while time.monotonic() < deadline:
            ended = process.poll() is not None
            if self.status().running:
                _disown(process)
                return
            if ended:
                self._children.discard(process.pid)
                raise OutsideError(
                    "The worker ended right after its start",
                    f"The last line of its log: {_last_line(log)}",
                    f"The whole log is {log}.",
                )
            pause.wait(0.05)
        _disown(process)
        raise OutsideError(
            "The worker did not come up",
            f"It was started (process {process.pid}) and gave no sign of life for {self._patience:.0f} seconds."
            f" The last line of its log: {_last_line(log)}",
            f"The whole log is {log}. What is queued starts as soon as a worker runs.",
        )

    def _reap(self) -> None:
        """Let the operating system forget children of ours that have ended."""
        if not hasattr(os, "WNOHANG"):
            return
        for child in tuple(self._children):
            try:
                ended, _ = os.waitpid(child, os.WNOHANG)
            except ChildProcessError:
                ended = child
            if ended:
                self._children.discard(child)


def worker_command(home: Home, catalog_url: str | None) -> tuple[str, ...]:
    """What starts a worker of this very program: frozen, from a work tree, or installed."""
    options = ["--home", str(home.path)]
    if catalog_url is not None:
        options += ["--catalog", home.catalog_url(catalog_url)]
    options += ["worker", "--idle-exit", str(IDLE_EXIT_SECONDS)]
    if getattr(sys, "frozen", False):
        return (sys.executable, *options)
    main = Path(app.__file__).parents[1] / "main.py"
    if main.exists():
        return (sys.executable, str(main), *options)
    return (sys.executable, "-m", "main", *options)


def _disown(process: "subprocess.Popen[bytes]") -> None:
    # WORKAROUND: Popen warns at its end about a child that still runs, and there is no public way to tell it that this
    # is meant; `_reap` waits for the child. https://github.com/python/cpython/issues/70881
    process.returncode = 0


def _last_line(log: Path) -> str:
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - 4096))
            lines = file.read().decode("utf-8", "replace").strip().splitlines()
    except OSError:
        lines = []
    return lines[-1].strip() if lines else "nothing"
