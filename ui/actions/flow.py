"""Verbs of the flow: read what an operation would do, decide about a column, start."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from app.domain.operations import OperationKind, OperationState
from app.domain.policy import ColumnPolicy, Policy, Scalar
from app.errors import SandkeeperError
from app.services.drifting import DriftItem
from ui.models.beside import changed_since_review
from ui.models.flow import COPYING, FlowFacts
from ui.models.preview import preview_of

if TYPE_CHECKING:
    from app.services import Services

SAMPLES = 5


def read_flow(
    services: "Services", ref: str, kind: OperationKind, options: Mapping[str, "Scalar | tuple[Scalar, ...]"]
) -> FlowFacts:
    """Everything the flow shows, in one go; nothing is written. Called through the bridge.

    Raises UserError when the environment is gone, RefusedError for production.
    """
    environment = services.environments.get(ref)
    plan = services.operations.plan(ref, kind, options, samples=SAMPLES if kind in COPYING else 0)
    source = None
    if plan.source is not None:
        source = next((e for e in services.environments.all(environment.tenant) if e.ref == plan.source), None)
    runs = services.operations.all(ref, limit=20)
    return FlowFacts(
        environment=environment,
        kind=kind,
        plan=plan,
        preview=preview_of(plan),
        source=source,
        policy=_policy(services, ref),
        masks=services.policies.masks() if kind in COPYING else (),
        last=next((run for run in runs if run.state is OperationState.SUCCEEDED), None),
        running=next((run for run in runs if not run.state.ended), None),
        runs=services.reviews.runs(ref) if plan.run else (),
        drift=_drift(services, ref) if kind in COPYING and changed_since_review(plan) else (),
    )


def decide(
    services: "Services",
    ref: str,
    kind: OperationKind,
    options: Mapping[str, "Scalar | tuple[Scalar, ...]"],
    decision: tuple[str, str, ColumnPolicy],
) -> FlowFacts:
    """Record how one column is treated, then read everything anew."""
    table, column, treatment = decision
    services.policies.decide(ref, table, column, treatment)
    return read_flow(services, ref, kind, options)


def _drift(services: "Services", ref: str) -> tuple[DriftItem, ...]:
    try:
        return services.reviews.drift(ref).items
    except SandkeeperError:
        return ()  # without suggestions each column is decided by itself; the plan says what is wrong


def _policy(services: "Services", ref: str) -> Policy | None:
    try:
        return services.policies.policy_of(ref)
    except SandkeeperError:
        return None  # none set, or one that cannot be read: the plan says so as a finding
