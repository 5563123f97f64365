"""How many sessions Sandkeeper may open on a server at once: a person's choice, kept in the home."""

import os
from typing import Final

from app.errors import UserError
from app.ports.limits import EVERY_SERVER
from app.system.home import Home
from app.system.private_files import read_json, write_json

MOST: Final = 64


class SessionLimits:
    """Numbers by server, HOST:PORT as the URL gives them. Read at each copy, so that a change counts for the next."""

    def __init__(self, home: Home) -> None:
        self._path = home.path / "limits.json"

    def __call__(self, server: str) -> int:
        """How many sessions may read from a server at once, and as many write to it."""
        known = self.all()
        return known.get(server) or known.get(EVERY_SERVER) or max(2, os.cpu_count() or 2)

    def all(self) -> dict[str, int]:
        """What was chosen, by server; `*` for every other server. Something else in the file counts as not chosen."""
        found = (read_json(self._path) or {}).get("sessions")
        if not isinstance(found, dict):
            return {}
        return {str(k): v for k, v in found.items() if isinstance(v, int) and not isinstance(v, bool) and 0 < v <= MOST}

    def set(self, server: str, number: int | None) -> None:
        """Choose; None forgets a choice. Raises UserError for a number that makes no sense."""
        if number is not None and not 1 <= number <= MOST:
            raise UserError("That many sessions make no sense", f"{number} was asked for.", f"Choose from 1 to {MOST}.")
        known = self.all()
        if number is None:
            known.pop(server, None)
        else:
            known[server.strip() or EVERY_SERVER] = number
        write_json(self._path, {"sessions": known})
