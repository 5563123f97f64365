"""What changed since the review: found, said, and what of it blocks."""

from dataclasses import replace
from datetime import UTC, datetime

from app.domain.findings import Severity
from app.domain.operations import OperationKind
from app.domain.plan import Plan
from app.domain.schema import Schema, Table
from app.domain.structure import ColumnFact, Structure, structure_of
from app.planning.drift import (
    Decisions,
    Difference,
    DriftKind,
    brought_up,
    drift,
    structure_shown,
    with_unseen,
)
from app.planning.plan import PlanRequest, make_plan
from app.policy.parse import parse_policy
from app.ports.catalog import Reviewed
from tests.app.planning.building import PRODUCTION, SANDBOX, codes, number, text

PERSON = Table(name="person", columns=(number("id"), text("name"), text("email")), rows=3)
QUEUE = Table(name="queue", columns=(number("id"), text("body")), rows=3)
BEFORE = structure_of(Schema(tables=(PERSON, QUEUE)))
POLICY = """\
policy: test
tables:
  person: {columns: {id: keep, name: {mask: full_name}, email: {keep: public}}}
  queue: {rows: none}
"""
CHECKED = Reviewed(structure=BEFORE, by="ana", at=datetime(2026, 11, 20, 9, tzinfo=UTC))


def _found(*tables: Table, policy: str = POLICY, before: Structure | None = BEFORE) -> list[tuple[str, str]]:
    return [(str(d.kind), d.place) for d in drift(before, Schema(tables=tables), parse_policy(policy))]


def _plan(*tables: Table, policy: str = POLICY, reviewed: Reviewed | None = CHECKED) -> Plan:
    return make_plan(
        PlanRequest(
            kind=OperationKind.REFRESH,
            environment=SANDBOX,
            source=PRODUCTION,
            policy=parse_policy(policy),
            schema=Schema(tables=tables, fingerprint="f"),
            reviewed=reviewed,
        )
    )


def test_nothing_changed_where_the_source_is_as_it_was_reviewed() -> None:
    assert _found(PERSON, QUEUE) == []
    assert _plan(PERSON, QUEUE).findings == ()


def test_every_kind_of_change_is_found_in_the_order_of_the_source() -> None:
    person = replace(PERSON, columns=(number("id"), replace(text("email"), nullable=False), text("phone")))
    note = Table(name="note", columns=(number("id"),))
    assert _found(note, person) == [
        ("added", "note"),
        ("changed", "person.email"),
        ("added", "person.phone"),
        ("removed", "person.name"),
        ("removed", "queue"),
    ]


def test_a_type_or_nullability_that_changed_blocks_and_says_what_it_was() -> None:
    person = replace(PERSON, columns=(number("id"), replace(text("name"), type="VARCHAR(9)"), text("email")))
    (finding,) = _plan(person, QUEUE).findings
    assert (finding.severity, finding.code, finding.where) == (Severity.ERROR, "column-changed", "person.name")
    assert "VARCHAR(9), may be empty now; it was TEXT, may be empty when ana looked at it on 2026-11-20" in (
        finding.message
    )
    assert '--accept "person.name"' in finding.hint
    filled = replace(PERSON, columns=(number("id"), text("name"), text("email", nullable=False)))
    assert codes(_plan(filled, QUEUE)) == [("error", "column-changed", "person.email")]
    assert _plan(person, QUEUE, reviewed=None).findings == ()


def test_a_change_says_who_decided_on_the_column_since_the_review() -> None:
    person = replace(PERSON, columns=(number("id"), text("name"), number("email")))
    signed = POLICY.replace(
        "{keep: public}", "{keep: public, decided_by: bob, decided_at: '2026-11-21T08:00:00+00:00'}"
    )
    (finding,) = _plan(person, QUEUE, policy=signed).findings
    assert "when bob looked at it on 2026-11-21" in finding.message
    earlier = signed.replace("2026-11-21", "2026-11-19")
    assert "when ana looked at it on 2026-11-20" in _plan(person, QUEUE, policy=earlier).findings[0].message


def test_what_changes_in_tables_that_stay_behind_and_in_computed_columns_needs_no_decision() -> None:
    queue = replace(QUEUE, columns=(number("id"), number("body"), text("more")))
    person = replace(PERSON, columns=(*PERSON.columns, text("full", generated=True)))
    assert _found(person, queue) == []
    assert not _plan(person, queue).errors


def test_what_was_removed_since_the_review_is_told_and_no_mistake_of_the_policy() -> None:
    person = replace(PERSON, columns=(number("id"), text("name")))
    assert codes(_plan(person)) == [
        ("note", "column-removed", "person.email"),
        ("note", "table-removed", "queue"),
    ]
    never_there = POLICY + "  ghost: {rows: none}\n"
    assert ("error", "policy-names-missing-table", "ghost") in codes(_plan(person, policy=never_there))
    assert ("error", "policy-names-missing-table", "queue") in codes(_plan(person, reviewed=None))


def test_what_was_not_there_at_the_review_is_drift_only_where_the_policy_is_silent() -> None:
    covered = POLICY.replace("email:", "fax: keep, email:")
    person = replace(PERSON, columns=(*PERSON.columns, text("fax")))
    assert _found(person, QUEUE, policy=covered) == []
    assert _found(person, QUEUE) == [("added", "person.fax")]
    assert codes(_plan(person, QUEUE)) == [("error", "uncovered-column", "person.fax")]


def test_names_that_differ_in_case_alone_are_the_same_unless_both_are_there() -> None:
    renamed = replace(PERSON, name="Person", columns=(number("ID"), text("Name"), text("email")))
    assert _found(renamed, QUEUE) == []
    both = replace(PERSON, columns=(*PERSON.columns, number("Email")))
    policy = POLICY.replace("email: {keep: public}", "email: keep, Email: keep")
    assert _found(both, QUEUE, policy=policy, before=structure_of(Schema(tables=(both, QUEUE)))) == []


def test_the_review_grows_by_what_a_plan_showed_and_keeps_what_it_saw() -> None:
    person = replace(PERSON, columns=(number("id"), number("name"), text("email"), text("phone")))
    grown = with_unseen(BEFORE, structure_shown(_plan(person, QUEUE)))
    assert grown.tables["person"]["name"] == ColumnFact(type="TEXT", nullable=True)
    assert list(grown.tables["person"]) == ["id", "name", "email", "phone"]


def test_settled_differences_are_reviewed_and_no_others() -> None:
    person = replace(PERSON, columns=(number("id"), number("name"), number("email"), text("phone")))
    now = structure_of(Schema(tables=(person,)))
    settled = brought_up(
        BEFORE,
        now,
        [
            Difference(kind=DriftKind.CHANGED, table="person", column="name"),
            Difference(kind=DriftKind.REMOVED, table="queue"),
        ],
    )
    assert settled.tables["person"]["name"] == now.tables["person"]["name"]
    assert settled.tables["person"]["email"] == BEFORE.tables["person"]["email"]
    assert "phone" not in settled.tables["person"]
    assert "queue" not in settled.tables


def test_a_decision_is_found_under_any_spelling() -> None:
    decisions = Decisions(
        parse_policy('policy: a\ntables: {Person: {columns: {Name: keep}}, "\\"x y\\"": {rows: none}}')
    )
    assert decisions.on("person", "name") is not None
    assert decisions.on("person", "email") is None
    assert decisions.on("ghost", "name") is None
    assert decisions.table("x y") is not None
