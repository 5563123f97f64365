"""The palette: as it opens, with finds, and with none."""

from PySide6.QtWidgets import QLineEdit

from tests.fakes.world import crowd
from tests.shots.stage import Stage, scene
from ui.models.navigation import Go


def found(stage: Stage, words: str, page: Go = Go.OVERVIEW) -> None:
    stage.open(page)
    stage.shell.finder.open_over(stage.desk)
    stage.settle()
    field: QLineEdit = stage.shell.finder.field
    field.setText(words)


@scene("palette-opened")
def opened(stage: Stage) -> None:
    found(stage, "")


@scene("palette-tenant")
def tenant(stage: Stage) -> None:
    found(stage, "harbor", Go.ENVIRONMENTS)


@scene("palette-command")
def command(stage: Stage) -> None:
    found(stage, "refresh ha")


@scene("palette-nothing")
def nothing(stage: Stage) -> None:
    found(stage, "qwertz")


@scene("palette-crowd")
def many(stage: Stage) -> None:
    stage.services.world.tenants.extend(crowd(400).tenants)
    stage.services.world.environments.update(crowd(400).environments)
    found(stage, "harbor sand", Go.OPERATIONS)
