"""A plan while it is being made."""

from app.domain.plan import ColumnPlan, TablePlan
from app.domain.policy import Treatment
from app.domain.schema import Schema
from app.planning.draft import Draft, place


def test_a_planned_column_is_found_exactly_before_it_is_found_without_case() -> None:
    draft = Draft(Schema(tables=()), "Harbor/sandbox")
    columns = tuple(ColumnPlan(column=c, type="", family="text", treatment=Treatment.KEEP) for c in ("A", "a", "B"))
    draft.tables["t"] = TablePlan(table="t", rows=None, copied="all", columns=columns)
    found = [draft.column("t", name) for name in ("a", "A", "b")]
    assert [c.column if c else None for c in found] == ["a", "A", "B"]
    assert draft.column("t", "c") is None
    assert draft.column("u", "a") is None


def test_hints_name_environment_and_place() -> None:
    draft = Draft(Schema(tables=()), "Harbor Insurance/sandbox")
    assert draft.hint(place("t", "c")) == 'sandkeeper policy decide "Harbor Insurance/sandbox" "t.c" keep|MASK'
