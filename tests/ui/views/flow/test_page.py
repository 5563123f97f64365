"""The flow, as a person goes through it."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.domain.environments import EnvironmentState
from app.domain.operations import OperationKind
from app.domain.plan import Plan
from app.errors import OutsideError, RefusedError
from tests.fakes.world import HARBOR, ORCHARD, environment
from tests.shots.stage import Stage
from tests.ui.views.flow.conftest import SANDBOX, SCRATCH, Open, field_of, said_by
from ui.models.navigation import Go
from ui.models.preview import Show
from ui.views.environments.page import EnvironmentsPage


def test_the_first_step_shows_from_where_to_where_and_what_was_noticed(flow: Open) -> None:
    page = flow()
    assert page.step is page.source
    said = said_by(page.source)
    assert "production" in said
    assert "sandbox" in said
    assert "1.5 GB" in said
    assert "3 days ago" in said
    assert "Production is in rollback mode" in said
    assert not page.footer.start.isVisible()


def test_a_whole_refresh_from_source_to_run(stage: Stage, flow: Open, qtbot: QtBot) -> None:
    page = flow(steps=3)
    assert page.step is page.impact
    assert not page.footer.start.isEnabled()
    for tick in page.impact.ticks:
        tick.click()
    assert not page.footer.start.isEnabled()
    qtbot.keyClicks(page.impact.name, "sandbo")
    assert not page.footer.start.isEnabled()
    qtbot.keyClicks(page.impact.name, "x")
    assert page.footer.start.isEnabled()
    page.footer.start.click()
    stage.settle()
    ref, kind, choices = stage.services.operations.started[0]
    assert (ref, kind, choices.confirm) == (SANDBOX, OperationKind.REFRESH, "sandbox")
    assert {"not-a-backup", "changes-lost", "no-continuity"} < set(choices.acknowledged)
    assert len(choices.acknowledged) == 4
    assert page.watch.view.isVisible()
    assert not page.footer.isVisible()
    assert said_by(page.watch.view).startswith("Waiting for a worker")


def test_return_never_starts_an_operation(stage: Stage, flow: Open, qtbot: QtBot) -> None:
    page = flow(steps=3)
    for tick in page.impact.ticks:
        tick.click()
    page.impact.name.setText("sandbox")
    assert page.footer.start.isEnabled()
    for widget in (page.impact.name, page.footer.start, page.impact.ticks[0], page):
        widget.setFocus()
        for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            qtbot.keyClick(widget, key)
    stage.settle()
    assert stage.services.operations.started == []
    qtbot.keyClick(page.footer.start, Qt.Key.Key_Space)
    stage.settle()
    assert len(stage.services.operations.started) == 1


def test_pressing_start_twice_starts_once(stage: Stage, flow: Open) -> None:
    page = flow(steps=3)
    for tick in page.impact.ticks:
        tick.click()
    page.impact.name.setText("sandbox")
    page.footer.start.click()
    page.footer.started.emit()
    stage.settle()
    assert len(stage.services.operations.started) == 1


def test_options_that_were_changed_make_the_plan_anew_and_are_sent(stage: Stage, flow: Open) -> None:
    page = flow(steps=1)
    assert page.step is page.options
    form = page.options.form
    assert form is not None
    field = field_of(form, "test_email")
    field.setText("not an address")
    assert not page.footer.next.isEnabled()
    field.setText("lab@agency.example")
    page.footer.next.click()
    stage.settle()
    facts = page.facts
    assert facts is not None
    assert facts.plan.chosen["test_email"] == "lab@agency.example"
    page.footer.previous.click()
    assert page.options.values()["test_email"] == "lab@agency.example"
    for _ in range(2):
        page.footer.next.click()
        stage.settle()
    for tick in page.impact.ticks:
        tick.click()
    page.impact.name.setText("sandbox")
    page.footer.start.click()
    stage.settle()
    assert stage.services.operations.started[0][2].options["test_email"] == "lab@agency.example"


def test_a_policy_without_options_says_so(stage: Stage, flow: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = stage.services.operations.plan
    monkeypatch.setattr(
        stage.services.operations, "plan", lambda *given, **named: replace(plan(*given, **named), options=())
    )
    page = flow(steps=1)
    assert "Nothing to choose" in said_by(page.options)
    assert page.footer.next.isEnabled()


def test_errors_block_without_anything_to_tick_them_away(flow: Open) -> None:
    page = flow(ref=SCRATCH, kind=OperationKind.PROVISION, steps=3)
    assert "1 column waits for a decision." in said_by(page.impact.blocks)
    for tick in page.impact.ticks:
        tick.click()
    page.impact.name.setText("scratch")
    assert not page.footer.start.isEnabled()
    page.footer.started.emit()
    assert "must be mended first" in said_by(page.footer)


def test_impact_names_what_will_be_lost_and_who_is_there(flow: Open) -> None:
    said = said_by(flow(steps=3).impact.impact)
    assert "214 in 6 tables" in said
    assert "121 added, 4 removed" in said
    assert "DB Browser" in said


@pytest.mark.parametrize("kind", [OperationKind.RESET, OperationKind.WIPE])
def test_reset_and_wipe_take_two_steps(stage: Stage, flow: Open, kind: OperationKind) -> None:
    page = flow(kind=kind)
    assert page.step is page.impact
    assert not page.footer.start.isEnabled()
    assert ("the baseline as published" in said_by(page.impact)) == (kind is OperationKind.WIPE)
    for tick in page.impact.ticks:
        tick.click()
    page.impact.name.setText("sandbox")
    page.footer.start.click()
    stage.settle()
    assert stage.services.operations.started[0][:2] == (SANDBOX, kind)
    assert page.watch.view.isVisible()
    assert not page.watch.view.tabs.isTabVisible(0)  # it copies no tables


def test_another_operation_begins_with_nothing_ticked_or_typed(flow: Open) -> None:
    page = flow(steps=3)
    page.impact.ticks[0].click()
    page.impact.name.setText("sandbox")
    page = flow(ref=f"{HARBOR}/training-01", kind=OperationKind.RESET)
    assert page.impact.ticked == frozenset()
    assert page.impact.name.text() == ""


def test_a_change_makes_the_plan_anew_and_keeps_what_was_ticked(stage: Stage, flow: Open) -> None:
    page = flow(steps=3)
    page.impact.ticks[0].click()
    page.impact.name.setText("sand")
    stage.services.environments.change(SANDBOX, checklist_done=1)
    stage.shell.catalog_changed(frozenset({"environment"}), frozenset({SANDBOX}))
    stage.settle()
    facts = page.facts
    assert facts is not None
    assert facts.environment.checklist_done == 1
    assert page.step is page.impact
    assert page.impact.ticked == {"not-a-backup"}
    assert page.impact.name.text() == "sand"


def test_coming_back_finds_everything_as_it_was(stage: Stage, flow: Open) -> None:
    page = flow(steps=3)
    page.impact.ticks[1].click()
    stage.shell.go(Go.ENVIRONMENTS)
    stage.settle()
    stage.shell.back()
    stage.settle()
    assert page.step is page.impact
    assert page.impact.ticked == {"changes-lost"}


def test_what_is_refused_at_the_start_is_told_and_the_plan_made_anew(
    stage: Stage, flow: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_given: object) -> None:
        raise RefusedError("sandbox cannot be refreshed yet", "Somebody changed its policy.", "Look again.")

    page = flow(steps=3)
    for tick in page.impact.ticks:
        tick.click()
    page.impact.name.setText("sandbox")
    monkeypatch.setattr(stage.services.operations, "start", refuse)
    page.footer.start.click()
    stage.settle()
    assert stage.dialogs.shown[-1].title == "sandbox cannot be refreshed yet"
    assert page.step is page.impact
    assert page.footer.start.isEnabled()


def test_a_busy_environment_offers_to_watch_what_runs(stage: Stage, flow: Open) -> None:
    page = flow(ref=f"{ORCHARD}/sandbox", kind=OperationKind.PROVISION)
    assert page.step is page.trouble
    assert "sandbox is busy" in said_by(page.trouble)
    assert not page.footer.next.isVisible()
    page.trouble.acted.emit()
    stage.settle()
    assert page.watch.view.isVisible()
    assert page.watch.operation is not None
    assert page.watch.operation.environment == f"{ORCHARD}/sandbox"


def test_a_plan_that_cannot_be_made_says_why_and_is_tried_again(
    stage: Stage, flow: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = stage.services.operations.plan

    def fail(*_given: object, **_named: object) -> None:
        raise OutsideError("The catalog is locked", "Another program holds it.", "Close it.")

    monkeypatch.setattr(stage.services.operations, "plan", fail)
    page = flow()
    assert "The catalog is locked" in said_by(page.trouble)
    monkeypatch.setattr(stage.services.operations, "plan", plan)
    page.trouble.acted.emit()
    stage.settle()
    assert page.step is page.source


def test_production_never_comes_into_the_flow(stage: Stage, flow: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_given: object, **_named: object) -> None:
        raise RefusedError("production is production", "Sandkeeper only ever reads production.")

    monkeypatch.setattr(stage.services.operations, "plan", refuse)
    page = flow(ref=f"{HARBOR}/production")
    assert page.step is page.trouble
    assert not page.footer.start.isVisible()
    assert stage.services.operations.started == []


def test_cancel_goes_back_to_the_environment(stage: Stage, flow: Open) -> None:
    page = flow()
    page.footer.leave.click()
    stage.settle()
    shown = stage.find(EnvironmentsPage)
    assert shown.tree.chosen is not None
    assert shown.tree.chosen.ref == SANDBOX
    assert stage.services.environments.get(SANDBOX).state is EnvironmentState.READY


def test_every_control_has_a_name_for_a_screen_reader(stage: Stage, flow: Open) -> None:
    for steps in range(4):
        flow(ref=SCRATCH, kind=OperationKind.PROVISION, steps=steps)
        nameless = [
            w
            for w in stage.shell.findChildren(QWidget)
            if w.isVisible()
            and w.focusPolicy() is not Qt.FocusPolicy.NoFocus
            and not (w.accessibleName() or w.parentWidget() is None or w.objectName().startswith("qt_"))
        ]
        assert nameless == []


@pytest.mark.parametrize("name", ["a'\"b", "line\nbreak", "\u202egnp.exe", "x" * 10_000, "<b>bold</b>"])
def test_hostile_names_change_nothing_of_the_page(stage: Stage, flow: Open, name: str) -> None:
    made = environment(HARBOR, name, "sandbox", source="production", policy="agency-management")
    stage.services.world.environments[made.ref] = made
    page = flow(ref=made.ref, kind=OperationKind.PROVISION, steps=3)
    assert stage.shell.width() == 1280
    for tick in page.impact.ticks:
        tick.click()
    page.impact.name.setText(name)
    assert page.footer.start.isEnabled() == (name == page.impact.name.text())
    assert not stage.grab().isNull()


def test_a_plan_of_thousands_of_columns_is_shown_at_once(
    stage: Stage, flow: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = stage.services.operations.plan

    def large(*given: object, **named: object) -> Plan:
        small = plan(*given, **named)  # type: ignore[arg-type]  # handed through
        tables = tuple(replace(small.tables[0], table=f"table_{n:04d}") for n in range(1_000))
        return replace(small, tables=tables)

    monkeypatch.setattr(stage.services.operations, "plan", large)
    page = flow(steps=2)
    assert page.preview.tables_model.rowCount() == 1_001
    assert page.preview.columns_model.rowCount() == 8_000
    page.preview.filters.choose(Show.KEPT)
    assert page.preview.columns_model.rowCount() == 2_000
