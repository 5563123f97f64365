"""New versions from changes to a policy's text, and whose decision it is what they do not sign."""

import sqlite3
from contextlib import closing

import pytest

from app.domain.policy import ColumnPolicy, Gone, Treatment
from app.errors import UserError
from app.services.policy_changes import columns_of, schema_now, whose
from tests.app.office import POLICY, Office

REF = "Harbor/sandbox"
KEEP = ColumnPolicy(treatment=Treatment.KEEP)


def _whose(office: Office) -> tuple[str, str]:
    with office.parts.catalog.read() as tx:
        environment = office.services.environments.get(REF)
        assert environment.policy_version is not None
        version = tx.policies.get(environment.policy_version)
        assert version is not None
        return whose(tx, environment, version)


def test_unsigned_decisions_go_back_to_whoever_gave_the_text_also_after_going_back(office: Office) -> None:
    first = _whose(office)
    assert first[0] == office.parts.actor
    office.services.policies.decide(REF, "person", "name", KEEP)
    assert _whose(office) == first
    office.policy.write_text(POLICY.replace("Pupils", "People"))
    office.services.environments.set(REF, policy=str(office.policy))
    given = {v.number: v.at.isoformat(timespec="seconds") for v in office.services.policy_versions.history(REF)}
    assert _whose(office)[1] == given[3]
    office.services.policy_versions.restore(REF, 2)
    assert _whose(office)[1] == given[1]


def test_a_decision_without_a_source_to_read_is_kept_as_it_was_said(office: Office) -> None:
    aside = office.production.with_suffix(".aside")
    office.production.rename(aside)
    policy = office.services.policies.decide(REF, "person", "nowhere", KEEP)
    assert policy.tables["person"].columns["nowhere"].decided_by == office.parts.actor
    production = office.services.environments.get("Harbor/production")
    assert schema_now(office.parts.adapter_for, production) is None
    assert schema_now(office.parts.adapter_for, None) is None
    assert columns_of(None, {"person"}) == {}
    aside.rename(office.production)
    with pytest.raises(UserError, match="no column"):
        office.services.policies.decide(REF, "person", "elsewhere", KEEP)


def test_names_are_written_as_the_source_spells_them(office: Office) -> None:
    with closing(sqlite3.connect(office.production)) as connection, connection:
        connection.execute('CREATE TABLE "Other" (id INTEGER PRIMARY KEY, "Mail" TEXT)')
    schema = schema_now(office.parts.adapter_for, office.services.environments.get("Harbor/production"))
    assert schema is not None
    assert columns_of(schema, {"Other"})["Other"] == ("id", "Mail")
    assert columns_of(schema, {"Other"})["person"] == ()
    policy = office.services.policies.decide(REF, "OTHER", "mail", KEEP)
    assert list(policy.tables["Other"].columns) == ["Mail"]


def test_a_decision_that_is_none_is_refused_in_words(office: Office) -> None:
    wrong = ColumnPolicy(treatment=Treatment.MASK, mask="email", parameters={"domain": 7})
    with pytest.raises(UserError, match="is not valid") as refused:
        office.services.policies.decide(REF, "person", "email", wrong)
    assert "domain" in refused.value.detail
    assert office.services.policies.text_of(REF) == POLICY


def test_a_reference_is_followed_only_where_it_can_be(office: Office) -> None:
    follow = office.services.reviews.follow
    with pytest.raises(UserError, match="refers to nothing by itself"):
        follow(REF, "person", "name", Gone.FOLLOW)
    with pytest.raises(UserError, match="cannot be emptied"):
        follow(REF, "visit", "person_id", Gone.DETACH)
    with pytest.raises(UserError, match="no column"):
        follow(REF, "visit", "nowhere", Gone.FOLLOW)
    assert office.services.policies.text_of(REF) == POLICY
    (reference,) = follow(REF, "VISIT", "Person_Id", Gone.FOLLOW).tables["visit"].references
    assert (reference.column, reference.gone) == ("person_id", Gone.FOLLOW)
