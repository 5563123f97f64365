"""Everything a SQLite database can hold comes along, and no original of a masked column ever touches the disk."""

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from app.domain.findings import Severity
from app.domain.operations import ItemState, ProofState
from app.domain.policy import Clause, Operator
from app.errors import CancelledError, OutsideError, RefusedError
from tests.app.databases.sqlite.conftest import rows
from tests.app.databases.sqlite.line import ADAPTER, Context, Line

Make = Callable[[str], Line]

EVERYTHING = """
PRAGMA page_size = 8192; PRAGMA auto_vacuum = INCREMENTAL;
CREATE TABLE person (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT COLLATE NOCASE, email TEXT UNIQUE,
  shout TEXT GENERATED ALWAYS AS (upper(name)) VIRTUAL, kept_shout TEXT GENERATED ALWAYS AS (upper(name)) STORED,
  note TEXT DEFAULT 'none', CHECK (length(name) < 60));
CREATE TABLE pair (a TEXT, b INTEGER, secret TEXT, PRIMARY KEY (a, b)) WITHOUT ROWID;
CREATE TABLE exact (id INTEGER PRIMARY KEY, amount REAL, raw BLOB, anything ANY, word TEXT) STRICT;
CREATE TABLE "odd ""name"".[x]" ("select" TEXT, "a.b" TEXT, "new
line" TEXT, "\u202ertl" TEXT);
CREATE TABLE hidden (rowid TEXT, word TEXT);
CREATE TABLE taken (rowid TEXT, oid TEXT, _rowid_ TEXT);
CREATE TABLE docs (id INTEGER PRIMARY KEY, title TEXT, body TEXT);
CREATE TABLE empty (a TEXT);
CREATE VIRTUAL TABLE docs_index USING fts5(title, body, content='docs', content_rowid='id');
CREATE VIRTUAL TABLE own_index USING fts5(subject, text, tokenize='porter');
CREATE VIRTUAL TABLE old_index USING fts4(letter, tokenize=porter);
CREATE VIRTUAL TABLE bare_index USING fts5(words, content='');
CREATE VIRTUAL TABLE vocabulary USING fts5vocab('own_index', 'row');
CREATE VIRTUAL TABLE place USING rtree(id, x0, x1, y0, y1, +label TEXT);
CREATE INDEX person_name ON person (name DESC);
CREATE UNIQUE INDEX person_lower ON person (lower(email)) WHERE email IS NOT NULL;
CREATE INDEX odd ON "odd ""name"".[x]" ("a.b");
CREATE VIEW shouting AS SELECT id, shout FROM person;
CREATE VIEW broken AS SELECT missing FROM nowhere;
CREATE TABLE log (what TEXT);
CREATE TRIGGER person_added AFTER INSERT ON person BEGIN INSERT INTO log VALUES ('added ' || new.id); END;
CREATE TRIGGER person_changed AFTER UPDATE ON person BEGIN INSERT INTO log VALUES ('changed ' || new.id); END;
CREATE TRIGGER shouting_in INSTEAD OF INSERT ON shouting BEGIN INSERT INTO person (name) VALUES (new.shout); END;
INSERT INTO person (id, name, email) VALUES (5, 'Zebulon Quackenbush', 'zebulon@quack.example'),
  (9, 'Wilhelmina Oddfellow', 'wilhelmina@oddfellow.example'), (70, NULL, NULL);
DELETE FROM person WHERE id = 70;
INSERT INTO pair VALUES ('x', 1, 'Zebulon Quackenbush'), ('y', 2, 'hush hush secret 1');
INSERT INTO exact VALUES (1, 1.5, x'00ff', 'Zebulon Quackenbush', 'w'), (9223372036854775807, -1e300, NULL, 42, 'v'),
  (-9223372036854775808, 0, x'', x'01', '');
INSERT INTO "odd ""name"".[x]" VALUES ('zebulon quackenbush lives here', 'kept', 'kept too', 'kept three');
INSERT INTO hidden (_rowid_, rowid, word) VALUES (77, 'a', 'b'), (5000, 'c', 'd');
INSERT INTO taken VALUES ('a', 'b', 'c');
INSERT INTO docs VALUES (10, 'kept title', 'Zebulon Quackenbush owes 300'), (20, 'second', 'nothing personal at all');
INSERT INTO docs_index (docs_index) VALUES ('rebuild');
INSERT INTO own_index (rowid, subject, text) VALUES (3, 'greeting', 'dear Zebulon Quackenbush'), (8, 'other', 'words');
INSERT INTO old_index (docid, letter) VALUES (4, 'Wilhelmina Oddfellow writes'), (6, 'nobody');
INSERT INTO bare_index (rowid, words) VALUES (1, 'zebulon quackenbush');
INSERT INTO place VALUES (1, 0.1, 0.2, 5, 6, 'Zebulon Quackenbush home'), (2, 10, 20, 30, 40, 'park');
DELETE FROM log;
ANALYZE;
PRAGMA user_version = 42; PRAGMA application_id = 1234567;
"""

MASKS = {
    "person.name": "full_name",
    "person.email": "email",
    "pair.secret": "token",
    "exact.anything": "null",
    '"odd ""name"".[x]".select': "lorem",
    "docs.body": "lorem",
    "own_index.text": "lorem",
    "old_index.letter": "lorem",
    "place.label": "lorem",
}

SECRETS = ("Zebulon", "zebulon", "ZEBULON", "Quackenbush", "quackenbush", "Wilhelmina", "oddfellow", "Oddfellow")


def every_file(folder: Path, source: Path) -> bytes:
    """The bytes of every file in the folder and below, but the source's."""
    files = [p for p in folder.rglob("*") if p.is_file() and not p.name.startswith(source.name)]
    return b"".join(p.read_bytes() for p in files)


@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16le", "UTF-16be"])
def test_a_database_with_every_feature_comes_along(made: Make, encoding: str) -> None:
    line = made(f"PRAGMA encoding = '{encoding}';" + EVERYTHING)
    result = line.run(line.plan(MASKS))
    copy, source = line.target_path, line.source_path

    assert result.proof.state is ProofState.CLEAN, result.proof.hits
    structure = "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name <> 'sandkeeper_marker' ORDER BY 1, 2"
    assert rows(copy, structure) == rows(source, structure)
    for pragma in ("page_size", "encoding", "auto_vacuum", "user_version", "application_id", "journal_mode"):
        assert rows(copy, f"PRAGMA {pragma}") == rows(source, f"PRAGMA {pragma}"), pragma
    assert rows(copy, "PRAGMA integrity_check") == [("ok",)]

    assert rows(copy, "SELECT id FROM person ORDER BY id") == [(5,), (9,)]
    assert rows(copy, "SELECT count(*) FROM person WHERE shout = upper(name) AND kept_shout = shout") == [(2,)]
    assert rows(copy, "SELECT seq FROM sqlite_sequence WHERE name = 'person'") == [(70,)]
    assert rows(copy, "SELECT a, b FROM pair") == [("x", 1), ("y", 2)]
    exact = "SELECT id, amount, hex(raw), word FROM exact ORDER BY id"
    assert rows(copy, exact) == rows(source, exact)
    assert rows(copy, "SELECT anything FROM exact") == [(None,)] * 3
    assert rows(copy, "SELECT _rowid_, rowid, word FROM hidden") == [(77, "a", "b"), (5000, "c", "d")]
    assert rows(copy, "SELECT * FROM taken") == [("a", "b", "c")]
    assert rows(copy, "SELECT count(*) FROM log") == [(0,)], "no trigger fired during the copy"
    assert rows(copy, "SELECT rowid FROM docs_index WHERE docs_index MATCH 'kept'") == [(10,)]
    assert rows(copy, "SELECT rowid FROM docs_index WHERE docs_index MATCH 'Quackenbush'") == []
    assert rows(copy, "SELECT rowid FROM own_index WHERE own_index MATCH 'greet'") == [(3,)]
    assert rows(copy, "SELECT docid FROM old_index ORDER BY 1") == [(4,), (6,)]
    assert rows(copy, "SELECT id, x0, x1, y0, y1 FROM place") == rows(source, "SELECT id, x0, x1, y0, y1 FROM place")
    assert rows(copy, "SELECT id FROM place WHERE x0 < 1") == [(1,)]
    assert rows(copy, "SELECT count(*) FROM sqlite_stat1")[0][0]
    with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
        connection.execute("INSERT INTO person (name) VALUES ('later')")
        assert connection.execute("SELECT max(id) FROM person").fetchone() == (71,)
        assert connection.execute("SELECT what FROM log").fetchall() == [("added 71",)], "triggers are there now"

    everything = every_file(copy.parent, source)
    for secret in SECRETS:
        for form in ("utf-8", "utf-16-le", "utf-16-be"):
            assert secret.encode(form) not in everything, secret


def test_contentless_index_is_a_warning_and_writers_only_a_note(made: Make) -> None:
    line = made(EVERYTHING)
    with ADAPTER.open_source(line.source) as source:
        found = {f.code: f.severity for f in source.findings()}
    assert found == {
        "source-writers-wait": Severity.NOTE,
        "contentless-index": Severity.WARNING,
        "rowids-change": Severity.NOTE,
    }


def test_indexes_that_cannot_come_along_whole_are_told(made: Make) -> None:
    line = made(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, body TEXT); INSERT INTO t VALUES (1, 'word');"
        "CREATE VIEW seen AS SELECT id, body FROM t;"
        "CREATE VIRTUAL TABLE of_view USING fts5(body, content='seen', content_rowid='id');"
        "CREATE VIRTUAL TABLE lost USING fts5(body, content='gone');"
        "CREATE VIRTUAL TABLE spoken USING fts4(body, languageid='lid');"
    )
    with ADAPTER.open_source(line.source) as source:
        found = {f.where: f.code for f in source.findings() if f.severity is Severity.WARNING}
    assert found == {"lost": "index-without-text", "spoken": "languages-lost"}
    line.run(line.plan())
    assert rows(line.target_path, "SELECT rowid FROM of_view WHERE of_view MATCH 'word'") == [(1,)]


def test_no_file_ever_holds_an_original_in_any_phase(made: Make) -> None:
    line = made(EVERYTHING + "PRAGMA journal_mode = WAL;")
    looks = 0

    def look() -> None:
        nonlocal looks
        looks += 1
        data = every_file(line.target_path.parent, line.source_path)
        for secret in SECRETS:
            assert secret.encode() not in data

    line.run(line.plan(MASKS), Context(look))
    assert looks > 30


def test_northwind_with_its_views_and_photos_comes_along(northwind: Line) -> None:
    masks = {
        "Customers.CompanyName": "company",
        "Customers.ContactName": "full_name",
        "Customers.Address": "street",
        "Customers.Phone": "phone",
        "Employees.LastName": "last_name",
        "Employees.Notes": "lorem",
        "Employees.Photo": "null",
        "Orders.ShipName": "company",
        "Orders.ShipAddress": "street",
    }
    result = northwind.run(northwind.plan(masks))
    assert result.proof.state is ProofState.CLEAN, result.proof.hits
    views = "SELECT name, sql FROM sqlite_master WHERE type = 'view' ORDER BY name"
    assert len(rows(northwind.target_path, views)) == 17
    assert rows(northwind.target_path, views) == rows(northwind.source_path, views)
    for name, _ in rows(northwind.target_path, views):
        count = f'SELECT count(*) FROM "{name}"'
        rows(northwind.target_path, count)
    photos = "SELECT CategoryID, hex(Picture) FROM Categories ORDER BY 1"
    assert rows(northwind.target_path, photos) == rows(northwind.source_path, photos)


def test_a_writer_during_the_copy_of_a_live_wal_database_changes_nothing_in_it(made: Make) -> None:
    line = made(
        "PRAGMA journal_mode = WAL; CREATE TABLE a (id INTEGER PRIMARY KEY, word TEXT);"
        "CREATE TABLE b (id INTEGER PRIMARY KEY, word TEXT);"
        "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 60000)"
        "INSERT INTO a SELECT i, 'word ' || i FROM n; INSERT INTO b SELECT * FROM a;"
    )
    written = []

    def write() -> None:
        with closing(sqlite3.connect(line.source_path, isolation_level=None)) as writer:
            writer.execute("INSERT INTO a (word) VALUES ('late')")
            writer.execute("INSERT INTO b (word) VALUES ('late')")
            writer.execute("PRAGMA wal_checkpoint").fetchall()
        written.append(1)

    ctx = Context(write)
    with line.job(line.plan()) as job:
        job.stage(Context())
        job.copy(ctx)
        for phase in (job.build, job.neutralise, job.finish):
            phase(Context())
        checks = {i.id: i for i in job.check(Context())}
        assert checks["rows"].state is ItemState.PASSED
        line.publish(job.seal(Context()))
    assert len(written) > 3, "the writer wrote between the chunks"
    assert rows(line.target_path, "SELECT count(*) FROM a") == [(60000,)]
    assert rows(line.target_path, "SELECT count(*) FROM b") == [(60000,)]
    assert rows(line.target_path, "PRAGMA journal_mode") == [("wal",)]
    assert rows(line.source_path, "SELECT count(*) > 60000 FROM b") == [(1,)]


def test_text_that_is_no_text_is_masked_like_any_other(made: Make) -> None:
    line = made(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT, c INTEGER);"
        "INSERT INTO t VALUES (1, CAST(x'ff5a6562756c6f6e' AS TEXT), x'5a6562756c6f6eff', 'Zebulon'),"
        " (2, 9223372036854775807, 1.5, -9223372036854775808), (3, NULL, '', 0);"
    )
    line.run(line.plan({"t.a": "token", "t.b": "token", "t.c": "token"}))
    assert b"Zebulon" not in line.target_path.read_bytes()
    assert rows(line.target_path, "SELECT count(*) FROM t WHERE a IS NULL") == [(1,)]
    assert rows(line.target_path, "SELECT count(*) FROM t WHERE a = 9223372036854775807") == [(0,)]


def test_kept_text_that_is_no_text_comes_along_byte_by_byte(made: Make) -> None:
    line = made("CREATE TABLE t (a TEXT); INSERT INTO t VALUES (CAST(x'ff00fe41' AS TEXT)), ('ä' || char(0) || 'z');")
    line.run(line.plan())
    query = "SELECT hex(CAST(a AS BLOB)), typeof(a) FROM t"
    assert rows(line.target_path, query) == rows(line.source_path, query)


def test_only_rows_that_match_come_along(made: Make) -> None:
    line = made(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, kind TEXT); CREATE TABLE u (a);"
        "INSERT INTO t VALUES (1, 'x'), (2, 'y'), (3, 'x'), (4, NULL); INSERT INTO u VALUES (1);"
    )
    condition = (Clause(column="kind", operator=Operator.IN, value=("x", None)),)
    result = line.run(line.plan(rows={"t": condition, "u": "none"}))
    assert rows(line.target_path, "SELECT id FROM t") == [(1,), (3,), (4,)]
    assert rows(line.target_path, "SELECT * FROM u") == []
    assert result.staged.rows == {"t": 3, "u": 0}


def test_a_table_nobody_decided_about_stops_the_copy(made: Make) -> None:
    line = made("CREATE TABLE t (a TEXT); INSERT INTO t VALUES ('x');")
    plan = line.plan()
    with closing(sqlite3.connect(line.source_path)) as connection:
        connection.execute("CREATE TABLE new (secret TEXT)")
    with pytest.raises(OutsideError, match="structure"):
        line.until(plan, "copy", Context())
    with pytest.raises(RefusedError, match="Nothing was decided about new"):
        line.until(replace(plan, schema_fingerprint=""), "copy", Context())
    assert line.leftovers() == []


def test_a_table_that_would_swallow_conflicts_loses_no_row(made: Make) -> None:
    line = made(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT UNIQUE ON CONFLICT REPLACE);"
        "INSERT INTO t VALUES (1, 'one'), (2, 'two');"
    )
    with pytest.raises(OutsideError, match="rule of the database"):
        line.prepare(line.plan({"t.a": ("fixed", {"value": "same"})}))
    assert line.leftovers() == []


def test_cancel_inside_one_long_statement_is_felt_at_once(made: Make) -> None:
    line = made(
        "CREATE TABLE t (a TEXT, b TEXT, PRIMARY KEY (a, b)) WITHOUT ROWID;"
        "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 300000)"
        "INSERT INTO t SELECT 'a' || i, 'b' || i FROM n;"
    )
    ctx = Context()
    plan = line.plan({"t.b": "token"})
    with line.job(plan) as job:
        job.stage(ctx)
        threading.Timer(0.2, lambda: setattr(ctx, "cancelled", True)).start()
        before = len(ctx.checkpoints)
        with pytest.raises(CancelledError):
            job.copy(ctx)
        assert len(ctx.checkpoints) - before < 5
    assert line.leftovers() == []
    assert not line.target_path.exists()


def test_a_database_whose_structure_reads_json_comes_along(made: Make) -> None:
    """On every SQLite: some versions take their own JSON functions for unsafe in a structure."""
    line = made(
        "CREATE TABLE form (id INTEGER PRIMARY KEY, data TEXT CHECK (json_valid(data)),"
        " mail TEXT AS (json_extract(data, '$.mail')), again TEXT AS (data ->> '$.mail') STORED);"
        "CREATE INDEX form_mail ON form (json_extract(data, '$.mail'));"
        "CREATE VIEW mails AS SELECT json_extract(data, '$.mail') AS mail FROM form;"
        """INSERT INTO form (data) VALUES ('{"mail": "ana@quack.example"}');"""
    )
    result = line.run(line.plan({"form.data": "json"}))
    assert result.proof.state is ProofState.CLEAN
    [(mail, again)] = rows(line.target_path, "SELECT mail, again FROM form")
    assert mail == again
    assert str(mail).endswith("@example.invalid")
    assert ADAPTER.table_facts(line.environment)[0].rows == 1
    line.reset()
    line.wipe()


def test_a_table_named_like_the_storage_of_an_index_is_a_table(made: Make) -> None:
    line = made(
        "CREATE TABLE note (id INTEGER PRIMARY KEY, body TEXT);"
        "INSERT INTO note (body) VALUES ('a note of Quackenbush');"
        "CREATE VIRTUAL TABLE search USING fts5(body, content='note', content_rowid='id');"
        "INSERT INTO search (search) VALUES ('rebuild');"
        "CREATE TABLE search_content (id INTEGER PRIMARY KEY, page TEXT);"
        "INSERT INTO search_content (page) VALUES ('by Quackenbush'), ('another');"
    )
    assert {t.name for t in line.schema().tables if t.shadow_of is None} == {"note", "search", "search_content"}
    line.run(line.plan({"note.body": "lorem", "search_content.page": "lorem"}))
    assert rows(line.target_path, "SELECT count(*) FROM search_content") == [(2,)]
    assert rows(line.target_path, "SELECT count(*) FROM search_content WHERE page LIKE '%quacken%'") == [(0,)]
    assert rows(line.target_path, "SELECT count(*) FROM search WHERE search MATCH 'quackenbush'") == [(0,)]
