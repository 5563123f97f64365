"""The flow, step by step, and the run in every state."""

from dataclasses import replace
from datetime import timedelta

from app.domain.operations import Operation, OperationKind, OperationState
from app.errors import OutsideError
from tests.fakes.world import HARBOR, NORDLYS, NOW, ORCHARD, harbor_checklist
from tests.shots.stage import Stage, scene
from ui.models.navigation import FlowRequest, Go, RunRequest
from ui.views.flow.page import FlowPage

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
