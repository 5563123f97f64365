"""The flow, step by step, and the run in every state."""

from dataclasses import replace
from datetime import timedelta

from app.domain.findings import error as error_finding
from app.domain.operations import Operation, OperationKind, OperationState
from app.domain.plan import Offer, ReferencePlan
from app.domain.policy import (
    ChoicesFrom,
    ColumnPolicy,
    Gone,
    Option,
    OptionType,
    Preserve,
    Run,
    Step,
    Treatment,
)
from app.domain.structure import ColumnFact
from app.errors import OutsideError
from app.planning.drift import DriftKind
from app.ports.catalog import Approval
from app.services.drifting import DriftItem
from app.services.reviews import RunApproval
from tests.fakes.world import HARBOR, NORDLYS, NOW, ORCHARD, harbor_checklist
from tests.shots.stage import Stage, scene
from ui.models.flow import FlowFacts
from ui.models.navigation import FlowRequest, Go, RunRequest
from ui.models.preview import preview_of
from ui.views.flow.beside import BesideColumns
from ui.views.flow.page import FlowPage
from ui.widgets.disclosure import Disclosure
from ui.widgets.layouts import Scrolled

REFRESH, PROVISION = OperationKind.REFRESH, OperationKind.PROVISION


def _flow(stage: Stage, ref: str, kind: OperationKind, step: int = 0) -> FlowPage:
    stage.open(Go.ENVIRONMENTS)
    stage.shell.go(Go.FLOW, FlowRequest(ref=ref, kind=kind))
    stage.settle()
    page = stage.find(FlowPage)
    for _ in range(step):
        page.footer.next.click()
        stage.settle()
    return page


def _run(stage: Stage, operation: Operation) -> None:
    stage.services.world.operations[operation.id] = operation
    stage.open(Go.OPERATIONS)
    stage.shell.go(Go.RUN, RunRequest(operation=operation.id))


def _of(stage: Stage, ref: str, state: OperationState) -> Operation:
    runs = [o for o in stage.services.world.operations.values() if o.environment == ref and o.state is state]
    return runs[-1]


@scene("flow-1-source")
def source(stage: Stage) -> None:
    _flow(stage, f"{HARBOR}/sandbox", REFRESH)


@scene("flow-1-source-provision")
def source_provision(stage: Stage) -> None:
    _flow(stage, f"{ORCHARD}/scratch", PROVISION)


@scene("flow-2-options")
def options(stage: Stage) -> None:
    _flow(stage, f"{HARBOR}/sandbox", REFRESH, 1)


def _choosing(stage: Stage, tasks: tuple[str, ...], offers: tuple[Offer, ...] | None) -> FlowPage:
    page = _flow(stage, f"{HARBOR}/sandbox", REFRESH, 1)
    assert page.facts is not None
    listed = Option(
        id="tasks",
        type=OptionType.LIST,
        title="Scheduled tasks that stay on",
        help="All others are switched off. Look at what a task does before choosing it; nobody has to choose any.",
        choices_from=ChoicesFrom(table="schedule", value="id", label="name"),
    )
    plan = page.facts.plan
    plan = replace(plan, options=(listed, *plan.options), chosen={**plan.chosen, "tasks": tasks})
    plan = replace(plan, offers={} if offers is None else {"tasks": offers})
    page.options.show_facts(replace(page.facts, plan=plan))
    return page


_TASKS = ("Archive closed requests", "Fetch exchange rates", "Nightly statistics", "Send reminders", "Sync calendars")


@scene("flow-2-options-offered")
def options_offered(stage: Stage) -> None:
    offers = tuple(Offer(value=str(n), label=f"{_TASKS[n % 5]} {n // 5 + 1}") for n in range(43))
    _choosing(stage, ("4", "17", "99"), offers)


@scene("flow-2-options-none-offered")
def options_none_offered(stage: Stage) -> None:
    _choosing(stage, (), ())


@scene("flow-2-options-typed")
def options_typed(stage: Stage) -> None:
    _choosing(stage, ("4", "17"), None)


@scene("flow-3-preview")
def preview(stage: Stage) -> None:
    page = _flow(stage, f"{HARBOR}/sandbox", REFRESH, 2)
    page.preview.tables.selectRow(1)
    page.preview.columns.selectRow(3)


@scene("flow-3-preview-real")
def preview_real(stage: Stage) -> None:
    page = _flow(stage, f"{HARBOR}/sandbox", REFRESH, 2)
    page.preview.reveal.click()


@scene("flow-3-preview-undecided")
def preview_undecided(stage: Stage) -> None:
    _flow(stage, f"{ORCHARD}/scratch", PROVISION, 2)


@scene("flow-4-warnings")
def warnings(stage: Stage) -> None:
    _flow(stage, f"{HARBOR}/sandbox", REFRESH, 3)


@scene("flow-4-warnings-given")
def warnings_given(stage: Stage) -> None:
    page = _flow(stage, f"{HARBOR}/sandbox", REFRESH, 3)
    for tick in page.impact.ticks:
        tick.click()
    page.impact.name.setText("sandbox")


@scene("flow-4-warnings-blocked")
def warnings_blocked(stage: Stage) -> None:
    _flow(stage, f"{ORCHARD}/scratch", PROVISION, 3)


@scene("flow-reset")
def reset(stage: Stage) -> None:
    _flow(stage, f"{HARBOR}/training-01", OperationKind.RESET)


@scene("flow-wipe")
def wipe(stage: Stage) -> None:
    _flow(stage, f"{HARBOR}/sandbox", OperationKind.WIPE)


@scene("flow-busy")
def busy(stage: Stage) -> None:
    _flow(stage, f"{ORCHARD}/sandbox", PROVISION)


@scene("flow-error")
def error(stage: Stage) -> None:
    def refuse(*_given: object, **_named: object) -> None:
        raise OutsideError(
            "The catalog could not be read", "It is locked by another program.", "Close that program, then try again."
        )

    stage.services.operations.plan = refuse  # type: ignore[method-assign,assignment]  # a picture of trouble
    _flow(stage, f"{HARBOR}/sandbox", REFRESH)


@scene("flow-5-run-waiting")
def waiting(stage: Stage) -> None:
    page = _flow(stage, f"{HARBOR}/sandbox", REFRESH, 3)
    for tick in page.impact.ticks:
        tick.click()
    page.impact.name.setText("sandbox")
    page.footer.start.click()
    stage.settle()


@scene("run-running")
def running(stage: Stage) -> None:
    _run(stage, _of(stage, f"{ORCHARD}/sandbox", OperationState.RUNNING))


@scene("run-stopping")
def stopping(stage: Stage) -> None:
    _run(stage, replace(_of(stage, f"{ORCHARD}/sandbox", OperationState.RUNNING), cancel_requested=True))


@scene("run-succeeded")
def succeeded(stage: Stage) -> None:
    done = _of(stage, f"{HARBOR}/sandbox", OperationState.SUCCEEDED)
    _run(stage, replace(done, checklist=harbor_checklist()))


@scene("run-failed")
def failed(stage: Stage) -> None:
    _run(stage, _of(stage, f"{NORDLYS}/sandbox", OperationState.FAILED))


@scene("run-cancelled")
def cancelled(stage: Stage) -> None:
    _run(stage, _of(stage, f"{HARBOR}/sandbox", OperationState.CANCELLED))


@scene("run-many-tables")
def many_tables(stage: Stage) -> None:
    run = _of(stage, f"{ORCHARD}/sandbox", OperationState.RUNNING)
    more = tuple(replace(t, table=f"schema_{n}.{t.table}_{n:03d}", rows=0) for n in range(40) for t in run.tables)
    _run(stage, replace(run, tables=(*run.tables, *more), started=NOW - timedelta(minutes=4)))


def _changed(facts: FlowFacts) -> FlowFacts:
    """Production went on, rows would lose their parent, and a script waits for approval."""
    plan = facts.plan
    losing = error_finding(
        "rows-lose-their-parent",
        "1,204 rows of policy would come along while what customer_id refers to in customer stays behind.",
        "policy.policy_number",
        "Follow or detach.",
    )
    customer = replace(plan.tables[0], copied="where", coming=12_480)
    policy = replace(
        plan.tables[1],
        references=(
            ReferencePlan(column="agent_id", table="employee", referred="id", gone=Gone.FOLLOW),
            ReferencePlan(column="offer_id", table="offer", referred="id", gone=Gone.DETACH),
        ),
    )
    users = Preserve(id="users", title="Test users with their passwords", table="employee")
    partners = Preserve(id="partners", title="Set-up of partner apps", table="app")
    migrate = Run(id="migrate", title="The application's own migrations", command=("bin/migrate", "--yes"))
    sums = Run(id="sums", title="Recompute checksums", sql=("UPDATE ticket SET checksum = NULL", "DELETE FROM stale"))
    added = ColumnFact(type="VARCHAR(40)", nullable=True)
    drift = (
        DriftItem(
            kind=DriftKind.ADDED,
            table="customer",
            column="mobile",
            now=added,
            suggestion=ColumnPolicy(treatment=Treatment.MASK, mask="phone"),
            accepted=ColumnPolicy(treatment=Treatment.MASK, mask="phone"),
            confidence=0.9,
            reason="Its name says a phone number, and 5 of 5 values look like one.",
        ),
        DriftItem(kind=DriftKind.REMOVED, table="customer", column="fax", before=added),
    )
    plan = replace(
        plan,
        tables=(customer, policy, *plan.tables[2:]),
        findings=(losing, *plan.findings),
        preserve=(users, partners),
        preserved={"users": 4, "partners": 12},
        run=(migrate, sums),
        steps=tuple(Step(id=f"step-{n:02d}", title="A step", checks=("rows",)) for n in range(1, 34)),
    )
    approval = Approval(digest=sums.digest, kind="sql", text=sums.text, by="ana", at=NOW - timedelta(days=2))
    return replace(
        facts,
        plan=plan,
        preview=preview_of(plan),
        runs=(RunApproval(run=migrate, approval=None), RunApproval(run=sums, approval=approval)),
        drift=drift,
    )


@scene("flow-3-preview-beside")
def preview_beside(stage: Stage) -> None:
    page = _flow(stage, f"{HARBOR}/sandbox", REFRESH, 2)
    assert page.facts is not None
    page.preview.show_facts(_changed(page.facts))
    page.preview.tabs.setCurrentIndex(1)


@scene("flow-3-preview-beside-below")
def preview_beside_below(stage: Stage) -> None:
    preview_beside(stage)
    stage.settle()
    for script in stage.shell.findChildren(Disclosure):
        script.open()
    stage.settle()
    scrolled = stage.find(BesideColumns).findChild(Scrolled)
    assert isinstance(scrolled, Scrolled)
    scrolled.verticalScrollBar().setValue(10_000)


@scene("flow-3-preview-some-rows")
def preview_some_rows(stage: Stage) -> None:
    page = _flow(stage, f"{HARBOR}/sandbox", REFRESH, 2)
    assert page.facts is not None
    page.preview.show_facts(_changed(page.facts))
    page.preview.tables.selectRow(2)
    page.preview.columns.selectRow(1)
