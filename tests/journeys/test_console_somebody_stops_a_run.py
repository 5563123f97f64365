"""A run is stopped in the middle of the copy and taken up again from the list of all runs."""

from app.domain.environments import EnvironmentState
from app.domain.operations import OperationState
from tests.journeys.sitting import Sitting, pausing_workers

REF = "Harbor/sandbox"


def test_a_run_is_stopped_and_resumed_from_operations(sitting: Sitting) -> None:
    home, folder = sitting.person.home, sitting.person.folder
    sitting.workers = pausing_workers(home, "inside copy")
    sitting.owns("Harbor", {"sandbox": "sandbox"})
    before = {path.name for path in folder.iterdir()}
    sitting.opens_the_console()
    sitting.chooses(REF)
    sitting.presses("Provision…")
    for _ in range(3):
        sitting.presses("Continue")
    sitting.acknowledges_and_starts("sandbox", "Provision sandbox")
    sitting.waits_for((home / "paused").exists)

    sitting.presses("Stop")
    sitting.waits_to_read("Stopping…")
    (home / "go").touch()
    stopped = sitting.watches_it_end()
    assert stopped.state is OperationState.CANCELLED
    assert sitting.environment(REF).state is EnvironmentState.ABSENT
    assert {path.name for path in folder.iterdir()} == before, "nothing of the copy is left"

    sitting.goes_to("Operations")
    sitting.clicks_row("Operations", REF)
    sitting.presses("Resume")
    sitting.waits_for(lambda: sitting.services.operations.get(stopped.id).state is OperationState.SUCCEEDED)
    sitting.waits_to_read("Succeeded", "Certificate")
    assert (folder / "sandbox.sqlite").exists()
    assert sitting.environment(REF).proven
    assert not sitting.console.dialogs.shown
