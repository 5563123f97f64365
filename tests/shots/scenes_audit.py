"""Audit: the trail, a verdict of each kind, and nothing."""

from app.domain.audit import AuditVerdict
from tests.shots.stage import Stage, scene
from ui.models.navigation import Go
from ui.views.audit.page import AuditPage


def _open(stage: Stage) -> AuditPage:
    stage.open(Go.AUDIT)
    return stage.find(AuditPage)


@scene("audit-trail")
def trail(stage: Stage) -> None:
    _open(stage)


@scene("audit-record")
def record(stage: Stage) -> None:
    _open(stage).table.selectRow(1)


@scene("audit-valid")
def valid(stage: Stage) -> None:
    _open(stage).verify.click()


@scene("audit-broken")
def broken(stage: Stage) -> None:
    page = _open(stage)
    stage.services.audit.verdict = AuditVerdict(
        valid=False, records=17, first_broken=17, why="its contents were changed"
    )
    page.verify.click()


@scene("audit-nothing-found")
def nothing_found(stage: Stage) -> None:
    _open(stage).search.setText("zebra")


@scene("audit-empty")
def empty(stage: Stage) -> None:
    stage.services.world.audit.clear()
    _open(stage)
