"""Invariant 6. Every item shows its evidence, and what does not pass is not called done."""

import pytest

from app.domain.operations import ItemKind, ItemState, OperationKind
from app.errors import UserError
from tests.app.office import POLICY, Office
from tests.invariants.conftest import Run, interfering
from tests.invariants.witness import Witness


def with_policy(office: Office, old: str, new: str) -> None:
    assert old in POLICY
    office.policy.write_text(POLICY.replace(old, new))
    office.services.environments.set("Harbor/sandbox", policy=str(office.policy))


def test_no_item_is_passed_without_evidence_and_a_moment(witness: Witness) -> None:
    for operation in witness.operations:
        automatic = [item for item in operation.checklist if item.kind is ItemKind.AUTOMATIC]
        assert {"rows", "masked", "references", "integrity", "no-mail", "proof"} <= {item.id for item in automatic}
        for item in automatic:
            assert item.evidence, item.id
            if item.id == "login" and item.state is ItemState.NOT_APPLICABLE:
                continue  # a file has none, and nothing to count
            assert item.state is ItemState.PASSED
            assert any(c.isdigit() for c in item.evidence + item.found) or item.id == "integrity", item
            assert item.checked_at is not None, item.id
            assert operation.started is not None
            assert operation.started <= item.checked_at <= (operation.finished or item.checked_at)
    manual = [item for item in witness.checklist if item.kind is ItemKind.MANUAL]
    assert [(item.id, item.state, item.checked_at) for item in manual] == [("look", ItemState.OPEN, None)]


def test_a_check_that_fails_fails_the_operation_and_shows_what_it_found(provisioned: Office) -> None:
    before = provisioned.sandbox.read_bytes()
    old = provisioned.services.inspection.checklist("Harbor/sandbox")
    with_policy(provisioned, "table: outbox, expect: 0", "table: person, expect: 0")
    ended = provisioned.run(OperationKind.REFRESH)
    assert ended.state == "failed"
    failed = [item for item in ended.checklist if item.state is ItemState.FAILED]
    assert [item.id for item in failed] == ["no-mail"]
    assert "60" in failed[0].evidence
    assert failed[0].checked_at is not None
    assert failed[0].evidence in ended.reason
    assert ended.certificate is None
    assert provisioned.sandbox.read_bytes() == before
    assert provisioned.services.inspection.checklist("Harbor/sandbox") == old, "that of the copy that is still there"
    assert provisioned.services.environments.get("Harbor/sandbox").proven


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("table: outbox, expect: 0", "table: outbox, where: {sent: 1}, expect: 0"),
        ("table: outbox, expect: 0", "table: letters, expect: 0"),
        (
            "manual:",
            "actions:\n  - {id: mute, title: Mute, table: person, set: {newsletter: 0}}\nmanual:",
        ),
        ("manual:", "actions:\n  - {id: mute, title: Mute, table: letters, delete: true}\nmanual:"),
    ],
    ids=["check-column", "check-table", "action-column", "action-table"],
)
def test_a_check_or_an_action_that_names_what_is_not_there_is_an_error_before_anything_starts(
    office: Office, run: Run, old: str, new: str
) -> None:
    with_policy(office, old, new)
    plan = office.services.operations.plan("Harbor/sandbox")
    missing = [f for f in plan.errors if any(n in f.message + f.where for n in ("sent", "letters", "newsletter"))]
    assert missing
    assert missing[0].hint
    assert run("provision", "Harbor/sandbox", "--acknowledge", "all", "--confirm", "sandbox") == 3
    assert not office.sandbox.exists()


def test_an_original_that_an_action_puts_back_is_found_and_nothing_is_published(office: Office, run: Run) -> None:
    action = "{id: back, title: Back, table: person, set: {remarks: quibble.zanthorpe7@private.example}}"
    with_policy(office, "manual:", f"actions:\n  - {action}\nmanual:")
    ended = office.run(OperationKind.PROVISION)
    assert ended.state == "failed"
    proof = next(item for item in ended.checklist if item.id == "proof")
    assert proof.state is ItemState.FAILED
    assert [(hit.table, hit.column) for hit in ended.proof.hits] == [("person", "remarks")]
    assert "quibble.zanthorpe7" not in ended.reason + repr(ended.checklist) + repr(ended.log)
    assert not office.sandbox.exists()
    assert not office.services.environments.get("Harbor/sandbox").proven


def test_an_operation_that_breaks_down_while_it_checks_is_not_done(office: Office) -> None:
    def breaks() -> None:
        raise RuntimeError("Quibble Zanthorpe7 is the value it broke on")

    for moment in ("before check", "before prove", "before seal"):
        with interfering(office, moment, breaks):
            ended = office.run(OperationKind.PROVISION)
        assert ended.state == "failed"
        assert "Quibble" not in ended.reason + ended.hint
        assert not office.sandbox.exists()


def test_an_automatic_item_is_not_ticked_by_hand(provisioned: Office, run: Run) -> None:
    for item in ("proof", "no-mail", "rows"):
        assert run("checklist", "Harbor/sandbox", "--tick", item, "--note", "trust me") == 3
    with pytest.raises(UserError):
        provisioned.services.inspection.tick("Harbor/sandbox", "nothing", "trust me")


def test_after_a_refresh_nothing_ticked_for_the_old_copy_counts(provisioned: Office, run: Run) -> None:
    assert run("checklist", "Harbor/sandbox", "--tick", "look", "--note", "Ana opened it") == 0
    done = provisioned.services.environments.get("Harbor/sandbox")
    assert done.checklist_done == done.checklist_of
    provisioned.run(OperationKind.REFRESH)
    anew = provisioned.services.environments.get("Harbor/sandbox")
    assert anew.checklist_done == anew.checklist_of - 1
