"""Deciding about columns, with a live example, in bulk, by accepting, and taking it back."""

import sqlite3
from contextlib import closing

from app.domain.policy import ColumnPolicy, Treatment
from tests.ui.views.policies.conftest import REF, Seen
from ui.models.policies_columns import Show
from ui.views.policies.detail import COLUMNS, DRIFT
from ui.views.policies.sheet import DecisionSheet
from ui.widgets.facts import Notice
from ui.widgets.text import Text


def _said(sheet: DecisionSheet) -> list[str]:
    return [label.text() for label in sheet.findChildren(Text) if label.isVisible()]


def _decided(seen: Seen, column: str) -> ColumnPolicy | None:
    table = seen.office.services.policies.policy_of(REF).table("person")
    assert table is not None
    return table.columns.get(column)


def test_a_column_is_masked_after_its_real_values_were_looked_at(seen: Seen) -> None:
    seen.choose("person.nickname")
    seen.page.detail.columns.mask_chosen.click()
    sheet = seen.stage.find(DecisionSheet)
    assert sheet.form.choice.currentText() == "First name", "one begins with what is suggested"
    assert not any("Zanny" in words for words in _said(sheet)), "nobody asked to see real values"
    sheet.reveal.click()
    seen.stage.settle()
    before = [words for words in _said(sheet) if words.startswith("Zanny")]
    assert len(before) == 5
    sheet.why.setText("It is a name")
    sheet.send.click()
    seen.stage.settle()

    decided = _decided(seen, "nickname")
    assert decided is not None
    assert (decided.mask, decided.reason) == ("first_name", "It is a name")
    assert decided.decided_by
    assert seen.stage.notify.said[-1].text == f"person.nickname decided in {REF}"
    assert seen.columns()["person.nickname"].treatment is Treatment.MASK
    assert not seen.page.detail.tabs.isTabVisible(DRIFT)
    assert seen.numbers()[0] == 3

    seen.undoes()
    assert _decided(seen, "nickname") is None
    assert seen.columns()["person.nickname"].unreviewed


def test_the_example_follows_the_form_and_tells_what_stands_against_it(seen: Seen) -> None:
    seen.page.detail.columns.filter.choose(Show.ALL)
    seen.choose("person.email")
    seen.page.detail.columns.keep_chosen.click()
    sheet = seen.stage.find(DecisionSheet)
    sheet.reveal.click()
    seen.stage.settle()
    assert _said(sheet).count("as it is") == 5
    sheet.form.treatment.choose(Treatment.MASK)
    sheet._soon.timeout.emit()  # the pause is over
    seen.stage.settle()
    assert "as it is" not in _said(sheet)
    sheet.form.choice.setCurrentIndex(sheet.form.choice.findText("Fixed value"))
    sheet.form.choice.activated.emit(sheet.form.choice.currentIndex())
    sheet._soon.timeout.emit()
    seen.stage.settle()
    assert sheet.findChildren(Notice), "one value for all cannot be unique"
    sheet.reject()


def test_several_columns_are_decided_in_one_version(seen: Seen) -> None:
    seen.page.detail.columns.filter.choose(Show.ALL)
    seen.choose("person.name", "person.nickname", "outbox.body")
    assert len(seen.page.detail.columns.chosen) == 2, "what stays behind with its table needs no decision"
    seen.page.detail.columns.mask_chosen.click()
    sheet = seen.stage.find(DecisionSheet)
    sheet.form.choice.setCurrentIndex(sheet.form.choice.findText("Filler text"))
    sheet.form.choice.activated.emit(sheet.form.choice.currentIndex())
    sheet.send.click()
    seen.stage.settle()
    assert {seen.columns()[name].mask for name in ("person.name", "person.nickname")} == {"lorem"}
    assert seen.numbers()[0] == 3
    assert seen.stage.notify.said[-1].text == f"2 columns decided in {REF}"


def test_what_is_suggested_is_accepted_for_the_chosen_column(seen: Seen) -> None:
    seen.choose("person.nickname")
    tab = seen.page.detail.columns
    assert tab.accept_chosen.isEnabled()
    tab.accept_chosen.click()
    seen.stage.settle()
    accepted = _decided(seen, "nickname")
    assert accepted is not None
    assert accepted.treatment is Treatment.MASK
    assert seen.page.model.waiting == 0


def test_drift_is_accepted_at_once_and_its_tab_goes(seen: Seen) -> None:
    seen.opens(DRIFT)
    drift = seen.page.detail.drift
    assert [drift.model.row_at(row).place for row in range(drift.model.rowCount())] == ["person.nickname"]
    drift.accept_all.click()
    seen.stage.settle()
    assert seen.office.services.reviews.drift(REF).items == ()
    assert seen.page.detail.tabs.currentIndex() == COLUMNS
    assert not seen.page.detail.tabs.isTabVisible(DRIFT)


def test_one_thing_that_drifted_is_decided_by_hand(seen: Seen) -> None:
    seen.opens(DRIFT)
    seen.page.detail.drift.decide.click()
    sheet = seen.stage.find(DecisionSheet)
    sheet.form.treatment.choose(Treatment.KEEP)
    sheet.send.click()
    seen.stage.settle()
    kept = _decided(seen, "nickname")
    assert kept is not None
    assert kept.treatment is Treatment.KEEP


def test_a_refused_decision_is_told_in_the_sheet_and_nothing_is_lost(seen: Seen) -> None:
    seen.choose("person.nickname")
    seen.page.detail.columns.keep_chosen.click()
    sheet = seen.stage.find(DecisionSheet)
    with closing(sqlite3.connect(seen.office.production)) as connection, connection:
        connection.execute("ALTER TABLE person DROP COLUMN nickname")
    sheet.send.click()
    seen.stage.settle()
    assert sheet.isVisible()
    assert [notice.accessibleName() for notice in sheet.findChildren(Notice)]
    assert sheet.send.isEnabled()
    sheet.reject()
