"""The preview: what is seen of real values, and what is decided in place."""

from dataclasses import replace

import pytest

from app.domain.operations import OperationKind
from app.domain.policy import ColumnPolicy, OptionRef, Policy, TablePolicy, Treatment
from app.errors import RefusedError
from tests.shots.stage import Stage
from tests.ui.views.flow.conftest import SCRATCH, Open, field_of
from ui.models.preview import HIDDEN, Show


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
    field_of(panel.form, "text").setText("[gone]")
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
    field_of(panel.form, "domain").setText("")
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
