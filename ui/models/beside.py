"""What a plan does beside masking columns: rows that stay behind, references, what survives, runs and is checked."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.plan import Plan, ReferencePlan, TablePlan
from app.domain.policy import Gone
from app.services.drifting import DriftItem
from app.services.reviews import RunApproval
from ui.models.words import count

EMPTY = "comes along empty"

REVIEWED = frozenset({"uncovered-table", "uncovered-column", "column-changed", "table-removed", "column-removed"})
"""Codes of findings that say that production is not what was reviewed."""

LOST = "rows-lose-their-parent"
"""Code of the finding about rows that somebody has to let follow or detach; no treatment of a column settles it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """Rows that would come along while what they refer to stays behind. `can_detach`: the reference can be emptied."""

    table: str
    column: str
    said: str
    can_detach: bool


def losses_of(plan: Plan) -> tuple[Loss, ...]:
    """The references somebody has to decide about, as far as one column can decide it."""
    where = {f.where: f for f in plan.findings if f.code == LOST}
    found: list[Loss] = []
    for table in plan.tables if where else ():
        named = {reference.column: reference for reference in table.references}
        for column in table.columns:
            finding = where.get(f"{table.table}.{column.column}")
            if finding is not None:
                reference = named.get(column.column)
                emptied = column.nullable or (reference is not None and bool(reference.nothing))
                found.append(Loss(table=table.table, column=column.column, said=finding.message, can_detach=emptied))
    return tuple(found)


def changed_since_review(plan: Plan) -> bool:
    """Whether production is not what somebody reviewed, so that it is worth reading what is suggested."""
    return any(finding.code in REVIEWED for finding in plan.findings)


def waiting(plan: Plan, drift: Sequence[DriftItem], runs: Sequence[RunApproval]) -> int:
    """How many things beside single columns wait for a person."""
    return len(losses_of(plan)) + len(drift) + sum(run.approval is None for run in runs)


def coming_words(table: TablePlan) -> str:
    """How many rows come along; "" where all do."""
    if table.copied == "none":
        return EMPTY
    if table.copied != "where":
        return ""
    if table.coming is None or table.rows is None:
        return "some rows, by a condition"
    return f"{count(table.coming)} of {count(table.rows, 'row')} come along"


def reference_lines(table: TablePlan) -> tuple[str, ...]:
    """What happens to rows of it whose parents stay behind, in words; how many references are only checked, last."""
    if table.copied == "none":
        return ()
    checked = sum(reference.gone is Gone.STOP for reference in table.references)
    return (*parted_lines(table), *((f"{count(checked, 'reference')} checked",) if checked else ()))


def parted_lines(table: TablePlan) -> tuple[str, ...]:
    """The references that rows follow, or that are emptied."""
    return tuple(_parted(reference) for reference in table.references if reference.gone is not Gone.STOP)


def _parted(reference: ReferencePlan) -> str:
    leads = f"{reference.column} → {reference.table}"
    if reference.gone is Gone.FOLLOW:
        return f"{leads}: rows stay behind with theirs"
    return f"{leads}: emptied where its row stays behind"


def survivors(plan: Plan) -> tuple[tuple[str, str], ...]:
    """What of the old sandbox stays, with how many rows there are of it now."""
    return tuple(
        (entry.title, count(plan.preserved[entry.id], "row") if entry.id in plan.preserved else "none yet")
        for entry in plan.preserve
    )


def checklist_figures(plan: Plan) -> tuple[tuple[str, str], ...]:
    """What the checklist will hold, by kind; kinds it has nothing of are left out."""
    waived = sum(way.waived is not None for way in plan.outward)
    ways = count(len(plan.outward)) + (f", {waived} waived" if waived else "")
    by_hand = len(plan.manual) + sum(bool(step.manual) for step in plan.steps)
    figures = (
        ("Checks", len(plan.checks), count(len(plan.checks))),
        ("Ways out", len(plan.outward), ways),
        ("Steps of the source system", len(plan.steps), count(len(plan.steps))),
        ("Sums compared", len(plan.reconcile), count(len(plan.reconcile), "table")),
        ("For a person", by_hand, count(by_hand)),
        ("Not applicable", len(plan.not_applicable), count(len(plan.not_applicable))),
    )
    return tuple((name, words) for name, number, words in figures if number)
