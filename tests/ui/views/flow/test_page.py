"""The flow, as a person goes through it."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from app.domain.environments import EnvironmentState
from app.domain.operations import OperationKind
from app.domain.plan import Plan
from app.domain.policy import ColumnPolicy, OptionRef, Policy, TablePolicy, Treatment
from app.errors import OutsideError, RefusedError
from tests.fakes.world import HARBOR, ORCHARD, environment
from tests.shots.stage import Stage
from ui.models.navigation import FlowRequest, Go
from ui.models.preview import HIDDEN, Show
from ui.views.environments.page import EnvironmentsPage
from ui.views.flow.page import FlowPage
from ui.widgets.text import Text

SANDBOX, SCRATCH = f"{HARBOR}/sandbox", f"{ORCHARD}/scratch"

Open = Callable[..., FlowPage]


@pytest.fixture
def flow(stage: Stage) -> Open:
    """Opens the flow and goes on by that many steps."""

    def opened(ref: str = SANDBOX, kind: OperationKind = OperationKind.REFRESH, steps: int = 0) -> FlowPage:
        stage.open(Go.FLOW, FlowRequest(ref=ref, kind=kind))
        page = stage.find(FlowPage)
        for _ in range(steps):
            page.footer.next.click()
            stage.settle()
        return page

    return opened


def _field(form: QWidget, option: str) -> QLineEdit:
    """The line of that option."""
    found = form.findChild(QLineEdit, option)
    assert isinstance(found, QLineEdit)
    return found


def _said(widget: QWidget) -> str:
    return " ".join(t.text() for t in widget.findChildren(Text) if t.isVisible())


def test_the_first_step_shows_from_where_to_where_and_what_was_noticed(flow: Open) -> None:
    page = flow()
    assert page.step is page.source
    said = _said(page.source)
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
    assert _said(page.watch.view).startswith("Waiting for a worker")


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
    field = _field(form, "test_email")
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
    assert "Nothing to choose" in _said(page.options)
    assert page.footer.next.isEnabled()


def test_real_values_are_seen_only_after_they_were_asked_for(stage: Stage, flow: Open) -> None:
    page = flow(steps=2)
    model = page.preview.columns_model
    cells = [model.index(row, column).data() for row in range(model.rowCount()) for column in range(7)]
    assert HIDDEN in cells
    assert "512-44-9021" not in cells
    page.preview.reveal.click()
    cells = [model.index(row, 4).data() for row in range(model.rowCount())]
    assert "512-44-9021" in cells
    page = flow(ref=SCRATCH, kind=OperationKind.PROVISION, steps=2)
    assert not page.preview.reveal.isChecked()


def test_an_undecided_column_is_shown_first_and_decided_in_place(
    stage: Stage, flow: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    decided: list[tuple[str, str, str, ColumnPolicy]] = []
    monkeypatch.setattr(stage.services.policies, "decide", lambda *given: decided.append(given), raising=False)
    page = flow(ref=SCRATCH, kind=OperationKind.PROVISION, steps=2)
    panel = page.preview.decision
    assert page.preview.filters.key == Show.UNDECIDED
    assert panel.column is not None
    assert panel.column.name == "customer.remarks"
    assert not panel.decide.isEnabled()  # nothing is chosen for whoever has not chosen
    masks = [getattr(panel.choice.itemData(at), "name", "") for at in range(panel.choice.count())]
    panel.choice.setCurrentIndex(masks.index("redact_text"))
    panel.choice.activated.emit(masks.index("redact_text"))
    assert panel.form is not None
    _field(panel.form, "text").setText("[gone]")
    panel.why.setText("free text about people")
    panel.decide.click()
    stage.settle()
    ref, table, column, decision = decided[0]
    assert (ref, table, column) == (SCRATCH, "customer", "remarks")
    assert (decision.treatment, decision.mask) == (Treatment.MASK, "redact_text")
    assert decision.parameters == {"text": "[gone]"}
    assert decision.reason == "free text about people"


def test_only_masks_that_take_the_type_are_offered(flow: Open) -> None:
    page = flow(steps=2)
    model, panel = page.preview.columns_model, page.preview.decision
    facts = page.facts
    assert facts is not None
    for family, fits in (("text", True), ("integer", False)):
        column = replace(model.row_at(0), plan=replace(model.row_at(0).plan, family=family))
        panel.show_column(column)
        offered = [getattr(panel.choice.itemData(at), "name", "") for at in range(panel.choice.count())]
        assert ("lorem" in offered) is fits
        assert "null" in offered


def test_a_column_can_be_kept_by_decision(stage: Stage, flow: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    decided: list[ColumnPolicy] = []
    monkeypatch.setattr(
        stage.services.policies, "decide", lambda _ref, _table, _column, d: decided.append(d), raising=False
    )
    page = flow(ref=SCRATCH, kind=OperationKind.PROVISION, steps=2)
    page.preview.decision.treatment.choose(Treatment.KEEP)
    page.preview.decision.decide.click()
    stage.settle()
    assert decided == [ColumnPolicy(treatment=Treatment.KEEP)]


def test_a_parameter_that_follows_an_option_goes_on_following_it(
    stage: Stage, flow: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    follows = ColumnPolicy(treatment=Treatment.MASK, mask="email", parameters={"domain": OptionRef("mail_domain")})
    policy = Policy(
        name="p", title="P", version=1, tables={"customer": TablePolicy(name="customer", columns={"email": follows})}
    )
    decided: list[ColumnPolicy] = []
    monkeypatch.setattr(stage.services.policies, "policy_of", lambda _ref: policy)
    monkeypatch.setattr(
        stage.services.policies, "decide", lambda _ref, _table, _column, d: decided.append(d), raising=False
    )
    page = flow(steps=2)
    model = page.preview.columns_model
    row = next(at for at in range(model.rowCount()) if model.row_at(at).name == "customer.email")
    page.preview.columns.selectRow(row)
    panel = page.preview.decision
    assert panel.form is not None
    _field(panel.form, "domain").setText("")
    panel.decide.click()
    stage.settle()
    assert decided[0].parameters["domain"] == OptionRef("mail_domain")


def test_a_decision_that_is_refused_is_told_and_can_be_made_again(
    stage: Stage, flow: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_given: object) -> None:
        raise RefusedError("The policy changed meanwhile", "Nothing was decided.", "Look again.")

    monkeypatch.setattr(stage.services.policies, "decide", refuse, raising=False)
    page = flow(ref=SCRATCH, kind=OperationKind.PROVISION, steps=2)
    page.preview.decision.treatment.choose(Treatment.KEEP)
    page.preview.decision.decide.click()
    stage.settle()
    assert stage.dialogs.shown[-1].title == "The policy changed meanwhile"
    assert page.preview.decision.decide.isEnabled()
    assert page.footer.next.isEnabled()


def test_errors_block_without_anything_to_tick_them_away(flow: Open) -> None:
    page = flow(ref=SCRATCH, kind=OperationKind.PROVISION, steps=3)
    assert "1 column waits for a decision." in _said(page.impact.blocks)
    for tick in page.impact.ticks:
        tick.click()
    page.impact.name.setText("scratch")
    assert not page.footer.start.isEnabled()
    page.footer.started.emit()
    assert "must be mended first" in _said(page.footer)


def test_impact_names_what_will_be_lost_and_who_is_there(flow: Open) -> None:
    said = _said(flow(steps=3).impact.impact)
    assert "214 in 6 tables" in said
    assert "121 added, 4 removed" in said
    assert "DB Browser" in said


@pytest.mark.parametrize("kind", [OperationKind.RESET, OperationKind.WIPE])
def test_reset_and_wipe_take_two_steps(stage: Stage, flow: Open, kind: OperationKind) -> None:
    page = flow(kind=kind)
    assert page.step is page.impact
    assert not page.footer.start.isEnabled()
    assert ("the baseline as published" in _said(page.impact)) == (kind is OperationKind.WIPE)
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
    assert "sandbox is busy" in _said(page.trouble)
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
    assert "The catalog is locked" in _said(page.trouble)
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
