"""Sessions on a server. Each begins with settings that nobody who owns a database there can change (DESIGN 8)."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final, TypeAlias

import psycopg
from psycopg import sql

from app.databases.postgresql.failures import in_words
from app.databases.postgresql.urls import Place
from app.domain.environments import Identity
from app.errors import OutsideError

Session: TypeAlias = psycopg.Connection[tuple[Any, ...]]
"""A session in autocommit mode: transactions are begun where they are wanted."""

MAINTENANCE: Final = ("postgres", "template1")
"""Databases that every server has; databases are made, renamed and dropped from one of them."""

LOCK_SECONDS: Final = 5
"""How long a statement waits for a lock before it gives up: production is never held up behind us."""

_SAFE: Final[Mapping[str, str]] = {
    "search_path": "pg_catalog",
    "row_security": "off",
    "role": "none",
    "default_transaction_isolation": "read committed",
    "default_transaction_deferrable": "off",
    "datestyle": "ISO, YMD",
    "intervalstyle": "postgres",
    "timezone": "UTC",
    "bytea_output": "hex",
    "xmloption": "content",
    "lc_monetary": "C",
    "lc_numeric": "C",
    "extra_float_digits": "1",
    "standard_conforming_strings": "on",
    "check_function_bodies": "off",
    "idle_in_transaction_session_timeout": "0",
    "client_min_messages": "warning",
    "jit": "off",
}


def connect(
    place: Place,
    *,
    read_only: bool,
    lock_seconds: float = LOCK_SECONDS,
    statement_seconds: float = 0,
    more: Mapping[str, str] | None = None,
    doing: str = "",
) -> Session:
    """Open a session; `statement_seconds` 0 sets no limit, `more` are further settings.

    The settings travel in the start-up packet, where they outrank what is set on the database or the role. Raises
    OutsideError when the server cannot be reached or refuses, with what to do.
    """
    settings = {
        **_SAFE,
        "default_transaction_read_only": "on" if read_only else "off",
        "lock_timeout": str(int(lock_seconds * 1000)),
        "statement_timeout": str(int(statement_seconds * 1000)),
        **(more or {}),
    }
    given = place.parameters.get("options", "")
    options = " ".join(f"-c {key}={_escaped(value)}" for key, value in settings.items() if value)
    defaults = {
        key: value
        for key, value in {"connect_timeout": 10, "keepalives_idle": 30, "keepalives_interval": 10}.items()
        if key not in place.parameters
    }
    conninfo = place.conninfo(
        options=f"{given} {options}".strip(), application_name="sandkeeper", client_encoding="UTF8", **defaults
    )
    try:
        try:
            return psycopg.Connection.connect(conninfo, autocommit=True, prepare_threshold=None)
        except psycopg.OperationalError:
            if not _private_server_started(place):
                raise
            return psycopg.Connection.connect(conninfo, autocommit=True, prepare_threshold=None)
    except psycopg.Error as error:
        raise in_words(error, place, doing or "while connecting") from None


def _private_server_started(place: Place) -> bool:
    from app.databases.postgresql.embedded import ensure_running  # few people have one

    return ensure_running(place)


def connect_maintenance(place: Place, *, statement_seconds: float = 0) -> Session:
    """A session on a database beside the one of `place`, from which that one can be made, renamed and dropped."""
    first, *others = MAINTENANCE
    try:
        return connect(place.at(first), read_only=False, statement_seconds=statement_seconds)
    except OutsideError:
        for name in others:
            with suppress(OutsideError):
                return connect(place.at(name), read_only=False, statement_seconds=statement_seconds)
        raise


def place_of(session: Session) -> Place:
    """The database a session is connected to, for messages."""
    parameters = {"host": session.info.host, "port": str(session.info.port)}
    return Place(database=session.info.dbname, parameters={key: value for key, value in parameters.items() if value})


def identity_of(session: Session, database: str | None = None) -> Identity | None:
    """What a database of the session's server is (its own when none is named); None where there is none."""
    found = session.execute(
        "SELECT (SELECT system_identifier FROM pg_control_system()), oid FROM pg_database "
        "WHERE datname = coalesce(%s, current_database())",
        (database,),
    ).fetchone()
    return None if found is None else Identity(engine="postgresql", major=str(found[0]), minor=str(found[1]))


def quoted(*parts: str) -> str:
    """An identifier, quoted: schema and name, or one name."""
    return ".".join('"' + part.replace('"', '""') + '"' for part in parts)


def literal(text: str) -> str:
    """A text constant. Only for statements that take no parameters."""
    return sql.Literal(text).as_string(None)


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace(" ", "\\ ")
