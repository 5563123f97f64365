"""What must not happen on the main thread while the console is up: queries, files, network, keychain, processes.

The interpreter's own audit events tell of most of it, wherever it is called from; statements and the keychain have none
and are listened to where they go through. Allowed is what starting takes: modules, their fonts and tables of symbols.
"""

import os
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import keyring
import psycopg
import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

ROOT = Path(__file__).parents[1]
_CODE = tuple(
    str(folder) + os.sep
    for folder in {sys.prefix, sys.base_prefix, Path(sys.prefix).resolve(), ROOT / "ui", ROOT / "app", ROOT / "tests"}
)
_FOLDERS = {".", str(ROOT), str(ROOT / "resources"), *sys.path}  # the importer lists them, looking for modules
_FILES = {"open", "os.listdir", "os.scandir", "os.mkdir", "os.remove", "os.rename", "os.chmod", "shutil.copyfile"}
_ALWAYS = {
    "sqlite3.connect",
    "socket.connect",
    "socket.bind",
    "socket.getaddrinfo",
    "socket.gethostbyname",
    "subprocess.Popen",
    "os.posix_spawn",
    "os.fork",
    "os.system",
    "time.sleep",
}


class Watch:
    """What was caught, each with the lines of ours that led there."""

    def __init__(self) -> None:
        self.caught: list[str] = []

    def saw(self, what: str) -> None:
        """Note it, where this is the main thread."""
        if threading.current_thread() is not threading.main_thread():
            return
        ours = [
            f"{Path(frame.f_code.co_filename).relative_to(ROOT)}:{line}"
            for frame, line in traceback.walk_stack(None)  # looking up the lines' text would open files
            if frame.f_code.co_filename.startswith((str(ROOT / "ui"), str(ROOT / "app")))
        ]
        self.caught.append(f"{what} at {' < '.join(ours[:4]) or 'nobody of ours'}")


_watch: Watch | None = None
_hooked = False


def _on_event(name: str, args: tuple[Any, ...]) -> None:
    watch = _watch
    if watch is None:
        return
    if name in _ALWAYS:
        watch.saw(name)
    elif name in _FILES:
        path = os.fspath(args[0]) if isinstance(args[0], str | bytes | os.PathLike) else ""
        said = os.fsdecode(path)
        if said and not said.startswith(_CODE) and said not in _FOLDERS:
            watch.saw(f"{name} {said}")


@contextmanager
def watching(monkeypatch: pytest.MonkeyPatch, private: Path) -> Iterator[Watch]:
    """From here on, until the end. `private` is the folder whose files are not even looked for on the main thread."""
    global _watch, _hooked
    if not _hooked:
        sys.addaudithook(_on_event)  # stays until the process ends, and does nothing while nobody watches
        _hooked = True
    watch = Watch()

    def on_statement(*_anything: object) -> None:
        watch.saw("a query of the catalog")

    def told(what: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def tell(*args: Any, **named: Any) -> Any:
            watch.saw(what)
            return call(*args, **named)

        return tell

    stat = os.stat

    def looked_for(path: Any, *args: Any, **named: Any) -> Any:
        if isinstance(path, str | os.PathLike) and str(path).startswith(str(private)):
            watch.saw(f"os.stat {path}")
        return stat(path, *args, **named)

    backend = type(keyring.get_keyring())
    with monkeypatch.context() as patch:
        patch.setattr(os, "stat", looked_for)
        patch.setattr(psycopg.Connection, "connect", told("psycopg.connect", psycopg.Connection.connect))
        patch.setattr(psycopg.Cursor, "execute", told("a query of a server", psycopg.Cursor.execute))
        for verb in ("get_password", "set_password", "delete_password"):
            patch.setattr(backend, verb, told(f"keychain {verb}", getattr(backend, verb)))
        event.listen(Engine, "before_cursor_execute", on_statement)
        _watch = watch
        try:
            yield watch
        finally:
            _watch = None
            event.remove(Engine, "before_cursor_execute", on_statement)
