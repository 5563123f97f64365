import pytest

from app.domain.operations import Choices, OperationKind
from app.domain.policy import ColumnPolicy, Treatment
from app.errors import RefusedError, UserError
from app.policy.parse import PolicyError
from tests.app.office import POLICY, Office

KEEP = ColumnPolicy(treatment=Treatment.KEEP, reason="Only numbers in there")


def test_every_pack_is_a_valid_policy(empty_office: Office) -> None:
    packs = empty_office.services.policies.packs()
    assert "agency-management" in [p.name for p in packs]
    assert empty_office.services.policies.pack("agency-management") in packs
    with pytest.raises(UserError):
        empty_office.services.policies.pack("nothing")


def test_checking_gives_the_policy_or_every_problem(empty_office: Office) -> None:
    assert empty_office.services.policies.check(POLICY).name == "harbor"
    with pytest.raises(PolicyError):
        empty_office.services.policies.check("tables: 3")


def test_the_policy_of_an_environment_is_the_text_that_was_given(office: Office) -> None:
    assert office.services.policies.text_of("Harbor/sandbox") == POLICY
    assert office.services.policies.policy_of("Harbor/sandbox").title
    with pytest.raises(UserError, match="has no policy"):
        office.services.policies.policy_of("Harbor/production")


def test_a_suggestion_for_a_sandbox_reads_its_source(office: Office) -> None:
    of_sandbox = office.services.policies.suggest("Harbor/sandbox")
    assert of_sandbox == office.services.policies.suggest("Harbor/production")
    assert of_sandbox.tables["person"].columns["email"].treatment is Treatment.MASK
    text = office.services.policies.suggested_text("Harbor/sandbox", of_sandbox, accept=True)
    policy = office.services.policies.check(text)
    assert policy.name == "harbor"
    treatments = {c.treatment for t in policy.tables.values() for c in t.columns.values()}
    assert Treatment.REVIEW not in treatments
    assert "Quibble" not in text


def test_a_decision_makes_a_new_version_with_who_and_when(office: Office) -> None:
    policy = office.services.policies.decide("Harbor/sandbox", "PERSON", "Remarks", KEEP)
    decided = policy.tables["person"].columns["remarks"]
    assert decided.treatment is Treatment.KEEP
    assert decided.decided_by == office.parts.actor
    assert decided.decided_at.startswith("20")
    text = office.services.policies.text_of("Harbor/sandbox")
    assert "# what people wrote" in text
    record = office.services.audit.all()[-1]
    assert record.action == "policy.decide"
    assert (record.detail["table"], record.detail["column"]) == ("person", "remarks")
    assert office.services.environments.get("Harbor/sandbox").policy == "harbor"


def test_a_decision_on_a_column_that_is_not_there_is_refused(office: Office) -> None:
    with pytest.raises(UserError, match="no table"):
        office.services.policies.decide("Harbor/sandbox", "people", "name", KEEP)
    with pytest.raises(UserError, match="no column") as refused:
        office.services.policies.decide("Harbor/sandbox", "person", "phone", KEEP)
    assert "remarks" in refused.value.detail
    assert office.services.policies.text_of("Harbor/sandbox") == POLICY


def test_a_decision_with_a_mask_that_does_not_exist_is_refused(office: Office) -> None:
    with pytest.raises(UserError):
        office.services.policies.decide(
            "Harbor/sandbox", "person", "name", ColumnPolicy(treatment=Treatment.MASK, mask="rot13")
        )


def test_nothing_is_decided_while_an_operation_runs(office: Office) -> None:
    office.workers.idle = True
    office.services.operations.start(
        "Harbor/sandbox", OperationKind.PROVISION, Choices(acknowledged=("all",), confirm="sandbox")
    )
    with pytest.raises(RefusedError, match="busy"):
        office.services.policies.decide("Harbor/sandbox", "person", "remarks", KEEP)


def test_a_decision_is_possible_while_production_is_away(office: Office) -> None:
    office.production.rename(office.folder / "away.sqlite")
    policy = office.services.policies.decide("Harbor/sandbox", "person", "remarks", KEEP)
    assert policy.tables["person"].columns["remarks"].treatment is Treatment.KEEP


def test_a_draft_decides_every_column_and_keeps_nothing_that_is_unclear(office: Office) -> None:
    policy = office.services.policies.draft("Harbor/sandbox")
    columns = policy.tables["person"].columns
    assert columns["email"].mask == "email"
    assert all(c.treatment is not Treatment.REVIEW for t in policy.tables.values() for c in t.columns.values())
    assert office.services.policies.policy_of("Harbor/sandbox") == policy
    assert office.services.audit.all()[-1].action == "policy.draft"
    assert not office.services.operations.plan("Harbor/sandbox").errors


def test_nothing_is_drafted_while_an_operation_runs(office: Office) -> None:
    office.workers.idle = True
    office.services.operations.start(
        "Harbor/sandbox", OperationKind.PROVISION, Choices(acknowledged=("all",), confirm="sandbox")
    )
    with pytest.raises(RefusedError, match="busy"):
        office.services.policies.draft("Harbor/sandbox")
