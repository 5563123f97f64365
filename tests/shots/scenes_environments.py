"""Environments: every kind and state of the detail."""

from app.errors import OutsideError
from tests.fakes.checklists import crm_checklist
from tests.fakes.world import HARBOR, NORDLYS, ORCHARD
from tests.shots.stage import Stage, scene
from ui.models.navigation import Go
from ui.theme.tokens import Tone
from ui.views.environments.page import EnvironmentsPage


def _open(stage: Stage, ref: str, tab: int = 0) -> EnvironmentsPage:
    stage.open(Go.ENVIRONMENTS, ref)
    page = stage.find(EnvironmentsPage)
    page.detail.tabs.setCurrentIndex(tab)
    return page


@scene("environments-sandbox")
def sandbox(stage: Stage) -> None:
    _open(stage, f"{HARBOR}/sandbox")


@scene("environments-checklist")
def checklist(stage: Stage) -> None:
    _open(stage, f"{HARBOR}/sandbox", 1)


@scene("environments-checklist-open")
def checklist_open(stage: Stage) -> None:
    _open(stage, f"{NORDLYS}/sandbox", 1)


@scene("environments-checklist-long")
def checklist_long(stage: Stage) -> None:
    stage.services.world.checklists[f"{NORDLYS}/sandbox"] = crm_checklist()
    _open(stage, f"{NORDLYS}/sandbox", 1)


@scene("environments-checklist-steps")
def checklist_steps(stage: Stage) -> None:
    stage.services.world.checklists[f"{NORDLYS}/sandbox"] = crm_checklist()
    page = _open(stage, f"{NORDLYS}/sandbox", 1)
    checklist = page.detail.checklist
    assert checklist.filters is not None
    checklist.filters.choose("steps")


@scene("environments-checklist-evidence")
def checklist_evidence(stage: Stage) -> None:
    stage.services.world.checklists[f"{NORDLYS}/sandbox"] = crm_checklist()
    page = _open(stage, f"{NORDLYS}/sandbox", 1)
    checklist = page.detail.checklist
    assert checklist.filters is not None
    checklist.filters.choose("done")
    for view in checklist.views:
        if view.item.id in ("outward", "tasks-off"):
            view.line.open()


@scene("environments-checklist-nothing-found")
def checklist_nothing(stage: Stage) -> None:
    stage.services.world.checklists[f"{NORDLYS}/sandbox"] = crm_checklist()
    page = _open(stage, f"{NORDLYS}/sandbox", 1)
    page.detail.checklist.search.setText("zebra")


@scene("environments-history")
def history(stage: Stage) -> None:
    _open(stage, f"{HARBOR}/sandbox", 2)


@scene("environments-production")
def production(stage: Stage) -> None:
    _open(stage, f"{HARBOR}/production")


@scene("environments-training")
def training(stage: Stage) -> None:
    _open(stage, f"{HARBOR}/training-01")


@scene("environments-failed")
def failed(stage: Stage) -> None:
    _open(stage, f"{NORDLYS}/sandbox")


@scene("environments-busy")
def busy(stage: Stage) -> None:
    _open(stage, f"{ORCHARD}/sandbox")


@scene("environments-absent")
def absent(stage: Stage) -> None:
    _open(stage, f"{ORCHARD}/scratch")


@scene("environments-search")
def search(stage: Stage) -> None:
    page = _open(stage, f"{HARBOR}/sandbox")
    page.search.setText("orch")


@scene("environments-nothing-found")
def nothing_found(stage: Stage) -> None:
    page = _open(stage, f"{HARBOR}/sandbox")
    page.search.setText("zebra")


@scene("environments-add")
def add(stage: Stage) -> None:
    page = _open(stage, f"{HARBOR}/sandbox")
    page.add.click()
    stage.settle()


@scene("environments-empty")
def empty(stage: Stage) -> None:
    stage.services.world.tenants.clear()
    stage.services.world.environments.clear()
    stage.open(Go.ENVIRONMENTS)


@scene("environments-unreachable-error")
def error(stage: Stage) -> None:
    page = _open(stage, f"{HARBOR}/sandbox")
    stage.dialogs.error(
        page,
        OutsideError(
            "The database could not be opened",
            "/srv/data/harbor/sandbox.sqlite is locked by another program. The sandbox is as it was.",
            "Close the program that uses it, then try again.",
        ),
    )


@scene("environments-crash")
def crash(stage: Stage) -> None:
    page = _open(stage, f"{HARBOR}/sandbox")
    try:
        dict[str, str]()["nothing"]
    except KeyError as caught:
        stage.dialogs.error(page, caught)


@scene("environments-toast")
def toast(stage: Stage) -> None:
    _open(stage, f"{HARBOR}/sandbox")
    stage.notify.say("Refreshed Harbor Insurance Group/sandbox: 9 of 9 items proven", Tone.GOOD, action="Certificate")
    stage.notify.say("The catalog cannot be read just now", Tone.WARNING)
