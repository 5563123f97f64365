"""What the processes of a copy say to one another, through a socket of their own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from app.databases.sqlite.staging import FileSettings
from app.domain.environments import Identity
from app.domain.operations import TableRun
from app.domain.plan import Plan
from app.ports.databases import RowValue

BEGIN, BEGUN, COPY = "begin", "begun", "copy"
"""Begin reading the source, it was begun, and: everybody reads the same, go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartJob:
    """What a helper is told: to copy `tables` of the source into the empty file `path`."""

    path: Path
    settings: FileSettings
    source: Path
    identity: Identity
    plan: Plan
    tables: tuple[str, ...]
    secret: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class ColumnReport:
    """What a helper's `MaskedColumn` saw."""

    table: str
    column: str
    originals: Mapping[RowValue, int] = field(repr=False)
    unchanged: int
    values: int


@dataclass(frozen=True, slots=True)
class PartDone:
    """A part is complete and its file closed. `unfit` is as in `Copied`."""

    runs: tuple[TableRun, ...]
    columns: tuple[ColumnReport, ...]
    unfit: Mapping[tuple[str, str], Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class PartFailed:
    """A part came to nothing; `error` is the class of a SandkeeperError."""

    error: str
    title: str
    detail: str
    hint: str


@dataclass(frozen=True, slots=True)
class Progress:
    table: str
    done: int
    of: int | None
    bytes: int
