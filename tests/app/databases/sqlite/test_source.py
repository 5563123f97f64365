"""Reading production, and what is said when that cannot be done."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from app.databases.sqlite.source import SqliteSource
from app.domain.findings import Severity
from app.domain.policy import Clause, Operator
from app.errors import OutsideError, UserError
from tests.app.databases.sqlite.line import ADAPTER, Context, Line, at

Make = Callable[[str], Line]


def refused(line: Line) -> OutsideError:
    """What a person is told when the source is opened, or read to its end."""
    with pytest.raises(OutsideError) as raised:
        line.prepare(line.plan())
    assert raised.value.title
    assert raised.value.hint
    assert not line.target_path.exists()
    assert not line.area.exists()
    return raised.value


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert "no file gone.sqlite" in refused(Line(tmp_path / "gone.sqlite", tmp_path / "s.sqlite")).title
    assert not (tmp_path / "gone.sqlite").exists(), "looking did not make it"


def test_a_folder_an_empty_file_and_a_device_are_no_databases(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "empty").touch()
    assert "not a file" in refused(Line(tmp_path / "folder", tmp_path / "s.sqlite")).title
    assert "is empty" in refused(Line(tmp_path / "empty", tmp_path / "s.sqlite")).title
    assert "not a file" in refused(Line(Path("/dev/zero"), tmp_path / "s.sqlite")).title


@pytest.mark.parametrize(
    "content", [b"hello", b"\x89PNG" * 5000, os.urandom(16384)], ids=["short", "image", "encrypted"]
)
def test_what_is_no_database_or_encrypted_is_said_to_be_so(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "strange").write_bytes(content)
    error = refused(Line(tmp_path / "strange", tmp_path / "s.sqlite"))
    assert "not a readable SQLite database" in error.title
    assert "encrypted" in error.detail


def test_a_source_locked_by_a_writer_is_said_to_be_locked(chinook: Line) -> None:
    with closing(sqlite3.connect(chinook.source_path, isolation_level=None)) as writer:
        writer.execute("BEGIN EXCLUSIVE")
        with pytest.raises(OutsideError, match="is locked") as raised:
            SqliteSource(chinook.source_path, busy_seconds=0.1)
        assert "try again" in raised.value.hint


def test_a_source_locked_when_the_copy_begins_leaves_nothing_behind(chinook: Line) -> None:
    plan = chinook.plan()
    with (
        closing(sqlite3.connect(chinook.source_path, isolation_level=None)) as writer,
        pytest.raises(OutsideError, match="is locked"),
    ):
        chinook.until(plan, "copy", Context(), before=lambda: writer.execute("BEGIN EXCLUSIVE"))
    assert chinook.leftovers() == []


def test_a_source_corrupt_halfway_is_said_to_be_damaged(chinook: Line) -> None:
    data = bytearray(chinook.source_path.read_bytes())
    for page in range(40, len(data) // 4096, 3):
        data[page * 4096 : page * 4096 + 64] = b"\xa5" * 64
    chinook.source_path.write_bytes(data)
    error = refused(chinook)
    assert error.title == "production.sqlite is damaged"
    assert "backup" in error.hint


def test_a_source_cut_off_halfway_is_said_to_be_damaged(chinook: Line) -> None:
    plan = chinook.plan()
    data = chinook.source_path.read_bytes()
    chinook.source_path.write_bytes(data[: len(data) // 2 // 4096 * 4096])
    with pytest.raises(OutsideError, match=r"production\.sqlite is damaged"):
        chinook.prepare(plan)
    assert chinook.leftovers() == []


def test_a_source_in_the_middle_of_a_crashed_change_asks_for_its_own_program(chinook: Line) -> None:
    crash = (
        "import sqlite3, os, sys; c = sqlite3.connect(sys.argv[1]); c.execute('PRAGMA cache_size = 1');"
        "c.execute('UPDATE Track SET Name = Name || 1'); os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", crash, str(chinook.source_path)], check=False)
    assert chinook.source_path.with_name("production.sqlite-journal").stat().st_size > 0
    error = refused(chinook)
    assert "without writing" in error.title
    assert "its own program" in error.hint


def test_a_source_that_is_replaced_during_the_copy_is_noticed(chinook: Line, realdb: Path) -> None:
    other = chinook.source_path.with_name("other")
    other.write_bytes(chinook.source_path.read_bytes())

    def replace() -> None:
        if other.exists():
            other.replace(chinook.source_path)

    with chinook.job(chinook.plan()) as job:
        job.stage(Context())
        with pytest.raises(OutsideError, match="was replaced during the copy"):
            job.copy(Context(replace))
    assert chinook.leftovers() == []


def test_a_source_written_to_behind_the_back_of_sqlite_is_noticed(chinook: Line) -> None:
    program = "import sys; f = open(sys.argv[1], 'r+b'); f.seek(900000); f.write(b'x'); f.close()"

    def scribble() -> None:
        subprocess.run([sys.executable, "-c", program, str(chinook.source_path)], check=True)

    with chinook.job(chinook.plan()) as job:
        job.stage(Context())
        with pytest.raises(OutsideError, match=r"changed during the copy|is damaged"):
            job.copy(Context(scribble))


def test_a_source_cannot_be_written_through_its_own_session(chinook: Line) -> None:
    with SqliteSource(chinook.source_path) as source:
        source.connection.execute("PRAGMA query_only = OFF")
        for sql in ("DELETE FROM Track", "CREATE TABLE x (a)", "PRAGMA user_version = 5"):
            with pytest.raises(sqlite3.OperationalError, match="readonly"):
                source.connection.execute(sql)


def test_a_session_sees_one_moment(made: Make) -> None:
    line = made("PRAGMA journal_mode = WAL; CREATE TABLE t (a); INSERT INTO t VALUES (1);")
    with ADAPTER.open_source(line.source) as source:
        with closing(sqlite3.connect(line.source_path, isolation_level=None)) as writer:
            writer.execute("INSERT INTO t VALUES (2)")
        assert source.count("t") == 1
        assert source.sample("t", ["a"], 10) == [(1,)]


def test_samples_are_spread_over_the_table_and_bounded(chinook: Line) -> None:
    with ADAPTER.open_source(chinook.source) as source:
        numbers = [row[0] for row in source.sample("Track", ["TrackId"], 100)]
        assert len(numbers) == 100
        assert max(int(str(n)) for n in numbers) > 3000
        assert len(source.sample("PlaylistTrack", ["TrackId", "PlaylistId"], 5)) == 5
        assert source.count("Invoice", (Clause(column="Total", operator=Operator.ABOVE, value=10),)) == 64
        assert source.size_bytes() == chinook.source_path.stat().st_size
        with pytest.raises(UserError, match="no table nothing"):
            source.count("nothing")


def test_what_a_program_adds_to_sqlite_itself_is_a_finding(tmp_path: Path) -> None:
    path = tmp_path / "production.sqlite"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.create_collation("GERMAN", lambda a, b: (a > b) - (a < b))
        connection.create_function("rank_of", 1, lambda v: v, deterministic=True)
        connection.executescript(
            "CREATE TABLE a (x TEXT COLLATE GERMAN); CREATE TABLE b (y TEXT, CHECK (rank_of(y) > 0));"
            "CREATE TABLE c (z TEXT); CREATE INDEX c_rank ON c (rank_of(z));"
            "CREATE VIEW ranked AS SELECT rank_of(z) FROM c;"
            "CREATE TRIGGER on_c AFTER INSERT ON c BEGIN UPDATE c SET z = rank_of(new.z); END;"
        )
    with ADAPTER.open_source(Line(path, tmp_path / "s").source) as source:
        found = {(f.where, f.severity): f.message for f in source.findings() if f.code != "source-writers-wait"}
    assert "GERMAN" in found["a", Severity.ERROR]
    assert "rank_of" in found["b", Severity.ERROR]
    assert "rank_of" in found["c_rank", Severity.ERROR]
    assert "rank_of" in found["ranked", Severity.NOTE]
    assert "rank_of" in found["on_c", Severity.NOTE]


def test_a_copy_of_ours_is_never_a_source(chinook: Line, tmp_path: Path) -> None:
    chinook.run(chinook.plan())
    second = Line(chinook.target_path, tmp_path / "second.sqlite")
    with ADAPTER.open_source(second.source) as source:
        assert [f.code for f in source.findings() if f.severity is Severity.ERROR] == ["source-is-a-copy"]


def test_paths_with_quotes_newlines_and_signs_work_to_the_end(realdb: Path, tmp_path: Path) -> None:
    folder = tmp_path / "a 'b' \"c\" %20 #x\n\u202eabc ü"
    folder.mkdir()
    (folder / "p'%41.sqlite").write_bytes((realdb / "chinook.sqlite").read_bytes())
    line = Line(folder / "p'%41.sqlite", folder / 's"\n.sqlite')
    line.run(line.plan({"Customer.Email": "email"}))
    line.wipe()
    assert [p.name for p in folder.iterdir()] == ["p'%41.sqlite"]


def test_a_path_of_ten_thousand_characters_is_a_clear_error(tmp_path: Path) -> None:
    error = refused(Line(tmp_path / ("x" * 10_000), tmp_path / "s.sqlite"))
    assert len(error.title) < 200
    assert ADAPTER.look(at(f"sqlite:///{tmp_path / ('x' * 10_000)}")).exists is False
