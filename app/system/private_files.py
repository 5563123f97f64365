"""Small files that only their owner may read, written whole or not at all."""

import json
import os
import secrets
from pathlib import Path

from app.errors import OutsideError


def read_json(path: Path) -> dict[str, object] | None:
    """The object in the file, None when there is no file. Raises OutsideError when it cannot be read or is none.

    A file that others can read is closed to them first.
    """
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
        with os.fdopen(handle, encoding="utf-8") as file:
            if os.name == "posix" and os.fstat(file.fileno()).st_mode & 0o077:
                os.fchmod(file.fileno(), 0o600)
            read = json.load(file)
    except FileNotFoundError:
        return None
    except OSError as problem:
        raise _unreadable(path, problem.strerror or "it cannot be opened") from problem
    except ValueError:
        raise _unreadable(path, "it is not what Sandkeeper wrote") from None
    if not isinstance(read, dict):
        raise _unreadable(path, "it is not what Sandkeeper wrote")
    return read


def write_json(path: Path, content: dict[str, object], *, durable: bool = True) -> None:
    """Written aside with mode 0600, then renamed; `durable` waits until it is on the disk. Raises OutsideError."""
    aside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        try:
            with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
                json.dump(content, file)
                file.flush()
                if durable:
                    os.fsync(file.fileno())
            aside.replace(path)
        except BaseException:
            aside.unlink(missing_ok=True)
            raise
    except OSError as problem:
        raise OutsideError(
            f"{path.name} cannot be written",
            f"{path}: {problem.strerror}.",
            "Make room, give your account write access there, or name another folder with --home.",
        ) from problem


def _unreadable(path: Path, why: str) -> OutsideError:
    return OutsideError(
        f"{path.name} cannot be read", f"{path}: {why}.", "Put back a copy of it; it is never made anew by itself."
    )
