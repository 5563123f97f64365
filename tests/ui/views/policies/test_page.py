"""The policies page as a person finds their way on it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from tests.app.office import Office
from tests.shots.stage import Stage
from tests.ui.views.policies.conftest import REF, Seen
from ui.models.navigation import Go
from ui.models.policies import Heading
from ui.models.policies_columns import Show
from ui.views.policies.detail import COLUMNS, DRIFT, SCRIPTS, TEXT, USES, VERSIONS
from ui.views.policies.page import PoliciesPage


def _named(page: PoliciesPage) -> list[str]:
    rows = [page.model.row_at(row) for row in range(page.model.rowCount())]
    return [f"[{row.name}]" if isinstance(row, Heading) else row.name for row in rows]


def test_packs_come_first_then_each_tenants_environments_and_what_waits_is_said(looked: Seen) -> None:
    named = _named(looked.page)
    assert named[0] == "[Packs]"
    assert named[-2:] == ["[Harbor]", "sandbox"]
    assert looked.page.shelf.chosen is not None
    assert looked.page.shelf.chosen.ref == REF
    line = looked.page.model.row_at(looked.page.model.rowCount() - 1)
    assert not isinstance(line, Heading)
    assert line.badge == "1 to review"
    assert list(looked.columns()) == ["person.nickname"], "what waits is shown first"
    assert looked.page.detail.tabs.isTabVisible(DRIFT)


def test_search_finds_escape_brings_all_back_and_nothing_found_says_so(looked: Seen, qtbot: QtBot) -> None:
    page = looked.page
    page.search.setText("harbor sand")
    assert _named(page) == ["[Harbor]", "sandbox"]
    page.search.setText("zebra")
    assert page.model.rowCount() == 0
    page.search.setFocus()
    qtbot.keyClick(page.search, Qt.Key.Key_Escape)
    assert "[Packs]" in _named(page)


def test_the_arrow_keys_pass_over_headings_and_tabs_change_with_the_keyboard(looked: Seen, qtbot: QtBot) -> None:
    page = looked.page
    page.shelf.setFocus()
    before = page.shelf.chosen
    qtbot.keyClick(page.shelf, Qt.Key.Key_Up)
    looked.stage.settle()
    assert page.shelf.chosen != before
    assert page.shelf.chosen is not None
    assert page.shelf.chosen.ref == "", "the heading between the pack and the tenant is no choice"
    qtbot.keyClick(page.shelf, Qt.Key.Key_Return)
    assert page.detail.tabs.hasFocus()
    qtbot.keyClick(page, Qt.Key.Key_PageDown, Qt.KeyboardModifier.ControlModifier)
    assert page.detail.tabs.currentIndex() in (USES, TEXT), "a pack has neither drift nor versions"


def test_a_pack_shows_its_columns_with_their_reasons_and_nothing_to_change(looked: Seen) -> None:
    looked.page.activate("pack agency-management")
    looked.stage.settle()
    detail = looked.page.detail
    assert [t for t in (DRIFT, VERSIONS, SCRIPTS) if detail.tabs.isTabVisible(t)] == []
    assert looked.columns()["customer.email"].mask == "email"
    assert looked.columns()["customer.email"].reason
    assert not detail.columns.mask_chosen.isVisible()
    looked.opens(TEXT)
    assert detail.text.toPlainText() == looked.office.services.policies.pack_text("agency-management")
    looked.opens(USES)


def test_filters_and_search_narrow_the_columns_and_say_how_many(looked: Seen) -> None:
    tab = looked.page.detail.columns
    tab.filter.choose(Show.MASKED)
    assert set(looked.columns()) == {"person.name", "person.email", "person.remarks"}
    tab.filter.choose(Show.ALL)
    tab.search.setText("email")
    assert set(looked.columns()) == {"person.email"}
    tab.search.setText("zebra")
    looked.stage.find(QPushButton, "Show all").click()
    assert {"person.nickname", "visit.person_id", "outbox.recipient"} <= set(looked.columns())
    assert looked.columns()["outbox.recipient"].treatment == "drop"


def test_a_production_out_of_reach_is_said_and_looked_at_again(looked: Seen) -> None:
    aside = looked.office.production.with_suffix(".aside")
    looked.office.production.rename(aside)
    looked.page.activate(REF)
    looked.stage.settle()
    assert looked.columns() == {}, "coming back is looking again"
    looked.page.look.click()
    looked.stage.settle()
    said = looked.stage.notify.said[-1].text
    assert said == "No column waits for a review; 1 production could not be looked at"
    looked.opens(VERSIONS)
    assert looked.page.detail.versions.chosen is not None, "what the catalog knows is there all the same"
    looked.opens(COLUMNS)
    aside.rename(looked.office.production)
    looked.stage.find(QPushButton, "Try again").click()
    looked.stage.settle()
    assert "person.nickname" in looked.columns()


def test_every_production_can_be_looked_at_in_one_go(looked: Seen) -> None:
    page = looked.page
    page.look.click()
    assert not page.look.isEnabled()
    looked.stage.settle()
    assert page.look.isEnabled()
    assert looked.stage.notify.said[-1].text == "Columns wait for a review in 1 environment"


def test_where_it_is_used_leads_to_the_environment(looked: Seen) -> None:
    looked.opens(USES)
    uses = looked.page.detail.uses
    asked: list[tuple[str, object]] = []
    looked.page.navigate.connect(lambda key, subject: asked.append((key, subject)))
    uses.table.activated.emit(uses.model.index(0, 0))
    assert asked == [(Go.ENVIRONMENTS, REF)]


def test_a_home_without_environments_shows_the_packs(stage: Stage, office: Office) -> None:
    stage.open(Go.POLICIES)
    page = stage.find(PoliciesPage)
    stage.settle()
    assert page.shelf.chosen is not None
    assert page.shelf.chosen.ref == ""
    assert office.services.environments.all() == ()
    assert listed(page) > 0


def listed(page: PoliciesPage) -> int:
    return page.detail.columns.table.model().rowCount()
