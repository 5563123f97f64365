"""Conditions that look at other tables choose the same rows in production, in the copy, and in every process."""

import sqlite3
import sys
from collections.abc import Callable

import pytest

from app.databases.sqlite import rows as copying_rows
from app.databases.sqlite import shares
from app.databases.sqlite.quoting import policy_name, shown, table_name, where
from app.domain.policy import Action, ActionKind, Check, Clause, Condition, Operator, RowSet, Scalar
from app.errors import OutsideError
from tests.app.databases.sqlite.conftest import rows
from tests.app.databases.sqlite.line import ADAPTER, Context, Line

Make = Callable[[str], Line]

PARTIES = """
CREATE TABLE "a.party" (id INTEGER PRIMARY KEY, kind TEXT, ref TEXT, blank);
INSERT INTO "a.party" VALUES (1, 'x', '1', 1), (2, 'x', '2', 2), (3, 'y', '3', '3'), (4, 'y', NULL, NULL);
CREATE TABLE child (id INTEGER PRIMARY KEY, party_id INTEGER, ref TEXT, blank);
INSERT INTO child VALUES (10, 1, '1', 1), (11, 3, '3', '3'), (12, 99, '99', 99),
  (13, NULL, NULL, NULL), (14, 0, '0', 0);
"""
PARTY = '"a.party"'


def among(rows_of: RowSet, column: str = "party_id", operator: Operator = Operator.IN_ROWS) -> Condition:
    return (Clause(column=column, operator=operator, value=rows_of),)


def parties(column: str = "id", kind: str | None = "x", nothing: tuple[Scalar, ...] = ()) -> RowSet:
    condition = () if kind is None else (Clause(column="kind", operator=Operator.IS, value=kind),)
    return RowSet(table=PARTY, column=column, condition=condition, nothing=nothing)


CASES = [
    (among(parties()), [10]),
    (among(parties(kind=None)), [10, 11]),
    (among(parties(nothing=(None,))), [10, 13]),
    (among(parties(nothing=(None, 0))), [10, 13, 14]),
    (among(parties(nothing=("0",))), [10, 14]),
    (among(parties(), operator=Operator.NOT_IN_ROWS), [11, 12, 13, 14]),
    (among(parties(nothing=(None, 0)), operator=Operator.NOT_IN_ROWS), [11, 12]),
    (among(parties("ref", None), operator=Operator.NOT_IN_ROWS), [12, 13, 14]),  # a row without a value hides none
    (among(parties("ref", None)), [10, 11]),  # a number among texts
    (among(parties("id", None), "ref"), [10, 11]),  # a text among numbers
    (among(parties("blank", None)), [10, 11]),  # numbers among what has no type
    (among(parties("ref", None), "blank"), [11]),  # as `=` compares what has no type with text
    ((*among(parties(kind=None)), Clause(column="id", operator=Operator.ABOVE, value=10)), [11]),
    (among(RowSet(table="child", column="party_id", condition=among(parties()))), [10]),
]


@pytest.mark.parametrize(("condition", "expected"), CASES)
def test_rows_among_those_of_another_table(made: Make, condition: Condition, expected: list[int]) -> None:
    line = made(PARTIES)
    with ADAPTER.open_source(line.source) as source:
        assert source.count("child", condition) == len(expected)
        assert source.values("child", ("id",), condition) == [(i,) for i in expected]
    checks = (Check(id="same", title="Same", table="child", condition=condition, at_least=len(expected), at_most=None),)
    delete = Action(id="d", title="d", kind=ActionKind.DELETE, table="child", condition=condition)
    result = line.prepare(line.plan(rows={"child": condition}, checks=checks))
    assert result.staged.rows is not None
    assert result.staged.rows["child"] == len(expected)
    line.run(line.plan(actions=(delete,)))
    left = [i for i in range(10, 15) if i not in expected]
    assert rows(line.target_path, "SELECT id FROM child ORDER BY id") == [(i,) for i in left]


def test_the_source_is_asked_and_not_the_copy(made: Make) -> None:
    """Both have a table of that name while rows are copied, and the copy's is empty or masked."""
    line = made(PARTIES)
    plan = line.plan({'"a.party".kind': "token"}, rows={PARTY: "none", "child": among(parties())})
    line.run(plan)
    assert rows(line.target_path, "SELECT id FROM child") == [(10,)]


MANY = """
CREATE TABLE n AS WITH RECURSIVE n (v) AS (SELECT 1 UNION ALL SELECT v + 1 FROM n WHERE v < 3000) SELECT v FROM n;
CREATE TABLE parent (id INTEGER PRIMARY KEY, chosen INT);
INSERT INTO parent SELECT v, v % 3 = 0 FROM n;
CREATE TABLE child (id INTEGER PRIMARY KEY, parent_id INT, at INT, mail TEXT);
INSERT INTO child SELECT v * 5, v, v, 'p' || v || '@home.example' FROM n;
CREATE TABLE grandchild (child_id INT, PRIMARY KEY (child_id)) WITHOUT ROWID;
INSERT INTO grandchild SELECT v * 5 FROM n; DROP TABLE n;
"""
CHOSEN = (Clause(column="chosen", operator=Operator.IS, value=1),)
FOLLOWING = (
    Clause(column="parent_id", operator=Operator.IN_ROWS, value=RowSet(table="parent", column="id", condition=CHOSEN)),
)
AND_ON = (
    Clause(column="child_id", operator=Operator.IN_ROWS, value=RowSet(table="child", column="id", condition=FOLLOWING)),
)


@pytest.mark.parametrize("worth", [10**9, 1])
def test_tables_follow_one_another_in_chunks_and_in_processes(
    made: Make, monkeypatch: pytest.MonkeyPatch, worth: int
) -> None:
    if worth == 1 and sys.platform != "linux":
        pytest.skip("helpers are counted in /proc, which only Linux has")
    monkeypatch.setattr(shares, "WORTH", worth)
    monkeypatch.setattr(copying_rows, "CHUNK", 100)
    line = made(MANY)
    plan = line.plan({"child.mail": "email"}, rows={"parent": CHOSEN, "child": FOLLOWING, "grandchild": AND_ON})
    with line.job(plan) as job:
        ctx = Context()
        job.stage(ctx)
        runs = {run.table: (run.rows, run.of) for run in job.copy(ctx)}
    assert runs == dict.fromkeys(("parent", "child", "grandchild"), (1000, 1000))
    result = line.run(plan)
    assert rows(line.target_path, "SELECT count(*), sum(id), sum(parent_id = at) FROM child") == [
        (1000, 5 * sum(range(0, 3001, 3)), 1000)
    ]
    assert result.item("rows").found == "3,000 rows"


def test_a_column_that_is_not_there_is_an_error_and_no_text(made: Make) -> None:
    line = made(PARTIES)
    with ADAPTER.open_source(line.source) as source, pytest.raises(OutsideError, match="no such column"):
        source.count("child", among(parties("no_such_column")))


def test_what_can_be_chosen_is_read_in_order(made: Make) -> None:
    line = made(PARTIES)
    with ADAPTER.open_source(line.source) as source:
        assert source.values(PARTY, ("kind", "id"), limit=3) == [("x", 1), ("x", 2), ("y", 3)]
        assert source.values(PARTY, ("ref",), (Clause(column="kind", operator=Operator.IS, value="y"),)) == [
            (None,),
            ("3",),
        ]


def test_a_condition_is_shown_with_its_values() -> None:
    rows_of = RowSet(
        table='"a?""b"',
        column="id",
        condition=(Clause(column="k", operator=Operator.IS, value="it's ?"),),
        nothing=(0,),
    )
    text, values = where(among(rows_of, "why?"), "t", "source")
    assert shown(f"SELECT count(*) FROM t WHERE {text}", values) == (
        'SELECT count(*) FROM t WHERE ("t"."why?" IN (SELECT "a?""b"."id" FROM source."a?""b" '
        """WHERE "a?""b"."k" IS 'it''s ?') OR "t"."why?" IN (0))"""
    )


@pytest.mark.parametrize("name", ["plain", "a.b", 'a"b', '"quoted"', '"'])
def test_a_policys_name_leads_back_to_the_tables(name: str) -> None:
    assert table_name(policy_name(name)) == name


def test_sqlite_chooses_no_slow_plan_for_large_sets() -> None:
    """The rows referred to are gathered once, not sought for each row."""
    connection = sqlite3.connect(":memory:")
    connection.executescript("CREATE TABLE p (id INT, k INT); CREATE TABLE c (p INT)")
    rows_of = RowSet(table="p", column="id", condition=(Clause(column="k", operator=Operator.IS, value=1),))
    for operator in (Operator.IN_ROWS, Operator.NOT_IN_ROWS):
        text, values = where(among(rows_of, "p", operator), "c")
        plan = " ".join(
            row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN SELECT * FROM c WHERE {text}", values)
        )
        assert "LIST SUBQUERY" in plan
        assert "CORRELATED" not in plan
    connection.close()
