"""Settings: all well, and without a keychain while the worker stalls."""

from app.ports.processes import WorkerStatus
from tests.shots.stage import Stage, scene
from ui.models.navigation import Go
from ui.views.settings.page import SettingsPage
from ui.widgets.layouts import Scrolled


@scene("settings-usual")
def usual(stage: Stage) -> None:
    stage.open(Go.SETTINGS)


@scene("settings-lower-half")
def lower_half(stage: Stage) -> None:
    stage.open(Go.SETTINGS)
    bar = stage.find(SettingsPage).findChildren(Scrolled)[0].verticalScrollBar()
    bar.setValue(bar.maximum())


@scene("settings-trouble")
def trouble(stage: Stage) -> None:
    settings = stage.services.settings
    settings.status = WorkerStatus(running=False, stalled=True, process=4182)
    settings.secrets = (
        "No keychain here: masks change with every copy, database passwords are not stored, and the integrity keys "
        "lie in /srv/sandkeeper/integrity.json (mode 0600)"
    )
    settings.keyring = False
    stage.open(Go.SETTINGS)
