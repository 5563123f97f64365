"""Where this installation keeps what, and whether its worker runs."""

from pathlib import Path

import app
from app.ports.processes import Workers, WorkerStatus
from app.ports.secrets import Secrets


class SettingsService:
    """Facts about the installation, for the settings page and for messages."""

    def __init__(
        self, *, home: Path, catalog_url: str, logs: Path, certificates: Path, secrets: Secrets, workers: Workers
    ) -> None:
        self.home = home
        self.catalog_url = catalog_url
        self.logs = logs
        self.certificates = certificates
        self._secrets = secrets
        self._workers = workers

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

    def ensure_worker(self) -> None:
        """Start a worker when none runs. Raises OutsideError when it does not come up."""
        self._workers.ensure()
