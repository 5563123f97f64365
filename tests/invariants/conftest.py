"""What the attacks on the invariants share: a home with real parts, and ways to interfere at a named moment."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from app.cli import main
from app.domain.operations import Choices, Operation, OperationKind
from tests.app.databases.postgresql.conftest import server18
from tests.app.office import Office, open_office
from tests.app.operations.pausing import PausingAdapter
from tests.invariants.witness import KILLED_AT, Witness, witness_in

__all__ = ("server18",)  # a fixture of the servers' own tests
ALL = Choices(acknowledged=("all",), confirm="sandbox")
Run = Callable[..., int]


@dataclass(frozen=True)
class Facts:
    """Everything about a file that somebody could have changed."""

    content: bytes
    modified: int
    mode: int
    inode: int
    link: str | None

    @staticmethod
    def of(path: Path) -> "Facts":
        at = path.lstat()
        link = str(path.readlink()) if path.is_symlink() else None
        return Facts(path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_mode, at.st_ino, link)


class Interference:
    """Calls `what` once, at one moment of the worker's work."""

    def __init__(self, moment: str, what: Callable[[], object]) -> None:
        self._moment, self._what = moment, what
        self.happened = False

    def at(self, moment: str) -> None:
        if moment == self._moment and not self.happened:
            self.happened = True
            self._what()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """Harbor with its production and a sandbox that has no copy yet."""
    with open_office(tmp_path) as made:
        made.populate()
        yield made


@pytest.fixture
def provisioned(office: Office) -> Office:
    """The same, with a copy."""
    assert office.run(OperationKind.PROVISION).state == "succeeded"
    return office


@pytest.fixture
def run(office: Office, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command line in the office's home; gives its exit code."""

    def run(*words: str) -> int:
        return int(main(("--home", str(office.home), "--json", *words), services=office.services))

    return run


@contextmanager
def interfering(office: Office, moment: str, what: Callable[[], object]) -> Iterator[Interference]:
    """The office's worker is real and `what` happens at a moment of its work (see tests.app.operations.pausing)."""
    parts = office.workers.parts
    assert parts is not None
    interference, real = Interference(moment, what), parts.adapter_for

    def adapter_for(url: str) -> Any:
        return PausingAdapter(real(url), interference)  # type: ignore[arg-type]  # anything with `at`

    office.workers.parts = replace(parts, adapter_for=adapter_for)
    try:
        yield interference
    finally:
        office.workers.parts = parts


def meanwhile(office: Office, kind: OperationKind, what: Callable[[], object]) -> Operation:
    """Start it, let `what` happen before any worker takes it, then let the worker work."""
    office.workers.idle = True
    operation = office.services.operations.start("Harbor/sandbox", kind, ALL)
    office.workers.idle = False
    what()
    office.workers.work()
    return office.services.operations.get(operation.id)


def alter(path: Path, sql: str, *values: object) -> None:
    """Somebody writes to a database behind our back."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(sql, values)


@pytest.fixture(scope="session")
def witness(tmp_path_factory: pytest.TempPathFactory) -> Witness:
    """What was seen of a first copy, and of a second whose worker was killed half way and taken over from."""
    with witness_in(tmp_path_factory.mktemp("witness")) as made:
        made.walk(OperationKind.PROVISION)
        made.walk(OperationKind.REFRESH, kill_at=KILLED_AT)
    return made
