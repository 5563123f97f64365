"""PostgreSQL's errors in words a person can act on. No text here holds a value of a row or a secret."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import psycopg

from app.databases.postgresql.urls import Place
from app.errors import OutsideError
from app.ports.context import PhaseContext

Words = tuple[str, str, str]

_STATES: Final[dict[str, Words]] = {
    "28P01": (
        "The password for {place} is wrong",
        "The server refused it.",
        "Set the environment's database again with the right password, or mend .pgpass.",
    ),
    "28000": (
        "{place} refuses this login",
        "The role may not log in, or the server's pg_hba.conf has no line for it.",
        "Ask the server's administrator to let the role in from this machine.",
    ),
    "3D000": (
        "There is no database {database} on {server}",
        "The server knows none of that name.",
        "Check the name in the URL.",
    ),
    "42501": (
        "The role has no right to do that on {place}",
        "{message}.",
        "Ask the server's administrator to grant it, or use another role.",
    ),
    "53100": (
        "The server's disk is full",
        "{server} could not write any more. Nothing was changed in the environment.",
        "Free some space on the server, then start again.",
    ),
    "53200": ("The server is out of memory", "{server} could not go on.", "Try again when it is less busy."),
    "53300": (
        "The server takes no more connections",
        "{server} has as many as it allows.",
        "Wait, close some, or lower the number of sessions Sandkeeper uses there.",
    ),
    "55P03": (
        "{place} is locked",
        "Another session holds a lock and did not let go within a few seconds; Sandkeeper does not wait in line.",
        "Try again when that session is done (pg_locks shows it).",
    ),
    "55006": (
        "{place} is in use",
        "Another session is connected to it.",
        "Close that session and try again.",
    ),
    "57014": (
        "The server broke the work off on {place}",
        "A time limit was reached, or somebody cancelled it.",
        "Try again; an administrator may have to raise statement_timeout for the role.",
    ),
    "57P01": (
        "The server ended the session on {place}",
        "It was shut down, or an administrator ended the session. Nothing was changed in the environment.",
        "Start again when the server is up.",
    ),
    "57P03": ("{server} is starting or stopping", "It takes no sessions now.", "Try again in a moment."),
    "40001": (
        "The standby could not keep the snapshot of {place}",
        "Replay on the standby removed rows that were still being read.",
        "Set hot_standby_feedback = on or raise max_standby_streaming_delay on the standby, or copy from the primary.",
    ),
    "25006": ("{place} takes no changes", "The server is read-only: a standby, or set so.", "Use a primary server."),
    "22P05": (
        "A text of {place} cannot be written in the copy's encoding",
        "It holds characters that the encoding does not have.",
        "Make the copy on a server that allows the source's own encoding.",
    ),
}

_CLASSES: Final[dict[str, Words]] = {
    "08": (
        "The connection to {server} was lost",
        "The server, the network or an SSH tunnel on the way went away. Nothing was changed in the environment.",
        "Check that the server can be reached and that the tunnel is up, then start again.",
    ),
    "23": (
        "A rule of the database does not hold for the copied rows",
        "{constraint}.",
        "Choose a mask that keeps values apart and in shape for the column named, or mend the rows in the source.",
    ),
}
_UNREACHABLE: Final[Words] = (
    "{server} cannot be reached",
    "{message}.",
    "Check host, port and network; if it is reached through an SSH tunnel, check that the tunnel is up.",
)


def in_words(error: psycopg.Error, place: Place, doing: str = "") -> OutsideError:
    """The error for a person; `doing` says what was going on, as a clause that begins with "while"."""
    state = error.sqlstate or ""
    words = _STATES.get(state) or _CLASSES.get(state[:2])
    message = _said(error, place)
    if words is None and isinstance(error, psycopg.OperationalError) and not state:
        words = _from_libpq(message)
    if words is None:
        words = ("{place} could not go on", "The server said: {message}.", "")
    parts = {
        "place": str(place),
        "database": place.database,
        "server": place.server,
        "message": message,
        "constraint": _constraint(error),
    }
    title, detail, hint = (text.format(**parts) for text in words)
    return OutsideError(title, f"{detail} It happened {doing}." if doing else detail, hint)


def _from_libpq(message: str) -> Words:
    """Errors of connecting come without a code, in libpq's words."""
    folded = message.casefold()
    for sign, state in (
        ("terminating connection", "57P01"),
        ("password authentication failed", "28P01"),
        ("no password supplied", "28P01"),
        ("no pg_hba.conf entry", "28000"),
        ("is not permitted to log in", "28000"),
        ("too many clients", "53300"),
        ("remaining connection slots", "53300"),
        ("the database system is", "57P03"),
        ("permission denied for database", "42501"),
        ("server closed the connection", "08"),
        ("connection to server was lost", "08"),
        ("consuming input failed", "08"),
        ("the connection is lost", "08"),
        ("the connection is closed", "08"),
    ):
        if sign in folded:
            return _STATES.get(state) or _CLASSES[state]
    if "does not exist" in folded and "database" in folded:
        return _STATES["3D000"]
    return _UNREACHABLE


def _said(error: psycopg.Error, place: Place) -> str:
    """The server's first line; its DETAIL, which may hold values of a row, is left out."""
    text = (error.diag.message_primary or str(error)).strip().splitlines()
    line = text[0] if text else type(error).__name__
    if (error.sqlstate or "").startswith("22"):
        line = f"{type(error).__name__}, SQLSTATE {error.sqlstate}"  # "invalid input syntax for ...: <the value>"
    if place.password:
        line = line.replace(place.password, "...")
    return line.rstrip(".")[:400]


def _constraint(error: psycopg.Error) -> str:
    d = error.diag
    where = ".".join(part for part in (d.schema_name, d.table_name, d.column_name) if part)
    name = f" ({d.constraint_name})" if d.constraint_name else ""
    return f"{type(error).__name__} in {where or 'a table'}{name}"


def absent(error: psycopg.Error) -> bool:
    """Whether the server says that there is no such database."""
    text = str(error).casefold()
    return error.sqlstate == "3D000" or ("database" in text and "does not exist" in text)


def lost(error: OutsideError) -> bool:
    """Whether an error of `in_words` says that the connection ended, so that nobody knows what became of the last
    statement."""
    cause = error.__context__
    state = cause.sqlstate or "" if isinstance(cause, psycopg.OperationalError) else "none"
    return state in ("", "57P01", "57P02", "57P03") or state.startswith("08")


@contextmanager
def told(place: Place, doing: str = "", ctx: PhaseContext | None = None) -> Iterator[None]:
    """Turn the driver's errors of the block into OutsideError; a statement broken off because the person asked to
    stop becomes what `ctx.checkpoint` raises."""
    try:
        yield
    except psycopg.Error as error:
        if ctx is not None and ctx.should_stop():
            ctx.checkpoint()
        raise in_words(error, place, doing) from None
