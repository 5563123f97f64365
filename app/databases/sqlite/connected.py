"""Who has a file open, where the operating system tells it (Linux)."""

import os
from pathlib import Path

from app.domain.environments import Identity

_PROC = Path("/proc")
_MOST = 10


def connected(identity: Identity) -> tuple[str, ...]:
    """Other programs that hold the file, as "program (pid 123)"; processes of other accounts cannot be seen."""
    if not (_PROC / "self" / "fd").is_dir():
        return ()
    found = []
    for process in _PROC.iterdir():
        if process.name.isdecimal() and int(process.name) != os.getpid() and _holds(process, identity):
            found.append(f"{_program(process)} (pid {process.name})")
    return tuple(sorted(found)[:_MOST])


def _holds(process: Path, identity: Identity) -> bool:
    try:
        descriptors = list((process / "fd").iterdir())
    except OSError:
        return False  # gone, or another account's
    for descriptor in descriptors:
        try:
            facts = descriptor.stat()
        except OSError:
            continue
        if (str(facts.st_dev), str(facts.st_ino)) == (identity.major, identity.minor):
            return True
    return False


def _program(process: Path) -> str:
    try:
        return (process / "comm").read_text(errors="replace").strip()
    except OSError:
        return "a program"
