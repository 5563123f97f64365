"""What a policy runs on the copy: read, told apart statement by statement, and known by its digest."""

import sqlite3

import pytest

from app.domain.policy import Run
from app.policy.positions import read_tree
from app.policy.reading import Reader
from app.policy.scripts import read_run, run_data, statements
from app.policy.yaml_text import flow_text


def _read(text: str) -> tuple[tuple[Run, ...], list[str]]:
    reader = Reader()
    return read_run(reader, read_tree(text)), [str(p) for p in reader.problems]


@pytest.mark.parametrize(
    ("text", "run"),
    [
        ("[{id: a, sql: DELETE FROM t}]", Run(id="a", title="a", sql=("DELETE FROM t",))),
        ("[{id: a, sql: [DROP TABLE t;, DROP TABLE u]}]", Run(id="a", title="a", sql=("DROP TABLE t", "DROP TABLE u"))),
        (
            "[{id: a, title: Migrate, command: [bin/up, -n, 3], folder: /srv/app, timeout: 60}]",
            Run(id="a", title="Migrate", command=("bin/up", "-n", "3"), folder="/srv/app", timeout=60),
        ),
    ],
)  # fmt: skip
def test_what_is_run_is_read_and_written_alike(text: str, run: Run) -> None:
    assert _read(text) == ((run,), [])
    assert _read(flow_text([run_data(run)])) == ((run,), [])


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[{id: a}]", "line 1, column 2: run 'a' needs exactly one of 'sql' and 'command'"),
        ("[{id: a, sql: x, command: [y]}]", "line 1, column 2: run 'a' needs exactly one of 'sql' and 'command'"),
        ("[{id: a, sql: DELETE FROM a; DROP TABLE b}]",
         "line 1, column 15: run 'a' has 2 statements in one text; write a list with one statement in each"),
        ("[{id: a, sql: -- nothing}]", "line 1, column 15: run 'a' has a text without a statement"),
        ("[{id: a, sql: []}]", "line 1, column 15: run 'a' has no statement"),
        ("[{id: a, command: rm -rf x}]",
         "line 1, column 19: the command of run 'a' is a list: the program, then each of its arguments"),
        ("[{id: a, command: []}]", "line 1, column 19: the command of run 'a' is a list of texts, the program first"),
        ("[{id: a, command: [x], folder: app}]",
         "line 1, column 32: the folder of run 'a' must be a whole path, not 'app'"),
        ("[{id: a, command: [x], timeout: 0}]", "line 1, column 33: 'timeout' must be at least 1 and at most 86,400"),
        ("[{id: a, sql: x}, {id: a, sql: y}]", "line 1, column 19: there are two entries 'a' in 'run'"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_it_is_said_with_its_place(text: str, problem: str) -> None:
    assert _read(text)[1] == [problem]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a;b", ["a", "b"]),
        ("a; -- b;\n", ["a"]),
        ("';' || \";\" || `;`", ["';' || \";\" || `;`"]),
        ("'it''s; x'; y", ["'it''s; x'", "y"]),
        ("$$a;b$$;c", ["$$a;b$$", "c"]),
        ("DO $x$ a; $$ ; $x$; b", ["DO $x$ a; $$ ; $x$", "b"]),
        ("a$b;c", ["a$b", "c"]),
        ("/* ; */", []),
        ("a /* ; ", ["a /* ;"]),
        ("'a; b", ["'a; b"]),
        (";;", []),
    ],
)
def test_statements_end_where_a_semicolon_stands_in_nothing(text: str, parts: list[str]) -> None:
    assert statements(text) == parts


@pytest.mark.parametrize(
    "text",
    [
        "CREATE TRIGGER a AFTER INSERT ON t BEGIN DELETE FROM t WHERE x = 'END'; SELECT CASE 1 WHEN 1 THEN 2 END; END",
        "CREATE TEMP TRIGGER a AFTER INSERT ON t BEGIN DELETE FROM t; END",
    ],
)
def test_a_trigger_is_one_statement_and_sqlite_takes_it_for_one(text: str) -> None:
    assert statements(f"{text}; DELETE FROM t") == [text, "DELETE FROM t"]
    database = sqlite3.connect(":memory:")
    try:
        database.execute("CREATE TABLE t (x)")
        database.execute(text)
    finally:
        database.close()


def test_a_text_of_semicolons_is_taken_apart_in_one_pass() -> None:
    """A trigger that never ends would take minutes if each semicolon looked at all that came before."""
    text = "CREATE TRIGGER a AFTER INSERT ON t BEGIN " + ";" * 150_000
    assert statements(text) == [text]


def test_the_digest_changes_with_what_is_run_and_with_nothing_else() -> None:
    run = Run(id="a", title="A", command=("bin/up", "x y"), folder="/srv")
    same = Run(id="b", title="B", command=("bin/up", "x y"), folder="/srv", timeout=9)
    others = [
        Run(id="a", title="A", command=("bin/up", "x", "y"), folder="/srv"),
        Run(id="a", title="A", command=("bin/up", "x y"), folder="/srv2"),
        Run(id="a", title="A", sql=("bin/up", "x y")),
    ]
    assert run.digest == same.digest
    assert run.digest not in {other.digest for other in others}
    assert run.text == '["bin/up", "x y"] in /srv'
