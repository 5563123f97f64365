"""The automatic items fail when what they stand for is not so."""

from collections.abc import Callable

import pytest

from app.domain.operations import ItemState
from app.domain.policy import Action, ActionKind, Check, Clause, Operator
from app.errors import OutsideError
from app.policy import masks
from tests.app.databases.sqlite.conftest import rows
from tests.app.databases.sqlite.line import Context, Line

Make = Callable[[str], Line]

SHOP = """
CREATE TABLE customer (id INTEGER PRIMARY KEY, email TEXT UNIQUE);
CREATE TABLE bill (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customer,
  email TEXT REFERENCES customer (email));
CREATE TABLE task (name TEXT, enabled INTEGER, mailbox TEXT);
INSERT INTO customer VALUES (1, 'a@real.example'), (2, 'b@real.example');
INSERT INTO bill VALUES (1, 1, 'a@real.example'), (2, 2, 'b@real.example'), (3, NULL, NULL);
INSERT INTO task VALUES ('send', 1, 'out@real.example'), ('fetch', 1, NULL), ('sleep', 0, NULL);
"""


def test_references_hold_when_both_ends_are_masked_alike(made: Make) -> None:
    line = made(SHOP)
    result = line.run(line.plan({"customer.email": "email", "bill.email": "email"}))
    assert "2 foreign keys" in result.item("references").evidence


def test_references_fail_when_one_end_is_masked_alone(made: Make) -> None:
    line = made(SHOP)
    item = line.prepare(line.plan({"customer.email": "email"})).item("references")
    assert item.state is ItemState.FAILED
    assert item.evidence == "2 rows of bill.email refer to rows that are not there."


def test_references_fail_when_the_rows_referred_to_stay_behind(made: Make) -> None:
    line = made(SHOP)
    assert line.prepare(line.plan(rows={"customer": "none"})).item("references").found == "4 broken"


def test_references_broken_in_the_source_already_are_told_and_pass(made: Make) -> None:
    line = made(SHOP + "INSERT INTO bill VALUES (4, 99, NULL);")
    item = line.run(line.plan()).item("references")
    assert item.state is ItemState.PASSED
    assert "1 lead nowhere, as they do in the source" in item.evidence


def test_rows_fail_when_some_got_lost(made: Make) -> None:
    line = made(SHOP)
    with line.job(line.plan()) as job:
        job.stage(Context())
        job.copy(Context())
        job._open().connection.execute("DELETE FROM bill WHERE id = 3")
        job.finish(Context())
        items = {i.id: i for i in job.check(Context())}
    assert items["rows"].state is ItemState.FAILED
    assert items["rows"].evidence == "bill has 2 rows instead of 3."


def test_masked_fails_when_a_mask_hands_values_through(made: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    line = made(SHOP)
    plan = line.plan({"customer.email": "email"}, rows={"bill": "none"})
    monkeypatch.setattr(masks, "bind", lambda column, key: lambda value: value)
    result = line.prepare(plan)
    assert result.item("masked").state is ItemState.FAILED
    assert result.item("masked").evidence == "2 values of customer.email came out unmasked."
    assert [(h.table, h.column, h.count) for h in result.proof.hits] == [("customer", "email", 2)]


def test_masked_fails_when_an_emptied_column_is_not_empty(made: Make) -> None:
    line = made(SHOP)
    plan = line.plan({"task.mailbox": "null"}, actions=ACTIONS)
    assert "1 columns are empty" in line.prepare(plan).item("masked").evidence, "what an action gave is no leak"
    with line.job(line.plan({"task.mailbox": "null"})) as job:
        job.stage(Context())
        job.copy(Context())
        job._open().connection.execute("UPDATE task SET mailbox = 'out@real.example' WHERE enabled")
        job.finish(Context())
        masked = next(item for item in job.check(Context()) if item.id == "masked")
    assert masked.evidence == "2 values of task.mailbox came out unmasked."


def test_a_mask_that_breaks_down_tells_no_value(made: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    line = made(SHOP)
    plan = line.plan({"customer.email": "email"})

    def broken(value: object) -> object:
        raise ValueError(f"cannot mask {value}")

    monkeypatch.setattr(masks, "bind", lambda column, key: broken)
    with pytest.raises(RuntimeError, match=r"mask email failed on customer.email: ValueError") as raised:
        line.prepare(plan)
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__
    assert line.leftovers() == []


ACTIONS = (
    Action(
        id="off",
        title="Switch tasks off",
        kind=ActionKind.UPDATE,
        table="task",
        values={"enabled": False, "mailbox": "trap@agency.example"},
        condition=(Clause(column="enabled", operator=Operator.IS, value=True),),
    ),
    Action(
        id="gone",
        title="Remove bills",
        kind=ActionKind.DELETE,
        table="bill",
        condition=(Clause(column="id", operator=Operator.AT_LEAST, value=2),),
    ),
    Action(
        id="user", title="Add a test user", kind=ActionKind.INSERT, table="customer", values={"id": 9, "email": "t@t"}
    ),
    Action(id="skipped", title="Empty tasks", kind=ActionKind.DELETE, table="task", when="empty"),
)


def test_actions_neutralise_the_copy_and_say_what_they_did(made: Make) -> None:
    line = made(SHOP)
    checks = (
        Check(
            id="tasks",
            title="No task runs",
            table="task",
            condition=(Clause(column="enabled", operator=Operator.NOT, value=0),),
        ),
        Check(id="user", title="A test user", table="customer", at_least=3, at_most=None),
    )
    result = line.run(line.plan(actions=ACTIONS, checks=checks))
    assert result.words == (
        "Switch tasks off: 2 rows changed",
        "Remove bills: 2 rows deleted",
        "Add a test user: 1 row added",
        "Empty tasks: not chosen",
    )
    assert rows(line.target_path, "SELECT * FROM task ORDER BY name") == [
        ("fetch", 0, "trap@agency.example"),
        ("send", 0, "trap@agency.example"),
        ("sleep", 0, None),
    ]
    assert result.item("tasks").evidence == "0 of 3 rows of task match enabled is not 0; none may."
    assert result.item("tasks").found == "0 of 3"
    assert result.item("user").state is ItemState.PASSED
    assert result.staged.rows == {"customer": 3, "bill": 1, "task": 3}


def test_a_policys_check_that_does_not_hold_fails(made: Make) -> None:
    line = made(SHOP)
    checks = (
        Check(id="a", title="a", table="task", condition=(Clause(column="enabled", operator=Operator.IS, value=1),)),
        Check(id="b", title="b", table="nowhere"),
        Check(id="c", title="c", table="task", condition=(Clause(column="nothing", operator=Operator.IS, value=1),)),
        Check(id="d", title="d", table="customer", at_least=2, at_most=2),
    )
    result = line.prepare(line.plan(checks=checks))
    assert [result.item(i).state for i in "abcd"] == [
        ItemState.FAILED,
        ItemState.FAILED,
        ItemState.FAILED,
        ItemState.PASSED,
    ]
    assert result.item("a").found == "2 of 3"


@pytest.mark.parametrize(
    ("operator", "value", "expected"),
    [
        (Operator.IS, "x", [1]),
        (Operator.IS, None, [3]),
        (Operator.NOT, "x", [2, 3]),
        (Operator.IN, ("x", "y"), [1, 2]),
        (Operator.IN, ("x", None), [1, 3]),
        (Operator.IN, (), []),
        (Operator.NOT_IN, ("x",), [2, 3]),
        (Operator.NOT_IN, ("x", None), [2]),
        (Operator.LIKE, "%Y", [2]),
        (Operator.NOT_LIKE, "x", [2]),
        (Operator.BELOW, "y", [1]),
        (Operator.ABOVE, "x", [2]),
        (Operator.AT_MOST, "x", [1]),
        (Operator.AT_LEAST, "x", [1, 2]),
        (Operator.IS, "x' OR '1", []),
    ],
)
def test_conditions_mean_what_they_say(made: Make, operator: Operator, value: object, expected: list[int]) -> None:
    line = made("CREATE TABLE t (id INTEGER PRIMARY KEY, k TEXT); INSERT INTO t VALUES (1, 'x'), (2, 'y'), (3, NULL);")
    line.run(line.plan(rows={"t": (Clause(column="k", operator=operator, value=value),)}))  # type: ignore[arg-type]
    assert rows(line.target_path, "SELECT id FROM t ORDER BY id") == [(i,) for i in expected]


def test_masked_values_that_collide_name_the_index(made: Make) -> None:
    line = made("CREATE TABLE t (a TEXT); CREATE UNIQUE INDEX only_once ON t (a); INSERT INTO t VALUES ('x'), ('y');")
    with pytest.raises(OutsideError, match="unique index only_once of t"):
        line.prepare(line.plan({"t.a": ("fixed", {"value": "same"})}))
    assert line.leftovers() == []


def test_items_can_be_asked_again(made: Make) -> None:
    line = made(SHOP)
    condition = (Clause(column="name", operator=Operator.LIKE, value="it's%"),)
    result = line.run(line.plan(checks=(Check(id="c", title="c", table="task", condition=condition),)))
    assert result.item("c").query == """SELECT count(*) FROM "task" WHERE "task"."name" LIKE 'it''s%'"""
    for item in result.checklist:
        for query in filter(None, item.query.split(";\n")):
            assert rows(line.target_path, query) in ([(0,)], [("ok",)], []), item.id


def test_a_file_has_no_login_of_its_own(made: Make) -> None:
    line = made(SHOP)
    item = line.prepare(line.plan()).item("login")
    assert item.state is ItemState.NOT_APPLICABLE
    assert item.evidence == "An SQLite file has no logins of its own; who may read the file may read the sandbox."
