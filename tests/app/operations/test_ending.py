"""How an operation that went wrong after the swap ends."""

import sqlite3
from contextlib import closing

from app.domain.environments import EnvironmentState
from app.domain.operations import OperationKind, OperationState
from app.operations.steps import GO_ON, Steps
from app.operations.workshop import Workshop
from app.services.plans import PlanService
from tests.app.office import Office


def test_a_new_copy_that_a_program_holds_is_not_taken_for_the_old_one(office: Office) -> None:
    office.run(OperationKind.PROVISION)
    office.workers.idle = True
    operation = office.run(OperationKind.REFRESH)
    steps = _steps(office)
    assert steps.prepare(operation.id) == GO_ON
    assert steps.publish(operation.id) == GO_ON
    certificates = office.parts.home.certificates
    certificates.rename(certificates.with_name("elsewhere"))
    certificates.write_text("in the way")
    with closing(sqlite3.connect(office.sandbox, isolation_level=None)) as program:
        for step in ("PRAGMA locking_mode = EXCLUSIVE", "PRAGMA journal_mode = WAL", "CREATE TABLE own (a)"):
            program.execute(step)
        steps.settle(operation.id)
    ended = office.services.operations.get(operation.id)
    assert ended.state is OperationState.FAILED
    assert "published" in ended.reason
    assert office.services.environments.get("Harbor/sandbox").state is EnvironmentState.READY

    certificates.unlink()
    certificates.with_name("elsewhere").rename(certificates)
    office.services.operations.resume(operation.id)
    for run in (steps.prepare, steps.publish, steps.settle):
        run(operation.id)
    assert office.services.operations.get(operation.id).state is OperationState.SUCCEEDED


def _steps(office: Office) -> Steps:
    parts = office.parts
    planner = PlanService(
        catalog=parts.catalog, adapter_for=parts.adapter_for, secrets=parts.secrets, signer=parts.signer
    )
    return Steps(
        Workshop(
            catalog=parts.catalog,
            adapter_for=parts.adapter_for,
            planner=planner,
            secrets=parts.secrets,
            signer=parts.signer,
            clock=parts.clock,
            certificates=parts.home.certificates,
        )
    )
