"""Actions and checks in the plan."""

import pytest

from app.domain.policy import Clause, Operator
from app.domain.schema import Column, Table, TypeFamily
from tests.app.planning.building import codes, number, plan, text

TABLE = Table(
    name="Task",
    columns=(
        number("id", identity=True),
        text("Name", nullable=False, length=5),
        number("active", nullable=True),
        Column(name="made", type="TEXT", family=TypeFamily.TEXT, nullable=False, default="now"),
        text("both", generated=True),
    ),
    rows=3,
)
HEAD = "tables: {Task: {columns: {id: keep, Name: keep, active: keep, made: keep}}}\n"
OPTIONS = "options:\n  - {id: off, type: boolean, default: true}\n  - {id: names, type: list}\n"


def test_names_are_spelt_as_the_database_spells_them_and_options_filled_in() -> None:
    made = plan(
        HEAD
        + OPTIONS
        + "actions:\n  - {id: a, table: task, set: {ACTIVE: 0}, where: {name: {not_in: {option: names}}}, when: off}\n"
        "checks:\n  - {id: c, table: TASK, where: {active: {not: 0}, name: {not_in: {option: names}}}}\n",
        TABLE,
        options={"names": "x,y"},
    )
    assert made.findings == ()
    (action,), (check,) = made.actions, made.checks
    assert (action.table, action.values, action.when) == ("Task", {"active": 0}, None)
    assert action.condition == (Clause(column="Name", operator=Operator.NOT_IN, value=("x", "y")),)
    assert check.table == "Task"
    assert [(c.column, c.value) for c in check.condition] == [("active", 0), ("Name", ("x", "y"))]


def test_an_action_whose_option_is_off_does_not_run() -> None:
    policy = HEAD + OPTIONS + "actions:\n  - {id: a, table: Task, delete: true, when: off}\n"
    assert len(plan(policy, TABLE).actions) == 1
    assert plan(policy, TABLE, options={"off": "no"}).actions == ()


@pytest.mark.parametrize(
    ("part", "found"),
    [
        ("actions:\n  - {id: a, table: Taks, delete: true}", ("action-names-missing-table", "Taks")),
        ("actions:\n  - {id: a, table: Task, set: {actve: 0}}", ("action-names-missing-column", "Task.actve")),
        (
            "actions:\n  - {id: a, table: Task, delete: true, where: {x: 0}}",
            ("condition-names-missing-column", "Task.x"),
        ),
        ("actions:\n  - {id: a, table: Task, set: {Name: null}}", ("action-cannot-work", "Task.Name")),
        ("actions:\n  - {id: a, table: Task, set: {Name: toolong}}", ("action-cannot-work", "Task.Name")),
        ("actions:\n  - {id: a, table: Task, set: {active: off}}", ("action-cannot-work", "Task.active")),
        ("actions:\n  - {id: a, table: Task, set: {both: x}}", ("action-cannot-work", "Task.both")),
        ("actions:\n  - {id: a, table: Task, insert: {active: 1}}", ("action-cannot-work", "Task")),
        ("checks:\n  - {id: c, table: Taks}", ("check-names-missing-table", "Taks")),
        ("checks:\n  - {id: c, table: Task, where: {x: 0}}", ("condition-names-missing-column", "Task.x")),
    ],
)
def test_what_cannot_work_is_an_error_before_anything_starts(part: str, found: tuple[str, str]) -> None:
    assert codes(plan(f"{HEAD}{part}\n", TABLE)) == [("error", *found)]


def test_a_row_can_be_added_without_what_the_database_fills_in() -> None:
    made = plan(f"{HEAD}actions:\n  - {{id: a, table: Task, insert: {{Name: Test}}}}\n", TABLE)
    assert made.findings == ()
    assert made.actions[0].values == {"Name": "Test"}


def test_an_action_on_storage_that_is_rebuilt_is_refused() -> None:
    shadow = Table(name="notes_data", columns=(text("block"),), shadow_of="notes")
    made = plan(f"{HEAD}actions:\n  - {{id: a, table: notes_data, delete: true}}\n", TABLE, shadow)
    assert codes(made) == [("error", "action-names-missing-table", "notes_data")]
