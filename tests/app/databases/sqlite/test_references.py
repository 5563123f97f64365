"""References that the policy names are followed like those the database declares."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace

from app.databases.sqlite.references import Reference, dangling_query
from app.domain.operations import ItemState
from app.domain.plan import Plan, ReferencePlan
from app.domain.policy import Action, ActionKind, Clause, Operator
from tests.app.databases.sqlite.conftest import rows
from tests.app.databases.sqlite.line import Context, Line

Make = Callable[[str], Line]

CRM = """
CREATE TABLE contact (id INTEGER PRIMARY KEY, code TEXT);
CREATE TABLE sale (id INTEGER PRIMARY KEY, contact_id INT, contact_code TEXT, owner_id INT REFERENCES contact);
INSERT INTO contact VALUES (1, 'A'), (2, 'B');
INSERT INTO sale VALUES (1, 1, 'A', 0), (2, 0, '', 2), (3, 77, 'Z', NULL), (4, NULL, NULL, 0), (5, 2, 'B', NULL);
"""
SAID = (
    ReferencePlan(column="contact_id", table="contact", referred="id", nothing=(0,)),
    ReferencePlan(column="contact_code", table="contact", referred="code", nothing=("",)),
    ReferencePlan(column="owner_id", table="contact", referred="id", nothing=(0,), declared=True),
)


def referring(line: Line, **more: object) -> Plan:
    plan = line.plan(**more)  # type: ignore[arg-type]  # test data
    return replace(plan, tables=tuple(replace(t, references=SAID if t.table == "sale" else ()) for t in plan.tables))


def test_references_of_the_policy_are_followed_too(made: Make) -> None:
    line = made(CRM)
    item = line.run(referring(line)).item("references")
    assert item.state is ItemState.PASSED
    assert item.evidence == (
        "1 foreign keys that the database declares and 2 references that the policy names were followed; 2 lead "
        "nowhere, as they do in the source."
    )
    assert item.details[1:] == (
        ("sale.contact_id", "contact.id", "the policy", "1", "1"),
        ("sale.contact_code", "contact.code", "the policy", "1", "1"),
    )
    first, *asked = item.query.split(";\n")
    assert first == "PRAGMA foreign_key_check"
    assert [rows(line.target_path, query) for query in asked] == [[(1,)], [(1,)]]


def test_more_that_lead_nowhere_than_in_the_source_fail(made: Make) -> None:
    line = made(CRM)
    first = (Clause(column="id", operator=Operator.IS, value=1),)
    item = line.prepare(referring(line, rows={"contact": first})).item("references")
    assert item.state is ItemState.FAILED
    assert item.evidence == (
        "1 rows of sale.owner_id refer to rows that are not there; "
        "2 rows of sale.contact_id refer to rows that are not there; "
        "2 rows of sale.contact_code refer to rows that are not there."
    )


def test_what_leads_nowhere_is_counted_at_the_moment_of_the_copy(made: Make) -> None:
    """And not when it is checked: a source that was mended meanwhile is another one."""
    line = made(CRM)
    with line.job(referring(line)) as job:
        for phase in (job.stage, job.copy, job.build, job.neutralise, job.finish):
            phase(Context())
        with closing(sqlite3.connect(line.source_path)) as connection, connection:
            connection.execute("DELETE FROM sale")
        item = next(item for item in job.check(Context()) if item.id == "references")
    assert item.state is ItemState.PASSED


def test_only_rows_that_come_along_excuse_what_leads_nowhere(made: Make) -> None:
    line = made(CRM)
    last = (Clause(column="id", operator=Operator.IS, value=5),)
    gone = Action(id="d", title="d", kind=ActionKind.DELETE, table="contact")
    item = line.prepare(referring(line, rows={"sale": last}, actions=(gone,))).item("references")
    assert item.state is ItemState.FAILED, "the source's own dangling row stayed behind"
    assert item.found == "2 broken"


def test_the_ends_of_a_policys_reference_are_gathered_once() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript("CREATE TABLE p (id INT); CREATE TABLE c (p INT)")
        sql, values = dangling_query(Reference("c", "p", (("p", "id"),), (0,), declared=False))
        plan = " ".join(row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", values))
    assert "LIST SUBQUERY" in plan
    assert "CORRELATED" not in plan
