"""What a policy runs on the copy does what it should, nothing else, and leaves nothing behind when it fails."""

import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from app.domain.operations import ItemState, ProofState
from app.domain.plan import Plan
from app.domain.policy import Check, Clause, Operator, Run
from app.errors import CancelledError, OutsideError
from tests.app.databases.sqlite.conftest import rows
from tests.app.databases.sqlite.line import ADAPTER, SIGNER, Context, Line

Make = Callable[[str], Line]

SHOP = """
CREATE TABLE customer (id INTEGER PRIMARY KEY, mail TEXT, sum INT);
CREATE TABLE bill (id INTEGER PRIMARY KEY, customer_id INT REFERENCES customer);
CREATE TABLE log (text TEXT);
CREATE TRIGGER noted AFTER INSERT ON bill BEGIN INSERT INTO log VALUES ('bill'); END;
INSERT INTO customer VALUES (1, 'someone@fjord-trading.no', 0), (2, 'other@fjord-trading.no', 0);
"""
MASKS = {"customer.mail": "email"}
SLOW = "WITH RECURSIVE n (v) AS (SELECT 1 UNION ALL SELECT v + 1 FROM n) SELECT max(v) FROM n"


def sql(*statements: str, timeout: int = 60) -> Run:
    return Run(id="r", title="Recompute", sql=statements, timeout=timeout)


def program(code: str, timeout: int = 60) -> Run:
    """A command that has the copy open as `c` at `path`."""
    begin = (
        "import os, sqlite3; path = os.environ['SANDKEEPER_DATABASE_URL'].removeprefix('sqlite:///');"
        "c = sqlite3.connect(path, isolation_level=None)\n"
    )
    return Run(id="r", title="Migrate", command=(sys.executable, "-c", begin + code), timeout=timeout)


def running(line: Line, *entries: Run) -> Plan:
    return replace(line.plan(MASKS), run=entries)


def fails(line: Line, entry: Run, match: str, error: type[Exception] = OutsideError) -> str:
    """The environment is as it was, and nothing of the attempt is left."""
    with pytest.raises(error, match=match) as raised:
        line.prepare(running(line, entry))
    assert not line.target_path.exists()
    assert not line.area.exists()
    return str(raised.value)


def test_sql_runs_in_order_and_is_part_of_the_copy(made: Make) -> None:
    line = made(SHOP)
    ctx = Context()
    entries = (
        sql("INSERT INTO bill VALUES (7, 1), (8, 2) RETURNING id", "UPDATE customer SET sum = id * 2"),
        replace(sql("CREATE TABLE extra AS SELECT sum FROM customer", "SELECT * FROM extra"), id="s", title="Extra"),
    )
    check = Check(
        id="sum", title="Sums", table="extra", condition=(Clause(column="sum", operator=Operator.ABOVE, value=1),),
        at_least=2, at_most=2,
    )  # fmt: skip
    result = line.run(replace(running(line, *entries), checks=(check,)), ctx)
    assert rows(line.target_path, "SELECT sum FROM customer") == [(2,), (4,)]
    assert rows(line.target_path, "SELECT count(*) FROM log") == [(2,)], "the application's own triggers work"
    assert ctx.lines == [
        "Recompute: runs",
        "Recompute: statement 1 of 2: 4 rows changed",
        "Recompute: statement 2 of 2: 2 rows changed",
        "Extra: runs",
        "Extra: statement 1 of 2: 0 rows changed",
        "Extra: statement 2 of 2: 2 rows read",
    ]
    assert result.item("rows").state is ItemState.PASSED, "as they were copied"
    assert result.item("sum").state is ItemState.PASSED, "as it is now"
    assert ADAPTER.marker_state(line.target, ADAPTER.look(line.environment), SIGNER) == "valid"


@pytest.mark.parametrize(
    ("statement", "match"),
    [
        ("ATTACH 'other.sqlite' AS o", "statement 1 may not be run"),
        ("VACUUM INTO 'other.sqlite'", "Recompute failed|may not be run"),
        ("PRAGMA journal_mode = WAL", "may not be run"),
        ("PRAGMA writable_schema = ON", "may not be run"),
        ("PRAGMA user_version = 7", "may not be run"),
        ("PRAGMA foreign_keys = OFF", "may not be run"),
        ("COMMIT", "may not be run"),
        ("SAVEPOINT s", "may not be run"),
        ("DELETE FROM sandkeeper_marker", "may not be run"),
        ("DROP TABLE sandkeeper_marker", "may not be run"),
        ("ALTER TABLE sandkeeper_marker RENAME TO x", "may not be run"),
        ("CREATE TRIGGER t AFTER INSERT ON sandkeeper_marker BEGIN SELECT 1; END", "may not be run"),
        ("CREATE INDEX i ON sandkeeper_marker (nonce)", "may not be run"),
        ("SELECT load_extension('x')", "not authorized|may not be run"),
        ("DELETE FROM bill; DELETE FROM customer", "Recompute failed"),
        ("INSERT INTO bill VALUES (1, 99)", "FOREIGN KEY constraint failed"),
        ("INSERT INTO customer VALUES (1, 'x', 1)", "UNIQUE constraint failed: customer.id"),
        ("UPDATE nowhere SET a = 1", "no such table: nowhere"),
        ("SELECT ?", "Recompute failed"),
    ],
)
def test_what_a_statement_may_not_do(made: Make, statement: str, match: str, tmp_path: Path) -> None:
    line = made(SHOP)
    with pytest.raises(OutsideError) as raised:
        line.prepare(running(line, sql(statement)))
    assert re.search(match, str(raised.value)), str(raised.value)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["production.sqlite"]


def test_looking_is_allowed(made: Make) -> None:
    line = made(SHOP)
    looks = ("ANALYZE", "PRAGMA table_info(customer)", "PRAGMA user_version", "SELECT name FROM pragma_table_list")
    line.run(running(line, sql("PRAGMA defer_foreign_keys = ON", *looks, "INSERT INTO bill VALUES (1, 3)",
                               "INSERT INTO customer (id) VALUES (3)")))  # fmt: skip
    assert rows(line.target_path, "SELECT customer_id FROM bill") == [(3,)]


def test_a_failure_names_entry_statement_and_no_value(made: Make) -> None:
    line = made(SHOP)
    said = fails(line, sql("SELECT 1", "INSERT INTO customer SELECT id, mail, 0 FROM customer"), "Recompute failed")
    assert "statement 2 of r: UNIQUE constraint failed: customer.id." in said


def test_sql_that_takes_too_long_is_broken_off(made: Make) -> None:
    assert "together they may take 1 seconds" in fails(made(SHOP), sql("SELECT 1", SLOW, timeout=1), "took too long")


@pytest.mark.parametrize("kind", ["sql", "command"])
def test_a_cancel_while_it_runs_leaves_the_environment_as_it_was(made: Make, kind: str) -> None:
    line = made(SHOP)
    line.run(line.plan(MASKS))
    before = (line.target_path.read_bytes(), (line.area / "baseline.sqlite").read_bytes())
    entry = sql("SELECT 1", SLOW) if kind == "sql" else program("import time; print('on', flush=True); time.sleep(600)")

    class Stopping(Context):
        def log(self, text: str) -> None:
            super().log(text)
            self.stopping = "statement 1" in text or text == "r: on"

        stopping = False
        asked = 0

        def should_stop(self) -> bool:
            self.asked += self.stopping
            self.cancelled = self.asked > 3  # not before the slow statement runs
            return self.cancelled

        def checkpoint(self, table: str = "", done: int = 0, of: int | None = None, bytes_: int = 0) -> None:
            if kind == "command":
                self.should_stop()
            super().checkpoint(table, done, of, bytes_)

    with pytest.raises(CancelledError):
        line.prepare(running(line, entry), Stopping())
    assert (line.target_path.read_bytes(), (line.area / "baseline.sqlite").read_bytes()) == before
    assert line.leftovers() == []


def test_a_kill_while_it_runs_leaves_the_environment_and_a_sweep_cleans_up(made: Make) -> None:
    line = made(SHOP)
    killed = (
        "import os, sys; from pathlib import Path; from dataclasses import replace\n"
        "from app.domain.policy import Run; from tests.app.databases.sqlite.line import Context, Line\n"
        "line = Line(Path(sys.argv[1]), Path(sys.argv[2])); line.attempt = 7\n"
        "class Dying(Context):\n"
        "    def log(self, text):\n"
        "        if text.startswith('r: '): os.kill(os.getpid(), 9)\n"
        "code = 'import os, sqlite3, time; path = os.environ[\"SANDKEEPER_DATABASE_URL\"][10:];' \\\n"
        '  \'c = sqlite3.connect(path); c.execute("DELETE FROM log"); c.execute("DELETE FROM customer");\' \\\n'
        "  'print(\"on\", flush=True); time.sleep(600)'\n"
        "entry = Run(id='r', title='r', command=(sys.executable, '-c', code))\n"
        "line.prepare(replace(line.plan(), run=(entry,)), Dying())"
    )
    root = Path(__file__).parents[4]
    arguments = [sys.executable, "-c", killed, str(line.source_path), str(line.target_path)]
    assert subprocess.run(arguments, check=False, cwd=root).returncode == -9
    assert not line.target_path.exists()
    assert "staging-operation8-8.sqlite" in line.leftovers()
    ADAPTER.sweep(line.target, SIGNER)
    assert not line.area.exists()


def test_a_command_works_on_the_copy_in_its_own_way(made: Make) -> None:
    line = made("PRAGMA journal_mode = WAL;" + SHOP)
    entry = program(
        "c.execute('PRAGMA journal_mode = WAL'); c.execute('UPDATE customer SET sum = 5');"
        "c.execute('CREATE TABLE migrated (a)'); c.execute('PRAGMA user_version = 12'); c.execute('VACUUM');"
        "os.chmod(path, 0o666); print('two rows', flush=True)\n"
        "os._exit(0)"  # the -wal is left behind
    )
    ctx = Context()
    result = line.run(running(line, entry, sql("UPDATE customer SET sum = sum + 1")), ctx)
    assert "r: two rows" in ctx.lines
    assert rows(line.target_path, "SELECT sum FROM customer") == [(6,), (6,)]
    assert rows(line.target_path, "PRAGMA user_version") == [(12,)]
    assert rows(line.target_path, "PRAGMA journal_mode") == [("wal",)], "as its source"
    assert result.proof.state is ProofState.CLEAN
    assert [name for name in line.leftovers() if not name.startswith("production")] == []


def test_a_journal_left_behind_is_rolled_back(made: Make) -> None:
    """An unfinished change of a command that says it went well: only what was committed counts."""
    line = made(SHOP)
    entry = program(
        "c.execute('PRAGMA cache_size = 1'); c.execute('BEGIN'); c.execute('CREATE TABLE half AS WITH RECURSIVE n (v) "
        "AS (SELECT 1 UNION ALL SELECT v + 1 FROM n WHERE v < 5000) SELECT v, hex(randomblob(50)) h FROM n')\n"
        "print(os.path.exists(path + '-journal'), flush=True); os._exit(0)"
    )
    ctx = Context()
    line.run(running(line, entry), ctx)
    assert "r: True" in ctx.lines
    assert rows(line.target_path, "SELECT count(*) FROM sqlite_master WHERE name = 'half'") == [(0,)]


@pytest.mark.parametrize(
    ("code", "match"),
    [
        ("raise SystemExit(3)", "Migrate failed"),
        ("c.execute('DROP TABLE sandkeeper_marker')", "mark in the copy was changed"),
        ("c.execute(\"UPDATE sandkeeper_marker SET nonce = 'x'\")", "mark in the copy was changed"),
        ("c.execute('ALTER TABLE sandkeeper_marker ADD COLUMN x')", "mark in the copy was changed"),
        ("c.execute('CREATE INDEX i ON sandkeeper_marker (nonce)')", "mark in the copy was changed"),
        ("c.execute('VACUUM INTO \"' + path + '2\"'); os.replace(path + '2', path)", "was replaced"),
        ("os.rename(path, path + '-journal'); os.symlink(path + '-journal', path)", "was replaced"),
        ("os.remove(path)", "was replaced"),
        ("os.link(path, path + '-journal')", "got another name"),
        ("open(path, 'wb').write(b'no database at all, but a text' * 99)", "not a readable SQLite database"),
    ],
)
def test_what_a_command_may_not_do_to_the_file(made: Make, code: str, match: str) -> None:
    fails(made(SHOP), program(code), match)


def test_a_file_that_somebody_keeps_open_is_not_published(made: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.databases.sqlite.staging._TRIES", 2)
    line = made(SHOP)
    place = line.area / "staging-operation1-1.sqlite"
    mine: list[sqlite3.Connection] = []

    class Opening(Context):
        def log(self, text: str) -> None:
            if text == "r: on":
                mine.append(sqlite3.connect(place, isolation_level=None))
                mine[0].execute("BEGIN").execute("SELECT * FROM customer").fetchone()

    try:
        with pytest.raises(OutsideError, match="still in use"):
            line.prepare(running(line, program("print('on', flush=True); c.close()")),
                         Opening())  # fmt: skip
    finally:
        mine[0].close()


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE found AS SELECT 'ask someone@fjord-trading.no' AS remark",
        "ALTER TABLE log ADD COLUMN remark TEXT DEFAULT 'ask someone@fjord-trading.no'",
        "CREATE TABLE \"odd.name\" (a PRIMARY KEY DEFAULT 'someone@fjord-trading.no') WITHOUT ROWID",
        "CREATE VIEW v AS SELECT 'someone@fjord-trading.no'",
    ],
)
def test_the_proof_reads_what_a_script_made(made: Make, statement: str) -> None:
    line = made(SHOP + "INSERT INTO log VALUES ('a')")
    proof = line.prepare(running(line, sql(statement))).proof
    assert proof.state is ProofState.HITS
    assert proof.hits[0].table in ("found", "log", "(structure)")


def test_integrity_and_references_look_at_what_a_script_made(made: Make) -> None:
    line = made(SHOP)
    entry = program(
        "c.execute('CREATE TABLE late (id INTEGER PRIMARY KEY, customer_id INT REFERENCES customer)');"
        "c.execute('INSERT INTO late VALUES (1, 99)')"
    )
    item = line.prepare(running(line, entry)).item("references")
    assert item.evidence == "1 rows of late.customer_id refer to rows that are not there."


def test_an_applications_own_indexes_and_triggers_work(made: Make) -> None:
    line = made(
        SHOP + "CREATE VIRTUAL TABLE words USING fts5 (body); CREATE VIRTUAL TABLE area USING rtree (id, a, b);"
        "CREATE TRIGGER found AFTER UPDATE ON customer BEGIN"
        " INSERT INTO words VALUES ('sum ' || new.sum); INSERT INTO area VALUES (new.id, 1, 2); END;"
    )
    entry = sql(
        "UPDATE customer SET sum = 41",
        "CREATE VIRTUAL TABLE more USING fts5 (body)",
        "INSERT INTO more VALUES ('m')",
        "ALTER TABLE bill RENAME COLUMN customer_id TO customer",
        "ALTER TABLE bill DROP COLUMN customer",
        "DROP TABLE log",
    )
    result = line.run(running(line, entry))
    assert rows(line.target_path, "SELECT count(*) FROM words WHERE words MATCH 'sum'") == [(2,)]
    assert rows(line.target_path, "SELECT count(*) FROM area") == [(2,)]
    assert result.item("integrity").state is ItemState.PASSED
