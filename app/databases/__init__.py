"""One adapter per kind of database, found by the URL's scheme."""

import os
from collections.abc import Callable

from app.errors import UserError
from app.ports.databases import Adapter
from app.ports.secrets import Secrets

__all__ = ("Adapters",)

_KINDS = {"sqlite": "sqlite", "postgresql": "postgresql", "postgres": "postgresql"}


def _as_many_as_processors(server: str) -> int:
    return max(2, os.cpu_count() or 2)


class Adapters:
    """Hands out the adapter of a URL; each is made when it is first asked for, because their drivers take a tenth of
    a second that listing tenants does without.

    `secrets` holds the passwords of databases that have one. `sessions` says how many sessions at once may read from,
    and as many write to, a server named HOST:PORT; without it, as many as this machine has processors.
    """

    def __init__(self, secrets: Secrets, sessions: Callable[[str], int] = _as_many_as_processors) -> None:
        self._secrets = secrets
        self._sessions = sessions
        self._made: dict[str, Adapter] = {}

    def __call__(self, url: str) -> Adapter:
        """The adapter that answers to the URL's scheme. Raises UserError where there is none."""
        kind = _KINDS.get(url.partition(":")[0].partition("+")[0].casefold())
        if kind is None:
            raise UserError(
                "Sandkeeper does not know this kind of database",
                "The URL begins with none of: sqlite:, postgresql:",
                "Give a URL such as sqlite:////folder/file.sqlite or postgresql://user@host:5432/name.",
            )
        if kind not in self._made:
            self._made[kind] = self._make(kind)
        return self._made[kind]

    def _make(self, kind: str) -> Adapter:
        if kind == "sqlite":
            from app.databases.sqlite import SqliteAdapter

            return SqliteAdapter()
        from app.databases.postgresql.adapter import PostgresqlAdapter

        return PostgresqlAdapter(self._secrets, self._sessions)
