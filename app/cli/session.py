"""One run of the command line: where its home is, how it speaks, and the services, built when first needed."""

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from app.cli.output import Output
from app.errors import SandkeeperError

if TYPE_CHECKING:
    from app.services import Services


class OpenConsole(Protocol):
    """Opens the graphical console and returns the exit code when it is closed. Handed in by `main.py`, because this
    library never meets the console."""

    def __call__(self, home: Path | None, catalog_url: str | None) -> int: ...


class Session:
    """What every command gets."""

    def __init__(
        self, out: Output, open_console: OpenConsole | None = None, services: "Services | None" = None
    ) -> None:
        self.out = out
        self.open_console = open_console
        self.home: Path | None = None
        self.catalog_url: str | None = None
        self._services = services
        self._given = services

    @property
    def services(self) -> "Services":
        """Raises OutsideError when the home or the catalog cannot be used."""
        if self._services is None:
            from app.bootstrap import build  # opening the catalog is what takes time: only for commands that need it

            self.log_file()
            self._services = build(self.home, catalog_url=self.catalog_url)
        return self._services

    def close(self) -> None:
        """Let go of the catalog, unless it belongs to somebody else."""
        if self._services is not None and self._services is not self._given:
            self._services.close()
            self._services = None

    def log_file(self) -> Path | None:
        """Send the log of this command to the home; None where that cannot be written."""
        from app.system.home import Home, default_home
        from app.system.logs import COMMAND_LOG, log_to_home

        try:
            handler = log_to_home(Home(self.home or default_home()), COMMAND_LOG)
        except SandkeeperError:
            return None
        return Path(handler.baseFilename)

    @property
    def program(self) -> str:
        """How this program was called, for commands that a person can copy."""
        called = Path(sys.argv[0])
        return f"python {shlex.quote(sys.argv[0])}" if called.suffix == ".py" else called.name or "sandkeeper"

    def command(self, *words: str) -> str:
        """A command line that does what `words` say, in this home."""
        where = ["--home", str(self.home)] if self.home is not None else []
        where += ["--catalog", self.catalog_url] if self.catalog_url is not None else []
        return " ".join([self.program, *(shlex.quote(word) for word in (*where, *words))])
