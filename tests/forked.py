"""Programs of ours as processes of their own, forked from one that has imported them already.

A process spends a second of processor time on imports, and tests start hundreds. What is forked has a process id,
signals, files, environment and end of its own, and shares nothing but the modules that were imported before. That the
program also starts from nothing is proven by those that tests start otherwise: the README's journey and every worker
that a command or a console starts.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from multiprocessing import get_context
from pathlib import Path

_IMPORTED = (
    "app.operations.worker",
    "app.bootstrap",
    "app.cli",
    "app.databases.sqlite",
    "app.databases.postgresql.adapter",
    "rich.console",
    "typer._adapters",
    "main",
    "tests.app.operations.pausing",
    "tests.forked",
    "tests.keyring_file",
)

_context = get_context("forkserver")


class Forked:
    """A process that runs `what(*arguments)`; asked and told as a `subprocess.Popen` is.

    What it says goes to `out` and `err`, at their end. It gets this process's environment unless it is given another.
    """

    def __init__(
        self,
        what: Callable[..., object],
        *arguments: object,
        out: Path,
        err: Path | None = None,
        folder: Path | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        _context.set_forkserver_preload(list(_IMPORTED))
        self._process = _context.Process(
            target=_run,
            args=(
                what,
                arguments,
                str(out),
                str(err or out),
                str(folder or Path.cwd()),
                dict(environment or os.environ),
            ),
        )
        self._process.start()
        assert self._process.pid is not None
        self.pid = self._process.pid

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code; raises subprocess.TimeoutExpired as a Popen does."""
        self._process.join(timeout)
        code = self._process.exitcode
        if code is None:
            raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
        return code

    def send_signal(self, number: int) -> None:
        os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def typed(words: Sequence[str]) -> int:
    """What Python does with `main.py`, the first of the words, and the others."""
    from main import main

    sys.argv = list(words)
    return main()


def _run(
    what: Callable[..., object],
    arguments: Sequence[object],
    out: Path,
    err: Path,
    folder: Path,
    environment: dict[str, str],
) -> None:
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    for name, descriptor in ((out, 1), (err, 2)):
        opened = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(opened, descriptor)
        os.close(opened)
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115  # for as long as the process lives
    sys.stderr = open(2, "w", encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False)  # noqa: SIM115
    try:
        ended = what(*arguments)
    finally:
        sys.stdout.flush()
    sys.exit(ended if isinstance(ended, int) else 0)
