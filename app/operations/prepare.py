"""The first durable step: everything up to a finished database aside. Always from scratch."""

from dataclasses import dataclass, replace
from datetime import datetime

from pydantic import TypeAdapter

from app.domain.environments import Environment, Target, source_of, target_of
from app.domain.ids import PolicyVersionId
from app.domain.operations import (
    ChecklistItem,
    ItemKind,
    ItemState,
    Operation,
    OperationKind,
    Phase,
    Proof,
    ProofState,
    TableRun,
)
from app.domain.plan import Plan
from app.errors import OutsideError, RefusedError
from app.operations.context import Attempt
from app.operations.workshop import Workshop
from app.planning.checklist import assembled
from app.planning.plan import blocking
from app.ports.databases import Adapter, CopyJob, Staged


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What prepare hands to publish and settle, through the catalog, as JSON.

    `staged` is None for a wipe. `snapshot_at` is when the source was read and `policy_version` what the copy was made
    with; both None for a reset, which keeps those of its baseline.
    """

    plan: Plan
    staged: Staged | None = None
    checklist: tuple[ChecklistItem, ...] = ()
    proof: Proof = Proof()
    snapshot_at: datetime | None = None
    policy_version: PolicyVersionId | None = None
    removed: tuple[str, ...] = ()


PREPARED = TypeAdapter(Prepared)


def prepare(shop: Workshop, operation: Operation, environment: Environment, attempt: Attempt) -> Prepared:
    """Run the phases up to `prove` (or what the kind has of them).

    Raises RefusedError when preflight finds something that was not shown or acknowledged, OutsideError when a check
    fails or originals are found, CancelledError when the person asked to stop. The environment is untouched in
    every case.
    """
    target = target_of(environment)
    adapter = shop.adapter_for(environment.database)
    attempt.forget_progress()
    with attempt.phase(Phase.PREFLIGHT):
        plan = _preflight(shop, operation, environment, attempt)
    if operation.kind is OperationKind.WIPE:
        return Prepared(plan=plan)
    if operation.kind is OperationKind.RESET:
        with attempt.phase(Phase.STAGE):
            _sweep(shop, adapter, target, attempt)
            staged = adapter.prepare_reset(
                target=target,
                signer=shop.signer,
                operation=operation.id,
                attempt=attempt.number,
                ctx=attempt,
            )
        return Prepared(plan=plan, staged=staged)
    return _copy(shop, operation, target, adapter, plan, attempt)


def _preflight(shop: Workshop, operation: Operation, environment: Environment, attempt: Attempt) -> Plan:
    plan = shop.planner.plan(
        environment.id, operation.kind, operation.choices.options, samples=0, operation=operation.id
    )
    attempt.record(findings=plan.findings)
    blocked = blocking(plan, operation.choices)
    findings = (*blocked.errors, *blocked.unacknowledged_findings)
    if findings or blocked.unacknowledged_warnings:
        raise RefusedError(
            "Preflight stopped the operation",
            "Something stands in the way that was not there, or was not acknowledged, when it was started.",
            "Look at the plan again, decide or acknowledge what it shows, and start anew.",
            findings=findings,
            warnings=blocked.unacknowledged_warnings,
        )
    if operation.kind not in (OperationKind.RESET, OperationKind.WIPE):
        attempt.expect_tables([TableRun(table=t.table, of=t.rows) for t in plan.tables if t.copied != "none"])
    attempt.log(f"Preflight passed with {len(plan.findings)} findings")
    return plan


def _sweep(shop: Workshop, adapter: Adapter, target: Target, attempt: Attempt) -> None:
    attempt.assert_current()
    for removed in adapter.sweep(target, shop.signer):
        attempt.log(f"Removed what an earlier attempt left: {removed}")


def _copy(
    shop: Workshop, operation: Operation, target: Target, adapter: Adapter, plan: Plan, attempt: Attempt
) -> Prepared:
    environment = target.environment
    with shop.catalog.read() as tx:
        production = tx.environments.get(environment.source_id) if environment.source_id else None
    if production is None:
        raise RefusedError(
            f"{environment.ref} has no source",
            "There is no production environment to copy from.",
            "Name one with `environment set --source`.",
        )
    with adapter.prepare(
        source=source_of(production),
        target=target,
        plan=plan,
        key=shop.secrets.mask_key(environment.tenant_id),
        signer=shop.signer,
        operation=operation.id,
        attempt=attempt.number,
    ) as job:
        return _phases(shop, adapter, target, job, plan, attempt)


def _phases(shop: Workshop, adapter: Adapter, target: Target, job: CopyJob, plan: Plan, attempt: Attempt) -> Prepared:
    with attempt.phase(Phase.STAGE):
        _sweep(shop, adapter, target, attempt)
        job.stage(attempt)
    snapshot_at = shop.clock.now()
    with attempt.phase(Phase.COPY):
        tables = job.copy(attempt)
        attempt.expect_tables(list(tables))
        attempt.log(f"Copied {sum(t.rows for t in tables):,} rows of {len(tables)} tables, masked on the way")
    with attempt.phase(Phase.BUILD):
        job.build(attempt)
    with attempt.phase(Phase.NEUTRALISE):
        for line in job.neutralise(attempt):
            attempt.log(line)
    with attempt.phase(Phase.FINISH):
        job.finish(attempt)
        if plan.run:
            job.run(attempt)
    with attempt.phase(Phase.CHECK):
        now = shop.clock.now()
        checklist = assembled(plan, _stamped(job.check(attempt), now), now)
        attempt.record(checklist=checklist)
        failed = [item for item in checklist if item.state is ItemState.FAILED]
        if failed:
            said = "; ".join(f"{item.title}: {item.evidence.rstrip('.')}" for item in failed)
            raise OutsideError(
                "The copy did not pass its checks",
                f"{said}. The environment is as it was.",
                "Correct the policy or the source, and start again.",
            )
    with attempt.phase(Phase.PROVE):
        proof = job.prove(attempt)
        checklist = (*checklist, _proof_item(proof, shop.clock.now()))
        attempt.record(checklist=checklist, proof=proof)
        if proof.state is not ProofState.CLEAN:
            places = "; ".join(f"{hit.table}.{hit.column}: {hit.count:,}" for hit in proof.hits)
            raise OutsideError(
                "Original values were found in the copy",
                f"Found in {places}. The copy was destroyed; the environment is as it was.",
                "Mask or empty the columns named, for example with `sandkeeper policy decide`, and start again.",
            )
        staged = job.seal(attempt)
    return Prepared(
        plan=plan,
        staged=staged,
        checklist=checklist,
        proof=proof,
        snapshot_at=snapshot_at,
        policy_version=target.environment.policy_version,  # nobody gives it another while the operation is active
    )


def _stamped(items: tuple[ChecklistItem, ...], now: datetime) -> tuple[ChecklistItem, ...]:
    return tuple(item if item.checked_at else replace(item, checked_at=now) for item in items)


def _proof_item(proof: Proof, now: datetime) -> ChecklistItem:
    hits = sum(hit.count for hit in proof.hits)
    left_out = sum(entry.count for entry in proof.not_proven)
    evidence = f"{proof.originals:,} originals searched in {proof.values:,} values of the copy, {hits:,} found"
    if left_out:
        evidence += f"; {left_out:,} sampled originals could prove nothing and are named in the certificate"
    return ChecklistItem(
        id="proof",
        title="No original value is left",
        kind=ItemKind.AUTOMATIC,
        state=ItemState.PASSED if proof.state is ProofState.CLEAN else ItemState.FAILED,
        evidence=evidence,
        found=f"{hits:,} of {proof.originals:,} found",
        checked_at=now,
    )
