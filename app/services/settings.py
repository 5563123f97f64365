"""Where this installation keeps what, and whether its worker runs."""

from pathlib import Path

import app
from app.ports.limits import EVERY_SERVER, Limits
from app.ports.processes import Workers, WorkerStatus
from app.ports.secrets import Secrets


class SettingsService:
    """Facts about the installation, for the settings page and for messages."""

    def __init__(
        self,
        *,
        home: Path,
        catalog_url: str,
        logs: Path,
        certificates: Path,
        secrets: Secrets,
        workers: Workers,
        limits: Limits,
    ) -> None:
        self.home = home
        self.catalog_url = catalog_url
        self.logs = logs
        self.certificates = certificates
        self._secrets = secrets
        self._workers = workers
        self._limits = limits

    @property
    def version(self) -> str:
        """Which version of Sandkeeper this is."""
        return app.__version__

    @property
    def secrets(self) -> str:
        """In words, where secrets live now."""
        return self._secrets.where

    @property
    def keyring(self) -> bool:
        """Whether a keyring that keeps secrets is there."""
        return self._secrets.available

    def worker(self) -> WorkerStatus:
        """Whether a worker of this home is alive."""
        return self._workers.status()

    def sessions(self, server: str = EVERY_SERVER) -> int:
        """How many sessions may read from a server at once, and as many write to it; `*` is any without a number."""
        return self._limits(server)

    def session_limits(self) -> dict[str, int]:
        """What was chosen, by server as HOST:PORT; `*` for every other one."""
        return self._limits.all()

    def limit_sessions(self, server: str, number: int | None) -> None:
        """Choose; None forgets a choice. Counts from the next copy on. Raises UserError for a senseless number."""
        self._limits.set(server, number)

    def ensure_worker(self) -> None:
        """Start a worker when none runs. Raises OutsideError when it does not come up."""
        self._workers.ensure()
