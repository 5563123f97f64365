"""The course is over: back to the starting point for the next one, and at the end of the year gone, with a document."""

import sqlite3
from contextlib import closing
from pathlib import Path

from app.domain.environments import EnvironmentState
from app.domain.operations import OperationKind, OperationState
from tests.journeys.sitting import Sitting

REF = "School/training-01"


def _people(database: Path) -> list[str]:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        return [name for (name,) in connection.execute("SELECT name FROM person ORDER BY id")]


def test_a_training_environment_is_reset_and_later_wiped(sitting: Sitting) -> None:
    production = sitting.owns("School", {"training-01": "training"})
    untouched = production.read_bytes()
    sitting.did(REF, OperationKind.PROVISION)
    seat = sitting.person.folder / "training-01.sqlite"
    start = _people(seat)
    with closing(sqlite3.connect(seat)) as connection, connection:
        connection.execute("UPDATE person SET name = 'a pupil was here' WHERE id <= 7")

    sitting.opens_the_console()
    sitting.chooses(REF)
    sitting.presses("Reset…")
    sitting.waits_to_read("Will be lost", "person", "7 changed")
    sitting.acknowledges_and_starts("training-01", "Reset training-01")
    assert sitting.watches_it_end().state is OperationState.SUCCEEDED
    assert _people(seat) == start

    sitting.presses("Show the environment")
    sitting.presses("Wipe…")
    sitting.waits_to_read("Will be destroyed", "Production is not touched.")
    sitting.acknowledges_and_starts("training-01", "Wipe training-01")
    wiped = sitting.watches_it_end()
    assert wiped.state is OperationState.SUCCEEDED, wiped.reason
    sitting.waits_to_read("Open certificate")
    assert "training-01" in Path(wiped.certificate or "").read_text()

    sitting.presses("Show the environment")
    sitting.waits_to_read("Wiped", "Provision…")
    assert not any(words in sitting.reads() for words in ("Refresh…", "Reset…", "Wipe…", "Proven clean"))
    assert sitting.environment(REF).state is EnvironmentState.WIPED
    assert [path.name for path in sitting.person.folder.iterdir() if "training-01" in path.name] == []
    assert production.read_bytes() == untouched
    assert not sitting.console.dialogs.shown
