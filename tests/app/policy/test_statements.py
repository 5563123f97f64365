"""Actions and checks of a policy file."""

import pytest

from app.domain.policy import Action, ActionKind, Check, Clause, Operator, Option, OptionRef, OptionType
from app.policy.positions import read_tree
from app.policy.reading import Reader
from app.policy.statements import read_actions, read_checks

OPTIONS = {
    "on": Option(id="on", type=OptionType.BOOLEAN, title="On"),
    "box": Option(id="box", type=OptionType.EMAIL, title="Mailbox"),
    "logins": Option(id="logins", type=OptionType.LIST, title="Logins"),
}


def _actions(text: str) -> tuple[tuple[Action, ...], list[str]]:
    reader = Reader()
    reader.options = OPTIONS
    return read_actions(reader, read_tree(text)), [p.message for p in reader.problems]


def _checks(text: str) -> tuple[tuple[Check, ...], list[str]]:
    reader = Reader()
    return read_checks(reader, read_tree(text)), [p.message for p in reader.problems]


ACTIVE = (Clause(column="active", operator=Operator.IS, value=1),)


@pytest.mark.parametrize(
    ("text", "action"),
    [
        (
            "- {id: a, title: Off, table: t, set: {active: 0, box: {option: box}}, where: {active: 1}, when: on}",
            Action(
                id="a",
                title="Off",
                kind=ActionKind.UPDATE,
                table="t",
                values={"active": 0, "box": OptionRef("box")},
                condition=ACTIVE,
                when="on",
            ),
        ),
        (
            "- {id: a, table: t, delete: true, where: {active: 1}}",
            Action(id="a", title="a", kind=ActionKind.DELETE, table="t", condition=ACTIVE),
        ),
        (
            "- {id: a, table: t, insert: {name: Test, note: null}}",
            Action(id="a", title="a", kind=ActionKind.INSERT, table="t", values={"name": "Test", "note": None}),
        ),
    ],
)
def test_each_kind_of_action_is_read(text: str, action: Action) -> None:
    assert _actions(text) == ((action,), [])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- {id: a, table: t}", "needs exactly one of 'set', 'insert' and 'delete'"),
        ("- {id: a, table: t, set: {a: 1}, delete: true}", "needs exactly one"),
        ("- {id: a, table: t, sql: DROP TABLE t, delete: true}", "an action has no 'sql'"),
        ("- {id: a, table: t, delete: false}", "'delete' can only be true"),
        ("- {id: a, table: t, delete: yes}", "YAML writes true or false"),
        ("- {id: a, table: t, set: {}}", "sets nothing"),
        ("- {id: a, table: t, set: {x: [1]}}", "must be a single value"),
        ("- {id: a, table: t, set: {x: {option: logins}}}", "is a list"),
        ("- {id: a, table: t, insert: {x: 1}, where: {x: 1}}", "has no 'where'"),
        ("- {id: a, table: t, delete: true, when: box}", "needs a boolean option"),
        ("- {id: a, table: t, delete: true, when: onn}", "there is no option 'onn'"),
        ("- {id: a, table: t, delete: true}\n- {id: a, table: u, delete: true}", "there are two actions 'a'"),
        ("- {table: t, delete: true}", "an action needs 'id'"),
        ("- {id: a, delete: true}", "an action needs 'table'"),
    ],
)
def test_an_action_that_means_nothing_is_refused(text: str, said: str) -> None:
    _, problems = _actions(text)
    assert len(problems) == 1
    assert said in problems[0]


@pytest.mark.parametrize(
    ("expect", "bounds"),
    [
        ("", (0, 0)),
        (", expect: 1", (1, 1)),
        (", expect: {at_least: 2}", (2, None)),
        (", expect: {at_most: 5}", (0, 5)),
        (", expect: {at_least: 2, at_most: 5}", (2, 5)),
    ],
)
def test_each_way_of_expecting_a_number_is_read(expect: str, bounds: tuple[int, int | None]) -> None:
    checks, problems = _checks(f"- {{id: c, title: Closed, table: t, where: {{active: 1}}{expect}}}")
    assert problems == []
    low, high = bounds
    assert checks == (Check(id="c", title="Closed", table="t", condition=ACTIVE, at_least=low, at_most=high),)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- {id: c, table: t, expect: many}", "must be a whole number"),
        ("- {id: c, table: t, expect: -1}", "must be at least 0"),
        ("- {id: c, table: t, expect: {at_least: 5, at_most: 2}}", "at least 5 and at most 2"),
        ("- {id: c, table: t, expect: {at_least: 0}}", "a check that cannot fail proves nothing"),
        ("- {id: c, table: t, expect: {exactly: 2}}", "has no 'exactly'"),
        ("- {id: c, table: t}\n- {id: c, table: t}", "there are two checks 'c'"),
        ("- {id: c}", "a check needs 'table'"),
    ],
)
def test_a_check_that_means_nothing_is_refused(text: str, said: str) -> None:
    _, problems = _checks(text)
    assert any(said in problem for problem in problems)
