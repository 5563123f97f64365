"""A home with real parts, and a worker of this process: the steps of operations without the workflow engine."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.bootstrap import Parts, build_parts, services_of
from app.domain.operations import Choices, Operation, OperationKind, OperationState
from app.errors import OutsideError
from app.operations.steps import GO_ON, Steps
from app.operations.workshop import Workshop
from app.ports.processes import WorkerStatus
from app.services import Services
from app.services.plans import PlanService

POLICY = """\
policy: harbor
version: 1
lifetime: {days: 14}
options:
  - {id: history, type: choice, title: History, choices: [all, none], default: all}
tables:
  person:
    columns:
      id: keep
      name: {mask: full_name}
      email: {mask: email}
      remarks: {mask: redact_text}   # what people wrote
  visit: {rows: {option: history}, columns: {id: keep, person_id: keep}}
  outbox: {rows: none}
checks:
  - {id: no-mail, title: No mail waits, table: outbox, expect: 0}
manual:
  - {id: look, title: Somebody looked, instructions: Open it and look.}
warnings:
  - {id: told, text: Pupils were told.}
"""


class ThreadWorkers:
    """Runs what is queued in a thread of this process, and ends. `absent` makes it fail to come up; `idle` lets it
    do nothing, so that operations stay queued."""

    def __init__(self) -> None:
        self.parts: Parts | None = None
        self.absent = False
        self.idle = False
        self.ensured = 0
        self._threads: list[threading.Thread] = []

    def status(self) -> WorkerStatus:
        return WorkerStatus(running=any(t.is_alive() for t in self._threads))

    def ensure(self) -> None:
        self.ensured += 1
        if self.absent:
            raise OutsideError("The worker did not come up", "It gave no sign of life.", "Look at its log.")
        if not self.idle:
            thread = threading.Thread(target=self.work)
            self._threads.append(thread)
            thread.start()

    def work(self) -> None:
        """Everything that is queued, one after the other."""
        assert self.parts is not None
        parts = self.parts
        planner = PlanService(
            catalog=parts.catalog, adapter_for=parts.adapter_for, secrets=parts.secrets, signer=parts.signer
        )
        steps = Steps(
            Workshop(
                catalog=parts.catalog,
                adapter_for=parts.adapter_for,
                planner=planner,
                secrets=parts.secrets,
                signer=parts.signer,
                clock=parts.clock,
                certificates=parts.home.certificates,
            )
        )
        with parts.catalog.read() as tx:
            queued = tx.operations.all(states=(OperationState.QUEUED,))
        for operation in reversed(queued):
            for step in (steps.prepare, steps.publish, steps.settle):
                if step(operation.id) != GO_ON:
                    break

    def join(self) -> None:
        for thread in self._threads:
            thread.join(60)


@dataclass
class Office:
    """One home, its services, and the folder its databases lie in."""

    folder: Path
    parts: Parts
    services: Services
    workers: ThreadWorkers

    @property
    def home(self) -> Path:
        return self.parts.home.path

    @property
    def production(self) -> Path:
        return self.folder / "production.sqlite"

    @property
    def sandbox(self) -> Path:
        return self.folder / "sandbox.sqlite"

    @property
    def policy(self) -> Path:
        return self.folder / "harbor.yaml"

    def actions(self) -> list[str]:
        """What the audit trail says was done, oldest first."""
        return [record.action for record in self.services.audit.all()]

    def populate(self) -> None:
        """Harbor with its production and a sandbox that has no copy yet."""
        make_production(self.production)
        self.policy.write_text(POLICY)
        self.services.tenants.add("Harbor")
        self.services.environments.add(
            "Harbor", "production", kind="production", database=f"sqlite:///{self.production}"
        )
        self.services.environments.add(
            "Harbor", "sandbox", kind="sandbox", database=f"sqlite:///{self.sandbox}", policy=str(self.policy)
        )

    def run(self, kind: OperationKind, ref: str = "Harbor/sandbox") -> Operation:
        """Start it with everything acknowledged, and wait until it ended."""
        choices = Choices(acknowledged=("all",), confirm=ref.rpartition("/")[2])
        operation = self.services.operations.start(ref, kind, choices)
        self.workers.join()
        return self.services.operations.get(operation.id)

    def count(self, sql: str, path: Path | None = None) -> object:
        with closing(sqlite3.connect(f"file:{path or self.sandbox}?mode=ro", uri=True)) as connection:
            return connection.execute(sql).fetchone()[0]


def make_production(path: Path, people: int = 60) -> None:
    """A small production database, in WAL mode, with people nobody knows."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.executescript(
            """
            CREATE TABLE person (
                id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL UNIQUE, remarks TEXT
            );
            CREATE TABLE visit (id INTEGER PRIMARY KEY, person_id INTEGER NOT NULL REFERENCES person (id));
            CREATE TABLE outbox (id INTEGER PRIMARY KEY, recipient TEXT, body TEXT);
            """
        )
        connection.executemany(
            "INSERT INTO person VALUES (?, ?, ?, ?)",
            [
                (n, f"Quibble Zanthorpe{n}", f"quibble.zanthorpe{n}@private.example", f"Quibble Zanthorpe{n} has a dog")
                for n in range(1, people + 1)
            ],
        )
        connection.executemany("INSERT INTO visit VALUES (?, ?)", [(n, n) for n in range(1, people + 1)])
        connection.execute("INSERT INTO outbox VALUES (1, 'quibble.zanthorpe1@private.example', 'Dear Quibble')")


@contextmanager
def open_office(folder: Path) -> Iterator[Office]:
    """An empty office in `folder`."""
    parts, workers = build_parts(folder / "home"), ThreadWorkers()
    workers.parts = parts
    try:
        yield Office(folder=folder, parts=parts, services=services_of(parts, workers=workers), workers=workers)
    finally:
        workers.join()
        parts.catalog.close()
