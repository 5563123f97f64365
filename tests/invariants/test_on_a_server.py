"""The invariants on PostgreSQL: whatever is cut, killed or locked, the old sandbox stays and nothing is left."""

import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import keyring
import psycopg
import pytest

from app.domain.operations import Choices, OperationKind, OperationState
from tests.app.databases.postgresql.cluster import Cluster
from tests.app.databases.postgresql.servers import READER, WORKER, Server, create_source, own_server
from tests.app.office import Office, open_office
from tests.app.operations.conftest import Workspace, fact, made_in
from tests.invariants.conftest import interfering
from tests.keyring_file import FileKeyring

PEOPLE = 400
SOURCE = f"""
CREATE TABLE public.person (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, email text UNIQUE,
                            remarks text);
CREATE TABLE public.visit (id int PRIMARY KEY, person_id int NOT NULL REFERENCES public.person (id));
CREATE TABLE public.outbox (id int PRIMARY KEY, recipient text, body text);
INSERT INTO public.person (name, email, remarks)
SELECT 'Quibble Zanthorpe' || n, 'quibble.zanthorpe' || n || '@private.example',
       'Quibble Zanthorpe' || n || ' has a dog'
FROM generate_series(1, {PEOPLE}) AS n;
INSERT INTO public.visit SELECT n, n FROM generate_series(1, {PEOPLE}) AS n;
INSERT INTO public.outbox VALUES (1, 'quibble.zanthorpe1@private.example', 'Dear Quibble');
"""
ALL = Choices(acknowledged=("all",), confirm="cloud")
REF = "Harbor/cloud"


@dataclass
class Place:
    """A home with a sandbox on a server, which has its first copy."""

    server: Server
    office: Office
    production: str
    sandbox: str

    def refresh(self) -> OperationState:
        operation = self.office.services.operations.start(REF, OperationKind.REFRESH, ALL)
        self.office.workers.join()
        self.ended = self.office.services.operations.get(operation.id)
        return self.ended.state

    def names(self) -> list[str]:
        return [row[0] for row in self.server.run("SELECT name FROM person ORDER BY id", self.sandbox)]

    def oid(self) -> int:
        return int(self.server.run(f"SELECT oid FROM pg_database WHERE datname = '{self.sandbox}'")[0][0])

    def aside(self) -> list[str]:
        """Databases that belong to no finished copy."""
        found = self.server.run("SELECT datname FROM pg_database WHERE datname LIKE 'sandkeeper\\_%'")
        mine = self.office.services.environments.get(REF).id
        return [name for (name,) in found if mine in name and not name.endswith("_baseline")]

    def end_sessions(self) -> None:
        """As an administrator would: every session of ours."""
        self.server.run(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename IN ('{READER[0]}', '{WORKER[0]}')"
        )

    def unharmed(self, before: tuple[int, list[str]]) -> None:
        assert (self.oid(), self.names()) == before
        login = self.office.services.environments.access(REF, reveal=True)
        assert login.login is not None
        with psycopg.connect(self.server.place(self.sandbox, login.login, login.password).conninfo()) as session:
            assert session.execute("SELECT count(*) FROM public.person").fetchone() == (PEOPLE,)


def _populate(office: Office, server: Server, folder: Path) -> tuple[str, str]:
    production = create_source(server, SOURCE)
    sandbox = f"{production}_sandbox"
    policy = folder / "cloud.yaml"
    policy.write_text(
        """
policy: cloud
version: 1
tables:
  person: {columns: {id: keep, name: {mask: full_name}, email: {mask: email}, remarks: {mask: redact_text}}}
  visit: {columns: {id: keep, person_id: keep}}
  outbox: {rows: none}
"""
    )
    services = office.services
    if not any(t.name == "Harbor" for t in services.tenants.all()):
        services.tenants.add("Harbor")
    services.environments.add(
        "Harbor", "cloud-production", kind="production", database=server.url(production, READER[0]), password=READER[1]
    )
    services.environments.add(
        "Harbor", "cloud", kind="sandbox", database=server.url(sandbox, WORKER[0]), password=WORKER[1],
        source="cloud-production", policy=str(policy),
    )  # fmt: skip
    return production, sandbox


@pytest.fixture(scope="module")
def keyring_file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FileKeyring]:
    """One keyring for the module's home and for the worker processes, which get it through their environment."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHON_KEYRING_BACKEND", "tests.keyring_file.FileKeyring")
        patch.setenv("SANDKEEPER_TEST_KEYRING", str(tmp_path_factory.mktemp("keyring") / "keyring.json"))
        yield FileKeyring()  # type: ignore[no-untyped-call]  # keyring's base class has no types here


@contextmanager
def _with(backend: FileKeyring) -> Iterator[None]:
    before = keyring.get_keyring()
    keyring.set_keyring(backend)
    yield
    keyring.set_keyring(before)


@pytest.fixture(autouse=True)
def same_keyring(memory_keyring: object, keyring_file: FileKeyring) -> Iterator[None]:
    with _with(keyring_file):
        yield


@pytest.fixture(scope="module")
def place(keyring_file: FileKeyring, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """On a server of its own: the sessions of other tests are not to be ended."""
    folder = tmp_path_factory.mktemp("cloud")
    with own_server(18) as (server18, _), _with(keyring_file), open_office(folder) as office:
        made = Place(server18, office, *_populate(office, server18, folder))
        first = office.run(OperationKind.PROVISION, REF)
        assert first.state == "succeeded", first.reason
        yield made
        office.run(OperationKind.WIPE, REF)
        assert made.aside() == []
        server18.drop_database(made.production)


@pytest.mark.parametrize("moment", ["inside copy", "before seal", "before publish", "inside publish"])
def test_sessions_that_are_ended_leave_the_old_sandbox(place: Place, moment: str) -> None:
    before = place.oid(), place.names()
    with interfering(place.office, moment, place.end_sessions) as interference:
        state = place.refresh()
    assert interference.happened
    if state is OperationState.SUCCEEDED:  # it was between two sessions, and needed none of those
        assert place.names() == before[1]
    else:
        assert state is OperationState.FAILED
        assert place.ended.hint
        place.unharmed(before)
    assert place.aside() == []
    assert place.refresh() is OperationState.SUCCEEDED
    assert place.aside() == []


def test_a_lock_on_production_is_not_waited_for(place: Place) -> None:
    before = place.oid(), place.names()
    with psycopg.connect(place.server.admin(place.production).conninfo()) as migration:

        def lock() -> None:
            migration.execute("LOCK TABLE public.visit IN ACCESS EXCLUSIVE MODE")

        with interfering(place.office, "before copy", lock):
            assert place.refresh() is OperationState.FAILED
        migration.rollback()
    assert "locked" in place.ended.reason
    place.unharmed(before)
    assert place.aside() == []


def test_production_is_read_and_nothing_else(place: Place) -> None:
    """Its counters of changed rows, its objects and its comments are the same after a copy (invariant 1)."""
    look = (
        "SELECT sum(n_tup_ins), sum(n_tup_upd), sum(n_tup_del) FROM pg_stat_user_tables",
        "SELECT count(*), max(oid) FROM pg_class",
        "SELECT count(*), max(oid) FROM pg_proc",
        f"SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = '{place.production}'",
    )
    before = [place.server.run(query, place.production) for query in look]
    assert place.refresh() is OperationState.SUCCEEDED
    assert [place.server.run(query, place.production) for query in look] == before


def test_no_page_and_no_log_segment_of_the_copy_ever_held_an_original(tmp_path: Path) -> None:
    """Invariant 2: what the copy's server has written to its disk, pages and write-ahead log alike, is searched."""
    with own_server(18, wal_compression="off") as (here, _), own_server(18, wal_compression="off") as (there, cluster):
        production = create_source(here, SOURCE)
        from tests.app.databases.postgresql.line import Line

        line = Line(here, production, reader=READER, at=there)
        line.run(line.plan())
        there.run("CHECKPOINT")
        found = [
            file
            for file in cluster.data.rglob("*")
            if file.is_file() and any(o in file.read_bytes() for o in (b"Zanthorpe", b"zanthorpe", b"private.example"))
        ]
        assert found == []
        assert any(b"@example.invalid" in f.read_bytes() for f in cluster.data.rglob("*") if f.is_file()), "nothing ran"


@pytest.mark.parametrize("moment", ["inside copy", "before settle"])
def test_a_server_that_breaks_down_leaves_a_sandbox_that_works(tmp_path: Path, moment: str) -> None:
    with own_server(18) as (server, cluster), open_office(tmp_path) as office:
        place = Place(server, office, *_populate(office, server, tmp_path))
        assert office.run(OperationKind.PROVISION, REF).state == "succeeded"
        before = place.oid(), place.names()
        with interfering(office, moment, lambda: cluster.stop("immediate")):
            assert place.refresh() in (OperationState.FAILED, OperationState.INTERRUPTED)
        assert place.ended.hint
        cluster.start()
        if moment == "before settle":
            assert place.names() == before[1]
        else:
            place.unharmed(before)
        if place.ended.state is OperationState.INTERRUPTED:
            office.services.operations.resume(place.ended.id)
            office.workers.join()
            assert office.services.operations.get(place.ended.id).state is OperationState.SUCCEEDED
        assert place.refresh() is OperationState.SUCCEEDED, place.ended.reason
        assert place.aside() == []
        assert len(place.names()) == PEOPLE


def test_a_publish_that_nobody_can_ask_about_is_interrupted_and_resumed(tmp_path: Path) -> None:
    with own_server(18) as (server, cluster), open_office(tmp_path) as office:
        place = Place(server, office, *_populate(office, server, tmp_path))
        assert office.run(OperationKind.PROVISION, REF).state == "succeeded"
        before = place.oid()
        with interfering(office, "after publish", _cut(cluster)):
            assert place.refresh() is OperationState.INTERRUPTED
        assert "cannot be told" in place.ended.reason
        cluster.start(cluster.port)
        assert place.oid() != before
        office.services.operations.resume(place.ended.id)
        office.workers.join()
        assert office.services.operations.get(place.ended.id).state is OperationState.SUCCEEDED
        assert place.aside() == []
        assert office.services.inspection.inspect(REF).marker == "valid"


def _cut(cluster: Cluster) -> Callable[[], None]:
    def cut() -> None:
        cluster.stop("immediate")
        raise ConnectionError("cut in the moment after the swap")

    return cut


@pytest.mark.parametrize("moment", ["after publish"])
def test_a_killed_worker_is_followed_by_one_that_finishes(server18: Server, tmp_path: Path, moment: str) -> None:
    with made_in(tmp_path) as workspace:
        workers = _on_server(workspace, server18, tmp_path)
        place = Place(server18, *workers)
        assert _run(workspace, OperationKind.PROVISION) is OperationState.SUCCEEDED
        before, names = place.oid(), place.names()
        operation = workspace.services.operations.start(REF, OperationKind.REFRESH, ALL)
        first = workspace.worker(moment)
        fact(workspace.paused)
        first.send_signal(signal.SIGKILL)
        first.wait(10)
        assert (place.oid() != before) == (moment in ("after publish", "before settle"))
        assert place.names() == names
        second: subprocess.Popen[bytes] = workspace.worker()
        assert workspace.finish(operation).state is OperationState.SUCCEEDED
        assert second.wait(30) == 0
        assert place.names() == names
        assert place.aside() == []
        assert _run(workspace, OperationKind.WIPE) is OperationState.SUCCEEDED
        server18.drop_database(place.production)


def _run(workspace: Workspace, kind: OperationKind) -> OperationState:
    operation = workspace.services.operations.start(REF, kind, ALL)
    worker = workspace.worker()
    state = workspace.finish(operation).state
    assert worker.wait(30) == 0
    return state


def _on_server(workspace: Workspace, server: Server, folder: Path) -> tuple[Office, str, str]:
    """The workspace's services with an environment on the server; its workers are processes of their own."""
    office = Office(folder=folder, parts=None, services=workspace.services, workers=None)  # type: ignore[arg-type]  # not used here
    return (office, *_populate(office, server, folder))
