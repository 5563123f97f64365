"""Copies that are stopped, or end in the middle: nothing runs on, and the person is told which end it was."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from time import monotonic

import psycopg
import pytest

from app.databases.postgresql import copying as copying_module
from app.databases.postgresql import holding, slices
from app.databases.postgresql.snapshot import Snapshot
from app.errors import CancelledError, OutsideError
from tests.app.databases.postgresql.copies import Copying, copying, prepare
from tests.app.databases.postgresql.servers import WORKER, Server
from tests.app.databases.sqlite.line import Context

ROWS = """
CREATE TABLE much (id int, name text, pad text);
INSERT INTO much SELECT i, 'Müller ' || i, repeat('x', 500) FROM generate_series(1, 60000) i;
"""
QUICK = 2.0


@pytest.fixture(scope="module")
def source(server18: Server) -> Iterator[Copying]:
    with copying(server18, ROWS) as pair:
        yield pair


@pytest.fixture
def pair(source: Copying) -> Iterator[Copying]:
    """The same source, and a new empty target."""
    target = source.other.create_database(owner=WORKER[0])
    pair = Copying(source.server, source.source, source.other, target)
    prepare(pair)
    yield pair
    source.other.drop_database(target)


@pytest.fixture
def lasting(pair: Copying) -> Copying:
    """One whose copy takes half a minute: the target thinks about each row."""
    pair.found("ALTER TABLE much ADD CHECK (pg_sleep(0.0005) IS NOT NULL)")
    return pair


def working(pair: Copying, which: str = "true") -> list[int]:
    """Backends that read the source or write the copy."""
    sql = (
        "SELECT pid FROM pg_stat_activity WHERE application_name = 'sandkeeper' AND "
        f"datname IN ('{pair.source}', '{pair.target}') AND {which}"
    )
    return [pid for (pid,) in pair.server.run(sql)]


def assert_nothing_runs(pair: Copying) -> None:
    """A session that was closed may take a moment to end; a statement that goes on takes far longer."""
    deadline = monotonic() + QUICK
    while working(pair, "state = 'active'"):
        assert monotonic() < deadline
    assert not [thread for thread in threading.enumerate() if thread.name.startswith(("carrier", "originals"))]


class At(Context):
    """Does something once, at the first row's progress."""

    def __init__(self, do: Callable[[], object]) -> None:
        super().__init__()
        self._do: Callable[[], object] | None = do
        self.since = 0.0

    def checkpoint(self, table: str = "", done: int = 0, of: int | None = None, bytes_: int = 0) -> None:
        if done and self._do is not None:
            do, self._do = self._do, None
            do()
            self.since = monotonic()
        super().checkpoint(table, done, of, bytes_)


@pytest.fixture(params=["threads", "processes"])
def either(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "processes":
        monkeypatch.setattr(copying_module, "_PROCESSES_FROM", 0)


@pytest.mark.parametrize("masks", [{}, {"much.name": "full_name"}], ids=["fast", "slow"])
@pytest.mark.usefixtures("either")
def test_a_stop_is_felt_at_once(lasting: Copying, masks: dict[str, str]) -> None:
    ctx = At(lambda: setattr(ctx, "cancelled", True))
    with pytest.raises(CancelledError):
        lasting.copy(masks, ctx=ctx)
    assert monotonic() - ctx.since < QUICK
    assert_nothing_runs(lasting)
    assert lasting.found("SELECT count(*) FROM much") == [(0,)]


def test_a_stop_is_felt_while_nothing_moves(pair: Copying) -> None:
    """The target waits for a lock; the copy hears of the stop all the same."""
    with closing(psycopg.connect(pair.other.admin(pair.target).conninfo())) as other:
        other.execute("LOCK TABLE much IN SHARE MODE")
        ctx = Context(at=lambda: setattr(ctx, "cancelled", bool(working(pair, "wait_event_type = 'Lock'"))))
        with pytest.raises(CancelledError):
            pair.copy(ctx=ctx)
        assert_nothing_runs(pair)


@pytest.mark.parametrize(("end", "word"), [("source", "reading"), ("target", "writing")])
@pytest.mark.usefixtures("either")
def test_a_session_that_is_ended_is_told_with_its_place(lasting: Copying, end: str, word: str) -> None:
    name = getattr(lasting, end)
    kill = (
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}' AND query LIKE 'COPY%' "
        "AND application_name = 'sandkeeper'"
    )
    with pytest.raises(OutsideError) as caught:
        lasting.copy(lanes=1, ctx=At(lambda: lasting.server.run(kill)))
    # A server that cannot get rid of its rows does not say goodbye either.
    assert "ended the session" in caught.value.title or "was lost" in caught.value.title
    assert word in caught.value.detail
    assert_nothing_runs(lasting)


def children() -> list[int]:
    """Processes that this one started and that carry rows."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            parent = (folder / "stat").read_text().rpartition(")")[2].split()[1]
            if int(parent) == os.getpid() and b"carrier import main" in (folder / "cmdline").read_bytes():
                found.append(int(folder.name))
    return found


@pytest.mark.skipif(not Path("/proc").exists(), reason="processes are found in /proc")
def test_a_carrier_that_is_killed_is_told(lasting: Copying, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copying_module, "_PROCESSES_FROM", 0)
    monkeypatch.setattr(slices, "_LEAST_PAGES", 2)

    def kill() -> None:
        for process in children():
            os.kill(process, signal.SIGKILL)

    with pytest.raises(OutsideError, match="process that carried rows ended"):
        lasting.copy({"much.name": "full_name"}, ctx=At(kill))
    assert_nothing_runs(lasting)


def test_a_locked_table_is_told_and_nobody_waits_behind_the_copy(
    pair: Copying, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holding, "LOCK_SECONDS", 0.4)
    with closing(psycopg.connect(pair.server.admin(pair.source).conninfo())) as other:
        other.execute("LOCK TABLE much IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(OutsideError, match="is locked") as caught:
            pair.copy(ctx=Context(at=lambda: assert_none_waits(pair)))
    assert pair.source in caught.value.title


def assert_none_waits(pair: Copying) -> None:
    assert not working(pair, "wait_event_type = 'Lock'")


def test_a_table_that_was_emptied_after_the_snapshot_is_told(pair: Copying) -> None:
    pair.read("CREATE TABLE small AS SELECT 1 AS a")
    pair.found("CREATE TABLE small (a int)")

    def empty(snapshot: Snapshot, shapes: object) -> None:
        pair.read("TRUNCATE small")

    try:
        with pytest.raises(OutsideError, match="small was rewritten a moment ago"):
            pair.copy(during=empty)
    finally:
        pair.read("DROP TABLE small")


def test_the_copy_gives_way_to_a_change_of_a_table(pair: Copying, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holding, "LOCK_SECONDS", 0.1)
    monkeypatch.setattr(holding, "_LOOK_SECONDS", 0.1)
    changes = [threading.Thread(target=pair.read, args=("ALTER TABLE much ADD COLUMN more int",))]

    def change() -> None:
        if not changes[0].ident and working(pair, "wait_event_type = 'Lock'"):
            changes[0].start()

    with closing(psycopg.connect(pair.other.admin(pair.target).conninfo())) as other:
        other.execute("LOCK TABLE much IN SHARE MODE")  # so that the copy lasts
        with pytest.raises(OutsideError, match="A change of much waits for the copy"):
            pair.copy(ctx=Context(at=change))
    changes[0].join()
    pair.read("ALTER TABLE much DROP COLUMN more")


def test_only_locks_that_block_nobody_are_taken(pair: Copying) -> None:
    seen: set[str] = set()

    def look() -> None:
        seen.update(
            mode
            for (mode,) in pair.server.run(
                "SELECT mode FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE locktype = 'relation' AND "
                f"application_name = 'sandkeeper' AND datname = '{pair.source}'"
            )
        )

    pair.copy({"much.name": "token"}, ctx=Context(at=look))
    assert seen == {"AccessShareLock"}
