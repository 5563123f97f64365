import pytest

from app.domain.environments import EnvironmentState
from app.domain.operations import Choices, OperationKind, OperationState
from app.errors import OutsideError, RefusedError, UserError
from app.services.operations import copying_kind
from tests.app.office import Office

ALL = Choices(acknowledged=("all",), confirm="sandbox")


def test_the_life_of_a_sandbox(office: Office) -> None:
    operation = office.run(OperationKind.PROVISION)
    assert operation.state is OperationState.SUCCEEDED, operation.reason
    assert office.count("SELECT count(*) FROM person") == 60
    assert office.count("SELECT count(*) FROM person WHERE email LIKE '%private.example'") == 0
    environment = office.services.environments.get("Harbor/sandbox")
    assert (environment.state, environment.proven) == (EnvironmentState.READY, True)
    assert office.run(OperationKind.REFRESH).state is OperationState.SUCCEEDED
    assert office.run(OperationKind.RESET).state is OperationState.SUCCEEDED
    assert office.run(OperationKind.WIPE).state is OperationState.SUCCEEDED
    assert not office.sandbox.exists()
    assert [o.kind for o in office.services.operations.all("Harbor/sandbox")] == [
        "wipe",
        "reset",
        "refresh",
        "provision",
    ]
    assert office.services.audit.verify().valid


def test_starting_writes_row_state_and_record_together_and_asks_for_a_worker(office: Office) -> None:
    office.workers.idle = True
    operation = office.services.operations.start("Harbor/sandbox", OperationKind.PROVISION, ALL)
    assert operation.state is OperationState.QUEUED
    assert operation.requested_by == office.parts.actor
    assert office.services.environments.get("Harbor/sandbox").state is EnvironmentState.BUSY
    assert office.services.audit.all()[-1].action == "operation.requested"
    assert office.workers.ensured == 1


def test_everything_that_is_missing_is_said_at_once(office: Office) -> None:
    with pytest.raises(RefusedError) as refused:
        office.services.operations.start("Harbor/sandbox", OperationKind.PROVISION, Choices(confirm="Sandbox"))
    ids = [getattr(w, "id", "") for w in refused.value.warnings]
    assert {"not-a-backup", "no-continuity", "told"} <= set(ids)
    assert '"Sandbox"' in refused.value.detail
    assert "acknowledgements" in refused.value.title
    assert office.services.operations.all() == ()
    assert office.services.environments.get("Harbor/sandbox").state is EnvironmentState.ABSENT


def test_each_warning_may_be_acknowledged_by_its_own_id(office: Office) -> None:
    with pytest.raises(RefusedError) as refused:
        office.services.operations.check("Harbor/sandbox", OperationKind.PROVISION, Choices(confirm="sandbox"))
    ids = [str(getattr(w, "id", "")) for w in refused.value.warnings]
    ids += [str(getattr(f, "fingerprint", "")) for f in refused.value.findings]
    choices = Choices(confirm="sandbox", acknowledged=tuple(ids[:-1]))
    with pytest.raises(RefusedError):
        office.services.operations.check("Harbor/sandbox", OperationKind.PROVISION, choices)
    office.services.operations.check(
        "Harbor/sandbox", OperationKind.PROVISION, Choices(confirm="sandbox", acknowledged=tuple(ids))
    )


def test_no_acknowledgement_covers_an_error(office: Office) -> None:
    office.policy.write_text("policy: p\nversion: 1\ntables:\n  person: {columns: {id: keep}}\n")
    office.services.environments.set("Harbor/sandbox", policy=str(office.policy))
    with pytest.raises(RefusedError, match="blocked by") as refused:
        office.services.operations.start("Harbor/sandbox", OperationKind.PROVISION, ALL)
    assert {getattr(f, "severity", "") for f in refused.value.findings} == {"error"}


def test_the_wrong_operation_names_the_right_one(office: Office) -> None:
    start = office.services.operations.start
    for kind in (OperationKind.REFRESH, OperationKind.RESET):
        with pytest.raises(RefusedError) as refused:
            start("Harbor/sandbox", kind, ALL)
        assert "provision" in refused.value.hint
    with pytest.raises(RefusedError, match="nothing to wipe"):
        start("Harbor/sandbox", OperationKind.WIPE, ALL)
    office.run(OperationKind.PROVISION)
    with pytest.raises(RefusedError, match="has a copy already") as refused:
        start("Harbor/sandbox", OperationKind.PROVISION, ALL)
    assert "refresh" in refused.value.hint
    assert copying_kind(office.services.environments.get("Harbor/sandbox")) is OperationKind.REFRESH


@pytest.mark.parametrize("kind", list(OperationKind))
def test_no_operation_has_a_production_target(office: Office, kind: OperationKind) -> None:
    before = office.production.read_bytes()
    with pytest.raises(RefusedError, match="is production"):
        office.services.operations.start(
            "Harbor/production", kind, Choices(acknowledged=("all",), confirm="production")
        )
    with pytest.raises(RefusedError, match="is production"):
        office.services.operations.plan("Harbor/production", kind)
    assert office.services.operations.all() == ()
    assert office.production.read_bytes() == before


def test_one_operation_at_a_time_and_the_second_hears_of_the_first(office: Office) -> None:
    office.workers.idle = True
    first = office.services.operations.start("Harbor/sandbox", OperationKind.PROVISION, ALL)
    with pytest.raises(RefusedError, match="busy") as refused:
        office.services.operations.start("Harbor/sandbox", OperationKind.PROVISION, ALL)
    assert refused.value.operation == first.id


def test_a_queued_operation_is_cancelled_at_once(office: Office) -> None:
    office.workers.idle = True
    operation = office.services.operations.start("Harbor/sandbox", OperationKind.PROVISION, ALL)
    cancelled = office.services.operations.cancel(operation.id)
    assert cancelled.state is OperationState.CANCELLED
    assert cancelled.reason
    assert office.services.environments.get("Harbor/sandbox").state is EnvironmentState.ABSENT
    assert office.actions()[-1] == "operation.cancelled"
    with pytest.raises(RefusedError, match="ended already"):
        office.services.operations.cancel(operation.id)
    office.workers.work()
    assert not office.sandbox.exists()


def test_a_running_operation_is_asked_to_stop(office: Office) -> None:
    office.workers.idle = True
    operation = office.services.operations.start("Harbor/sandbox", OperationKind.PROVISION, ALL)
    with office.parts.catalog.write() as tx:
        tx.operations.claim(operation.id, at=office.parts.clock.now())
    asked = office.services.operations.cancel(operation.id)
    assert (asked.state, asked.cancel_requested) == (OperationState.RUNNING, True)
    assert office.actions()[-1] == "operation.cancel_requested"


def test_what_was_cancelled_is_resumed_with_its_choices(office: Office) -> None:
    office.workers.idle = True
    operation = office.services.operations.start("Harbor/sandbox", OperationKind.PROVISION, ALL)
    office.services.operations.cancel(operation.id)
    office.workers.idle = False
    office.services.operations.resume(operation.id)
    office.workers.join()
    assert office.services.operations.get(operation.id).state is OperationState.SUCCEEDED
    assert office.sandbox.exists()
    with pytest.raises(RefusedError, match="cannot be resumed"):
        office.services.operations.resume(operation.id)


def test_only_the_last_operation_of_an_environment_is_resumed(office: Office) -> None:
    office.workers.idle = True
    old = office.services.operations.start("Harbor/sandbox", OperationKind.PROVISION, ALL)
    office.services.operations.cancel(old.id)
    new = office.services.operations.start("Harbor/sandbox", OperationKind.PROVISION, ALL)
    with pytest.raises(RefusedError, match="busy"):
        office.services.operations.resume(old.id)
    office.services.operations.cancel(new.id)
    with pytest.raises(RefusedError, match="not the last"):
        office.services.operations.resume(old.id)


def test_nothing_stays_queued_when_no_worker_comes_up(office: Office) -> None:
    office.workers.absent = True
    with pytest.raises(OutsideError, match="did not come up"):
        office.services.operations.start("Harbor/sandbox", OperationKind.PROVISION, ALL)
    (operation,) = office.services.operations.all()
    assert operation.state is OperationState.FAILED
    assert "did not begin" in operation.reason
    assert office.services.environments.get("Harbor/sandbox").state is EnvironmentState.ABSENT


def test_a_worker_that_died_is_replaced_while_something_waits(office: Office) -> None:
    office.services.operations.keep_going()
    assert office.workers.ensured == 0
    office.workers.idle = True
    office.services.operations.start("Harbor/sandbox", OperationKind.PROVISION, ALL)
    office.services.operations.keep_going()
    assert office.workers.ensured == 2
    assert office.services.operations.worker().running is False


def test_acknowledgements_are_on_record_and_option_values_are_not(office: Office) -> None:
    office.workers.idle = True
    choices = Choices(acknowledged=("all",), confirm="sandbox", options={"history": "none"})
    office.services.operations.start("Harbor/sandbox", OperationKind.PROVISION, choices)
    detail = office.services.audit.all()[-1].detail
    assert detail["acknowledged"] == ["all"]
    assert detail["options"] == ["history"]


def test_an_unknown_operation_is_said(office: Office) -> None:
    with pytest.raises(UserError, match="no operation"):
        office.services.operations.get("nope\x1b[2J")
