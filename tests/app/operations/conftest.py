"""A home with one tenant, its production and a sandbox, and real workers to run against it."""

import os
import signal
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import keyring
import pytest

from app.bootstrap import build
from app.domain.environments import EnvironmentKind
from app.domain.operations import Choices, Operation, OperationKind, OperationState
from app.ports.processes import WorkerStatus
from app.services import Services
from app.system.home import Home
from app.system.processes import WorkerProcesses
from tests import leaks
from tests.app.operations import pausing
from tests.forked import Forked
from tests.keyring_file import FileKeyring

ROOT = Path(__file__).parents[3]
PEOPLE = 500
POLICY = """
policy: harbor
version: 1
tables:
  person:
    columns:
      id: keep
      name: {mask: full_name}
      email: {mask: email}
      remarks: {mask: redact_text}
  outbox: {rows: none}
actions:
  - id: flag
    title: Mark every person as a copy
    table: person
    set: {remarks: null}
"""


class NoWorkers:
    """Starts none: each test starts its own."""

    def status(self) -> WorkerStatus:
        return WorkerStatus(running=False)

    def ensure(self) -> None:
        pass


def fact(what: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until it is so; fails when it does not become so."""
    deadline, pause = time.monotonic() + seconds, threading.Event()
    while not what():
        if time.monotonic() > deadline:
            pytest.fail("what the test waits for did not happen")
        pause.wait(0.02)


@dataclass
class Workspace:
    """One home. `services` starts no worker by itself: `worker` does, so that a test knows each of them."""

    home: Path
    services: Services
    database: Path
    running: list[Forked] = field(default_factory=list)

    def start(self, kind: OperationKind) -> Operation:
        choices = Choices(acknowledged=("all",), confirm="sandbox")
        return self.services.operations.start("Harbor/sandbox", kind, choices)

    def worker(self, moment: str = "never", patience: float | None = None) -> Forked:
        """A real worker process, which stands still at `moment`."""
        for told in ("paused", "go"):
            (self.home / told).unlink(missing_ok=True)
        process = Forked(pausing.main, self.home, moment, patience, out=self.home / "test-worker.log", folder=ROOT)
        self.running.append(process)
        return process

    def paused(self) -> bool:
        return (self.home / "paused").exists()

    def end_successor(self) -> None:
        """A worker that ends while something is queued starts another, which would stay for a while."""
        workers = WorkerProcesses(Home(self.home))
        process = workers.status().process
        if process is not None:
            os.kill(process, signal.SIGTERM)
            fact(lambda: not workers.status().running)

    def end_all(self) -> None:
        """Every worker of this home, also one that another started in its last moment and that has not said so yet."""

        def ended() -> bool:
            found = [int(words.split()[1]) for words in leaks.processes(self.home)]
            for process in found:
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGTERM)
            return not found

        fact(ended)

    def stalled(self) -> bool:
        """Whether a worker holds its lock without beating."""
        return WorkerProcesses(Home(self.home)).status().stalled

    def finish(self, operation: Operation) -> Operation:
        """Wait until the operation has ended."""
        fact(lambda: self.services.operations.get(operation.id).state.ended)
        return self.services.operations.get(operation.id)

    def run(self, kind: OperationKind) -> Operation:
        """Start it, with a worker of its own, and wait for both to end."""
        operation = self.start(kind)
        worker = self.worker()
        ended = self.finish(operation)
        assert worker.wait(30) == 0
        return ended

    def kill(self, process: Forked) -> None:
        process.send_signal(signal.SIGKILL)
        process.wait(10)

    def names(self) -> list[str]:
        """What the sandbox holds, read as its user would."""
        connection = sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)
        try:
            return [row[0] for row in connection.execute("SELECT name FROM person ORDER BY id")]
        finally:
            connection.close()

    def left_aside(self) -> list[str]:
        """Files in the environment's area that belong to no finished copy."""
        area = self.database.parent / f".{self.database.name}.sandkeeper"
        if not area.exists():
            return []
        return sorted(p.name for p in area.iterdir() if p.name.startswith(("staging", "old", "baseline-")))


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """A home with nothing provisioned yet."""
    with made_in(tmp_path) as made:
        yield made


@pytest.fixture(scope="module")
def provisioned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """A home whose sandbox has its first copy; the tests of a module share it, each leaving it ready."""
    with made_in(tmp_path_factory.mktemp("provisioned")) as made:
        assert made.run(OperationKind.PROVISION).state is OperationState.SUCCEEDED
        yield made


@contextmanager
def made_in(folder: Path) -> Iterator[Workspace]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHON_KEYRING_BACKEND", "tests.keyring_file.FileKeyring")
        patch.setenv("SANDKEEPER_TEST_KEYRING", str(folder / "keyring.json"))
        before = keyring.get_keyring()
        keyring.set_keyring(FileKeyring())  # type: ignore[no-untyped-call]  # keyring's base class has no types here
        production = folder / "production.sqlite"
        make_production(production)
        policy = folder / "harbor.yaml"
        policy.write_text(POLICY)
        services = build(folder / "home", workers=NoWorkers())
        keyring.set_keyring(before)
        made = Workspace(home=folder / "home", services=services, database=folder / "sandbox.sqlite")
        services.tenants.add("Harbor")
        services.environments.add(
            "Harbor", "production", kind=EnvironmentKind.PRODUCTION, database=f"sqlite:///{production}"
        )
        services.environments.add(
            "Harbor",
            "sandbox",
            kind=EnvironmentKind.SANDBOX,
            database=f"sqlite:///{made.database}",
            policy=str(policy),
        )
        yield made
        for process in made.running:
            if process.poll() is None:
                os.kill(process.pid, signal.SIGCONT)
                made.kill(process)
        made.end_all()
        services.close()


def make_production(path: Path, people: int = PEOPLE) -> None:
    connection = sqlite3.connect(path)
    connection.executescript(
        """
        PRAGMA journal_mode = WAL;
        CREATE TABLE person (id INTEGER PRIMARY KEY, name VARCHAR(80) NOT NULL, email VARCHAR(80) UNIQUE, remarks TEXT);
        CREATE INDEX person_name ON person (name);
        CREATE TABLE outbox (id INTEGER PRIMARY KEY, recipient TEXT);
        """
    )
    connection.executemany(
        "INSERT INTO person (name, email, remarks) VALUES (?, ?, ?)",
        (
            (f"Original Person {n}", f"original.person.{n}@mail.example", f"Call Original Person {n} at noon")
            for n in range(people)
        ),
    )
    connection.execute("INSERT INTO outbox (recipient) VALUES ('original.person.1@mail.example')")
    connection.commit()
    connection.close()
