"""Finding a pg_dump that suits: the ones that come with Sandkeeper, or one that is installed."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from app.databases.postgresql.bundled import programs
from app.errors import OutsideError

_BUNDLED: Final = (18, 16)
_INSTALLED: Final = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/Library/PostgreSQL/*/bin",
    "C:/Program Files/PostgreSQL/*/bin",
)
_NAME: Final = "pg_dump.exe" if os.name == "nt" else "pg_dump"
_VERSION: Final = re.compile(r"\(PostgreSQL\) (\d+)")


@dataclass(frozen=True, slots=True, order=True)
class Tools:
    """PostgreSQL's own client programs of one major version."""

    major: int
    pg_dump: Path


def tools_for(source_version: int, target_version: int) -> Tools:
    """The programs that read a source of that `server_version_num` best for that target.

    A pg_dump refuses a server newer than itself. Of those that can read the source, the one of the newer of the two
    servers writes what the target understands best; else the nearest to it. Raises OutsideError when none can.
    """
    source, target = source_version // 10000, target_version // 10000
    able = [tools for tools in _found() if tools.major >= source]
    if not able:
        raise OutsideError(
            f"No pg_dump here can read PostgreSQL {source}",
            f"It must be of version {source} or newer. Sandkeeper brings 16 and 18 with it.",
            f"Install PostgreSQL {source}'s client programs on this machine (package postgresql-client-{source}).",
        )
    return min(able, key=lambda tools: (abs(tools.major - max(source, target)), -tools.major))


def _found() -> Iterator[Tools]:
    """Bundled ones first: of the same version they are preferred, being the ones that were tested."""
    for folder in _folders():
        program = folder / _NAME
        major = _major(program) if program.exists() else None
        if major is not None:
            yield Tools(major, program)


def _folders() -> Iterator[Path]:
    yield from (folder for folder in (programs(version) for version in _BUNDLED) if folder is not None)
    for pattern in _INSTALLED:
        anchor = Path(pattern).anchor
        yield from sorted(Path(anchor).glob(pattern.removeprefix(anchor))) if Path(anchor).is_dir() else ()
    if on_path := shutil.which("pg_dump"):
        yield Path(on_path).parent


@cache
def _major(program: Path) -> int | None:
    try:
        done = subprocess.run(  # noqa: S603  # a program the administrator of this machine installed
            [program, "--version"], capture_output=True, check=False, timeout=30, text=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    found = _VERSION.search(done.stdout)
    return int(found[1]) if found and done.returncode == 0 else None
