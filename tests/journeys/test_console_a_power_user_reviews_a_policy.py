"""Production got a column: the policies page shows it, it is decided with real values in view, the copy is older."""

import sqlite3
from contextlib import closing

from app.domain.operations import OperationKind
from tests.journeys.sitting import Sitting
from ui.views.policies.page import PoliciesPage

REF = "Harbor/sandbox"


def test_a_new_column_is_reviewed_with_real_values_in_view(sitting: Sitting) -> None:
    production = sitting.owns("Harbor", {"sandbox": "sandbox"})
    sitting.did(REF, OperationKind.PROVISION)
    with closing(sqlite3.connect(production)) as connection, connection:
        connection.execute("ALTER TABLE person ADD COLUMN nickname TEXT")
        connection.execute("UPDATE person SET nickname = 'Zanny ' || id")

    sitting.opens_the_console()
    sitting.goes_to("Policies")
    page = sitting.page(PoliciesPage)
    assert page.shelf.chosen is not None
    assert page.shelf.chosen.ref == REF
    sitting.waits_to_read("1 to review")
    assert [row[:2] for row in sitting.cells("Columns of this policy")] == [["person", "nickname"]]

    sitting.clicks_row("Columns of this policy", "nickname")
    sitting.presses("Mask…")
    sitting.waits_to_read("person.nickname", "Show real values")
    sitting.picks("Mask", "First name")
    assert "Zanny" not in sitting.reads()
    sitting.presses("Show real values")
    sitting.waits_to_read("Zanny 1")
    sitting.types("Why it is treated so", "It is a name")
    sitting.presses("Decide")
    sitting.waits_to_read("person.nickname decided in Harbor/sandbox", "Older version in use")

    sitting.opens_tab("Versions")
    sitting.waits_to_read("Version 1 to 2: 1 change")
    assert [row[:2] for row in sitting.cells("Versions of this policy")] == [
        ["2", "in force"],
        ["1", "the copy has it"],
    ]
    ((what, before, after),) = sitting.cells("What differs")
    assert (what, before) == ("person.nickname", "")
    assert after.startswith("masked with first_name: It is a name (decided by ")
    sitting.opens_tab("Used by")
    assert sitting.cells("Environments with this policy")[0][:3] == [REF, "version 2", "version 1, an older one"]
    assert sitting.environment(REF).policy_outdated
    assert sitting.services.reviews.drift(REF).items == ()
