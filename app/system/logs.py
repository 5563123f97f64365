"""Logs in the home: rotating, mode 0600, never on the person's terminal. What is logged never holds a value."""

import logging
import os
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import IO

from typing_extensions import override

from app.errors import OutsideError
from app.system.home import Home

CONSOLE_LOG, COMMAND_LOG, WORKER_LOG = "console.log", "command.log", "worker.log"
KEPT_BYTES, KEPT_FILES = 2_000_000, 4
FORMAT = "%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"


class PrivateLog(RotatingFileHandler):
    """A rotating log nobody else can read."""

    @override
    def _open(self) -> TextIOWrapper:
        return open(  # Path.open takes no opener; the handler closes it
            self.baseFilename, "a", encoding="utf-8", errors="backslashreplace", opener=_private
        )


def log_to_home(home: Home, name: str, *, level: int = logging.INFO) -> PrivateLog:
    """Send what our own modules log to `name` in the home's logs, and nothing to the terminal.

    Libraries log from warnings on: what they say in detail may hold values. Calling it again replaces the file. Raises
    OutsideError when the home cannot be written.
    """
    path = home.logs / name
    try:
        handler = PrivateLog(path, maxBytes=KEPT_BYTES, backupCount=KEPT_FILES)
    except OSError as problem:
        raise OutsideError(
            "Sandkeeper's log cannot be written",
            f"{path} could not be opened: {problem.strerror}.",
            "Give your account write access there, or name another folder with --home.",
        ) from problem
    handler.setFormatter(logging.Formatter(FORMAT))
    root = logging.getLogger()
    for old in [h for h in root.handlers if isinstance(h, PrivateLog)]:
        root.removeHandler(old)
        old.close()
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    for ours in ("app", "ui"):
        logging.getLogger(ours).setLevel(level)
    return handler


def open_private(path: Path) -> IO[bytes]:
    """A log file to append to, mode 0600, for a child's output."""
    return os.fdopen(_private(str(path), os.O_WRONLY | os.O_CREAT | os.O_APPEND), "ab")


def rotate(path: Path) -> None:
    """Move a grown log aside before a new process writes to it; best effort, a log is not worth a failure."""
    try:
        if path.stat().st_size > KEPT_BYTES:
            path.replace(path.with_name(path.name + ".1"))
    except OSError:
        return


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
