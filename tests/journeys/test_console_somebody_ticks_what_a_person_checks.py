"""What no query can prove: a person looked, and says what they found."""

from PySide6.QtWidgets import QAbstractButton, QLineEdit

from app.domain.operations import ItemKind, ItemState, OperationKind
from tests.journeys.sitting import Sitting

REF = "Harbor/sandbox"
NOTE = "Opened it: no mail left, 60 invented people"


def test_a_manual_item_is_ticked_with_a_note_and_stays_ticked(sitting: Sitting) -> None:
    sitting.owns("Harbor", {"sandbox": "sandbox"})
    sitting.did(REF, OperationKind.PROVISION)
    sitting.opens_the_console()
    sitting.chooses(REF)
    sitting.opens_tab("Checklist")
    sitting.waits_to_read("Somebody looked", "Open it and look.", "Needs you")
    assert not any(button.isEnabled() for button in sitting.sees(QAbstractButton, "Tick")), "a tick needs a note"
    sitting.types("Note for Somebody looked", NOTE)
    sitting.presses("Tick")
    sitting.waits_for(lambda: "Needs you" not in sitting.reads())
    sitting.waits_to_read(NOTE)
    assert not sitting.sees(QLineEdit, "Note for Somebody looked")

    (item,) = [item for item in sitting.services.inspection.checklist(REF) if item.kind is ItemKind.MANUAL]
    assert (item.state, item.note) == (ItemState.TICKED, NOTE)
    assert item.ticked_by
    environment = sitting.environment(REF)
    assert environment.checklist_done == environment.checklist_of
    assert [record.action for record in sitting.services.audit.all()].count("checklist.tick") == 1

    sitting.closes_the_console()
    sitting.opens_the_console()
    sitting.chooses(REF)
    sitting.opens_tab("Checklist")
    sitting.waits_to_read(NOTE, item.ticked_by)
