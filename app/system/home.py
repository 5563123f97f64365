"""The folder everything of one installation lives in."""

import os
from pathlib import Path

from app.errors import OutsideError


class Home:
    """A home and what lies in it. Folders are made when first asked for, with mode 0700.

    A folder that exists keeps its mode: it may be the person's own, given with `--home`. Raises OutsideError where a
    folder cannot be made.
    """

    def __init__(self, path: Path) -> None:
        self._path = Path(os.path.abspath(path.expanduser()))  # noqa: PTH100  # resolve() would follow links

    def __repr__(self) -> str:
        return f"Home({str(self._path)!r})"

    @property
    def path(self) -> Path:
        return _made(self._path)

    @property
    def catalog_path(self) -> Path:
        return self.path / "catalog.sqlite"

    def catalog_url(self, named: str | None = None) -> str:
        """The URL of the catalog that `--catalog` names, else of the home's own; a file's path is made absolute, so
        that a worker, which runs elsewhere, means the same one."""
        scheme, separator, path = (named or f"sqlite:///{self.catalog_path}").partition(":///")
        if not scheme.startswith("sqlite") or not separator or not path or path.startswith(":"):
            return named or ""
        return f"{scheme}:///{os.path.abspath(path)}"  # noqa: PTH100  # resolve() would follow links

    @property
    def system_database_path(self) -> Path:
        """Where the worker's durable workflows are kept."""
        return self.path / "workflows.sqlite"

    @property
    def logs(self) -> Path:
        return _made(self.path / "logs")

    @property
    def certificates(self) -> Path:
        return _made(self.path / "certificates")

    @property
    def demo(self) -> Path:
        return _made(self.path / "demo")

    @property
    def workers(self) -> Path:
        """Locks and heartbeats of this home's workers."""
        return _made(self.path / "workers")

    @property
    def installation_path(self) -> Path:
        """Which installation this is, and where its integrity keys are kept; holds no secret."""
        return self.path / "installation.json"

    @property
    def integrity_path(self) -> Path:
        """The integrity keys, mode 0600, where there was no keyring when they were made."""
        return self.path / "integrity.json"


def default_home() -> Path:
    """What SANDKEEPER_HOME names, else the platform's folder for this program's data."""
    named = os.environ.get("SANDKEEPER_HOME")
    if named:
        return Path(named)
    from platformdirs import user_data_path

    return user_data_path("sandkeeper", appauthor=False)


def _made(path: Path) -> Path:
    if path.is_dir():
        return path
    try:
        # Parents get the usual mode; only the folder itself is ours to close.
        path.parent.mkdir(parents=True, exist_ok=True)
        path.mkdir(mode=0o700, exist_ok=True)
    except OSError as problem:
        raise OutsideError(
            "Sandkeeper's folder cannot be written",
            f"{path} could not be made: {problem.strerror}.",
            "Give your account write access there, or name another folder with --home.",
        ) from problem
    return path
