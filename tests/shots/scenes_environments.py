"""Environments: every kind and state of the detail."""

from PySide6.QtWidgets import QPushButton

from tests.fakes.world import HARBOR, NORDLYS, ORCHARD
from tests.shots.stage import Stage, scene
from ui.models.navigation import Go
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


@scene("environments-wipe")
def wipe(stage: Stage) -> None:
    _open(stage, f"{HARBOR}/sandbox")
    stage.find(QPushButton, "Wipe…").click()
    stage.settle()
