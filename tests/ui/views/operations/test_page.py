"""The operations page, over the invented world and over real services."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app.domain.operations import (
    Choices,
    NotProven,
    Operation,
    OperationKind,
    OperationState,
    Proof,
    ProofHit,
    ProofState,
)
from app.errors import OutsideError
from tests.app.office import Office
from tests.fakes.world import HARBOR, NORDLYS
from tests.shots.stage import Stage
from ui.models.navigation import Go, RunRequest
from ui.models.operations import Shown
from ui.models.table import Role
from ui.views.operations.page import BY, WHY, OperationsPage
from ui.widgets.facts import FactRow, KeyValue
from ui.widgets.text import ElidedLabel, Text


def _page(stage: Stage, run: Operation | None = None) -> OperationsPage:
    stage.open(Go.OPERATIONS, RunRequest(operation=run.id) if run is not None else None)
    return stage.find(OperationsPage)


def _one(stage: Stage, state: OperationState) -> Operation:
    return stage.services.operations.all(states=(state,))[0]


def _listed(page: OperationsPage) -> list[Operation]:
    model = page.table.model()
    return [model.index(row, 0).data(Role.ROW) for row in range(model.rowCount())]


def _said(page: OperationsPage) -> str:
    return "\n".join(text.text() for text in page.detail.findChildren(Text) if text.isVisible())


def test_every_run_is_listed_newest_first_and_the_detail_waits_to_be_asked(stage: Stage) -> None:
    page = _page(stage)
    assert _listed(page) == list(stage.services.operations.all())
    assert not page.side.isVisible()
    assert page.table.hasFocus()


@pytest.mark.parametrize(("shown", "number"), [(Shown.FAILED, 1), (Shown.RUNNING, 1), (Shown.SUCCEEDED, 5)])
def test_filters_by_state_say_how_many_they_show(stage: Stage, shown: Shown, number: int) -> None:
    page = _page(stage)
    page.filter.choose(shown)
    assert len(_listed(page)) == number


def test_search_finds_and_escape_and_show_all_bring_everything_back(stage: Stage, qtbot: QtBot) -> None:
    page = _page(stage)
    page.search.setText("nordlys failed")
    assert [run.environment for run in _listed(page)] == [f"{NORDLYS}/sandbox"]
    page.search.setText("zebra")
    stage.find(QPushButton, "Show all").click()
    assert len(_listed(page)) == 8
    page.search.setFocus()
    page.search.setText("zebra")
    qtbot.keyClick(page.search, Qt.Key.Key_Escape)
    assert len(_listed(page)) == 8


def test_a_heading_sorts(stage: Stage) -> None:
    page = _page(stage)
    page.table.sortByColumn(3, Qt.SortOrder.DescendingOrder)
    assert _listed(page)[0].seconds == pytest.approx(80.1)


def test_return_opens_the_detail_arrows_change_it_and_escape_closes_it(stage: Stage, qtbot: QtBot) -> None:
    page = _page(stage)
    page.table.selectRow(0)
    stage.settle()
    assert not page.side.isVisible()
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    stage.settle()
    assert page.side.isVisible()
    qtbot.keyClick(page.table, Qt.Key.Key_Down)
    stage.settle()
    assert page.detail.run == _listed(page)[1]
    qtbot.keyClick(page.table, Qt.Key.Key_Escape)
    assert not page.side.isVisible()
    assert page.table.hasFocus()


def test_a_failed_run_says_why_in_words_and_what_helps(stage: Stage) -> None:
    page = _page(stage, _one(stage, OperationState.FAILED))
    said = _said(page)
    assert "Why it failed" in said
    assert "2 of 7 webhook endpoints are still live after neutralising." in said
    assert "Add an action for webhook.url to the policy" in said
    assert "2 webhook endpoints lead outside" in said
    assert page.table.currentIndex().data(Role.ROW) == page.detail.run


def test_a_run_that_succeeded_shows_its_evidence_and_offers_its_certificate(stage: Stage) -> None:
    run = next(o for o in stage.services.operations.all() if o.certificate)
    page = _page(stage, run)
    names = [line.accessibleName() for line in page.detail.findChildren(FactRow)]
    assert "Copy: 38 s" in names
    assert "Write-back to AMS switched off: passed" in names
    assert "12,480 originals searched for in 3,912,004 values of the copy: none found." in _said(page)
    assert page.detail.certificate.isVisible()
    assert page.detail.pdf.isVisible()
    assert not page.detail.resume.isVisible()
    assert not page.detail.cancel.isVisible()


def test_originals_that_were_found_or_not_searched_are_named_by_column(stage: Stage) -> None:
    run = _one(stage, OperationState.FAILED)
    stage.services.world.operations[run.id] = replace(
        run,
        proof=Proof(
            state=ProofState.HITS,
            originals=10,
            values=20,
            hits=(ProofHit(table="customer", column="email", count=2),),
            not_proven=(NotProven(table="customer", column="sex", count=2, why="too short to tell apart"),),
        ),
    )
    page = _page(stage, run)
    names = [line.accessibleName() for line in page.detail.findChildren(FactRow)]
    assert "customer.email: 2 values" in names
    assert "customer.sex: too short to tell apart" in names


def test_a_running_one_is_followed_live_and_can_be_watched(stage: Stage) -> None:
    run = _one(stage, OperationState.RUNNING)
    page = _page(stage, run)
    went: list[tuple[str, object]] = []
    page.navigate.disconnect()
    page.navigate.connect(lambda key, subject: went.append((key, subject)))
    page.detail.watch.click()
    assert went == [(Go.RUN, RunRequest(operation=run.id))]
    stage.services.world.operations[run.id] = replace(
        run, state=OperationState.SUCCEEDED, finished=stage.desk.now(), reason=""
    )
    page.catalog_changed({"operation"}, {run.id})
    stage.settle()
    assert page.detail.title.text() == "Provisioned"
    assert page.detail.watch.text() == "Open"
    assert page.model.row_at(0).state is OperationState.SUCCEEDED


def test_stop_asks_once_and_says_that_it_stops(stage: Stage) -> None:
    run = _one(stage, OperationState.RUNNING)
    page = _page(stage, run)
    page.detail.cancel.click()
    stage.settle()
    assert stage.services.operations.get(run.id).cancel_requested
    assert page.detail.cancel.text() == "Stopping…"
    assert not page.detail.cancel.isEnabled()
    assert stage.notify.said[-1].text.startswith("Stopping: provision")


def test_only_the_newest_run_of_an_environment_can_be_resumed(stage: Stage) -> None:
    cancelled = _one(stage, OperationState.CANCELLED)  # a refresh came after it
    page = _page(stage, cancelled)
    assert not page.detail.resume.isVisible()
    page = _page(stage, _one(stage, OperationState.FAILED))
    stage.settle()
    assert page.detail.resume.isVisible()


def test_the_rail_counts_what_runs(stage: Stage) -> None:
    page = _page(stage)
    told: list[str] = []
    page.badge_changed.connect(told.append)
    run = _one(stage, OperationState.RUNNING)
    page.activate()
    stage.settle()
    stage.services.world.operations[run.id] = replace(run, state=OperationState.CANCELLED)
    page.catalog_changed({"operation"}, {run.id})
    stage.settle()
    assert told == ["1", ""]


def test_columns_that_would_be_cut_go_without(stage: Stage) -> None:
    page = _page(stage)
    assert not page.table.isColumnHidden(WHY)
    page = _page(stage, _one(stage, OperationState.FAILED))
    assert page.table.isColumnHidden(WHY)
    assert page.table.isColumnHidden(BY)
    page.close_detail()
    assert not page.table.isColumnHidden(WHY)


def test_nothing_yet_says_what_will_stand_here(stage: Stage) -> None:
    stage.services.world.operations.clear()
    page = _page(stage)
    went: list[tuple[str, object]] = []
    page.navigate.disconnect()
    page.navigate.connect(lambda key, subject: went.append((key, subject)))
    stage.find(QPushButton, "Go to Environments").click()
    assert went == [(Go.ENVIRONMENTS, None)]


def test_a_catalog_that_cannot_be_read_is_told_and_tried_again(stage: Stage) -> None:
    right = stage.services.operations.all

    def fail(**_named: object) -> tuple[Operation, ...]:
        raise OutsideError("The catalog could not be read", "The disk does not answer.", "Look at the disk.")

    stage.services.operations.all = fail  # type: ignore[method-assign,assignment]  # the disk is gone
    page = _page(stage)
    stage.services.operations.all = right  # type: ignore[method-assign]  # it is back
    stage.find(QPushButton, "Try again").click()
    stage.settle()
    assert len(_listed(page)) == 8


def test_really_a_queued_run_is_cancelled_resumed_and_proven(stage: Stage, office: Office) -> None:
    office.populate()
    office.workers.idle = True
    run = office.run(OperationKind.PROVISION)
    page = _page(stage, run)
    assert page.detail.title.text() == "Provision queued"
    page.detail.cancel.click()
    stage.settle()
    assert office.services.operations.get(run.id).state is OperationState.CANCELLED
    assert page.detail.title.text() == "Provision cancelled"
    assert "Cancelled before it began; the environment is as it was." in _said(page)
    office.workers.idle = False
    page.detail.resume.click()
    stage.settle()
    office.workers.join()
    page.catalog_changed({"operation"}, {run.id})
    stage.settle()
    assert page.detail.title.text() == "Provisioned"
    assert page.detail.certificate.isVisible()
    assert "none found" in _said(page)
    log = page.detail._log.toPlainText()
    assert log
    assert "Zanthorpe" not in log + _said(page)


def test_really_what_cannot_be_stopped_any_more_is_said_in_the_services_words(stage: Stage, office: Office) -> None:
    office.populate()
    office.workers.idle = True
    run = office.run(OperationKind.PROVISION)
    page = _page(stage, run)
    office.workers.work()
    page.detail.cancel.click()  # before the page has heard of its end
    stage.settle()
    assert stage.dialogs.shown[-1].title == f"Operation {run.id} has ended already"
    assert page.detail.title.text() == "Provisioned"


def test_really_a_failed_run_tells_its_reason(stage: Stage, office: Office) -> None:
    office.populate()
    office.workers.idle = True
    choices = Choices(acknowledged=("all",), confirm="sandbox")
    run = office.services.operations.start("Harbor/sandbox", OperationKind.PROVISION, choices)
    office.production.unlink()
    office.workers.work()
    page = _page(stage, run)
    now = office.services.operations.get(run.id)
    assert now.state is OperationState.FAILED
    assert now.reason in _said(page)
    assert page.detail.resume.isVisible()


def test_a_name_or_a_reason_is_never_taken_for_markup_and_stays_on_its_line(stage: Stage) -> None:
    run = _one(stage, OperationState.FAILED)
    name, reason = "A\n<b>bold</b>\u202e/" + "x" * 10_000, "<img src='file:///etc/hostname'> failed"
    stage.services.world.operations[run.id] = replace(run, environment=name, reason=reason)
    page = _page(stage, run)
    row = next(r for r, o in enumerate(_listed(page)) if o.id == run.id)
    cell = page.table.model().index(row, 1)
    assert cell.data().startswith("A <b>bold</b> /")
    assert cell.data(Qt.ItemDataRole.ToolTipRole).startswith("<p style='white-space: pre-wrap'>A\n&lt;b&gt;bold")
    assert len(cell.data(Qt.ItemDataRole.ToolTipRole)) < 3_000
    why = page.table.model().index(row, WHY).data(Qt.ItemDataRole.ToolTipRole)
    assert "&lt;img src=" in why
    assert reason in _said(page)
    assert page.side.width() < 500
    assert stage.shell.width() == 1280


def test_facts_of_a_run_name_who_asked(stage: Stage) -> None:
    page = _page(stage, _one(stage, OperationState.FAILED))
    told = [w.accessibleName() for w in page.detail.findChildren(KeyValue)[0].findChildren(ElidedLabel)]
    assert "By: ana" in told
    assert f"{HARBOR}" not in " ".join(told)
