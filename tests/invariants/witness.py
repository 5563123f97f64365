"""One provision and one refresh, walked through moment by moment, and what a witness saw at each.

The witness looks at every file that the worker can reach (target's folder, home, temporary folder, working folder), at
the worker's process as the system shows it, and tries to get into the staging database.
"""

import base64
import json
import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import keyring
import pytest

from app.bootstrap import build
from app.domain.operations import ChecklistItem, Choices, Operation, OperationKind
from app.services import Services
from tests.app.operations.conftest import NoWorkers, fact
from tests.keyring_file import FileKeyring

ROOT = Path(__file__).parents[2]
PEOPLE = 200
KILLED_AT = "before finish"
FINISHED = ("before publish", "inside publish", "after kill -9")

ORIGINALS = ("zanthorpe", "quibble-post", "umberwick")
"""One of these is in every value that is masked or left behind, and nowhere else."""

POLICY = """\
policy: harbor
version: 1
tables:
  person:
    columns:
      id: keep
      name: {mask: full_name}
      email: {mask: email}
      remarks: {mask: lorem}
      photo: {mask: "null"}
  note: {columns: {body: {mask: lorem}}}
  outbox: {rows: none}
actions:
  - {id: silence, title: Nobody is written to, table: person, set: {email: 'nobody@example.invalid'}, where: {id: 1}}
checks:
  - {id: no-mail, title: No mail waits, table: outbox, expect: 0}
manual:
  - {id: look, title: Somebody looked, instructions: Open it and look.}
"""

INTRUDER = """
import os, sqlite3, sys
name, uid = sys.argv[1], int(sys.argv[2])
said = []
if uid:
    os.chdir(sys.argv[3])
    os.setgroups([]); os.setgid(uid); os.setuid(uid)
    for what in (lambda: os.listdir(os.path.dirname(name)), lambda: open(name, "rb"), lambda: open(name, "r+b")):
        try:
            what()
            said.append("in")
        except OSError as error:
            said.append(type(error).__name__)
else:
    os.chdir(sys.argv[3])
    for sql in ("SELECT count(*) FROM sqlite_master", "CREATE TABLE mine (a)", "DELETE FROM person", "BEGIN EXCLUSIVE"):
        try:
            connection = sqlite3.connect(f"file:{name}?mode=rw", uri=True, timeout=0, isolation_level=None)
            connection.execute(sql)
            said.append("in")
        except sqlite3.Error as error:
            said.append(str(error))
print("|".join(said))
"""


@dataclass(frozen=True)
class Seen:
    """What was seen at one moment. `originals` and `secrets` name file and needle; `intruders` are what processes of
    this account, and `strangers` what those of another one, were told at the staging file's door."""

    operation: str
    moment: str
    files: frozenset[str]
    originals: tuple[str, ...]
    secrets: tuple[str, ...]
    intruders: tuple[str, ...] = ()
    strangers: tuple[str, ...] = ()
    modes: tuple[tuple[str, int], ...] = ()


@dataclass
class Witness:
    folder: Path
    services: Services
    seen: list[Seen] = field(default_factory=list)
    operations: list[Operation] = field(default_factory=list)
    checklist: tuple[ChecklistItem, ...] = ()

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def databases(self) -> Path:
        return self.folder / "databases"

    @property
    def sandbox(self) -> Path:
        return self.databases / "sandbox.sqlite"

    @property
    def keyring(self) -> Path:
        return self.folder / "keyring" / "keyring.json"

    def secrets(self) -> dict[str, bytes]:
        """Every key of the keyring, in each spelling it could leak in."""
        found = dict[str, bytes]()
        for name, value in json.loads(self.keyring.read_text()).items():
            entry = name.rpartition("\n")[2]
            if "head" in entry:
                continue  # number and hash of a record: no secret
            raw = base64.b64decode(value)
            assert len(raw) == 32, entry
            found |= {f"{entry} raw": raw, f"{entry} base64": base64.b64encode(raw)[:40]}
            found |= {f"{entry} url": base64.urlsafe_b64encode(raw)[:40], f"{entry} hex": raw.hex().encode()}
        return found

    def walk(self, kind: OperationKind, kill_at: str = "") -> Operation:
        choices = Choices(acknowledged=("all",), confirm="sandbox")
        operation = self.services.operations.start("Harbor/sandbox", kind, choices)
        if kill_at:
            self._follow(str(kind), kill_at)
        self._follow(str(kind))
        ended = self.services.operations.get(operation.id)
        self.operations.append(ended)
        self.checklist = self.services.inspection.checklist("Harbor/sandbox")
        return ended

    def _follow(self, operation: str, kill_at: str = "") -> None:
        """One worker, from its start to its end or to the moment it is killed at."""
        at = self.home / "at"
        at.unlink(missing_ok=True)
        log = (self.home / "logs" / "worker.log").open("ab")
        environment = os.environ | {"TMPDIR": str(self.folder / "tmp"), "PYTHONPATH": str(ROOT)}
        with log:
            worker = subprocess.Popen(
                [sys.executable, "-m", "tests.invariants.walking", str(self.home)],
                cwd=self.folder / "cwd",
                env=environment,
                stdout=log,
                stderr=log,
            )
        with worker:
            try:
                while True:
                    fact(lambda: at.exists() or worker.poll() is not None)
                    if not at.exists():
                        break
                    moment = at.read_text()
                    if moment == kill_at:
                        worker.kill()
                        worker.wait(10)
                        self.seen.append(self._look(operation, "after kill -9"))
                        return
                    self.seen.append(self._look(operation, moment, worker.pid))
                    at.unlink()
                assert worker.returncode == 0, (self.home / "logs" / "worker.log").read_text()
                self.seen.append(self._look(operation, "ended"))
            finally:
                worker.kill()

    def _look(self, operation: str, moment: str, worker: int = 0) -> Seen:
        needles = {"originals": ORIGINALS, "secrets": {name: value.hex() for name, value in self.secrets().items()}}
        words = [sys.executable, str(Path(__file__).with_name("looking.py")), str(self.folder), str(worker)]
        done = subprocess.run(words, input=json.dumps(needles), capture_output=True, text=True, check=True)
        said = json.loads(done.stdout)
        area = self.databases / ".sandbox.sqlite.sandkeeper"
        staging = sorted(area.glob("staging-*.sqlite")) if area.exists() else []
        private = [area, *area.iterdir()] if area.exists() else []
        # Once it is finished and closed, a program of the same account can only be noticed, not kept out.
        building = [] if moment in FINISHED else staging[:1]
        return Seen(
            operation=operation,
            moment=moment,
            files=frozenset(said["files"]),
            originals=tuple(said["originals"]),
            secrets=tuple(said["secrets"]),
            intruders=tuple(said for path in building for said in self._intrude(path, 0)),
            strangers=tuple(said for path in staging[:1] for said in self._intrude(path, 65534)),
            modes=tuple((p.name, stat.S_IMODE(p.stat().st_mode)) for p in private),
        )

    def _intrude(self, path: Path, uid: int) -> list[str]:
        if uid and os.geteuid() != 0:
            return []
        name = str(path.relative_to(self.databases))
        words = [sys.executable, "-c", INTRUDER, name, str(uid), str(self.databases)]
        done = subprocess.run(words, capture_output=True, text=True, check=True)
        return done.stdout.strip().split("|")


@contextmanager
def witness_in(folder: Path) -> Iterator[Witness]:
    """Everything set up, nothing walked yet."""
    for name in ("databases", "keyring", "tmp", "cwd"):
        (folder / name).mkdir()
    folder.chmod(0o755)
    (folder / "databases").chmod(0o755)
    make_production(folder / "databases" / "production.sqlite")
    (folder / "harbor.yaml").write_text(POLICY)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHON_KEYRING_BACKEND", "tests.keyring_file.FileKeyring")
        patch.setenv("SANDKEEPER_TEST_KEYRING", str(folder / "keyring" / "keyring.json"))
        before = keyring.get_keyring()
        keyring.set_keyring(FileKeyring())  # type: ignore[no-untyped-call]  # keyring's base class has no types here
        services = build(folder / "home", workers=NoWorkers())
        try:
            services.tenants.add("Harbor")
            url = f"sqlite:///{folder}/databases"
            services.environments.add("Harbor", "production", kind="production", database=f"{url}/production.sqlite")
            services.environments.add(
                "Harbor", "sandbox", kind="sandbox", database=f"{url}/sandbox.sqlite", policy=f"{folder}/harbor.yaml"
            )
            yield Witness(folder=folder, services=services)
        finally:
            services.close()
            keyring.set_keyring(before)


def make_production(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(
            """
            PRAGMA journal_mode = WAL;
            CREATE TABLE person (id INTEGER PRIMARY KEY, name VARCHAR(80) NOT NULL, email VARCHAR(80) UNIQUE,
                                 remarks TEXT, photo BLOB);
            CREATE INDEX person_name ON person (name COLLATE NOCASE);
            CREATE TABLE outbox (id INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT);
            CREATE VIRTUAL TABLE note USING fts5(body);
            CREATE TRIGGER noted AFTER UPDATE OF remarks ON person BEGIN INSERT INTO note VALUES (new.remarks); END;
            """
        )
        connection.executemany(
            "INSERT INTO person (name, email, remarks, photo) VALUES (?, ?, ?, ?)",
            (
                (f"Ida Zanthorpe{n}", f"ida{n}@quibble-post.example", f"Owes Umberwick {n}", b"\x89 umberwick %d" % n)
                for n in range(PEOPLE)
            ),
        )
        connection.execute("INSERT INTO note SELECT remarks FROM person")
        connection.execute("INSERT INTO outbox (body) SELECT 'Dear ' || name || ' of Umberwick' FROM person")
        connection.execute("ANALYZE")
