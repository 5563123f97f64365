"""Beside columns, over real services: production that went on, parents that stay behind, scripts, choices."""

import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest
from PySide6.QtWidgets import QAbstractButton, QWidget

from app.domain.operations import OperationKind
from app.domain.policy import Gone
from tests.app.office import POLICY, Office
from tests.shots.stage import Stage
from tests.ui.views.flow.conftest import said_by
from ui.models.navigation import FlowRequest, Go
from ui.models.preview import Show
from ui.views.flow.page import FlowPage
from ui.widgets.pick_list import PickList
from ui.widgets.question import QuestionDialog

REF = "Harbor/sandbox"
SOME = POLICY.replace("  person:\n", "  person:\n    rows: {where: {id: {at_most: {option: upto}}}}\n").replace(
    "tables:\n",
    "  - {id: upto, type: integer, title: Up to, default: 20}\n"
    "  - {id: who, type: list, title: Who, default: [], choices_from: {table: person, value: id, label: remarks}}\n"
    "tables:\n",
    1,
)
SCRIPT = "run:\n  - {id: tidy, title: Tidy up, sql: DELETE FROM visit WHERE id = 1}\n"

Opened = Callable[[str], FlowPage]


@pytest.fixture
def opened(stage: Stage, office: Office) -> Opened:
    """The flow at its preview, with that policy."""

    def open_(policy: str) -> FlowPage:
        office.populate()
        office.policy.write_text(policy)
        office.services.environments.set(REF, policy=str(office.policy))
        with closing(sqlite3.connect(office.production)) as connection, connection:
            connection.execute("ALTER TABLE person ADD COLUMN phone TEXT")
            connection.execute("UPDATE person SET phone = '+47 55 23 12 ' || (10 + id)")
        stage.open(Go.FLOW, FlowRequest(ref=REF, kind=OperationKind.PROVISION))
        page = stage.find(FlowPage)
        for _ in range(2):
            page.footer.next.click()
            stage.settle()
        return page

    return open_


def _button(page: QWidget, name: str) -> QAbstractButton:
    return next(b for b in page.findChildren(QAbstractButton) if name in (b.accessibleName(), b.text()))


def test_everything_that_stands_in_the_way_is_settled_in_the_preview(
    stage: Stage, office: Office, opened: Opened
) -> None:
    page = opened(SOME + SCRIPT)
    preview = page.preview
    assert preview.filters.key == Show.UNDECIDED  # the new column
    assert page.facts is not None
    assert [item.place for item in page.facts.drift] == ["person.phone"]
    preview.tabs.setCurrentIndex(1)
    said = said_by(preview.beside)
    assert "40 rows of 'visit'" in said
    assert "masked as phone" in said
    assert "20 of 60 rows come along" in said

    _button(preview.beside, "Accept all suggestions").click()
    stage.settle()
    assert office.services.policies.policy_of(REF).tables["person"].columns["phone"].mask == "phone"
    assert not _button(preview.beside, "Detach visit.person_id").isEnabled()  # it must have a value
    _button(preview.beside, "Follow visit.person_id").click()
    stage.settle()
    (reference,) = office.services.policies.policy_of(REF).tables["visit"].references
    assert reference.gone is Gone.FOLLOW
    assert "visit" in said_by(preview.beside)

    _button(preview.beside, "Approve Tidy up").click()
    stage.settle()
    assert office.services.reviews.runs(REF)[0].approval is None  # not before the question was answered
    question = stage.find(QuestionDialog)
    question.yes.click()
    stage.settle()
    approval = office.services.reviews.runs(REF)[0].approval
    assert approval is not None
    assert approval.by == office.parts.actor
    assert page.facts is not None
    assert page.facts.plan.errors == ()
    assert f"approved by {office.parts.actor}" in _script_words(preview.beside)
    assert office.actions()[-3:] == ["policy.accept", "policy.follow", "policy.approve"]


def _script_words(beside: QWidget) -> str:
    return " ".join(b.accessibleDescription() for b in beside.findChildren(QAbstractButton))


def test_what_can_be_chosen_is_read_from_production_and_stored_nowhere(
    stage: Stage, office: Office, opened: Opened
) -> None:
    page = opened(SOME)
    page.footer.previous.click()
    picked = page.options.form.fields[2] if page.options.form is not None else None
    assert isinstance(picked, PickList)
    picked.search.setText("Zanthorpe7 ")
    model = picked.list.model()
    assert [model.index(at, 0).data() for at in range(model.rowCount())] == ["Quibble Zanthorpe7 has a dog  ·  7"]
    picked.choose(("7", "9"))
    page.footer.next.click()
    stage.settle()
    assert page.facts is not None
    assert page.facts.plan.chosen["who"] == ("7", "9")
    catalog = (office.home / "catalog.sqlite").read_bytes()
    assert b"Zanthorpe7 has" not in catalog


def test_whose_decision_a_column_is_stands_beside_its_reason(stage: Stage, office: Office, opened: Opened) -> None:
    page = opened(SOME)
    row = next(
        at
        for at in range(page.preview.columns_model.rowCount())
        if page.preview.columns_model.row_at(at).name == "person.phone"
    )
    page.preview.columns.selectRow(row)
    assert "Decided by" not in said_by(page.preview.decision)  # nobody has
    page.preview.filters.choose(Show.MASKED)
    page.preview.columns.selectRow(0)
    assert f"Decided by {office.parts.actor}, " in said_by(page.preview.decision)
