"""A checklist is kept in order, counted on its environment, and ticked only where a person may."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.catalog import SqlCatalog
from app.domain.operations import ChecklistItem, ItemKind, ItemState
from app.errors import UserError
from tests.app.catalog.conftest import START, harbor


def items() -> list[ChecklistItem]:
    return [
        ChecklistItem(id="rows", title="Rows", kind=ItemKind.AUTOMATIC, state=ItemState.PASSED, evidence="3 of 3"),
        ChecklistItem(id="mail", title="Mail", kind=ItemKind.AUTOMATIC, state=ItemState.FAILED),
        ChecklistItem(id="look", title="Look", kind=ItemKind.MANUAL, state=ItemState.OPEN),
    ]


def test_the_checklist_is_kept_in_order_and_counted(catalog: SqlCatalog) -> None:
    _, copy = harbor(catalog)
    with catalog.write() as tx:
        tx.environments.replace_checklist(copy.id, items())
    later = START + timedelta(days=1)
    with catalog.write() as tx:
        tx.environments.tick(copy.id, "look", note="looked", by="ana@desk", at=later)
    with catalog.read() as tx:
        ticked = replace(items()[2], state=ItemState.TICKED, note="looked", ticked_by="ana@desk", checked_at=later)
        assert tx.environments.checklist(copy.id) == [*items()[:2], ticked]
        found = tx.environments.get(copy.id)
        assert found is not None
        assert (found.checklist_done, found.checklist_of) == (2, 3)


@pytest.mark.parametrize("item", ["mail", "nowhere"])
def test_only_a_manual_item_that_is_there_can_be_ticked(catalog: SqlCatalog, item: str) -> None:
    _, copy = harbor(catalog)
    with catalog.write() as tx:
        tx.environments.replace_checklist(copy.id, items())
    with pytest.raises(UserError), catalog.write() as tx:
        tx.environments.tick(copy.id, item, note="", by="eve", at=START)
    with catalog.read() as tx:
        assert tx.environments.checklist(copy.id) == items()
