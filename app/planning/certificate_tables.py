"""The tables of a certificate: one function per table, operation and plan in, markup out."""

from dataclasses import replace

from app.domain.operations import ChecklistItem, ItemState, Operation, Proof, ProofState
from app.domain.plan import ColumnPlan, Plan, TablePlan
from app.domain.policy import Outward, Preserve, Run, Step, Treatment
from app.planning.checklist import closed
from app.planning.html import Cell, Markup, duration, facts, marked, moment, paragraph, table
from app.ports.catalog import Approval

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


def options_table(plan: Plan) -> Markup:
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


def checklist_parts(items: tuple[ChecklistItem, ...]) -> list[Markup]:
    """When all of it was checked, then each item with its evidence."""
    times = sorted(item.checked_at for item in items if item.checked_at is not None and not item.ticked_by)
    first, last = (moment(times[0]), moment(times[-1])) if times else ("", "")
    when = f"Checked from {first} to {last}." if first != last else f"Checked on {first}."
    return [*([paragraph(when)] if times else []), _checklist_table(items)]


def _checklist_table(items: tuple[ChecklistItem, ...]) -> Markup:
    def row(item: ChecklistItem) -> tuple[Cell, ...]:
        word, style = _STATES[item.state]
        said = [item.evidence or (item.found if item.state is not ItemState.OPEN else "")]
        if item.ticked_by:
            when = f" on {moment(item.checked_at)}" if item.checked_at else ""
            said.append(f"Ticked by {item.ticked_by}{when}" + (f": {item.note}" if item.note else "."))
        elif item.state is ItemState.OPEN and item.instructions:
            said.append(f"To do: {item.instructions}")
        return item.title, marked(word, style), " ".join(part for part in said if part)

    return table(("Item", "State", "Evidence"), [row(item) for item in items], widths=(27, 17, 56))


def steps_parts(steps: tuple[Step, ...], items: tuple[ChecklistItem, ...]) -> list[Markup]:
    """The source system's own list in its order, and how much of it is done. A step that other items prove names them:
    their evidence stands in the checklist."""
    known = {item.id: item for item in items}
    listed: list[ChecklistItem] = []
    for step in steps:
        item = known.get(step.id)
        by = [known[check].title for check in step.checks if check in known]
        if item is not None:
            proven = by and item.state in (ItemState.PASSED, ItemState.FAILED)
            listed.append(replace(item, evidence=f"See: {'; '.join(by)}.") if proven else item)
    done = sum(item.state.done for item in listed)
    by_hand = sum(item.state is ItemState.OPEN for item in listed)
    said = f"{done} of {len(listed)} steps are done or do not apply here"
    said += f"; {by_hand} {'waits' if by_hand == 1 else 'wait'} for a person." if by_hand else "."
    return [paragraph(said), _checklist_table(tuple(listed))]


def preserved_parts(preserve: tuple[Preserve, ...], items: tuple[ChecklistItem, ...]) -> list[Markup]:
    """What was to survive the refresh, and what came of it."""
    item = next((item for item in items if item.id == "preserved"), None)
    parts = [paragraph(item.evidence)] if item is not None and item.evidence else []
    if item is not None and item.details:
        return [*parts, table(item.details[0], item.details[1:])]
    rows = [(entry.title, entry.table, ", ".join(entry.match)) for entry in preserve]
    return [*parts, table(("What", "Table", "Told apart by"), rows)]


def runs_table(runs: tuple[Run, ...], approvals: tuple[Approval, ...]) -> Markup:
    """What was run by what it is known by; its text stands in the policy."""
    by_digest = {approval.digest: approval for approval in approvals}

    def row(run: Run) -> tuple[Cell, ...]:
        approval = by_digest.get(run.digest)
        who: Cell = marked("nobody", "failed")
        if approval is not None:
            who = f"{approval.by}, {moment(approval.at)}"
        return run.title, "SQL" if run.sql else "command", marked(run.digest, "mono"), who

    return table(("Script", "Kind", "SHA-256 of its text", "Approved by"), [row(run) for run in runs])


def proof_parts(proof: Proof) -> list[Markup]:
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


def outward_parts(ways: tuple[Outward, ...], items: tuple[ChecklistItem, ...]) -> list[Markup]:
    """How many ways out are closed and how many waived, then each."""
    by_id = {item.id: item for item in items}
    waived = sum(way.waived is not None for way in ways)
    shut = sum(way.waived is None and closed(way, by_id) for way in ways)
    said = f"{len(ways):,} {'way' if len(ways) == 1 else 'ways'} out: {shut:,} closed with evidence, {waived:,} waived"
    left = len(ways) - shut - waived
    return [paragraph(said + (f", {left:,} not closed." if left else ".")), outward_table(ways, items)]


def outward_table(ways: tuple[Outward, ...], items: tuple[ChecklistItem, ...]) -> Markup:
    by_id = {item.id: item for item in items}

    def row(way: Outward) -> tuple[Cell, ...]:
        if way.check is None:
            return way.title, str(way.kind), marked("waived", "open"), _waived(way)
        item = by_id.get(way.check)
        if item is None:
            return way.title, str(way.kind), marked("not checked", "failed"), f"check {way.check}"
        word, style = ("closed", "passed") if item.state.done else _STATES[item.state]
        return way.title, str(way.kind), marked(word, style), item.evidence or item.found

    return table(("Way out", "Kind", "State", "Evidence"), [row(way) for way in ways], widths=(30, 12, 12, 46))


def _waived(way: Outward) -> str:
    by = f"Waived by {way.decided_by}, {way.decided_at[:10]}" if way.decided_by else "Waived in the policy"
    return f"{by}: {way.waived}"


def treatments_table(plan: Plan) -> Markup:
    rows: list[tuple[Cell, ...]] = []
    for planned in plan.tables:
        if planned.copied == "none":
            whose = _whose(planned.columns[0]) if planned.columns else Markup("")
            rows.append(
                (planned.table, f"all {len(planned.columns)} columns", "no rows are copied", planned.reason, whose)
            )
            continue
        rows.extend(
            (
                planned.table if at == 0 else Markup(""),
                column.column,
                _treatment(column),
                _reason(planned, column, at),
                _whose(column),
            )
            for at, column in enumerate(planned.columns)
        )
    head = ("Table", "Column", "Treatment", "Reason", "Decided by")
    return table(head, rows, widths=(17, 19, 19, 31, 14))


def _whose(column: ColumnPlan) -> Cell:
    if not column.decided_by:
        return Markup("")
    return f"{column.decided_by}, {column.decided_at[:10]}" if column.decided_at else column.decided_by


def _treatment(column: ColumnPlan) -> Cell:
    if column.treatment is not Treatment.MASK:
        return _TREATMENTS[column.treatment]
    given = ", ".join(f"{name}: {_value(value)}" for name, value in sorted(column.parameters.items()))
    return f"masked: {column.mask}" + (f" ({given})" if given else "")


def _reason(planned: TablePlan, column: ColumnPlan, at: int) -> Cell:
    chosen = "only rows the policy's condition chooses" if planned.copied == "where" and at == 0 else ""
    said = "; ".join(part for part in (chosen, column.reason) if part)
    return said or Markup("")


def warnings_table(operation: Operation, plan: Plan) -> Markup:
    if not plan.warnings:
        return paragraph("There were none.")
    return table(("Warning", "Acknowledged by"), [(w.text, _acknowledged(operation, w.id)) for w in plan.warnings])


def _acknowledged(operation: Operation, id_: str) -> Cell:
    given = operation.choices.acknowledged
    if id_ not in given and "all" not in given:
        return marked("not acknowledged", "open")
    how = "" if id_ in given else " (all warnings at once)"
    return f"{operation.requested_by or 'the person who started it'}{how}"


def findings_table(operation: Operation, plan: Plan) -> Markup:
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


def rows_table(operation: Operation) -> Markup:
    total = sum(run.rows for run in operation.tables)
    rows: list[tuple[Cell, ...]] = [(run.table, run.rows, run.of) for run in operation.tables]
    rows.append((marked("All tables", "passed"), total, Markup("")))
    return table(("Table", "Rows copied", "Rows in the source"), rows, numbers=[1, 2])


def durations_table(operation: Operation) -> Markup:
    ran = [phase for phase in operation.phases if phase.seconds is not None]
    return table(
        ("Phase", "Began", "Took"),
        [(str(phase.name), moment(phase.started), duration(phase.seconds)) for phase in ran],
        numbers=[2],
    )
