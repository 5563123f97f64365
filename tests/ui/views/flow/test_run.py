"""One run on a page: live, stopped, ended."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QPushButton, QWidget

from app.domain.ids import OperationId
from app.domain.operations import LogLine, Operation, OperationState
from app.errors import RefusedError, UserError
from tests.fakes.world import HARBOR, NORDLYS, NOW, ORCHARD
from tests.shots.stage import Stage
from ui.models.navigation import Go, RunRequest
from ui.views.environments.page import EnvironmentsPage
from ui.views.flow.run import RunPage
from ui.widgets.text import Text


def _of(stage: Stage, ref: str, state: OperationState) -> Operation:
    return [o for o in stage.services.world.operations.values() if o.environment == ref and o.state is state][-1]


def _open(stage: Stage, operation: Operation) -> RunPage:
    stage.open(Go.RUN, RunRequest(operation=operation.id))
    return stage.find(RunPage)


def _change(stage: Stage, operation: Operation) -> None:
    stage.services.world.operations[operation.id] = operation
    stage.shell.catalog_changed(frozenset({"operation"}), frozenset({operation.id}))
    stage.settle()


def _said(widget: QWidget) -> str:
    return " ".join(t.text() for t in widget.findChildren(Text) if t.isVisible())


@pytest.fixture
def running(stage: Stage) -> Operation:
    return _of(stage, f"{ORCHARD}/sandbox", OperationState.RUNNING)


def test_a_run_follows_the_catalog_table_by_table(stage: Stage, running: Operation) -> None:
    page = _open(stage, running)
    picture = page.watch.view.picture
    assert picture is not None
    assert picture.tables == "3/9"
    assert "1,288,520 of 1,830,012 rows" in _said(page)
    assert "left" in picture.left
    copied = tuple(replace(t, rows=t.of or 0) for t in running.tables)
    _change(stage, replace(running, tables=copied, log=(*running.log, LogLine(at=NOW, text="Copied all"))))
    after = page.watch.view.picture
    assert after is not None
    assert after.tables == "9/9"
    assert after.share > picture.share
    assert "Copied all" in page.watch.view.log.toPlainText()


def test_changes_of_other_runs_are_not_read(stage: Stage, running: Operation) -> None:
    _open(stage, running)
    read: list[str] = []
    original = stage.services.operations.get
    stage.services.operations.get = lambda id: (read.append(id), original(id))[1]  # type: ignore[method-assign]
    stage.shell.catalog_changed(frozenset({"operation"}), frozenset({"another"}))
    stage.settle()
    assert read == []


def test_many_changes_while_it_reads_make_one_more_reading(stage: Stage, running: Operation) -> None:
    page = _open(stage, running)
    read: list[str] = []
    original = stage.services.operations.get
    stage.services.operations.get = lambda id: (read.append(id), original(id))[1]  # type: ignore[method-assign]
    for _ in range(30):
        page.catalog_changed({"operation"}, {running.id})
    stage.settle()
    assert len(read) == 2


def test_stop_asks_the_worker_and_says_so_until_it_has_stopped(stage: Stage, running: Operation) -> None:
    page = _open(stage, running)
    page.watch.view.stop.click()
    stage.settle()
    assert stage.services.operations.get(running.id).cancel_requested
    assert page.watch.view.stop.text() == "Stopping…"
    assert not page.watch.view.stop.isEnabled()
    stopped = replace(
        stage.services.operations.get(running.id),
        state=OperationState.CANCELLED,
        finished=NOW,
        reason="Stopped on request; the environment is as it was.",
    )
    _change(stage, stopped)
    assert not page.watch.view.stop.isVisible()
    assert "Stopped on request; the environment is as it was." in _said(page.watch.view.ending)


def test_a_stop_that_comes_too_late_is_told_and_the_result_is_shown(
    stage: Stage, running: Operation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_id: str) -> None:
        raise RefusedError("It has ended already", "It succeeded.", "There is nothing left to stop.")

    page = _open(stage, running)
    monkeypatch.setattr(stage.services.operations, "cancel", refuse)
    stage.services.world.operations[running.id] = replace(running, state=OperationState.SUCCEEDED, finished=NOW)
    page.watch.view.stop.click()
    stage.settle()
    assert stage.dialogs.shown[-1].title == "It has ended already"
    assert "Provisioned sandbox" in _said(page.watch.view.ending)


def test_the_end_is_told_once(stage: Stage, running: Operation) -> None:
    page = _open(stage, running)
    ended: list[object] = []
    page.watch.run_ended.connect(ended.append)
    done = replace(running, state=OperationState.SUCCEEDED, finished=NOW)
    _change(stage, done)
    _change(stage, done)
    assert ended == [done]


def test_a_failed_run_says_why_what_helps_and_what_stands(stage: Stage) -> None:
    page = _open(stage, _of(stage, f"{NORDLYS}/sandbox", OperationState.FAILED))
    said = _said(page.watch.view.ending)
    assert "2 of 7 webhook endpoints are still live" in said
    assert "Add an action for webhook.url" in said
    assert "the environment is as it was before" in said
    assert "failed" in [step.state for step in page.watch.view.phases.steps]


def test_a_failed_run_is_taken_up_again(stage: Stage) -> None:
    failed = _of(stage, f"{NORDLYS}/sandbox", OperationState.FAILED)
    page = _open(stage, failed)
    stage.find(QPushButton, "Resume").click()
    stage.settle()
    assert stage.services.operations.get(failed.id).state is OperationState.QUEUED
    assert page.watch.view.stop.isVisible()
    assert not page.watch.view.ending.isVisible()


def test_the_certificate_opens_in_the_browser(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []

    def open_(url: QUrl) -> bool:
        opened.append(url.toLocalFile())
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", open_)
    done = _of(stage, f"{HARBOR}/sandbox", OperationState.SUCCEEDED)
    _open(stage, done)
    stage.find(QPushButton, "Open certificate").click()
    assert opened == [done.certificate]


def test_from_a_run_one_goes_to_its_environment(stage: Stage) -> None:
    _open(stage, _of(stage, f"{HARBOR}/sandbox", OperationState.SUCCEEDED))
    stage.find(QPushButton, "Show the environment").click()
    stage.settle()
    shown = stage.find(EnvironmentsPage)
    assert shown.tree.chosen is not None
    assert shown.tree.chosen.ref == f"{HARBOR}/sandbox"


def test_a_run_that_is_not_there_says_so(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(id: str) -> None:
        raise UserError(f"There is no operation {id}")

    monkeypatch.setattr(stage.services.operations, "get", missing)
    stage.open(Go.RUN, RunRequest(operation=OperationId("gone")))
    assert "There is no operation gone" in _said(stage.find(RunPage))


def test_leaving_does_not_stop_it_and_coming_back_reads_it_anew(stage: Stage, running: Operation) -> None:
    page = _open(stage, running)
    stage.shell.go(Go.ENVIRONMENTS)
    stage.settle()
    stage.services.world.operations[running.id] = replace(running, state=OperationState.SUCCEEDED, finished=NOW)
    stage.shell.back()
    stage.settle()
    assert not stage.services.operations.get(running.id).cancel_requested
    assert page.watch.view.ending.isVisible()


def test_an_empty_part_says_what_will_be_there(stage: Stage, running: Operation) -> None:
    page = _open(stage, replace(running))
    page.watch.view.tabs.setCurrentIndex(1)
    assert "No checklist yet" in _said(page)


def test_every_control_has_a_name_for_a_screen_reader(stage: Stage, running: Operation) -> None:
    page = _open(stage, running)
    for tab in range(3):
        page.watch.view.tabs.setCurrentIndex(tab)
        nameless = [
            w
            for w in page.findChildren(QWidget)
            if w.isVisible()
            and w.focusPolicy() is not Qt.FocusPolicy.NoFocus
            and not w.accessibleName()
            and not w.objectName().startswith("qt_")
        ]
        assert nameless == []
