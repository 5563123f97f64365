"""What a test must not leave behind: threads, files held open, windows, processes, and anything in the person's home.

Checked after every test by an autouse fixture in `conftest.py`. A connection to SQLite is a file held open; Python says
so itself from 3.13 on, we look at the process's own descriptors, which also tells which file it was.
"""

import gc
import os
import shutil
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path

PATIENCE = 5.0
"""Seconds a thread that has been told to end may take for it."""

_HOME_VARIABLES = ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME")  # not the cache: fontconfig and Qt use it


def private_home() -> Path:
    """A folder that stands in for the person's own, for this process and those it starts. It must stay empty."""
    folder = Path(tempfile.mkdtemp(prefix="sandkeeper-home-"))
    for variable in _HOME_VARIABLES:
        os.environ[variable] = str(folder)
    return folder


def remove_private_home(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class Before:
    """What was there before a test."""

    threads: frozenset[threading.Thread]
    windows: frozenset[int]


def before() -> Before:
    return Before(frozenset(threading.enumerate()), frozenset(id(w) for w in _windows()))


def left_behind(earlier: Before, folder: Path | None, home: Path) -> list[str]:
    """In words, what the test that ran since `earlier` in `folder` did not put away."""
    return [*_threads(earlier), *_open_files(folder), *processes(folder), *_top_windows(earlier), *_in_home(home)]


def _threads(earlier: Before) -> list[str]:
    found = []
    for thread in threading.enumerate():
        # A thread that C code started shows up as a dummy once it ran Python; it is not ours to end.
        if thread in earlier.threads or isinstance(thread, threading._DummyThread):
            continue
        thread.join(PATIENCE)
        if thread.is_alive():
            found.append(f"thread {thread.name} still runs")
    return found


def _open_files(folder: Path | None) -> list[str]:
    """Files below the test's own folder that this process holds open (Linux tells, others are not asked)."""
    if folder is None or not sys.platform.startswith("linux"):
        return []
    if _held(folder):
        gc.collect()  # what waits in a reference cycle is not leaked
    return [f"{name} is still open" for name in _held(folder)]


def _held(folder: Path) -> list[str]:
    held = []
    for descriptor in list(Path("/proc/self/fd").iterdir()):
        try:
            target = str(descriptor.readlink())
        except OSError:
            continue  # it was the listing's own
        if target.startswith(f"{folder}/"):
            held.append(target.removeprefix(f"{folder}/"))
    return sorted(held)


def processes(folder: Path | None) -> list[str]:
    """Processes that were given the test's folder on their command line: a worker nobody stopped."""
    if folder is None or not sys.platform.startswith("linux"):
        return []
    needle, found = os.fsencode(f"{folder}/"), []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            command = (entry / "cmdline").read_bytes()
            state = (entry / "stat").read_text().rpartition(")")[2].split()[0]
        except (OSError, IndexError):
            continue  # it ended meanwhile
        if needle in command.replace(b"\0", b"/") + b"/" and state != "Z":
            found.append(
                f"process {entry.name} still runs: {command.replace(bytes(1), b' ').decode(errors='replace').strip()}"
            )
    return found


def _windows() -> list[object]:
    if "PySide6.QtWidgets" not in sys.modules:
        return []
    from PySide6.QtWidgets import QApplication

    return list(QApplication.topLevelWidgets()) if isinstance(QApplication.instance(), QApplication) else []


def _top_windows(earlier: Before) -> list[str]:
    new = [w for w in _windows() if id(w) not in earlier.windows]
    if new:
        from PySide6.QtCore import QCoreApplication, QEvent

        del new
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        gc.collect()
        new = [w for w in _windows() if id(w) not in earlier.windows]
    return [f"window {w!r} was not closed and deleted" for w in new]


def _in_home(home: Path) -> list[str]:
    return [f"{p.name} was written to the person's own folders" for p in home.iterdir()] if home.exists() else []
