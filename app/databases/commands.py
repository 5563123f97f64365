"""A command that a policy runs on the finished copy: nothing of ours reaches it but the staging connection.

No shell stands between, its environment holds four variables, its folder and home are its own, and its process group
ends with it: when it takes too long, when the person asks for it, when this process dies.
"""

import os
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final
from urllib.parse import quote

from sqlalchemy.engine import make_url

from app.domain.policy import Run
from app.errors import OutsideError
from app.ports.context import PhaseContext

URL_VARIABLE: Final = "SANDKEEPER_DATABASE_URL"
_PATH: Final = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_LONGEST: Final = 500
_MOST_LINES: Final = 2_000
_LAST: Final = 5
_PAUSE: Final = 0.1
_ESCAPES: Final = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)")
"""What colours a terminal's text and sets its title."""
_GUARD: Final = 'read -r _; kill -s KILL -- "-$1"'
"""Ends a process group when its standard input does, which is when the process at the other end dies."""


def run_command(entry: Run, url: str, ctx: PhaseContext, *, password: str | None = None) -> None:
    """Run the entry's command to its end; what it says goes to the log line by line.

    Raises OutsideError when it cannot be started, ends with another exit code than 0 or takes longer than
    `entry.timeout`; what `ctx.checkpoint` raises when the person asks to stop. Nothing of its process group runs
    afterwards; a daemon that left the group may, and finds neither file nor login.
    """
    if sys.platform == "win32":
        raise OutsideError(
            f"{entry.title} cannot be run here", "Commands are run on Linux and macOS alone.", "Use SQL instead."
        )
    home = Path(tempfile.mkdtemp(prefix="sandkeeper-run-"))
    try:
        folder = Path(entry.folder) if entry.folder else home
        if not folder.is_dir():
            raise _not_started(entry, f"there is no folder {folder}")
        environment = {"PATH": _PATH, "LANG": "C.UTF-8", "HOME": str(home), URL_VARIABLE: _with(url, password)}
        said = _Said(entry, ctx, _secrets(password))
        with _started(entry, folder, environment) as process:
            code = _to_its_end(process, entry, said, ctx)
        said.end()
        if code:
            raise OutsideError(
                f"{entry.title} failed",
                f"The command of {entry.id} ended {_as_words(code)}."
                + (f" It said last: {' / '.join(said.last)}" if said.last else " It said nothing."),
                "Mend what it complains of and start again; the environment is as it was.",
            )
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def _started(entry: Run, folder: Path, environment: Mapping[str, str]) -> "Iterator[subprocess.Popen[bytes]]":
    """The command in a process group of its own, which is gone afterwards."""
    try:
        process = subprocess.Popen(  # noqa: S603  # the very text a person approved, without a shell
            entry.command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        raise _not_started(entry, _why(error)) from None
    guard = None
    try:
        with suppress(OSError):  # without a shell to be had, a kill of this process leaves the command running
            guard = subprocess.Popen(  # noqa: S603  # our own text
                ["/bin/sh", "-c", _GUARD, "sh", str(process.pid)],
                cwd="/",
                env={},
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        yield process
    finally:
        with suppress(ProcessLookupError, PermissionError):  # macOS refuses where only zombies are left
            os.killpg(process.pid, signal.SIGKILL)
        if guard is not None:
            guard.kill()
            guard.wait()
            if guard.stdin is not None:
                guard.stdin.close()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _to_its_end(process: "subprocess.Popen[bytes]", entry: Run, said: "_Said", ctx: PhaseContext) -> int:
    """The exit code. What a child left behind in the background says is not waited for."""
    output = process.stdout.fileno() if process.stdout is not None else -1
    os.set_blocking(output, False)
    end = time.monotonic() + entry.timeout
    open_ = True
    while True:
        code = process.poll()
        if open_:
            if code is None:
                select.select([output], [], [], _PAUSE)
            open_ = _drain(output, said.hear, until_silent=code is not None)
        else:
            with suppress(subprocess.TimeoutExpired):
                process.wait(_PAUSE)
        if code is not None:
            return code
        ctx.checkpoint()
        if time.monotonic() > end:
            raise OutsideError(
                f"{entry.title} took too long",
                f"The command of {entry.id} was ended after {entry.timeout:,} seconds, as the policy says.",
                "Give it more time (`timeout`), or find out what it waits for. The environment is as it was.",
            )


def _drain(output: int, hear: Callable[[bytes], None], *, until_silent: bool) -> bool:
    """Hand on what there is to read, no more than one piece unless `until_silent`. Says whether more may come."""
    for _ in range(1_000 if until_silent else 1):
        try:
            data = os.read(output, 65_536)
        except BlockingIOError:
            return True
        if not data:
            return False
        hear(data)
    return True


class _Said:
    """What a command says, as lines fit for a log: no secret, no control characters, not too long, not too many."""

    def __init__(self, entry: Run, ctx: PhaseContext, secrets: tuple[str, ...]) -> None:
        self.last: deque[str] = deque(maxlen=_LAST)
        self._entry, self._ctx, self._secrets = entry, ctx, secrets
        self._rest = b""
        self._lines = 0

    def hear(self, data: bytes) -> None:
        *whole, rest = (self._rest + data).split(b"\n")
        for line in whole:
            self._tell(line)
        self._rest = rest[: 16 * _LONGEST]  # the rest of a line without an end is nothing to read

    def end(self) -> None:
        if self._rest:
            self._tell(self._rest)
        if self._lines > _MOST_LINES:
            self._ctx.log(f"{self._entry.id}: {self._lines - _MOST_LINES:,} more lines are left out")

    def _tell(self, line: bytes) -> None:
        text = _ESCAPES.sub("", line.decode(errors="replace")).rstrip("\r").rpartition("\r")[2]
        for secret in self._secrets:
            text = text.replace(secret, "***")
        text = "".join(c if c.isprintable() else " " if c.isspace() else "" for c in text).rstrip()
        if not text:
            return
        text = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
        self.last.append(text)
        self._lines += 1
        if self._lines <= _MOST_LINES:
            self._ctx.log(f"{self._entry.id}: {text}")


def _with(url: str, password: str | None) -> str:
    return url if password is None else make_url(url).set(password=password).render_as_string(hide_password=False)


def _secrets(password: str | None) -> tuple[str, ...]:
    """The spellings of a password that the command may say."""
    return () if not password else tuple({password, quote(password, safe=""), quote(password, safe=" +")})


def _as_words(code: int) -> str:
    if code >= 0:
        return f"with exit code {code}"
    names = {number.value: number.name for number in signal.Signals}
    return f"by signal {names.get(-code, -code)}"


def _why(error: OSError | ValueError) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such program, nor the interpreter that its first line names"
    if isinstance(error, PermissionError):
        return "it may not be executed by this account"
    if isinstance(error, OSError):
        return f"the operating system said: {error.strerror or type(error).__name__}"
    return "its text holds a character that no command can have"


def _not_started(entry: Run, why: str) -> OutsideError:
    program = entry.command[0] if entry.command else ""
    return OutsideError(
        f"{entry.title} cannot be started",
        f"{entry.id} runs {program[:200]}: {why}.",
        "Correct path and rights of the program on this machine, or the policy. The environment is as it was.",
    )
