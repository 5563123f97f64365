"""The document that records an operation: what was done, what was checked, what was proven, and what was not.

It holds names, counts and decisions. It never holds a value of a row, a sample or a secret.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.environments import Environment
from app.domain.operations import Operation, OperationKind, OperationState, ProofState
from app.domain.plan import Plan
from app.planning.certificate_tables import (
    checklist_parts,
    durations_table,
    findings_table,
    options_table,
    outward_parts,
    preserved_parts,
    proof_parts,
    rows_table,
    runs_table,
    steps_parts,
    treatments_table,
    warnings_table,
)
from app.planning.html import Markup, duration, facts, marked, moment, page, paragraph, table, text
from app.ports.catalog import Approval

_TITLES = {
    OperationKind.PROVISION: "Certificate of provision",
    OperationKind.REFRESH: "Certificate of refresh",
    OperationKind.RESET: "Certificate of reset",
    OperationKind.WIPE: "Certificate of wipe",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateFacts:
    """What neither operation nor plan knows: when it was written, where secrets lived, what a wipe removed, and who
    approved what was run."""

    issued_at: datetime
    secrets: str = ""
    removed: tuple[str, ...] = ()
    approvals: tuple[Approval, ...] = ()


def render_certificate(operation: Operation, environment: Environment, plan: Plan, facts: CertificateFacts) -> str:
    """One self-contained HTML page, made to be printed on A4."""
    title = _TITLES[operation.kind]
    body: list[Markup] = [
        Markup(f"<h1>{text(title)}</h1>"),
        marked(environment.ref, "lead", "p"),
        _verdict(operation, facts),
    ]
    for heading, content in _sections(operation, environment, plan, facts):
        body.append(Markup(f"<h2>{text(heading)}</h2>"))
        body.extend(content)
    body.append(
        Markup(
            f"<footer>Written by Sandkeeper on {text(moment(facts.issued_at))}. Operation {text(operation.id)}. "
            "The audit trail holds the same facts in a chain that shows tampering.</footer>"
        )
    )
    return page(f"{title}: {environment.ref}", body)


def _verdict(operation: Operation, given: CertificateFacts) -> Markup:
    if operation.state is not OperationState.SUCCEEDED:
        return marked(f"{str(operation.state).capitalize()}. {operation.reason}", "verdict bad", "p")
    if operation.kind is OperationKind.WIPE:
        count = len(given.removed)
        return marked(
            f"Wiped: {count} {'thing' if count == 1 else 'things'} removed, listed below.", "verdict good", "p"
        )
    done = sum(item.state.done for item in operation.checklist)
    said = f"{operation.reason} {done} of {len(operation.checklist)} checklist items done."
    proof = operation.proof
    if proof.state is ProofState.CLEAN:
        left = sum(n.count for n in proof.not_proven)
        said += f" None of {proof.originals:,} originals was found in {proof.values:,} values"
        said += f"; {left:,} could not be proven either way." if left else "."
        return marked(said, "verdict good", "p")
    return marked(said, "verdict" if proof.state is ProofState.NOT_RUN else "verdict bad", "p")


def _sections(
    operation: Operation, environment: Environment, plan: Plan, given: CertificateFacts
) -> Iterator[tuple[str, list[Markup]]]:
    yield "Environment", [_environment(environment, plan, given)]
    yield "Operation", [_operation(operation)]
    if operation.kind is OperationKind.WIPE:
        yield "What was removed", [_removed(given)]
    if plan.policy:
        yield "Policy", [_policy(operation, plan, given)]
    if plan.options:
        yield "Options chosen", [options_table(plan)]
    steps = {step.id for step in plan.steps}
    if operation.checklist:
        yield "Checklist", checklist_parts(tuple(i for i in operation.checklist if i.id not in steps))
    if steps:
        yield "Steps of the source system", steps_parts(plan.steps, operation.checklist)
    if operation.kind in (OperationKind.PROVISION, OperationKind.REFRESH):
        yield "Proof", proof_parts(operation.proof)
    if plan.outward:
        yield "Ways out", outward_parts(plan.outward, operation.checklist)
    for item in operation.checklist:
        if item.details and item.id not in steps and item.id not in ("outward", "preserved"):
            yield item.title, [paragraph(item.evidence), table(item.details[0], item.details[1:])]
    if plan.preserve:
        yield "Preserved from the copy before", preserved_parts(plan.preserve, operation.checklist)
    if plan.run:
        yield "Run on the copy before it was checked", [runs_table(plan.run, given.approvals)]
    if plan.tables:
        yield "Treatment of every column", [treatments_table(plan)]
    if plan.actions:
        yield "Actions", [table(("Action", "Table"), [(a.title, a.table) for a in plan.actions])]
    yield "Warnings and who acknowledged them", [warnings_table(operation, plan)]
    if plan.findings:
        yield "Findings before the start", [findings_table(operation, plan)]
    if operation.tables:
        yield "Rows", [rows_table(operation)]
    if operation.phases:
        yield "Durations", [durations_table(operation)]


def _environment(environment: Environment, plan: Plan, given: CertificateFacts) -> Markup:
    return facts(
        [
            ("Tenant", environment.tenant),
            ("Name", environment.name),
            ("Kind", str(environment.kind)),
            ("Database", marked(environment.database, "mono")),
            ("Identity", marked(str(environment.identity), "mono") if environment.identity else None),
            ("Copied from", plan.source or environment.source),
            ("Secrets", given.secrets),
        ]
    )


def _operation(operation: Operation) -> Markup:
    return facts(
        [
            ("Operation", str(operation.kind)),
            ("Number", marked(operation.id, "mono")),
            ("Result", f"{operation.state}. {operation.reason}"),
            ("Requested by", operation.requested_by),
            ("Started", moment(operation.started)),
            ("Finished", moment(operation.finished)),
            ("Duration", duration(operation.seconds)),
        ]
    )


def _removed(given: CertificateFacts) -> Markup:
    if not given.removed:
        return paragraph("There was nothing left to remove.")
    return table(("Removed, and checked to be gone",), [(line,) for line in given.removed])


def _policy(operation: Operation, plan: Plan, given: CertificateFacts) -> Markup:
    lifetime = ""
    if plan.lifetime_days is not None and operation.kind is not OperationKind.WIPE:
        end = (operation.finished or given.issued_at) + timedelta(days=plan.lifetime_days)
        lifetime = f"{plan.lifetime_days} days, until {end.day} {end:%B %Y}"
    return facts(
        [
            ("Policy", plan.policy),
            ("SHA-256 of its text", marked(plan.policy_hash, "mono") if plan.policy_hash else None),
            ("Structure of the source", marked(plan.schema_fingerprint, "mono") if plan.schema_fingerprint else None),
            ("Lifetime", lifetime),
            ("Baseline", "kept for reset" if plan.keep_baseline else "not kept; reset is not possible"),
        ]
    )
