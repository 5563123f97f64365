"""CREATE statements are read as SQLite means them."""

import pytest

from app.databases.sqlite.statements import checks, comments, longest, module_call


@pytest.mark.parametrize(
    ("sql", "module", "options"),
    [
        ("CREATE VIRTUAL TABLE a USING fts5(x, content='', y)", "fts5", {"content": ""}),
        (
            'CREATE VIRTUAL TABLE "a using b(" USING FTS5(x, content="my docs", content_rowid=id)',
            "fts5",
            {"content": "my docs", "content_rowid": "id"},
        ),
        (
            'create virtual table a -- using rtree(\n using fts4(x, tokenize=unicode61 "tokenchars=,)")',
            "fts4",
            {"tokenize": 'unicode61 "tokenchars=,)"'},
        ),
        ("CREATE VIRTUAL TABLE [a] USING [rtree](id, a, b)", "rtree", {}),
        ("CREATE VIRTUAL TABLE a USING dbstat", "dbstat", {}),
    ],
)
def test_a_virtual_table_tells_its_module_and_options(sql: str, module: str, options: dict[str, str]) -> None:
    call = module_call(sql)
    assert call is not None
    assert (call.module, call.options) == (module, options)


def test_other_statements_call_no_module() -> None:
    assert module_call("CREATE TABLE virtual (using text)") is None
    assert module_call("") is None


def test_checks_are_found_wherever_they_stand() -> None:
    sql = "CREATE TABLE t (a TEXT CHECK (length(a) <= 12 AND a <> 'check(x)'), /* CHECK (no) */ b, CHECK(b > (1)))"
    assert checks(sql) == ("length(a) <= 12 AND a <> 'check(x)'", "b > (1)")


@pytest.mark.parametrize(
    ("type_", "expressions", "expected"),
    [
        ("VARCHAR(30)", (), 30),
        ("NATIONAL VARYING CHARACTER (12)", (), 12),
        ("TEXT", (), None),
        ("DECIMAL(10,2)", (), None),
        ("TEXT", ('length("Code") <= 8',), 8),
        ("TEXT", ("length(code) < 8",), 7),
        ("TEXT", ("LENGTH( code ) BETWEEN 2 AND 5 AND code <> 'x'",), 5),
        ("VARCHAR(30)", ("length(code) = 4", "length(other) <= 2"), 4),
        ("TEXT", ("length(code) <= 3 OR code IS NULL",), None),
    ],
)
def test_the_longest_text_follows_from_type_and_checks(
    type_: str, expressions: tuple[str, ...], expected: int | None
) -> None:
    assert longest(type_, "code", expressions) == expected


def test_comments_belong_to_the_column_they_stand_behind() -> None:
    sql = """CREATE TABLE t ( -- everybody we know
        -- nothing stands before this one
        a INTEGER PRIMARY KEY, /* running
        number */ "B b" TEXT DEFAULT 'x, -- no comment', -- phone, private
        c NUMERIC(10, 2) CHECK (c > 0), -- what is
                                        -- and what is not owed
        d TEXT -- the last
        -- again nothing
    )"""
    assert comments(sql) == {
        "": "everybody we know",
        "a": "running\n        number",
        "b b": "phone, private",
        "c": "what is",
        "d": "the last",
    }
    assert comments("CREATE TABLE t AS SELECT 1 AS a -- one") == {}
