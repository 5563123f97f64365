"""A copy by several processes is the same copy, of one moment, and nothing of it stays behind."""

import os
import resource
import select
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from app.databases.sqlite import shares
from app.domain.operations import ProofState
from app.errors import CancelledError, OutsideError
from tests.app.databases.sqlite.conftest import rows
from tests.app.databases.sqlite.line import ADAPTER, KEY, SIGNER, Context, Line
from tests.app.databases.sqlite.test_job import CHINOOK_MASKS

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or len(os.sched_getaffinity(0)) < 2, reason="needs Linux and two processors"
)
Make = Callable[[str], Line]
ROOT = Path(__file__).parents[4]
EVERY_KIND = """
CREATE TABLE plain (name TEXT, mail TEXT);
INSERT INTO plain (rowid, name, mail) SELECT value * 7, 'Person ' || value, 'p' || value || '@home.example'
    FROM generate;
CREATE TABLE counted (id INTEGER PRIMARY KEY AUTOINCREMENT, mail TEXT UNIQUE CHECK (mail LIKE '%@%'));
INSERT INTO counted (id, mail) SELECT value + 100, 'c' || value || '@home.example' FROM generate;
DELETE FROM counted WHERE id > 900;
CREATE TABLE "a ""quoted"" name" (code TEXT PRIMARY KEY, phone TEXT, length INT AS (length(phone))) WITHOUT ROWID;
INSERT INTO "a ""quoted"" name" (code, phone) SELECT 'K' || value, '415-555-' || (1000 + value) FROM generate;
CREATE TABLE strict (id INTEGER PRIMARY KEY, born TEXT, twice INT AS (id * 2) STORED) STRICT;
INSERT INTO strict (id, born) SELECT value, date('1950-01-01', value || ' days') FROM generate;
CREATE VIRTUAL TABLE found USING fts5 (body);
INSERT INTO found SELECT 'a remark of Person ' || value FROM generate;
DROP TABLE generate;
"""
NUMBERS = (
    "CREATE TABLE generate AS WITH RECURSIVE n (value) AS "
    "(SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < {}) "
    "SELECT value FROM n;"
)
TWO_LARGE = (
    NUMBERS.format(200_000)
    + "CREATE TABLE a (id INTEGER PRIMARY KEY, secret TEXT); CREATE TABLE b (id INTEGER PRIMARY KEY, secret TEXT);"
    "INSERT INTO a SELECT value, 'secret a ' || value FROM generate;"
    "INSERT INTO b SELECT value, 'secret b ' || value FROM generate; DROP TABLE generate;"
)
LARGE_MASKS = {"a.secret": "token", "b.secret": "token"}
KINDS_MASKS = {
    "plain.name": "full_name",
    "plain.mail": "email",
    "counted.mail": "email",
    'a "quoted" name.phone': "phone",
    "strict.born": "year_only",
    "found.body": "lorem",
}


@pytest.fixture(autouse=True)
def always_worth_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shares, "WORTH", 1)


def everything(path: Path) -> dict[str, list[tuple[object, ...]]]:
    tables = rows(path, "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'sandkeeper_marker'")
    content = {str(name): rows(path, 'SELECT * FROM "{}"'.format(str(name).replace('"', '""'))) for (name,) in tables}
    return content | {"rowids": rows(path, "SELECT rowid FROM plain")} if "plain" in content else content


def helpers_of(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").iterdir()
    children = [int(child) for task in tasks for child in (task / "children").read_text().split()]
    return [child for child in children if b"sqlite.part" in Path(f"/proc/{child}/cmdline").read_bytes()]


@pytest.mark.parametrize("source", ["chinook", "every kind of table"])
def test_what_several_processes_copy_is_what_one_copies(
    source: str, chinook: Line, made: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    line, masks = chinook, CHINOOK_MASKS
    if source != "chinook":
        line.source_path.unlink()
        line, masks = made(NUMBERS.format(1000) + EVERY_KIND), KINDS_MASKS
    seen = list[int]()
    together = line.run(line.plan(masks), Context(lambda: seen.extend(helpers_of(os.getpid()))))
    assert seen
    assert all(item.state.done for item in together.checklist)
    parts = everything(line.target_path)

    monkeypatch.setattr(shares, "WORTH", 10**9)
    seen.clear()
    alone = Line(line.source_path, tmp_path / "alone.sqlite")
    one = alone.run(alone.plan(masks), Context(lambda: seen.extend(helpers_of(os.getpid()))))
    assert not seen
    assert everything(alone.target_path) == parts
    assert together.proof == one.proof
    assert together.proof.state is ProofState.CLEAN
    assert [item.evidence for item in together.checklist] == [item.evidence for item in one.checklist]
    assert list(line.area.glob("staging-*")) == []


def test_all_processes_read_one_moment_of_a_source_that_is_written_to(made: Make) -> None:
    """Something is written after this process began to read and before the helper did."""
    line = made(
        "PRAGMA journal_mode = WAL; CREATE TABLE a (id INTEGER PRIMARY KEY, secret TEXT);"
        "CREATE TABLE b (id INTEGER PRIMARY KEY, secret TEXT); INSERT INTO a (secret) VALUES ('x'), ('y');"
        "INSERT INTO b SELECT * FROM a;"
    )
    helped = list[int]()

    def write() -> None:
        found = helpers_of(os.getpid())
        if found and not helped:
            with closing(sqlite3.connect(line.source_path)) as connection, connection:
                for table in ("a", "b"):
                    connection.execute(f"INSERT INTO {table} (secret) VALUES ('new')")
        helped.extend(found)

    ctx = Context(write)
    line.run(line.plan(LARGE_MASKS), ctx)
    assert helped
    assert ctx.lines == []
    assert rows(line.target_path, "SELECT (SELECT count(*) FROM a), (SELECT count(*) FROM b)") == [(3, 3)]


def test_without_helpers_one_process_copies_everything(
    chinook: Line, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-such-python"))
    ctx = Context()
    result = chinook.run(chinook.plan(CHINOOK_MASKS), ctx)
    assert ctx.lines == ["The copy is made by one process: FileNotFoundError."]
    assert all(item.state.done for item in result.checklist)
    assert chinook.leftovers() == []


def stopped_at_progress(line: Line, act: Callable[[int, Context], object]) -> BaseException:
    """What ends a copy after `act` was called once with its helper, in the middle of the work."""
    pids = list[int]()

    def once() -> None:
        if not pids and (found := helpers_of(os.getpid())) and ctx.checkpoints[-1][0]:
            pids.extend(found)
            act(found[0], ctx)

    ctx = Context(once)
    with pytest.raises((CancelledError, OutsideError)) as ended:
        line.prepare(line.plan(LARGE_MASKS), ctx)
    assert pids
    assert helpers_of(os.getpid()) == []
    assert line.leftovers() == []
    return ended.value


def test_a_cancel_ends_the_helpers_too(made: Make) -> None:
    error = stopped_at_progress(made(TWO_LARGE), lambda _, ctx: setattr(ctx, "cancelled", True))
    assert isinstance(error, CancelledError)


def test_a_helper_that_is_killed_fails_the_copy_in_words(made: Make) -> None:
    error = stopped_at_progress(made(TWO_LARGE), lambda pid, _: os.kill(pid, signal.SIGKILL))
    assert "helped with the copy" in str(error)


def test_a_disk_that_is_full_for_a_helper_fails_the_copy_in_words(made: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")  # what a helper compiled would be cut off at the limit
    limit = (2 << 20, 2 << 20)
    error = stopped_at_progress(made(TWO_LARGE), lambda pid, _: resource.prlimit(pid, resource.RLIMIT_FSIZE, limit))
    assert "no room" in str(error)


def test_the_key_shows_in_nothing_a_helper_was_started_with(made: Make) -> None:
    shown = bytearray()

    def look(pid: int, ctx: Context) -> None:
        for name in ("cmdline", "environ"):
            shown.extend(Path(f"/proc/{pid}/{name}").read_bytes())
        ctx.cancelled = True

    stopped_at_progress(made(TWO_LARGE), look)
    assert b"sqlite.part" in shown
    assert KEY.reveal() not in shown
    assert KEY.reveal().hex().encode() not in shown


def test_a_helper_ends_with_the_process_it_helps_and_a_sweep_finds_its_part(made: Make) -> None:
    line = made(TWO_LARGE)
    script = (
        "import os, sys; from pathlib import Path\n"
        "from app.databases.sqlite import shares\n"
        "from tests.app.databases.sqlite.line import Context, Line\n"
        "from tests.app.databases.sqlite.test_parallel import LARGE_MASKS, helpers_of\n"
        "shares.WORTH = 1\n"
        "line = Line(Path(sys.argv[1]), Path(sys.argv[2]))\n"
        "def stop():\n"
        "    found = helpers_of(os.getpid())\n"
        "    if found and ctx.checkpoints[-1][0]: print(found[0], flush=True); sys.stdin.read()\n"
        "ctx = Context(stop)\n"
        "line.prepare(line.plan(LARGE_MASKS), ctx)\n"
    )
    command = [sys.executable, "-c", script, str(line.source_path), str(line.target_path)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        helper = os.pidfd_open(int(process.stdout.readline()))
        try:
            assert select.select([helper], [], [], 0)[0] == []
            process.kill()
            assert select.select([helper], [], [], 10)[0] == [helper]
        finally:
            os.close(helper)
            process.kill()
    assert len([name for name in line.leftovers() if name.startswith("staging-")]) == 2
    ADAPTER.sweep(line.target, SIGNER)
    assert line.leftovers() == []


def test_a_small_copy_stays_in_one_process(made: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    line, seen = made(NUMBERS.format(1000) + EVERY_KIND), list[int]()
    line.run(line.plan(KINDS_MASKS), Context(lambda: seen.extend(helpers_of(os.getpid()))))
    assert not seen


def test_no_part_ever_holds_an_original(made: Make) -> None:
    line, seen = made(TWO_LARGE), bytearray()

    def look(pid: int, ctx: Context) -> None:
        for part in line.area.glob("staging-*"):
            assert part.stat().st_mode & 0o077 == 0
            opened = closing(sqlite3.connect(f"file:{part}?mode=ro", uri=True, timeout=0))
            with opened as connection, pytest.raises(sqlite3.OperationalError, match="locked"):
                connection.execute("SELECT * FROM sqlite_master").fetchall()
            seen.extend(part.read_bytes())
        ctx.cancelled = True

    stopped_at_progress(line, look)
    assert seen
    assert b"secret a" not in seen
    assert b"secret b" not in seen
