"""What the coordinator of a copy and its carriers say to one another, through a socket of their own."""

from dataclasses import dataclass, field
from typing import Final

from app.databases.postgresql.reading import Reading
from app.databases.postgresql.slices import Slice
from app.databases.postgresql.urls import Place

READY: Final = "ready"
"""A carrier's sessions are open. From here on anything that reaches it while it works means stop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """From where to where, and with what. `settings` are the mask keys as the source's sessions know them."""

    source: Place
    moment: str
    target: Place
    settings: tuple[tuple[str, str], ...] = field(repr=False)
    secret: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Job:
    """Rows to carry: a table, or a piece of one."""

    number: int
    reading: Reading
    slice: Slice


@dataclass(frozen=True, slots=True)
class CountJob:
    """Values to count in a table that is all there."""

    number: int
    reading: Reading


@dataclass(frozen=True, slots=True)
class Progress:
    """Since the last one."""

    number: int
    rows: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Carried:
    """A job is done. `unchanged` are by column the values that came out as they went in."""

    number: int
    rows: int
    unchanged: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Counted:
    """The values that are not NULL, by column."""

    number: int
    values: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Failed:
    """The carrier ended; `error` is the class of a SandkeeperError, empty for a fault of ours."""

    error: str
    title: str
    detail: str = ""
    hint: str = ""
