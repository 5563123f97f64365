"""URLs of SQLite databases, as SQLAlchemy writes them: `sqlite:///relative` and `sqlite:////absolute/path`.

The part after the third slash is the path itself: nothing in it is decoded, so a percent sign or a space stands for
itself. Options behind a question mark are refused, because the person would believe that they do something.
"""

import os
from pathlib import Path
from urllib.parse import quote

from app.errors import UserError

_PREFIX = "sqlite:///"


def normalise(url: str, base: Path) -> str:
    """The URL with an absolute path, relative ones resolved against `base`; links are left as they are.

    Raises UserError for anything that does not name a file.
    """
    return _PREFIX + os.path.abspath(base / _path_text(url))  # noqa: PTH100  # Path.resolve would follow links


def path_of(url: str) -> Path:
    """The file a URL names. Raises UserError for a malformed URL."""
    return Path(_path_text(url))


def uri_of(path: Path, mode: str) -> str:
    """The path as the `file:` URI that SQLite opens; `mode` is ro, rw or rwc."""
    return f"file:{quote(os.fsencode(os.path.abspath(path)))}?mode={mode}"  # noqa: PTH100  # keeps links


def _path_text(url: str) -> str:
    if not url.startswith(_PREFIX):
        raise UserError(
            "This is not the URL of a SQLite database",
            "It should look like sqlite:///folder/file.sqlite or, for an absolute path, sqlite:////folder/file.sqlite.",
            "Count the slashes: three, and a fourth where the path itself begins with one.",
        )
    text = url[len(_PREFIX) :]
    if text in ("", "/") or text.startswith((":memory:", "file:")) or text.endswith(("/", os.sep)):
        raise UserError(
            "The URL names no file", "Sandkeeper works with databases in files.", "Give the path of a file."
        )
    if "?" in text:
        raise UserError(
            "The URL of a SQLite database takes no options",
            "What follows a question mark would be an option, and Sandkeeper decides itself how to open a file.",
            "Leave the question mark and what follows away; a file with one in its name has to be renamed.",
        )
    if "\0" in text:
        raise UserError("The path holds a NUL character", "No file can have such a name.", "Check what was pasted.")
    return text
