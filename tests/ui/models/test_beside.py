"""What a plan does beside masking, in words."""

from dataclasses import replace

from app.domain.findings import Finding, error, warning
from app.domain.plan import ColumnPlan, NotApplicable, Plan, ReferencePlan, TablePlan
from app.domain.policy import Gone, Outward, OutwardKind, Preserve, Run, Step, Treatment
from app.planning.drift import DriftKind
from app.services.drifting import DriftItem
from app.services.reviews import RunApproval
from ui.models.beside import (
    changed_since_review,
    checklist_figures,
    coming_words,
    losses_of,
    parted_lines,
    reference_lines,
    survivors,
    waiting,
)


def _column(name: str, *, nullable: bool) -> ColumnPlan:
    return ColumnPlan(column=name, type="INTEGER", family="integer", treatment=Treatment.KEEP, nullable=nullable)


def _reference(column: str, gone: Gone, nothing: tuple[int, ...] = ()) -> ReferencePlan:
    return ReferencePlan(column=column, table="person", referred="id", gone=gone, nothing=nothing)


VISIT = TablePlan(
    table="visit",
    rows=1_200,
    copied="all",
    columns=(_column("host", nullable=False), _column("guest", nullable=True), _column("owner", nullable=False)),
    references=(_reference("owner", Gone.STOP, (0,)),),
)


def _lost(column: str) -> Finding:
    return error("rows-lose-their-parent", f"3 rows lose {column}.", f"visit.{column}")


def test_a_loss_can_be_detached_where_the_reference_can_be_empty_or_something_means_nothing() -> None:
    findings = (*(_lost(c) for c in ("host", "guest", "owner")), warning("x", "y", "visit.host"))
    plan = Plan(
        operation="refresh",
        environment="H/s",
        source="H/p",
        policy="p",
        policy_hash=None,
        tables=(VISIT,),
        findings=findings,
    )
    assert [(loss.column, loss.can_detach) for loss in losses_of(plan)] == [
        ("host", False),
        ("guest", True),
        ("owner", True),
    ]
    run = RunApproval(run=Run(id="a", title="A", sql=("SELECT 1",)), approval=None)
    drift = DriftItem(kind=DriftKind.ADDED, table="t")
    assert waiting(plan, (drift,), (run,)) == 5
    assert losses_of(replace(plan, findings=())) == ()


def test_production_that_went_on_is_noticed_by_what_the_plan_found() -> None:
    plan = Plan(operation="refresh", environment="H/s", source="H/p", policy="p", policy_hash=None)
    assert not changed_since_review(replace(plan, findings=(error("journal", "x", "y"),)))
    for code in ("uncovered-column", "uncovered-table", "column-changed", "column-removed", "table-removed"):
        assert changed_since_review(replace(plan, findings=(warning(code, "x", "y"),)))


def test_rows_and_references_are_said_in_words() -> None:
    assert coming_words(VISIT) == ""
    assert coming_words(replace(VISIT, copied="none")) == "comes along empty"
    assert coming_words(replace(VISIT, copied="where")) == "some rows, by a condition"
    assert coming_words(replace(VISIT, copied="where", coming=20)) == "20 of 1,200 rows come along"
    several = replace(VISIT, references=tuple(_reference(str(gone), gone) for gone in Gone))
    assert reference_lines(several) == (
        "follow → person: rows stay behind with theirs",
        "detach → person: emptied where its row stays behind",
        "1 reference checked",
    )
    assert parted_lines(several) == reference_lines(several)[:2]
    assert reference_lines(replace(several, copied="none")) == ()


def test_what_survives_and_what_the_checklist_will_hold_is_counted() -> None:
    ways = (
        Outward(id="a", title="A", kind=OutwardKind.TASK, check="x"),
        Outward(id="b", title="B", kind=OutwardKind.OTHER, waived="because"),
    )
    plan = Plan(
        operation="refresh",
        environment="H/s",
        source="H/p",
        policy="p",
        policy_hash=None,
        preserve=(Preserve(id="users", title="Users", table="u"), Preserve(id="apps", title="Apps", table="a")),
        preserved={"users": 4},
        steps=(Step(id="step-01", title="1", manual="Do it"), Step(id="step-02", title="2", checks=("rows",))),
        outward=ways,
        not_applicable=(NotApplicable(id="n", title="N", reason="none here"),),
    )
    assert survivors(plan) == (("Users", "4 rows"), ("Apps", "none yet"))
    assert checklist_figures(plan) == (
        ("Ways out", "2, 1 waived"),
        ("Steps of the source system", "2"),
        ("For a person", "1"),
        ("Not applicable", "1"),
    )
