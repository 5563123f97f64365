"""What a plan cannot do on a database, or does otherwise than its reader would think, is found before it starts.

What is found of a source itself stands in `test_source.py`."""

from collections.abc import Callable
from dataclasses import replace

from app.domain.plan import Plan, ReferencePlan
from app.domain.policy import Check, Clause, Operator, Preserve, RowSet
from tests.app.databases.sqlite.line import ADAPTER, Line

Make = Callable[[str], Line]

TABLES = """
CREATE TABLE parent (id INTEGER PRIMARY KEY, code TEXT, bare, twice INT AS (id * 2));
CREATE TABLE child (id INTEGER PRIMARY KEY, parent_id VARCHAR(9), bare);
CREATE VIRTUAL TABLE words USING fts5 (body);
"""


def found(line: Line, plan: Plan) -> list[tuple[str, str]]:
    with ADAPTER.open_source(line.source) as source:
        return [(finding.code, finding.where) for finding in source.plan_findings(plan)]


def among(column: str, other: str) -> tuple[Clause, ...]:
    return (Clause(column=column, operator=Operator.NOT_IN_ROWS, value=RowSet(table="parent", column=other)),)


def test_columns_that_are_never_equal_are_told(made: Make) -> None:
    line = made(TABLES)
    compared = [("parent_id", "id"), ("bare", "id"), ("bare", "bare"), ("parent_id", "code"), ("id", "id")]
    for own, other in compared:
        assert found(line, line.plan(rows={"child": among(own, other)})) == []
    inner = RowSet(table="child", column="id", condition=among("bare", "code"))
    nested = (Clause(column="id", operator=Operator.IN_ROWS, value=inner),)
    assert found(line, line.plan(rows={"child": among("parent_id", "bare"), "parent": nested})) == [
        ("types-never-equal", "child.bare"),
        ("types-never-equal", "child.parent_id"),
    ]
    check = Check(id="c", title="c", table="child", condition=among("bare", "code"))
    assert found(line, line.plan(checks=(check,))) == [("types-never-equal", "child.bare")]


def test_references_that_cannot_be_followed_are_told(made: Make) -> None:
    line = made(TABLES)
    said = (
        ReferencePlan(column="bare", table="words", referred="rowid"),
        ReferencePlan(column="parent_id", table="parent", referred="bare"),
        ReferencePlan(column="parent_id", table="parent", referred="id"),
    )
    plan = line.plan()
    tables = tuple(replace(t, references=said) if t.table == "child" else t for t in plan.tables)
    assert found(line, replace(plan, tables=tables)) == [
        ("reference-not-checked", "child.bare"),
        ("types-never-equal", "child.parent_id"),
    ]


def test_what_cannot_be_preserved_is_told(made: Make) -> None:
    line = made(TABLES)
    entries = (
        Preserve(id="a", title="a", table="parent", match=("ID",)),
        Preserve(id="b", title="b", table="parent", match=("twice",)),
        Preserve(id="c", title="c", table="words", match=("body",)),
    )
    assert found(line, replace(line.plan(), preserve=entries)) == [
        ("preserve-cannot-work", "parent"),
        ("preserve-cannot-work", "words"),
    ]
