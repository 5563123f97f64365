"""The third durable step: old copy dropped, baseline in place, certificate written, books closed. Can be repeated."""

import os
from dataclasses import replace
from pathlib import Path

from app.domain.environments import Environment, EnvironmentState, target_of
from app.domain.operations import Operation, OperationKind, OperationState, Phase
from app.errors import OutsideError
from app.operations.context import Attempt
from app.operations.ending import resting_state
from app.operations.prepare import Prepared
from app.operations.workshop import Workshop
from app.planning.certificate import CertificateFacts, render_certificate


def settle(
    shop: Workshop, operation: Operation, environment: Environment, prepared: Prepared, attempt: Attempt
) -> None:
    """Finish what publish began. `environment` is read again after publish and carries the new identity."""
    attempt.cancellable = False
    with attempt.phase(Phase.SETTLE):
        if prepared.staged is not None:
            shop.adapter_for(environment.database).settle(
                target=target_of(environment), staged=prepared.staged, signer=shop.signer, ctx=attempt
            )
    certificate = _certify(shop, operation, environment, prepared, attempt)
    attempt.assert_current()
    after = EnvironmentState.WIPED if operation.kind is OperationKind.WIPE else resting_state(environment)
    with shop.catalog.write() as tx:
        tx.operations.end(
            operation.id, attempt.number, state=OperationState.SUCCEEDED, reason=_reason(operation), at=shop.clock.now()
        )
        tx.environments.set(environment.id, state=after)
        tx.audit.append(
            "operation.succeeded",
            environment.ref,
            operation=operation.id,
            kind=str(operation.kind),
            policy=prepared.plan.policy_hash or "",
            certificate=certificate.name,
        )


def _reason(operation: Operation) -> str:
    return {
        OperationKind.PROVISION: "Provisioned, checked and proven.",
        OperationKind.REFRESH: "Refreshed, checked and proven.",
        OperationKind.RESET: "Back at its baseline.",
        OperationKind.WIPE: "Everything of it is gone.",
    }[operation.kind]


def _certify(
    shop: Workshop, operation: Operation, environment: Environment, prepared: Prepared, attempt: Attempt
) -> Path:
    """Write the certificate beside its final name and rename it, so that a torn one never exists."""
    with shop.catalog.read() as tx:
        current = tx.operations.get(operation.id) or operation
        checklist = tuple(tx.environments.checklist(environment.id)) or prepared.checklist
        approvals = tuple(tx.policies.approvals([run.digest for run in prepared.plan.run]))
    now = shop.clock.now()
    current = replace(
        current,
        state=OperationState.SUCCEEDED,
        finished=now,
        reason=_reason(operation),
        checklist=checklist,
        proof=prepared.proof if prepared.snapshot_at else current.proof,
    )
    facts = CertificateFacts(issued_at=now, secrets=shop.secrets.where, removed=prepared.removed, approvals=approvals)
    page = render_certificate(current, environment, prepared.plan, facts)
    path = shop.certificates / f"{operation.id}.html"
    try:
        shop.certificates.mkdir(mode=0o700, parents=True, exist_ok=True)
        aside = path.with_suffix(".tmp")
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(page)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    except OSError as problem:
        raise OutsideError(
            "The certificate could not be written",
            f"The copy is published and checked, but {path} could not be written: {problem.strerror}.",
            "Make room or give write access there, then resume the operation.",
        ) from problem
    attempt.record(certificate=str(path))
    return path
