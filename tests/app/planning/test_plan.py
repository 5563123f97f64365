"""Whole plans: what goes in, what comes out, what blocks."""

from dataclasses import replace
from pathlib import Path

import pytest

from app.databases.demo.agency import make_agency_database
from app.databases.sqlite.source import SqliteSource
from app.domain.findings import error, note, warning
from app.domain.operations import Choices, OperationKind
from app.domain.schema import Schema, Table
from app.planning.plan import PlanRequest, blocking, make_plan
from app.policy.packs import pack_text
from app.policy.parse import parse_policy
from tests.app.planning.building import PRODUCTION, SANDBOX, codes, column, plan, text

TABLE = Table(name="t", columns=(text("c"),), rows=1)
POLICY = "title: Test\nlifetime: 14\nbaseline: false\ntables: {t: {columns: {c: keep}}}\n"


def test_a_plan_says_where_it_comes_from() -> None:
    made = plan(POLICY, TABLE)
    assert (made.operation, made.environment, made.source) == ("provision", "Harbor/sandbox", "Harbor/production")
    assert (made.policy, made.policy_hash, made.schema_fingerprint) == ("test", "c0ffee", "f1")
    assert (made.lifetime_days, made.keep_baseline) == (14, False)


def test_without_a_policy_nothing_is_copied_and_the_way_to_one_is_told() -> None:
    made = plan(None, TABLE)
    assert codes(made) == [("error", "no-policy", "Harbor/sandbox")]
    assert "sandkeeper policy suggest" in made.findings[0].hint
    assert made.tables == ()


def test_without_a_source_or_its_structure_nothing_is_copied() -> None:
    policy = parse_policy("policy: a\ntables: {}\n")
    request = PlanRequest(kind=OperationKind.REFRESH, environment=SANDBOX, policy=policy)
    assert codes(make_plan(request)) == [("error", "no-source", "Harbor/sandbox")]
    unread = replace(request, source=PRODUCTION)
    assert codes(make_plan(unread)) == [("error", "source-unread", "Harbor/production")]
    told = replace(unread, findings=(error("locked", "It is locked."),))
    assert codes(make_plan(told)) == [("error", "locked", "")]


def test_production_is_never_a_target() -> None:
    """Invariant 1."""
    for kind in OperationKind:
        made = make_plan(PlanRequest(kind=kind, environment=PRODUCTION))
        assert ("error", "production-target", "Harbor/production") in codes(made)


@pytest.mark.parametrize("kind", [OperationKind.RESET, OperationKind.WIPE])
def test_reset_and_wipe_need_neither_policy_nor_source(kind: OperationKind) -> None:
    made = make_plan(PlanRequest(kind=kind, environment=SANDBOX, schema=Schema(tables=(TABLE,))))
    assert made.findings == ()
    assert made.tables == ()
    assert made.warnings


def test_findings_come_sorted_and_each_once() -> None:
    twice = warning("w", "Careful.")
    made = plan(POLICY, TABLE, findings=(note("n", "By the way."), twice, twice, error("e", "No.")))
    assert [f.code for f in made.findings] == ["e", "w", "n"]


def test_what_blocks_is_what_is_wrong_or_was_not_acknowledged() -> None:
    careful = warning("w", "Careful.")
    made = plan(POLICY, TABLE, findings=(careful, error("e", "No."), note("n", "By the way.")))
    nothing = blocking(made, Choices())
    assert [f.code for f in nothing.errors] == ["e"]
    assert nothing.unacknowledged_findings == (careful,)
    assert [w.id for w in nothing.unacknowledged_warnings] == ["not-a-backup", "no-continuity"]
    some = blocking(made, Choices(acknowledged=(careful.fingerprint, "not-a-backup")))
    assert some.unacknowledged_findings == ()
    assert [w.id for w in some.unacknowledged_warnings] == ["no-continuity"]
    everything = blocking(made, Choices(acknowledged=("all",)))
    assert [f.code for f in everything.errors] == ["e"], "all never covers an error"
    assert (everything.unacknowledged_findings, everything.unacknowledged_warnings) == ((), ())
    assert everything.any


def test_an_error_cannot_be_acknowledged_by_its_fingerprint() -> None:
    wrong = error("e", "No.")
    made = plan(POLICY, TABLE, findings=(wrong,))
    assert blocking(made, Choices(acknowledged=("all", wrong.fingerprint))).errors == (wrong,)


def test_the_same_request_makes_the_same_plan() -> None:
    assert plan(POLICY, TABLE) == plan(POLICY, TABLE)


@pytest.fixture(scope="module")
def agency(tmp_path_factory: pytest.TempPathFactory) -> Schema:
    path: Path = tmp_path_factory.mktemp("agency") / "production.sqlite"
    make_agency_database(path, 30)
    with SqliteSource(path) as source:
        return source.schema()


def test_the_agency_pack_fits_the_demo_agency_without_a_single_finding(agency: Schema) -> None:
    request = PlanRequest(
        kind=OperationKind.PROVISION,
        environment=SANDBOX,
        source=PRODUCTION,
        policy=parse_policy(pack_text("agency-management")),
        schema=agency,
    )
    made = make_plan(request)
    assert made.findings == ()
    assert {t.table for t in made.tables if t.copied == "none"} == {"queued_mail", "queued_form", "webhook"}
    assert {o.check for o in made.outward if o.check} <= {c.id for c in made.checks}
    chosen = make_plan(
        replace(request, options={"mail_alias": "qa@agency.example", "active_logins": "AAB", "history": "none"})
    )
    assert chosen.findings == ()
    assert column(chosen, "customer", "email").parameters == {"alias": "qa@agency.example"}
    assert next(t for t in chosen.tables if t.table == "activity").copied == "none"


def test_one_new_column_in_production_blocks_the_pack(agency: Schema) -> None:
    """Invariant 4."""
    customer = next(t for t in agency.tables if t.name == "customer")
    grown = replace(customer, columns=(*customer.columns, text("mothers_maiden_name")))
    made = make_plan(
        PlanRequest(
            kind=OperationKind.REFRESH,
            environment=SANDBOX,
            source=PRODUCTION,
            policy=parse_policy(pack_text("agency-management")),
            schema=replace(agency, tables=tuple(grown if t.name == "customer" else t for t in agency.tables)),
        )
    )
    assert codes(made) == [("error", "uncovered-column", "customer.mothers_maiden_name")]


def test_what_is_true_of_a_choice_is_said_once() -> None:
    table = Table(name="a", columns=(text("one"), text("two")), rows=3)
    mask = "{mask: email, domain: mailinator.com}"
    made = plan(f"tables: {{a: {{columns: {{one: {mask}, two: {mask}}}}}}}", table)
    assert codes(made) == [("warning", "mask.public_domain", "a.one")]
    assert made.findings[0].message.endswith("So it is in 2 columns.")
    alone = plan(f"tables: {{a: {{columns: {{one: {mask}, two: keep}}}}}}", table)
    assert "columns" not in alone.findings[0].message
