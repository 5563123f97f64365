"""The policy's actions on a copy that has rows and nothing else yet."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from app.databases.postgresql.connections import connect
from app.databases.postgresql.neutralise import run_actions
from app.databases.postgresql.sequences import SequenceValue, set_sequences
from app.domain.plan import Plan
from app.domain.policy import Action, ActionKind, Clause, Condition, Operator, OptionRef, Value
from app.errors import CancelledError, OutsideError
from app.ports.context import PhaseContext
from tests.app.databases.postgresql.copies import Copying, copying, plan_for
from tests.app.databases.postgresql.servers import WORKER, Server
from tests.app.databases.sqlite.line import Context

SQL = """
CREATE TYPE state AS ENUM ('on', 'off');
CREATE DOMAIN short AS text CHECK (length(VALUE) < 10);
CREATE TABLE mailbox (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "odd %s" text, active boolean, hits int,
  since date, at timestamptz, doc jsonb, state state, name short, list text[], raw bytea, share numeric(6, 2),
  double int GENERATED ALWAYS AS (hits * 2) STORED);
INSERT INTO mailbox ("odd %s", active, hits) SELECT 'box ' || i, true, i FROM generate_series(1, 5) i;
CREATE TABLE part (id serial, region text, secret text) PARTITION BY LIST (region);
CREATE TABLE part_n PARTITION OF part FOR VALUES IN ('north');
CREATE TABLE part_s PARTITION OF part DEFAULT;
INSERT INTO part (region, secret) VALUES ('north', 'a'), ('south', 'b'), ('south', 'c');
CREATE TABLE parent (a text);
CREATE TABLE child () INHERITS (parent);
INSERT INTO parent VALUES ('p');
INSERT INTO child VALUES ('c');
CREATE VIEW seen AS SELECT * FROM mailbox;
"""


@pytest.fixture(scope="module")
def pair(server18: Server) -> Iterator[Copying]:
    with copying(server18, SQL) as made:
        made.copy()
        made.other.run(f"CREATE SCHEMA kept AUTHORIZATION {WORKER[0]}", made.target)
        yield made


@pytest.fixture(autouse=True)
def _as_copied(pair: Copying) -> Iterator[None]:
    """The rows are as the copy made them before each test."""
    save = "; ".join(
        f"CREATE TABLE kept.{t} AS SELECT * FROM ONLY {t}" for t in ("mailbox", "part_n", "part_s", "parent", "child")
    )
    pair.other.run(save, pair.target)
    yield
    columns = '"odd %s", active, hits, since, at, doc, state, name, list, raw, share'
    pair.other.run(
        f"TRUNCATE mailbox, part, parent; INSERT INTO mailbox (id, {columns}) OVERRIDING SYSTEM VALUE "
        f"SELECT id, {columns} FROM kept.mailbox; "
        "INSERT INTO part SELECT * FROM kept.part_n UNION ALL SELECT * FROM kept.part_s; "
        "INSERT INTO parent SELECT * FROM kept.parent; INSERT INTO child SELECT * FROM kept.child; "
        "DROP TABLE kept.mailbox, kept.part_n, kept.part_s, kept.parent, kept.child",
        pair.target,
    )


def act(
    kind: ActionKind, table: str, values: dict[str, Value] | None = None, condition: Condition = (), **more: Any
) -> Action:
    return Action(id="a", title="Quiet", kind=kind, table=table, values=values or {}, condition=condition, **more)


def run(
    pair: Copying, *actions: Action, chosen: dict[str, Any] | None = None, ctx: PhaseContext | None = None
) -> tuple[tuple[str, ...], dict[str, int]]:
    assert pair.copied is not None
    plan: Plan = replace(plan_for(pair.copied.shapes, {}, {}), actions=actions, chosen=chosen or {})
    with connect(pair.other.place(pair.target, *WORKER), read_only=False) as session:
        return run_actions(session, pair.copied, plan, ctx or Context())


def is_(column: str, value: Value) -> Condition:
    return (Clause(column=column, operator=Operator.IS, value=value),)


def test_values_are_those_of_the_column_whatever_its_type(pair: Copying) -> None:
    values: dict[str, Value] = {
        "odd %s": "100 %", "active": 0, "hits": True, "since": "2026-11-21", "at": "2026-11-21 13:45",
        "doc": '{"a": 1}', "state": "off", "name": "nobody", "list": ("x", "y,z"), "raw": "abc", "share": 12.5,
    }  # fmt: skip
    words, effects = run(pair, act(ActionKind.UPDATE, "mailbox", values, is_("odd %s", "box 2")))
    assert words == ("Quiet: 1 row changed",)
    assert effects == {}
    assert pair.found(
        'SELECT "odd %s", active, hits, since::text, extract(year FROM at), doc, state::text, name, list, raw, '
        "share::text FROM mailbox WHERE id = 2"
    ) == [("100 %", False, 1, "2026-11-21", 2026, {"a": 1}, "off", "nobody", ["x", "y,z"], b"abc", "12.50")]
    assert pair.found("SELECT count(*) FROM mailbox WHERE active") == [(4,)]


def test_null_false_and_words_that_are_no_document(pair: Copying) -> None:
    run(pair, act(ActionKind.UPDATE, "mailbox", {"doc": "off now", "active": False, "odd %s": None}))
    assert pair.found('SELECT DISTINCT doc, active, "odd %s" FROM mailbox') == [("off now", False, None)]


def test_rows_go_and_come_and_are_accounted_for(pair: Copying) -> None:
    words, effects = run(
        pair,
        act(ActionKind.DELETE, "mailbox", condition=(Clause(column="hits", operator=Operator.ABOVE, value=3),)),
        act(ActionKind.INSERT, "mailbox", {"odd %s": "new", "active": 1}),
        act(ActionKind.INSERT, "mailbox", {"id": 900, "odd %s": "numbered"}),
        act(ActionKind.UPDATE, "mailbox", {"hits": 0}, is_("odd %s", "nobody has this")),
    )
    assert words == ("Quiet: 2 rows deleted", "Quiet: 1 row added", "Quiet: 1 row added", "Quiet: 0 rows changed")
    assert effects == {"mailbox": 0}
    assert pair.found('SELECT id, "odd %s" FROM mailbox WHERE id > 3 ORDER BY id') == [(4, "new"), (900, "numbered")]


def test_a_new_row_is_numbered_behind_the_copied_ones_and_the_sequence_is_not_set_back(pair: Copying) -> None:
    run(pair, act(ActionKind.INSERT, "part", {"region": "north"}), act(ActionKind.INSERT, "part", {"region": "west"}))
    assert pair.found("SELECT id, region FROM part WHERE secret IS NULL ORDER BY id") == [(4, "north"), (5, "west")]
    with connect(pair.other.place(pair.target, *WORKER), read_only=False) as session:
        set_sequences(session, [SequenceValue("public", "part_id_seq", 3, called=True)])
        assert session.execute("SELECT nextval('public.part_id_seq')").fetchone() == (6,)
        set_sequences(session, [SequenceValue("public", "part_id_seq", 50, called=True)])
        assert session.execute("SELECT nextval('public.part_id_seq')").fetchone() == (51,)


def test_all_partitions_are_meant_and_children_are_not(pair: Copying) -> None:
    words, effects = run(
        pair,
        act(ActionKind.UPDATE, "part", {"secret": None}),
        act(ActionKind.DELETE, "part", condition=is_("region", "south")),
        act(ActionKind.UPDATE, "parent", {"a": "x"}),
    )
    assert words == ("Quiet: 3 rows changed", "Quiet: 2 rows deleted", "Quiet: 1 row changed")
    assert effects == {"part": -2}
    assert pair.found("SELECT a FROM child") == [("c",)]


def test_an_action_that_was_not_chosen_does_nothing(pair: Copying) -> None:
    action = act(ActionKind.DELETE, "mailbox", when="clean")
    assert run(pair, action, chosen={"clean": False}) == (("Quiet: not chosen",), {})
    assert run(pair, action, chosen={"clean": True}) == (("Quiet: 5 rows deleted",), {"mailbox": -5})


@pytest.mark.parametrize(
    ("action", "said"),
    [
        (act(ActionKind.UPDATE, "mailbox", {"hits": "many"}), "refused a value"),
        (act(ActionKind.UPDATE, "mailbox", {"gone": 1}), "There is no column gone"),
        (act(ActionKind.UPDATE, "mailbox", {"name": "much too long a name"}), "violates check constraint"),
        (act(ActionKind.UPDATE, "mailbox", {"double": 1}), "can only be updated to DEFAULT"),
        (act(ActionKind.UPDATE, "mailbox", {"hits": OptionRef(option="some")}), "some was never given a value"),
        (act(ActionKind.DELETE, "mailbox", condition=is_("since", "no date")), "cannot be compared"),
    ],
)
def test_an_action_that_cannot_be_carried_out_is_named(pair: Copying, action: Action, said: str) -> None:
    with pytest.raises(OutsideError) as failed:
        run(pair, action)
    assert failed.value.title == "The action Quiet cannot be carried out on mailbox"
    assert said in failed.value.detail


@pytest.mark.parametrize("table", ["nowhere", "seen", "part_n"])
def test_only_tables_of_the_copy_are_acted_on(pair: Copying, table: str) -> None:
    with pytest.raises(OutsideError, match=f"no table {table}"):
        run(pair, act(ActionKind.DELETE, table))


class _Stop(Context):
    def should_stop(self) -> bool:
        return True

    def checkpoint(self, table: str = "", done: int = 0, of: int | None = None, bytes_: int = 0) -> None:
        raise CancelledError("Stopped on request")


def test_a_long_action_is_broken_off(pair: Copying) -> None:
    with connect(pair.other.place(pair.target, *WORKER), read_only=False) as other:
        other.execute("BEGIN")
        other.execute("LOCK TABLE public.mailbox")
        with pytest.raises(CancelledError):
            run(pair, act(ActionKind.DELETE, "mailbox"), ctx=_Stop())
