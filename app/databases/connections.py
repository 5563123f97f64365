"""Database URLs as people give them: the password is taken out before anything else happens."""

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from app.errors import UserError
from app.ports.databases import Connection

_SECRET_KEYS = ("password", "sslpassword")


def without_password(given: str) -> Connection:
    """Take the password out of a URL, wherever it stands: before the host or among the parameters.

    A URL without one comes back as it was given. Raises UserError for what is no URL; the error does not repeat it.
    """
    if "://" not in given or any(ord(c) < 32 for c in given):
        raise _malformed()
    if given.startswith("sqlite:"):
        return Connection(given)  # a path, in which nothing is a password; its adapter judges it
    try:
        url = make_url(given)
    except (ArgumentError, ValueError):
        raise _malformed() from None
    if any(url.query.get(key) for key in _SECRET_KEYS[1:]):
        raise UserError(
            "The URL holds a key's passphrase",
            "Sandkeeper does not keep passphrases of client certificates.",
            "Use a key without one in a folder only you can read, or libpq's own files.",
        )
    if "@" in (url.host or ""):
        raise UserError(
            "The URL's password cannot be told from its host",
            "It holds an @ as it is.",
            "Write @ as %40, : as %3A and / as %2F within the password.",
        )
    in_query = url.query.get("password")
    if isinstance(in_query, tuple):
        raise _malformed()
    password = None if url.password is None else str(url.password)
    if password is None and not in_query:
        return Connection(given)
    bare = URL.create(  # `url.set(password=None)` would keep it
        url.drivername,
        username=url.username,
        host=url.host,
        port=url.port,
        database=url.database,
        query={key: value for key, value in url.query.items() if key != "password"},
    )
    return Connection(bare.render_as_string(hide_password=False), password or in_query)


def _malformed() -> UserError:
    return UserError(
        "That is not a database URL",
        "It is not of the form KIND://..., or holds characters a URL cannot have.",
        "Write it like sqlite:///folder/file.sqlite (four slashes for an absolute path).",
    )
