"""Schema + policy + options in, plan out. Pure: nothing is read, nothing is written, nothing is asked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from app.domain.environments import Environment, EnvironmentKind
from app.domain.findings import Finding, Severity, error
from app.domain.operations import Choices, OperationKind
from app.domain.plan import Impact, Plan
from app.domain.policy import Policy, PolicyWarning, Scalar, Treatment
from app.domain.schema import Schema
from app.planning.columns import plan_tables
from app.planning.constraints import look_at_constraints
from app.planning.copies import (
    look_at_checksums,
    plan_options,
    plan_preserve,
    plan_reconcile,
    plan_run,
    plan_serial_number,
)
from app.planning.decided import signed
from app.planning.draft import Draft, place
from app.planning.drift import look_at_drift
from app.planning.following import detaching, follow_references
from app.planning.keys import settle_keys
from app.planning.options import resolve
from app.planning.places import look_at_places
from app.planning.rows import look_at_rows
from app.planning.statements import plan_actions, plan_checks
from app.planning.warnings import SYSTEM_WARNINGS, warnings_for
from app.policy.masks import problems
from app.ports.catalog import Reviewed

__all__ = ["SYSTEM_WARNINGS", "Blocking", "PlanRequest", "blocking", "make_plan"]

_COPYING = (OperationKind.PROVISION, OperationKind.REFRESH)
_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRequest:
    """Everything a plan is made from. `schema` is None where the source could not be read (then `findings` say why)
    and for operations that copy nothing; `findings` are what the databases noticed. `approved` are the digests of what
    the policy runs that a person approved; `reviewed` is the structure as somebody looked through it last; `decided_by`
    and `decided_at` (ISO 8601) say whose decision is what the policy does not sign itself."""

    kind: OperationKind
    environment: Environment
    source: Environment | None = None
    policy: Policy | None = None
    policy_name: str | None = None
    policy_hash: str | None = None
    schema: Schema | None = None
    options: Mapping[str, Scalar | tuple[Scalar, ...]] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    impact: Impact = Impact()
    approved: frozenset[str] = frozenset()
    reviewed: Reviewed | None = None
    decided_by: str = ""
    decided_at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocking:
    """What keeps an operation from starting: errors, and what was shown and not acknowledged."""

    errors: tuple[Finding, ...] = ()
    unacknowledged_findings: tuple[Finding, ...] = ()
    unacknowledged_warnings: tuple[PolicyWarning, ...] = ()

    @property
    def any(self) -> bool:
        return bool(self.errors or self.unacknowledged_findings or self.unacknowledged_warnings)


def make_plan(request: PlanRequest) -> Plan:
    """The plan, with every finding. Never raises for something a finding can say."""
    plan = Plan(
        operation=str(request.kind),
        environment=request.environment.ref,
        source=request.source.ref if request.source else None,
        policy=request.policy_name or (request.policy.name if request.policy else None),
        policy_hash=request.policy_hash,
        warnings=warnings_for(request.kind, request.policy, request.impact),
        impact=request.impact,
        keep_baseline=request.policy.baseline if request.policy else True,
        lifetime_days=request.policy.lifetime.days if request.policy and request.policy.lifetime else None,
    )
    found = [*request.findings, *_missing(request)]
    if request.kind in _COPYING and request.policy is not None:
        plan, more = _copying(plan, request, request.policy)
        found += more
    return replace(plan, findings=in_order(found))


def _copying(plan: Plan, request: PlanRequest, policy: Policy) -> tuple[Plan, list[Finding]]:
    resolved = resolve(policy, request.options)
    plan = replace(plan, options=policy.options, chosen=resolved.values, manual=policy.manual, outward=policy.outward)
    if request.schema is None:
        return plan, list(resolved.findings)
    optional = [name for name, table in policy.tables.items() if table.optional]
    draft = Draft(request.schema, request.environment.ref, optional)
    plan_tables(draft, policy, resolved)
    look_at_drift(draft, policy, request.reviewed)
    follow_references(draft, policy)
    settle_keys(draft)
    look_at_rows(draft)
    look_at_constraints(draft)
    look_at_places(draft)
    _ask_the_masks(draft)
    actions = (*detaching(draft), *plan_actions(draft, policy, resolved))
    checks, absent = plan_checks(draft, policy, resolved)
    look_at_checksums(draft, policy, actions)
    plan = replace(
        plan,
        schema_fingerprint=request.schema.fingerprint,
        options=plan_options(draft, policy, resolved),
        tables=signed(draft.tables.values(), policy, request.decided_by, request.decided_at),
        actions=actions,
        checks=checks,
        preserve=plan_preserve(draft, policy, resolved),
        run=plan_run(draft, policy, request.approved),
        reconcile=plan_reconcile(draft, policy),
        serial_number=plan_serial_number(draft, policy),
        steps=policy.steps,
        not_applicable=absent,
    )
    return plan, [*resolved.findings, *draft.findings]


_OF_ALL: Final = ("mask.public_domain", "mask.live_domain")
"""What is true of a choice and not of a column: said once, however many columns follow it."""


def _ask_the_masks(draft: Draft) -> None:
    """What a mask cannot respect on its column, said of the column it is meant for."""
    alike: dict[Finding, list[str]] = {}
    for table in draft.tables.values():
        for column in table.columns if table.copied != "none" else ():
            if column.treatment is Treatment.MASK:
                where = place(table.table, column.column)
                for f in problems(column, table.rows):
                    if f.code in _OF_ALL:
                        said = Finding(severity=f.severity, code=f.code, message=f.message, hint=f.hint)
                        alike.setdefault(said, []).append(where)
                    else:
                        draft.findings.append(
                            Finding(severity=f.severity, code=f.code, message=f.message, where=where, hint=f.hint)
                        )
    for said, places in alike.items():
        more = f" So it is in {len(places):,} columns." if len(places) > 1 else ""
        draft.findings.append(
            Finding(
                severity=said.severity, code=said.code, message=said.message + more, where=places[0], hint=said.hint
            )
        )


def _missing(request: PlanRequest) -> list[Finding]:
    """What an operation cannot do without."""
    found: list[Finding] = []
    ref = request.environment.ref
    if request.environment.kind is EnvironmentKind.PRODUCTION:
        found.append(
            error(
                "production-target",
                f"{ref} is production, and Sandkeeper only ever reads production.",
                ref,
                "Choose a sandbox or a training environment of this tenant.",
            )
        )
    if request.kind not in _COPYING:
        return found
    if request.source is None:
        found.append(
            error(
                "no-source",
                f"{ref} has no production environment to copy from.",
                ref,
                f'Name one: sandkeeper environment set "{ref}" --source NAME',
            )
        )
    if request.policy is None:
        found.append(
            error(
                "no-policy",
                f"{ref} has no policy, so nothing says what may come along.",
                ref,
                f'Have one suggested and set it: sandkeeper policy suggest "{ref}" --output policy.yaml, then '
                f'sandkeeper environment set "{ref}" --policy policy.yaml',
            )
        )
    if request.source is not None and request.schema is None and not _says_why(request.findings):
        found.append(
            error(
                "source-unread",
                f"The structure of {request.source.ref} could not be read.",
                request.source.ref,
                "Make sure its database can be reached, then plan again.",
            )
        )
    return found


def _says_why(findings: tuple[Finding, ...]) -> bool:
    return any(finding.severity is Severity.ERROR for finding in findings)


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Errors first, each said once."""
    unique = {finding.fingerprint: finding for finding in findings}
    return tuple(sorted(unique.values(), key=lambda f: _ORDER[f.severity]))


def blocking(plan: Plan, choices: Choices) -> Blocking:
    """What stands in the way after what was acknowledged. `all` covers every warning and never an error."""
    acknowledged = set(choices.acknowledged)
    everything = "all" in acknowledged
    return Blocking(
        errors=plan.errors,
        unacknowledged_findings=tuple(
            f
            for f in plan.findings
            if f.severity is Severity.WARNING and not everything and f.fingerprint not in acknowledged
        ),
        unacknowledged_warnings=tuple(w for w in plan.warnings if not everything and w.id not in acknowledged),
    )
