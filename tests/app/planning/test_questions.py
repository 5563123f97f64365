"""What only the rows can say of a plan: asked, counted, answered."""

from app.domain.plan import Plan
from app.domain.policy import Operator, RowSet
from app.domain.schema import ForeignKey, Schema, Table
from app.planning.questions import About, Question, answered, questions
from tests.app.planning.building import codes, number, plan, text

A = Table(name="a", columns=(number("id"), text("kind")), primary_key=("id",), rows=9)
B = Table(name="b", columns=(number("id"), number("a_id", nullable=True), number("c_id")), primary_key=("id",), rows=9,
          foreign_keys=(ForeignKey(columns=("a_id",), table="a", referred=("id",)),))  # fmt: skip
SCHEMA = Schema(tables=(A, B))


def _plan(a: str, more: str = "", b: str = "{id: keep, a_id: keep, c_id: keep}", references: str = "{}") -> Plan:
    return plan(
        f"tables: {{a: {{rows: {a}, columns: {{id: keep, kind: keep}}}}, "
        f"b: {{references: {references}, columns: {b}}}}}\n{more}",
        A,
        B,
    )


def _asked(made: Plan) -> list[tuple[str, str, str]]:
    return [(str(q.about), q.table, q.name) for q in questions(made, SCHEMA)]


def test_nothing_is_asked_where_everything_comes_along() -> None:
    assert _asked(_plan("all")) == []


def test_rows_that_would_lose_their_parent_are_counted() -> None:
    made = _plan("none")
    assert _asked(made) == [("orphans", "b", "a_id")]
    (question,) = questions(made, SCHEMA)
    assert (question.condition[0].operator, question.condition[0].value) == (Operator.NOT_IN, (None,))
    assert codes(made) == [("error", "rows-lose-their-parent", "b")]
    lost = answered(made, [(question, 1204)])
    assert codes(lost) == [("error", "rows-lose-their-parent", "b.a_id")]
    assert lost.findings[0].message.startswith("1,204 rows of 'b'")
    assert "follow" in lost.findings[0].hint
    assert "detach" in lost.findings[0].hint
    assert codes(answered(made, [(question, 0)])) == []


def test_of_a_table_chosen_by_a_condition_the_chosen_rows_count() -> None:
    made = _plan("{where: {kind: x}}")
    rows, orphans = questions(made, SCHEMA)
    value = orphans.condition[0].value
    assert isinstance(value, RowSet)
    assert value.condition == rows.condition == made.tables[0].condition
    counted = answered(made, [(rows, 4), (orphans, 0)])
    assert codes(counted) == []
    assert counted.tables[0].coming == 4


def test_a_reference_that_follows_or_is_emptied_is_not_asked_about() -> None:
    assert _plan("none", references="{a_id: detach}").actions != ()
    assert _asked(_plan("none", references="{a_id: detach}")) == []
    assert _asked(_plan("none", references="{a_id: follow}")) == [("rows", "b", "")]
    assert _asked(_plan("none", b='{id: keep, a_id: {mask: "null"}, c_id: keep}')) == []


def test_a_reference_that_only_the_policy_knows_is_asked_about() -> None:
    made = _plan("none", references="{c_id: {to: a.id, none: [0]}, a_id: detach}")
    (question,) = questions(made, SCHEMA)
    assert (question.name, question.condition[0].value) == ("c_id", (None, 0))


def test_a_condition_that_chooses_all_or_nothing_is_found() -> None:
    made = _plan("{where: {kind: x}}")
    rows = questions(made, SCHEMA)[0]
    assert ("warning", "condition-matches-nothing", "a") in codes(answered(made, [(rows, 0)]))
    assert ("warning", "condition-matches-all", "a") in codes(answered(made, [(rows, 9)]))
    assert not {"condition-matches-nothing", "condition-matches-all"} & {
        code for _, code, _ in codes(answered(made, [(rows, 5)]))
    }


def test_actions_and_checks_on_kept_columns_are_tried_out() -> None:
    more = (
        "actions: [{id: off, title: Off, table: a, set: {kind: y}, where: {kind: x}}]\n"
        "checks: [{id: c, title: C, table: b, where: {a_id: {in_rows: {table: a, column: id, where: {kind: x}}}}}]"
    )
    made = _plan("all", more)
    assert _asked(made) == [("action", "a", "off"), ("check", "b", "c")]
    found = answered(made, [(q, 0) for q in questions(made, SCHEMA)])
    assert codes(found) == [("note", "action-matches-nothing", ""), ("note", "check-matches-nothing", "")]
    assert "by one action: 'Off'" in found.findings[0].message
    assert "by one check, so it would hold without the scrub too: 'C'" in found.findings[1].message
    masked = plan(f"tables: {{a: {{columns: {{id: keep, kind: {{mask: token}}}}}}, b: {{rows: none}}}}\n{more}", A, B)
    assert _asked(masked) == []


def test_values_chosen_must_stand_in_production() -> None:
    more = (
        "options: [{id: o, type: list, title: O, choices_from: {table: a, value: id, label: kind, where: {kind: x}}}]"
    )
    made = plan(
        f"tables: {{a: {{columns: {{id: keep, kind: keep}}}}, b: {{rows: none}}}}\n{more}",
        A,
        B,
        options={"o": ("1", "2", "3")},
    )
    (question,) = questions(made, SCHEMA)
    assert question.about is About.CHOSEN
    assert codes(answered(made, [(question, 3)])) == []
    refused = answered(made, [(question, 1)])
    assert codes(refused) == [("error", "option-value", "o")]
    assert "2 of the 3 values" in refused.findings[0].message


def test_a_question_about_a_table_nobody_knows_changes_nothing() -> None:
    made = _plan("all")
    assert answered(made, [(Question(about=About.ROWS, table="z", condition=()), 3)]).findings == ()
