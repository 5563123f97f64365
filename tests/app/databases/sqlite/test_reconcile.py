"""Rows and sums of the copy are compared with the source's, to the last digit."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.databases.sqlite.reconcile import Sum, numbers_of
from app.domain.operations import ItemState
from app.domain.plan import Plan, ReferencePlan
from app.domain.policy import Action, ActionKind, Clause, Operator, Reconcile
from tests.app.databases.sqlite.line import Context, Line
from tests.app.databases.sqlite.test_check import SHOP

Make = Callable[[str], Line]

POLICIES = """
CREATE TABLE company (id INTEGER PRIMARY KEY, old INT);
CREATE TABLE policy (id INTEGER PRIMARY KEY, company_id INT REFERENCES company, agent INT, premium NUMERIC, items INT);
INSERT INTO company VALUES (1, 0), (2, 1);
INSERT INTO policy VALUES (1, 1, 0, 100.1, 9223372036854775807), (2, 2, 7, 0.2, 9223372036854775807),
  (3, 9, 1, 12, NULL), (4, NULL, NULL, NULL, -1);
"""
BOTH = Reconcile(table="policy", sums=("premium", "items"))
AGENT = ReferencePlan(column="agent", table="company", referred="id", nothing=(0,))


def planned(line: Line, **more: object) -> Plan:
    plan = replace(line.plan(), reconcile=(BOTH, Reconcile(table="company")), **more)  # type: ignore[arg-type]  # test data
    tables = tuple(replace(t, references=(AGENT,)) if t.table == "policy" else t for t in plan.tables)
    return replace(plan, tables=tables)


def test_all_numbers_stand_side_by_side(made: Make) -> None:
    line = made(POLICIES)
    grown = Action(id="grow", title="Grow", kind=ActionKind.UPDATE, table="policy", values={"premium": 0, "items": 1})
    found = line.run(planned(line, actions=(grown,))).item("reconciliation")
    assert found.state is ItemState.PASSED, "what the actions do afterwards is no loss"
    missing = "company_id: 1 in the source, 1 in the sandbox; agent: 1 in the source, 1 in the sandbox"
    assert found.details[1:] == (
        ("policy", "4", "4", "premium", "112.3", "112.3", missing),
        ("policy", "4", "4", "items", "18,446,744,073,709,551,613", "18,446,744,073,709,551,613", missing),
        ("company", "2", "2", "", "", "", "none"),
    )
    assert found.query.startswith('SELECT count(*), sum("premium"), sum("items") FROM "policy"')
    assert "2 tables, 2 sums" in found.evidence


def test_a_condition_is_used_on_both_sides(made: Make) -> None:
    line = made(POLICIES)
    plan = planned(line)
    some = (Clause(column="id", operator=Operator.AT_MOST, value=2),)
    tables = tuple(replace(t, copied="where", condition=some) if t.table == "policy" else t for t in plan.tables)
    found = line.run(replace(plan, tables=tables)).item("reconciliation")
    assert found.details[1][:6] == ("policy", "2", "2", "premium", "100.3", "100.3")


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("UPDATE policy SET premium = 100.10000000000001 WHERE id = 1", "the sum of policy.premium is "),
        ("UPDATE policy SET items = items - 1 WHERE id = 1", "18,446,744,073,709,551,612, 18,446,744,073,709,551,613"),
        ("UPDATE policy SET items = 'n' WHERE id = 3", "and 1 that are no numbers"),
        ("DELETE FROM policy WHERE id = 4", "policy has 3 rows, 4 in the source"),
    ],
)
def test_what_got_lost_on_the_way_fails(made: Make, damage: str, said: str) -> None:
    line = made(POLICIES)
    with line.job(planned(line)) as job:
        for phase in (job.stage, job.copy, job.build):
            phase(Context())
        job._open().connection.execute(damage)
        job.neutralise(Context())
        job.finish(Context())
        found = next(item for item in job.check(Context()) if item.id == "reconciliation")
    assert found.state is ItemState.FAILED
    assert said in found.evidence


def test_references_that_came_to_lead_nowhere_fail(made: Make) -> None:
    line = made(POLICIES)
    some = Action(
        id="old",
        title="Old ones go",
        kind=ActionKind.DELETE,
        table="company",
        condition=(Clause(column="old", operator=Operator.IS, value=1),),
    )
    found = line.prepare(planned(line, actions=(some,))).item("reconciliation")
    assert found.state is ItemState.FAILED
    assert found.evidence == "2 rows of policy.company_id refer to rows that are not there, 1 in the source."


def test_nothing_is_reconciled_where_nobody_asks(made: Make) -> None:
    line = made(SHOP)
    assert [i.id for i in line.prepare(line.plan()).checklist] == ["rows", "masked", "references", "integrity", "login"]


@pytest.fixture(scope="module")
def memory() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.execute("CREATE TABLE t (c)")
        yield connection


NUMBERS = st.lists(st.integers(-(2**63), 2**63 - 1) | st.floats(-1e300, 1e300), max_size=30)


@settings(max_examples=30, deadline=None)
@given(numbers=NUMBERS)
def test_sums_are_exact_whatever_the_order(memory: sqlite3.Connection, numbers: list[int | float]) -> None:
    found = []
    for values in (numbers, sorted(numbers, reverse=True)):
        memory.execute("DELETE FROM t")
        memory.executemany("INSERT INTO t VALUES (?)", [(value,) for value in values])
        plan = Plan(operation="provision", environment="a/b", source=None, policy=None, policy_hash=None)
        one = (Reconcile(table="t", sums=("c",)),)
        found.append(numbers_of(memory, one, plan, "main", Context())["t"].sums["c"])
    whole = sum(n for n in numbers if isinstance(n, int))
    others = float(sum((Fraction(n) for n in numbers if isinstance(n, float)), Fraction(0)))
    assert found == [Sum(whole, others)] * 2


def test_money_reads_as_people_write_it() -> None:
    assert str(Sum(1_234_567)) == "1,234,567"
    assert str(Sum(0, float(Decimal("0.1") * 3) + 0.0)) == "0.3"
    assert str(Sum(1_000_000, 0.1 + 0.2)) == "1,000,000.3"
