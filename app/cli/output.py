"""Where words go: results to standard output, messages and progress to standard error, JSON alone on the former."""

import json
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, TextIO

from app.errors import OutsideError

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.text import Text

WIDE = 240
"""Columns when nobody looks (a pipe, a file): nothing is cut or wrapped there."""


class Output:
    """Both streams of one process. In JSON mode everything but the one object goes to standard error."""

    def __init__(self, *, json: bool) -> None:
        self.json = json
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):
                # A terminal that cannot show a character gets an escape, never an exception half-way.
                stream.reconfigure(errors="backslashreplace")

    @cached_property
    def console(self) -> "Console":
        """For results: standard output, or standard error in JSON mode."""
        return _console(sys.stderr if self.json else sys.stdout)

    @cached_property
    def messages(self) -> "Console":
        """For progress and what is said on the way: standard error."""
        return _console(sys.stderr)

    def emit(self, data: object) -> None:
        """The one JSON object."""
        ascii_only = (sys.stdout.encoding or "").lower().replace("-", "") != "utf8"
        with _told_when_unwritten():
            sys.stdout.write(json.dumps(data, ensure_ascii=ascii_only, indent=2) + "\n")
            sys.stdout.flush()

    def show(self, *things: "RenderableType") -> None:
        """Part of the result, for people."""
        with _told_when_unwritten():
            for thing in things:
                self.console.print(thing, soft_wrap=isinstance(thing, str))

    def say(self, text: "str | Text") -> None:
        """A message on the way."""
        self.messages.print(text, soft_wrap=True)

    def error(self, title: str, detail: str = "", hint: str = "") -> None:
        """What went wrong, what state things are in, what to do."""
        from rich.text import Text

        self.say(Text.assemble(("Error: ", "bold red"), (clean(title), "bold")))
        for part in (detail, hint):
            if part:
                self.say(Text(clean(part)))

    @property
    def symbols(self) -> bool:
        """Whether the result's stream can show more than ASCII."""
        return (self.console.encoding or "").lower().startswith("utf")


@contextmanager
def _told_when_unwritten() -> Iterator[None]:
    """A full disk behind a redirection is told as such. A pipe whose reader has gone is no problem of ours."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as problem:
        raise OutsideError(
            "The result could not be written",
            f"What was asked for was done; standard output takes no more: {problem.strerror}.",
            "Look where the output is sent to, and ask again.",
        ) from problem


def _console(stream: TextIO) -> "Console":
    from rich.console import Console

    seen = stream.isatty()
    return Console(file=stream, width=None if seen else WIDE, highlight=False, markup=False, emoji=False)


def clean(text: str) -> str:
    """Text of a database or a file, safe for a terminal: what steers it or turns the writing shows as an escape."""
    if text.isprintable():
        return text
    return "".join(
        c if c == "\n" or unicodedata.category(c) not in ("Cc", "Cf", "Cs") else c.encode("unicode_escape").decode()
        for c in text
    )


def table(
    headings: Sequence[str], rows: Iterable[Sequence["str | Text"]], *, right: Sequence[int] = ()
) -> "RenderableType":
    """An aligned table without lines. `right` are the positions of columns with numbers."""
    from rich.table import Table
    from rich.text import Text

    made = Table(box=None, pad_edge=False, header_style="bold", show_edge=False)
    for at, heading in enumerate(headings):
        made.add_column(heading, justify="right" if at in right else "left", overflow="fold", no_wrap=at in right)
    for row in rows:
        made.add_row(*(Text(clean(cell)) if isinstance(cell, str) else cell for cell in row))
    return made


def facts_table(facts: Iterable[tuple[str, "str | Text"]]) -> "RenderableType":
    """Name and value, one a line; empty values are left out."""
    from rich.table import Table
    from rich.text import Text

    made = Table.grid(padding=(0, 2))
    for name, value in facts:
        if str(value):
            made.add_row(Text(name, "dim"), Text(clean(value)) if isinstance(value, str) else value)
    return made
