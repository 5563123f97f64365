"""Production got a column that nobody has decided about: it blocks, and is decided on the way."""

import sqlite3
from contextlib import closing
from pathlib import Path

from PySide6.QtWidgets import QAbstractButton

from app.domain.operations import OperationKind, OperationState
from tests.journeys.sitting import Sitting

REF = "Harbor/sandbox"


def _nicknames(database: Path) -> set[str]:
    with closing(sqlite3.connect(database)) as connection:
        return {name for (name,) in connection.execute("SELECT nickname FROM person")}


def test_a_column_that_appeared_in_production_is_decided_in_the_preview(sitting: Sitting) -> None:
    production = sitting.owns("Harbor", {"sandbox": "sandbox"})
    sitting.did(REF, OperationKind.PROVISION)
    with closing(sqlite3.connect(production)) as connection, connection:
        connection.execute("ALTER TABLE person ADD COLUMN nickname TEXT")
        connection.execute("UPDATE person SET nickname = 'Zanny ' || id")

    sitting.opens_the_console()
    sitting.chooses(REF)
    sitting.hits("Ctrl+R")
    sitting.waits_to_read("What was noticed", "person.nickname")
    sitting.presses("Continue")
    sitting.presses("Continue")
    assert [row[0] for row in sitting.cells("Columns")] == ["person.nickname"], "what waits is shown, and nothing else"
    sitting.presses("Continue")
    sitting.waits_to_read("Stands in the way")
    assert not any(button.isEnabled() for button in sitting.sees(QAbstractButton, "Refresh sandbox"))

    sitting.presses("Back")
    sitting.clicks_row("Columns", "person.nickname")
    sitting.presses("Mask")
    sitting.picks("Mask", "First name")
    sitting.types("Why it is treated so", "It is a name")
    sitting.presses("Decide")
    sitting.waits_to_read("To decide, 0")
    sitting.presses("Continue")
    sitting.acknowledges_and_starts("sandbox", "Refresh sandbox")
    operation = sitting.watches_it_end()
    assert operation.state is OperationState.SUCCEEDED, operation.reason

    copied = _nicknames(sitting.person.folder / "sandbox.sqlite")
    assert copied
    assert all(copied)
    assert not copied & _nicknames(production)
    decided = sitting.services.policies.policy_of(REF).table("person")
    assert decided is not None
    assert decided.columns["nickname"].reason == "It is a name"
