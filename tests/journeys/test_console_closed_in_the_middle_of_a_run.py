"""The window is closed while a copy is under way: the worker goes on, and the next window shows how far it is."""

import os
import signal

from app.domain.operations import OperationState
from tests.journeys.sitting import Sitting, pausing_workers
from ui.views.flow.run import RunPage

REF = "Harbor/sandbox"


def test_the_run_goes_on_without_a_console_and_the_next_one_shows_it(sitting: Sitting) -> None:
    home, sandbox = sitting.person.home, sitting.person.folder / "sandbox.sqlite"
    sitting.workers = pausing_workers(home, "inside copy")
    sitting.owns("Harbor", {"sandbox": "sandbox"})
    sitting.opens_the_console()
    sitting.chooses(REF)
    sitting.presses("Provision…")
    for _ in range(3):
        sitting.presses("Continue")
    sitting.acknowledges_and_starts("sandbox", "Provision sandbox")
    sitting.waits_for((home / "paused").exists)
    (worker,) = sitting.person.workers()
    sitting.closes_the_console()
    assert sitting.person.workers() == [worker], "closing the window stops nothing"

    sitting.opens_the_console()
    sitting.goes_to("Overview")
    sitting.waits_to_read("Running now", f"Provisioning {REF}")
    sitting.presses("Watch")
    page = sitting.page(RunPage)
    sitting.waits_for(lambda: page.watch.operation is not None)
    operation = page.watch.operation
    assert operation is not None
    assert operation.state is OperationState.RUNNING
    assert not sandbox.exists()
    sitting.closes_the_console()

    (home / "go").touch()
    sitting.waits_for(lambda: sitting.services.operations.get(operation.id).state.ended)
    assert sandbox.exists()

    sitting.opens_the_console()
    sitting.goes_to("Overview")
    sitting.waits_to_read("Recent operations", "Provisioned", REF)
    assert "Running now" not in sitting.reads()
    sitting.chooses(REF)
    sitting.waits_to_read("Proven clean")
    told = [line.text for line in sitting.services.operations.get(operation.id).log]
    assert sum(text.startswith("Preflight passed") for text in told) == 1, "nobody had to begin anew"
    assert not sitting.console.dialogs.shown


def test_a_worker_that_is_killed_is_replaced_while_the_window_is_open(sitting: Sitting) -> None:
    home = sitting.person.home
    sitting.workers = pausing_workers(home, "before check")
    sitting.owns("Harbor", {"sandbox": "sandbox"})
    sitting.opens_the_console()
    sitting.chooses(REF)
    sitting.presses("Provision…")
    for _ in range(3):
        sitting.presses("Continue")
    sitting.acknowledges_and_starts("sandbox", "Provision sandbox")
    sitting.waits_for((home / "paused").exists)
    (worker,) = sitting.person.workers()
    os.kill(worker, signal.SIGKILL)
    (home / "go").touch()
    assert sitting.watches_it_end().state is OperationState.SUCCEEDED
    assert sitting.environment(REF).proven
