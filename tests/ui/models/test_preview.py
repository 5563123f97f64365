from dataclasses import replace

from pytestqt.modeltest import ModelTester

from app.domain.findings import error, warning
from app.domain.operations import OperationKind
from app.domain.plan import Plan
from app.domain.policy import Treatment
from tests.fakes.plans import plan_of
from tests.fakes.world import HARBOR, ORCHARD, usual
from ui.models.preview import (
    HIDDEN,
    Show,
    after_words,
    before_words,
    columns_model,
    preview_of,
    reason_words,
    samples_of,
    tables_model,
)


def _plan(ref: str, samples: int = 3) -> Plan:
    return plan_of(usual().environments[ref], OperationKind.REFRESH, {}, samples=samples)


def test_columns_that_wait_come_first_and_so_do_their_tables() -> None:
    plan = _plan(f"{ORCHARD}/scratch")
    preview = preview_of(replace(plan, tables=tuple(reversed(plan.tables))))
    assert preview.waiting == 1
    assert preview.tables[0].name == ""
    assert preview.tables[1].name == "customer"
    assert preview.whole.columns[0].name == "customer.remarks"
    assert preview.tables[1].columns[0].name == "customer.remarks"


def test_a_column_with_an_error_waits_too_and_tells_which() -> None:
    plan = _plan(f"{HARBOR}/sandbox")
    found = (warning("w", "A warning.", "customer.email"), error("mask.length", "It is too short.", "customer.email"))
    preview = preview_of(replace(plan, findings=found))
    assert [c.name for c in preview.whole.columns if c.waits] == ["customer.email"]
    assert reason_words(preview.whole.columns[0]) == "It is too short."


def test_filters_count_what_they_show() -> None:
    table = preview_of(_plan(f"{HARBOR}/sandbox")).whole
    assert table.number(Show.ALL) == 12
    assert table.number(Show.MASKED) == 9
    assert table.number(Show.KEPT) == 3
    assert table.number(Show.UNDECIDED) == 0


def test_real_values_are_hidden_until_asked_for_also_where_they_are_kept() -> None:
    real = {"1", "2", "3", "OH", "TX", "WI", "Margaret", "m.ostrowski@web.example", "512-44-9021"}
    for column in preview_of(_plan(f"{HARBOR}/sandbox")).whole.columns:
        shown = {before_words(column, real=False), after_words(column)}
        shown |= {text for pair in samples_of(column, real=False) for text in pair}
        assert not shown & real
    email = next(c for c in preview_of(_plan(f"{HARBOR}/sandbox")).whole.columns if c.plan.column == "email")
    assert before_words(email, real=False) == HIDDEN
    assert before_words(email, real=True) == "m.ostrowski@web.example"
    assert after_words(email).endswith("@example.invalid")


def test_an_empty_table_brings_no_column_along() -> None:
    plan = _plan(f"{HARBOR}/sandbox")
    emptied = preview_of(replace(plan, tables=tuple(replace(t, copied="none") for t in plan.tables)))
    assert {c.treatment for c in emptied.whole.columns} == {Treatment.DROP}
    assert emptied.whole.rows == 0
    assert {after_words(c) for c in emptied.whole.columns} == {"not copied"}


def test_a_sample_that_is_all_empty_says_nothing() -> None:
    column = preview_of(_plan(f"{HARBOR}/sandbox", samples=0)).whole.columns[0]
    assert before_words(column, real=True) == "—"
    assert samples_of(column, real=True) == ()


def test_both_lists_are_models(qtmodeltester: ModelTester) -> None:
    preview = preview_of(_plan(f"{ORCHARD}/scratch"))
    tables, columns = tables_model(), columns_model(lambda: False, lambda: True)
    tables.set_rows(preview.tables)
    columns.set_rows(preview.whole.columns)
    qtmodeltester.check(tables)
    qtmodeltester.check(columns)
    assert tables.index(0, 0).data() == "All tables"
    assert columns.index(0, 0).data() == "customer.remarks"
