"""Database URLs of PostgreSQL: one spelling in the catalog, libpq's parameters for the drivers."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from psycopg import pq
from psycopg.conninfo import make_conninfo
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from app.errors import UserError

LONGEST_NAME = 63
"""Bytes of a name (NAMEDATALEN less one); the server cuts longer ones without a word."""

_OURS = frozenset({"dbname", "user", "port", "application_name", "fallback_application_name", "client_encoding"})
_SECRET = frozenset({"password", "sslpassword", "passfile", "oauth_client_secret"})
_FILES = ("sslcert", "sslkey", "sslrootcert", "sslcrl", "sslcrldir")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """How to reach one database. `parameters` are libpq's, without password and name of the database.

    `password` shows in no `repr`. Where it is None, libpq looks in its own places (`.pgpass`, a service file).
    """

    database: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    password: str | None = field(default=None, repr=False)

    def at(self, database: str) -> "Place":
        """Another database of the same server, as the same role."""
        return replace(self, database=database)

    def conninfo(self, **more: str | int) -> str:
        """For psycopg. Holds the password: never log it, never put it on a command line."""
        known = {**self.parameters, "dbname": self.database, **more}
        return make_conninfo("", **known, **({} if self.password is None else {"password": self.password}))

    @property
    def server(self) -> str:
        """The server in words, for messages."""
        host = self.parameters.get("host") or self.parameters.get("hostaddr")
        if host is None and "service" in self.parameters:
            return f"service {self.parameters['service']}"
        host = host or "the local server"
        port = self.parameters.get("port")
        return f"{host}:{port}" if port else host

    def __str__(self) -> str:
        return f"{self.database} on {self.server}"


def normalise(url: str, base: Path) -> str:
    """The URL in one spelling: scheme `postgresql`, parameters in order, relative paths resolved against `base`.

    Raises UserError for what is no URL of a PostgreSQL database, without repeating it.
    """
    parsed = _parsed(url)
    if not parsed.database:
        raise UserError(
            "The URL names no database",
            "Sandkeeper works with one database, also where a service file names another.",
            "Write it at the end: postgresql://user@host:5432/name.",
        )
    if len(parsed.database.encode()) > LONGEST_NAME:
        raise UserError(
            "The name of the database is too long",
            f"PostgreSQL keeps {LONGEST_NAME} bytes of a name.",
            "Choose a shorter one.",
        )
    query: dict[str, str] = {}
    for key, value in sorted(parsed.query.items()):
        if not isinstance(value, str):
            raise UserError(f"The URL gives {key} more than once", "", "Give each parameter once.")
        if key in _SECRET or key in _OURS or key not in _known():
            raise UserError(
                f"The URL has a parameter that cannot stand there: {key[:40]}",
                "Known are libpq's connection parameters, such as host, sslmode, sslrootcert and service.",
                "Leave it out. A password belongs before the @, and is kept in the keyring.",
            )
        if (key in _FILES and value not in ("system", "")) or (key == "host" and value.startswith(("/", ".", "~"))):
            value = str((base / Path(value).expanduser()).resolve()) if not value.startswith("/") else value
        query[key] = value
    plain = URL.create(
        "postgresql",
        username=parsed.username,
        host=parsed.host.casefold() if parsed.host else None,
        port=parsed.port,
        database=parsed.database,
        query=query,
    )
    return plain.render_as_string(hide_password=False)  # it has none


def place_of(url: str, password: str | None = None) -> Place:
    """How to reach the database of a URL. Raises UserError for a malformed one."""
    parsed = _parsed(url)
    parameters = {key: value for key, value in parsed.query.items() if isinstance(value, str)}
    if parsed.username:
        parameters["user"] = parsed.username
    if parsed.host:
        parameters["host"] = parsed.host
    if parsed.port:
        parameters["port"] = str(parsed.port)
    return Place(database=parsed.database or "", parameters=parameters, password=password)


def with_user(url: str, user: str) -> str:
    """The same database as another role; a service's own user gives way to it."""
    parsed = _parsed(url)
    return parsed.set(username=user).render_as_string(hide_password=False)


def url_of(place: Place) -> str:
    """The place as a URL without a password; a socket's folder stands among the parameters."""
    known = dict(place.parameters)
    user, port, host = known.pop("user", None), known.pop("port", None), known.get("host", "")
    plain = bool(host) and not host.startswith("/") and "," not in host
    if plain:
        del known["host"]
    url = URL.create(
        "postgresql",
        username=user,
        host=host if plain else None,
        port=int(port) if port is not None and port.isdigit() else None,
        database=place.database,
        query=known,
    )
    return url.render_as_string(hide_password=False)


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        parsed = None
    if parsed is None or parsed.drivername.partition("+")[0] not in ("postgresql", "postgres"):
        raise UserError(
            "That is not the URL of a PostgreSQL database",
            "",
            "Write it like postgresql://user@host:5432/name, or postgresql://user@/name?host=/socket/folder.",
        )
    return parsed


@cache
def _known() -> frozenset[str]:
    return frozenset(option.keyword.decode() for option in pq.Conninfo.get_defaults())
