"""Where a private server keeps its data and its socket, so that nobody else gets in."""

import hashlib
import json
import os
import secrets
import stat
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.databases.postgresql.bundled import Account, owner_of, server_account
from app.errors import OutsideError, RefusedError

MARK: Final = "sandkeeper-server.json"
"""In the socket's folder: which server listens there."""

PORT: Final = 5432
"""Of a server that listens nowhere but on its socket: a part of the socket's name."""

_LONGEST_SOCKET: Final = 103
"""Bytes of a socket's path on the strictest system, macOS; Linux takes 107."""
_OF_ROOT: Final = Path("/var/lib/sandkeeper")


@dataclass(frozen=True, slots=True, kw_only=True)
class Premises:
    """The folders of one server.

    `folder` is where somebody asked for it. `area` is where it lies: the same, but for root, whose private folders the
    server's account cannot enter. `sockets` is `area`'s own where its path is short enough, else one in the system's
    folder for temporary files that survive a restart. Data and socket are closed to all other accounts.
    """

    folder: Path
    area: Path
    sockets: Path
    account: Account | None

    @property
    def data(self) -> Path:
        return self.area / "data"

    @property
    def log(self) -> Path:
        return self.area / "server.log"

    @property
    def lock(self) -> Path:
        return self.area / "lock"

    @property
    def copies(self) -> Path:
        """For copies of programs that the account cannot reach."""
        return self.area / "programs"

    def make(self) -> None:
        """Raises RefusedError where somebody else's folder stands in the way, OutsideError where none can be made."""
        try:
            if self.account is None:
                _own_folder(self.area, None, parents=True)
            else:
                for path in (self.area.parent, self.area, self.copies):
                    _open_folder(path)
            _own_folder(self.sockets, self.account)
            write(self.sockets / MARK, json.dumps({"folder": str(self.folder)}), None)
        except OSError as problem:
            raise OutsideError(
                "The private server's folders could not be made",
                f"We were making {self.area} and {self.sockets}. The system says: {problem.strerror or problem}",
                "See that they can be written.",
            ) from None


def premises_of(folder: Path) -> Premises:
    """Of the server asked for in a folder. The same folder has the same premises every time.

    Raises OutsideError on systems whose sockets do not tell who is at the other end.
    """
    if os.name != "posix":
        raise OutsideError(
            "The private PostgreSQL server needs Linux or macOS",
            "Here, its door could not be closed to other accounts.",
            "Use SQLite (the default), or a PostgreSQL server of your own.",
        )
    account = server_account()
    folder = Path(os.path.abspath(folder))  # noqa: PTH100  # resolve() would follow links
    name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
    area = folder
    if account is not None:
        area = _OF_ROOT / name
        account = owner_of(area / "data") or account
    sockets = area / "s"
    if len(os.fsencode(sockets / f".s.PGSQL.{PORT}")) > _LONGEST_SOCKET:
        lasting = Path("/var/tmp")  # noqa: S108  # a name of ours, and whose folder it is gets checked
        base = lasting if lasting.is_dir() else Path(tempfile.gettempdir())
        sockets = base / f"sandkeeper-{os.geteuid()}-{name}"
    return Premises(folder=folder, area=area, sockets=sockets, account=account)


def premises_behind(sockets: Path) -> Premises | None:
    """Of the private server that listens in a folder; None where it is not one of this account's own.

    A mark that somebody else wrote is never believed: starting a server is running what its folder says.
    """
    mark = sockets / MARK
    try:
        seen = mark.lstat()
        if not stat.S_ISREG(seen.st_mode) or seen.st_uid != os.geteuid():
            return None
        folder = json.loads(mark.read_text(encoding="utf-8"))["folder"]
        found = premises_of(Path(folder))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, OutsideError):
        return None
    return found if found.sockets == sockets and found.data.is_dir() else None


def write(path: Path, text: str, account: Account | None) -> None:
    """A file of mode 0600 that belongs to an account, in place of what is there.

    Never through a link: in a folder of the account, its other programs could have put one there to have root write,
    or give away, a file of their choice.
    """
    aside = path.with_name(f".{path.name}.{secrets.token_hex(6)}")  # several may be at it
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0), 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        if account is not None:
            os.fchown(descriptor, account.uid, account.gid)
    aside.replace(path)


def _open_folder(path: Path) -> None:
    """Make it, to be entered by everybody and written by us, whatever the umask; one that is there stays as it is."""
    with suppress(FileExistsError):
        path.mkdir(parents=True)
        path.chmod(0o755)


def _own_folder(path: Path, account: Account | None, *, parents: bool = False) -> None:
    """Make it, closed to others; what stands there already must be a folder of the right owner."""
    owner = os.geteuid() if account is None else account.uid
    try:
        path.mkdir(mode=0o700, parents=parents)
    except FileExistsError:
        seen = path.lstat()
        if not stat.S_ISDIR(seen.st_mode) or seen.st_uid not in (owner, os.geteuid()):
            raise RefusedError(
                "Somebody else's folder stands where the private server would open its door",
                f"{path} belongs to another account, or is no folder.",
                "Remove it, or choose another home with --home.",
            ) from None
    if account is not None:
        account.own(path)
    path.chmod(0o700)
