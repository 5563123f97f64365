"""The document that records an operation: what was done, what was checked, what was proven, and what was not.

It holds names, counts and decisions. It never holds a value of a row, a sample or a secret.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.environments import Environment
from app.domain.operations import ChecklistItem, ItemState, Operation, OperationKind, OperationState, Proof, ProofState
from app.domain.plan import ColumnPlan, Plan, TablePlan
from app.domain.policy import Outward, Treatment
from app.planning.html import Cell, Markup, duration, facts, marked, moment, page, paragraph, table, text

_TITLES = {
    OperationKind.PROVISION: "Certificate of provision",
    OperationKind.REFRESH: "Certificate of refresh",
    OperationKind.RESET: "Certificate of reset",
    OperationKind.WIPE: "Certificate of wipe",
}
_STATES = {
    ItemState.PASSED: ("passed", "passed"),
    ItemState.FAILED: ("failed", "failed"),
    ItemState.OPEN: ("open", "open"),
    ItemState.TICKED: ("done by a person", "passed"),
    ItemState.NOT_APPLICABLE: ("not applicable", "quiet"),
}
_TREATMENTS = {
    Treatment.KEEP: "kept",
    Treatment.REVIEW: "undecided",
    Treatment.DROP: "not copied",
    Treatment.GENERATED: "computed",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateFacts:
    """What neither operation nor plan knows: when it was written, where secrets lived, and what a wipe removed."""

    issued_at: datetime
    secrets: str = ""
    removed: tuple[str, ...] = ()


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
        yield "Options chosen", [_options(plan)]
    if operation.checklist:
        yield "Checklist", [_checklist(operation.checklist)]
    if operation.kind in (OperationKind.PROVISION, OperationKind.REFRESH):
        yield "Proof", _proof(operation.proof)
    if plan.outward:
        yield "Ways out", [_outward(plan.outward, operation.checklist)]
    if plan.tables:
        yield "Treatment of every column", [_treatments(plan)]
    if plan.actions:
        yield "Actions", [table(("Action", "Table"), [(a.title, a.table) for a in plan.actions])]
    yield "Warnings and who acknowledged them", [_warnings(operation, plan)]
    if plan.findings:
        yield "Findings before the start", [_findings(operation, plan)]
    if operation.tables:
        yield "Rows", [_rows(operation)]
    if operation.phases:
        yield "Durations", [_durations(operation)]


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
            ("Attempt", operation.attempt or None),
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


def _options(plan: Plan) -> Markup:
    return table(
        ("Option", "Chosen"),
        [(f"{option.title} ({option.id})", _value(plan.chosen.get(option.id))) for option in plan.options],
    )


def _value(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(str(item) for item in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _checklist(items: tuple[ChecklistItem, ...]) -> Markup:
    def row(item: ChecklistItem) -> tuple[Cell, ...]:
        word, style = _STATES[item.state]
        said = [item.evidence or item.found]
        if item.ticked_by:
            said.append(f"Ticked by {item.ticked_by}" + (f": {item.note}" if item.note else "."))
        elif item.state is ItemState.OPEN and item.instructions:
            said.append(f"To do: {item.instructions}")
        return item.title, marked(word, style), " ".join(part for part in said if part), moment(item.checked_at)

    return table(("Item", "State", "Evidence", "When"), [row(item) for item in items])


def _proof(proof: Proof) -> list[Markup]:
    if proof.state is ProofState.NOT_RUN:
        return [paragraph("The copy was not searched for originals.")]
    parts = [
        paragraph(
            "Originals of masked columns that are near-unique in the source, that the masks could not have made "
            "themselves, and that do not stand in a column kept by decision, were searched in every value of the copy."
        ),
        facts([("Originals searched for", proof.originals), ("Values read", proof.values)]),
    ]
    if proof.hits:
        parts.append(
            table(
                ("Originals found in", "Column", "Values"),
                [(h.table, h.column, h.count) for h in proof.hits],
                numbers=[2],
            )
        )
    else:
        parts.append(paragraph("None was found."))
    if proof.not_proven:
        total = sum(n.count for n in proof.not_proven)
        parts.append(
            paragraph(
                f"Not proven: {total:,} originals were not searched for, because finding them would mean nothing."
            )
        )
        parts.append(
            table(
                ("Table", "Column", "Originals", "Why"),
                [(n.table, n.column, n.count, n.why) for n in proof.not_proven],
                numbers=[2],
            )
        )
    return parts


def _outward(ways: tuple[Outward, ...], items: tuple[ChecklistItem, ...]) -> Markup:
    by_id = {item.id: item for item in items}

    def row(way: Outward) -> tuple[Cell, ...]:
        if way.check is None:
            return way.title, str(way.kind), marked("waived", "open"), way.waived
        item = by_id.get(way.check)
        if item is None:
            return way.title, str(way.kind), marked("not checked", "failed"), f"check {way.check}"
        word, style = ("closed", "passed") if item.state.done else _STATES[item.state]
        return way.title, str(way.kind), marked(word, style), item.evidence or item.found

    return table(("Way out", "Kind", "State", "Evidence"), [row(way) for way in ways])


def _treatments(plan: Plan) -> Markup:
    rows: list[tuple[Cell, ...]] = []
    for planned in plan.tables:
        if planned.copied == "none":
            rows.append((planned.table, f"all {len(planned.columns)} columns", "no rows are copied", planned.reason))
            continue
        rows.extend(
            (planned.table if at == 0 else Markup(""), column.column, _treatment(column), _reason(planned, column, at))
            for at, column in enumerate(planned.columns)
        )
    return table(("Table", "Column", "Treatment", "Reason"), rows)


def _treatment(column: ColumnPlan) -> Cell:
    if column.treatment is not Treatment.MASK:
        return _TREATMENTS[column.treatment]
    given = ", ".join(f"{name}: {_value(value)}" for name, value in sorted(column.parameters.items()))
    return f"masked: {column.mask}" + (f" ({given})" if given else "")


def _reason(planned: TablePlan, column: ColumnPlan, at: int) -> Cell:
    chosen = "only rows the policy's condition chooses" if planned.copied == "where" and at == 0 else ""
    said = "; ".join(part for part in (chosen, column.reason) if part)
    return said or Markup("")


def _warnings(operation: Operation, plan: Plan) -> Markup:
    if not plan.warnings:
        return paragraph("There were none.")
    return table(("Warning", "Acknowledged by"), [(w.text, _acknowledged(operation, w.id)) for w in plan.warnings])


def _acknowledged(operation: Operation, id_: str) -> Cell:
    given = operation.choices.acknowledged
    if id_ not in given and "all" not in given:
        return marked("not acknowledged", "open")
    how = "" if id_ in given else " (all warnings at once)"
    return f"{operation.requested_by or 'the person who started it'}{how}"


def _findings(operation: Operation, plan: Plan) -> Markup:
    return table(
        ("Finding", "Where", "Kind", "Acknowledged by"),
        [
            (
                finding.message,
                finding.where,
                str(finding.severity),
                _acknowledged(operation, finding.fingerprint) if finding.severity == "warning" else None,
            )
            for finding in plan.findings
        ],
    )


def _rows(operation: Operation) -> Markup:
    total = sum(run.rows for run in operation.tables)
    rows: list[tuple[Cell, ...]] = [(run.table, run.rows, run.of) for run in operation.tables]
    rows.append((marked("All tables", "passed"), total, Markup("")))
    return table(("Table", "Rows copied", "Rows in the source"), rows, numbers=[1, 2])


def _durations(operation: Operation) -> Markup:
    ran = [phase for phase in operation.phases if phase.seconds is not None]
    return table(
        ("Phase", "Began", "Took"),
        [(str(phase.name), moment(phase.started), duration(phase.seconds)) for phase in ran],
        numbers=[2],
    )
