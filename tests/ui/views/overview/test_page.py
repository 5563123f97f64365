"""The overview, over the invented world and over real services."""

from dataclasses import replace

from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app.domain.operations import OperationKind, OperationState
from app.errors import OutsideError
from tests.app.office import Office
from tests.fakes.world import HARBOR, NORDLYS, ORCHARD
from tests.shots.stage import Stage
from ui.models.navigation import AddRequest, FlowRequest, Go, RunRequest
from ui.views.environments.form import EnvironmentForm
from ui.views.overview.page import OverviewPage
from ui.widgets.buttons import LinkButton
from ui.widgets.text import Text


def _page(stage: Stage, went: list[tuple[str, object]] | None = None) -> OverviewPage:
    stage.open(Go.OVERVIEW)
    page = stage.find(OverviewPage)
    if went is not None:
        page.navigate.disconnect()
        page.navigate.connect(lambda key, subject: went.append((key, subject)))
    return page


def _said(page: OverviewPage) -> str:
    return "\n".join(text.text() for text in page.findChildren(Text) if text.isVisible())


def test_the_console_begins_here_and_says_what_needs_a_person(stage: Stage) -> None:
    stage.shell.open(stage.desk)
    stage.settle()
    page = stage.find(OverviewPage)
    assert f"{NORDLYS}/sandbox" in _said(page)
    assert "2 of 3 copies proven clean" in _said(page)


def test_what_failed_leads_to_its_run_and_what_was_never_copied_to_the_flow(stage: Stage) -> None:
    went: list[tuple[str, object]] = []
    page = _page(stage, went)
    stage.find(QPushButton, "See why").click()
    stage.find(QPushButton, "Provision…").click()
    failed = stage.services.operations.all(states=(OperationState.FAILED,))[0]
    assert went == [
        (Go.OPERATIONS, RunRequest(operation=failed.id)),
        (Go.FLOW, FlowRequest(ref=f"{ORCHARD}/scratch", kind=OperationKind.PROVISION)),
    ]
    assert page.board.attention.isVisible()


def test_a_run_is_shown_while_it_goes_on_and_can_be_watched(stage: Stage, qtbot: QtBot) -> None:
    went: list[tuple[str, object]] = []
    page = _page(stage, went)
    run = stage.services.operations.all(states=(OperationState.RUNNING,))[0]
    stage.find(LinkButton, "Watch").click()
    assert went == [(Go.RUN, RunRequest(operation=run.id))]
    stage.services.world.operations[run.id] = replace(run, tables=tuple(replace(t, rows=t.of or 0) for t in run.tables))
    page.catalog_changed({"operation"}, {run.id})
    stage.settle()
    assert "1,830,012 of 1,830,012" in page.board._running[run.id].progress.accessibleName()
    stage.services.world.operations[run.id] = replace(run, state=OperationState.SUCCEEDED, finished=stage.desk.now())
    page.catalog_changed({"operation"}, {run.id})
    stage.settle()
    assert not page.board.running.isVisible()


def test_what_did_not_change_stays_where_it_is(stage: Stage) -> None:
    page = _page(stage)
    button = stage.find(QPushButton, "See why")
    button.setFocus()
    page.catalog_changed({"worker"}, {"w1"})
    stage.settle()
    assert stage.find(QPushButton, "See why") is button
    assert button.hasFocus()


def test_charts_tell_sizes_and_durations(stage: Stage) -> None:
    page = _page(stage)
    assert page.board.size_chart.bars[0].name == HARBOR
    assert page.board.timing_chart.bars[0].note == "1 min 12 s"


def test_a_catalog_that_cannot_be_read_is_told_and_tried_again(stage: Stage) -> None:
    environments = stage.services.environments
    right = environments.all

    def fail(tenant: str | None = None) -> tuple[object, ...]:
        raise OutsideError("The catalog could not be read", "The disk does not answer.", "Look at the disk.")

    environments.all = fail  # type: ignore[method-assign,assignment]  # the disk is gone
    page = _page(stage)
    assert "The disk does not answer.\nLook at the disk." in _said(page)
    environments.all = right  # type: ignore[method-assign]  # it is back
    stage.find(QPushButton, "Try again").click()
    stage.settle()
    assert page.board.isVisible()


def test_with_no_tenant_there_are_two_doors_and_one_opens_the_form(stage: Stage, office: Office) -> None:
    page = _page(stage)
    assert page.welcome.isVisible()
    assert page.welcome.connect_.isEnabled()
    page.welcome.connect_.click()
    stage.settle()
    form = stage.find(EnvironmentForm)
    assert form.kind.key == "production"


def test_the_other_door_makes_the_demo_and_leads_to_its_sandbox(stage: Stage, office: Office) -> None:
    page = _page(stage)
    page.demo_customers = 40
    page.welcome.demo.click()
    assert not page.welcome.demo.isEnabled()
    assert "Inventing an organisation with 40 customers" in _said(page)
    stage.settle(60_000)
    assert office.services.environments.all()[0].ref == "Harbor Insurance/production"
    assert page.board.isVisible()
    assert "Never copied." in _said(page)
    said = stage.notify.said[-1]
    assert (said.text, said.action) == ("The demo is ready", "Open its sandbox")
    went: list[tuple[str, object]] = []
    page.navigate.disconnect()
    page.navigate.connect(lambda key, subject: went.append((key, subject)))
    assert said.act is not None
    said.act()
    assert went == [(Go.ENVIRONMENTS, "Harbor Insurance/sandbox")]


def test_while_the_demo_is_made_the_doors_stay_and_say_how_far_it_is(stage: Stage, office: Office) -> None:
    page = _page(stage)
    page._making = True
    office.populate()
    page.catalog_changed({"environment"}, {"x"})
    stage.settle()
    assert page.welcome.isVisible()
    assert "2 environments made." in _said(page)


def test_a_demo_that_cannot_be_made_is_told_behind_its_door(stage: Stage, office: Office) -> None:
    page = _page(stage)
    folder = office.parts.home.demo
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "harbor-insurance").write_text("a file where the folder should be")
    page.welcome.demo.click()
    stage.settle(20_000)
    assert page.welcome.demo.isEnabled()
    assert stage.dialogs.shown == []
    assert str(folder / "harbor-insurance") in _said(page)


def test_real_services_tell_of_a_copy_that_is_not_there_and_then_is(stage: Stage, office: Office) -> None:
    office.populate()
    page = _page(stage)
    assert "Harbor/sandbox" in _said(page)
    assert "Never copied." in _said(page)
    office.run(OperationKind.PROVISION)
    page.catalog_changed({"operation", "environment"}, set())
    stage.settle()
    assert "1 of 1 copy proven clean" in _said(page)
    assert "1 of 8 checklist items is not done." in _said(page)
    assert [bar.name for bar in page.board.timing_chart.bars] == ["Harbor/sandbox"]


def test_adding_is_asked_of_the_page_of_environments(stage: Stage) -> None:
    went: list[tuple[str, object]] = []
    page = _page(stage, went)
    page.welcome.connect_asked.emit()
    assert went == [(Go.ENVIRONMENTS, AddRequest())]
