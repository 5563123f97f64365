"""What the checklist's automatic items look at in a finished copy, and that they fail when it is not so."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import psycopg
import pytest

from app.databases.postgresql.as_copied import look_at
from app.databases.postgresql.check import run_checks
from app.databases.postgresql.connections import connect
from app.databases.postgresql.references import broken
from app.databases.postgresql.shapes import Copied
from app.domain.operations import ChecklistItem, ItemState
from app.domain.plan import Plan, ReferencePlan
from app.domain.policy import Action, ActionKind, Check, Clause, Operator, RowSet
from tests.app.databases.postgresql.copies import Copying, copying, plan_for
from tests.app.databases.postgresql.servers import WORKER, Server
from tests.app.databases.sqlite.line import Context

SQL = """
CREATE TABLE person (id int PRIMARY KEY, email text, phone text, secret text, tags text[]);
INSERT INTO person SELECT i, 'zebulon' || i || '@quack.example', '+47 9135507' || i, 'pw' || i, ARRAY['tag of ' || i]
  FROM generate_series(10, 59) i;
CREATE TABLE visit (id int PRIMARY KEY, person_id int, other_id int, mood text DEFAULT '%');
INSERT INTO visit SELECT i, 10 + i % 50, 10 + i % 60 FROM generate_series(0, 119) i;
CREATE TABLE part (id int, region text) PARTITION BY LIST (region);
CREATE TABLE part_n PARTITION OF part FOR VALUES IN ('north');
CREATE TABLE part_s PARTITION OF part DEFAULT;
INSERT INTO part VALUES (1, 'north'), (2, 'south');
"""
KEYS = (
    "ALTER TABLE person ADD PRIMARY KEY (id); ALTER TABLE visit ADD PRIMARY KEY (id);"
    "ALTER TABLE visit ADD CONSTRAINT good FOREIGN KEY (person_id) REFERENCES person;"
    "ALTER TABLE visit ADD CONSTRAINT loose FOREIGN KEY (other_id) REFERENCES person NOT VALID"
)
MASKS = {"person.email": "email", "person.phone": "digits", "person.secret": "null", "person.tags": "token"}


@pytest.fixture(scope="module")
def pair(server18: Server) -> Iterator[Copying]:
    sql = SQL + "ALTER TABLE visit ADD CONSTRAINT loose FOREIGN KEY (other_id) REFERENCES person NOT VALID;"
    with copying(server18, sql) as made:
        copied = made.copy(MASKS)
        with connect(server18.admin(made.source), read_only=True) as session:
            made.copied = replace(copied, broken=broken(session, plan_for(copied.shapes, MASKS, {}), copied.shapes))
        made.other.run(f"SET ROLE {WORKER[0]}; {KEYS}", made.target)
        yield made


@pytest.fixture
def spoilt(pair: Copying) -> Iterator[Callable[..., dict[str, ChecklistItem]]]:
    """The items after a statement that spoils the copy, which `undo` mends."""
    undone: list[str] = []

    def spoil(sql: str, undo: str) -> dict[str, ChecklistItem]:
        undone.append(undo)
        pair.other.run(f"SET ROLE {WORKER[0]}; {sql}", pair.target)
        return items(pair)

    yield spoil
    for sql in undone:
        pair.other.run(f"SET ROLE {WORKER[0]}; {sql}", pair.target)


def items(
    pair: Copying, plan: Plan | None = None, effects: Mapping[str, int] | None = None, copied: Copied | None = None
) -> dict[str, ChecklistItem]:
    copied = copied or pair.copied
    assert copied is not None
    with connect(pair.other.place(pair.target, *WORKER), read_only=False) as session:
        plan = plan or plan_of(pair)
        before = look_at(session, copied, plan, effects or {}, Context())
        found = run_checks(session, copied, plan, before, Context())
    return {item.id: item for item in found}


def plan_of(pair: Copying, *checks: Check, actions: tuple[Action, ...] = ()) -> Plan:
    assert pair.copied is not None
    return replace(plan_for(pair.copied.shapes, MASKS, {}), checks=checks, actions=actions)


def failed(found: dict[str, ChecklistItem]) -> dict[str, str]:
    return {id_: item.evidence for id_, item in found.items() if item.state is ItemState.FAILED}


def test_a_good_copy_passes_and_the_evidence_says_what_was_looked_at(pair: Copying) -> None:
    found = items(pair)
    assert failed(found) == {}
    assert list(found) == ["rows", "masked", "references", "integrity"]
    assert found["rows"].evidence == (
        "172 rows in 3 tables, as many as the snapshot of the source and the actions say."
    )
    assert found["masked"].evidence == (
        "150 values stand in 3 masked columns, and none of 100 originals stands where it stood; 1 columns are empty."
    )
    assert found["references"].evidence == (
        "2 foreign keys were followed in every row; 20 rows lead nowhere, as in the source."
    )
    assert "holds 3 constraints in every row; 1 are declared but not held" in found["integrity"].evidence


def test_rows_that_are_missing_or_too_many_are_noticed(
    pair: Copying, spoilt: Callable[..., dict[str, ChecklistItem]]
) -> None:
    found = spoilt("DELETE FROM part WHERE id = 2", "INSERT INTO part VALUES (2, 'south')")
    assert failed(found) == {"rows": "part has 1 rows instead of 2."}
    assert failed(items(pair, effects={"part": -1})) == {}, "an action deleted it"


def test_originals_that_stand_where_they_stood_are_noticed(
    pair: Copying, spoilt: Callable[..., dict[str, ChecklistItem]]
) -> None:
    found = spoilt(
        "CREATE TABLE person_ AS TABLE person; "
        "UPDATE person SET email = 'zebulon' || id || '@quack.example' WHERE id < 13",
        "UPDATE person p SET email = k.email, phone = k.phone FROM person_ k WHERE k.id = p.id; DROP TABLE person_",
    )
    assert failed(found) == {"masked": "3 values of person.email came out unmasked."}
    action = Action(
        id="a", title="A", kind=ActionKind.UPDATE, table="person", values={"email": "zebulon11@quack.example"}
    )
    found = items(pair, plan_of(pair, actions=(action,)))
    assert failed(found) == {"masked": "2 values of person.email came out unmasked."}


def test_a_column_that_should_be_empty_is_looked_into(
    pair: Copying, spoilt: Callable[..., dict[str, ChecklistItem]]
) -> None:
    found = spoilt("UPDATE person SET secret = 'x' WHERE id < 15", "UPDATE person SET secret = NULL")
    assert failed(found) == {"masked": "5 values of person.secret came out unmasked."}
    action = Action(id="a", title="A", kind=ActionKind.UPDATE, table="person", values={"secret": "x"})
    assert failed(items(pair, plan_of(pair, actions=(action,)))) == {}


def test_what_came_out_of_a_mask_unchanged_is_told(pair: Copying) -> None:
    assert pair.copied is not None
    masked = tuple(replace(m, unchanged=7) if m.plan.column == "tags" else m for m in pair.copied.masked)
    found = items(pair, copied=replace(pair.copied, masked=masked))
    assert failed(found) == {"masked": "7 values of person.tags came out unmasked."}


def test_references_must_not_be_worse_than_in_the_source(
    pair: Copying, spoilt: Callable[..., dict[str, ChecklistItem]]
) -> None:
    found = spoilt(
        "ALTER TABLE visit DROP CONSTRAINT loose; UPDATE visit SET other_id = 9999 WHERE id = 0; ALTER TABLE visit ADD "
        "CONSTRAINT loose FOREIGN KEY (other_id) REFERENCES person NOT VALID",
        "UPDATE visit SET other_id = 10 WHERE id = 0",
    )
    assert failed(found) == {"references": "21 rows of public.visit (loose) refer to rows that are not there."}


def test_references_of_the_policy_alone_are_followed_too(
    pair: Copying, spoilt: Callable[..., dict[str, ChecklistItem]]
) -> None:
    assert pair.copied is not None
    mood = ReferencePlan(column="mood", table="part", referred="region", nothing=("%",))
    visitor = ReferencePlan(column="other_id", table="person", referred="id", nothing=(61, 62))
    plan = plan_of(pair)
    tables = tuple(replace(t, references=(mood, visitor)) if t.table == "visit" else t for t in plan.tables)
    plan = replace(plan, tables=tables)
    with connect(pair.server.admin(pair.source), read_only=True) as session:
        lost = broken(session, plan, pair.copied.shapes)
    assert lost["visit.mood to part.region"] == 0
    assert lost["visit.other_id to person.id"] == 16, "of 20 that lead nowhere 4 have values that mean nothing"
    found = items(pair, plan, copied=replace(pair.copied, broken=lost))["references"]
    assert found.state is ItemState.PASSED
    assert found.evidence == (
        "2 foreign keys that the database declares and 2 references that the policy names were followed in every row; "
        "36 rows lead nowhere, as in the source."
    )
    assert ("visit.other_id to person.id", "the policy", "16", "16") in found.details
    pair.other.run("UPDATE visit SET mood = 'east' WHERE id < 3", pair.target)
    try:
        found = items(pair, plan, copied=replace(pair.copied, broken=lost))["references"]
        assert found.evidence == "3 rows of visit.mood to part.region refer to rows that are not there."
    finally:
        pair.other.run("UPDATE visit SET mood = '%' WHERE id < 3", pair.target)


def test_a_check_that_looks_at_other_tables_counts_and_shows_what_it_asked(pair: Copying) -> None:
    north = RowSet(table="part", column="id", condition=(Clause(column="region", operator=Operator.IS, value="north"),))
    clause = Clause(column="id", operator=Operator.IN_ROWS, value=north)
    plan = plan_of(pair, Check(id="c", title="C", table="visit", condition=(clause,), at_least=1, at_most=1))
    found = items(pair, plan)["c"]
    assert (found.state, found.found) == (ItemState.PASSED, "1 of 120")
    assert pair.found(found.query) == [(1,)]


def test_columns_and_tables_are_those_of_the_source(spoilt: Callable[..., dict[str, ChecklistItem]]) -> None:
    found = spoilt("ALTER TABLE visit RENAME mood TO moods", "ALTER TABLE visit RENAME moods TO mood")
    assert failed(found) == {"integrity": 'the table "public"."visit" has other columns than in the source.'}


def test_an_index_that_could_not_be_built_is_noticed(pair: Copying) -> None:
    with (
        connect(pair.other.place(pair.target, *WORKER), read_only=False) as session,
        pytest.raises(psycopg.errors.UniqueViolation),
    ):
        session.execute("CREATE UNIQUE INDEX CONCURRENTLY twice ON public.visit ((1))")
    try:
        assert failed(items(pair)) == {"integrity": "the index public.twice is not valid."}
    finally:
        pair.other.run("DROP INDEX twice", pair.target)


def test_the_policys_own_checks_count(pair: Copying) -> None:
    def check(id_: str, table: str, column: str, value: str | int, at_least: int = 0, at_most: int = 0) -> Check:
        clause = Clause(column=column, operator=Operator.LIKE if value == "%@%" else Operator.IS, value=value)
        return Check(id=id_, title=id_, table=table, condition=(clause,), at_least=at_least, at_most=at_most)

    plan = plan_of(
        pair,
        check("masked-mail", "person", "email", "%@%", 50, 50),
        check("none", "person", "id", 10),
        check("parts", "part", "region", "south", 1, 1),
        check("column", "person", "gone", 1),
        check("value", "person", "id", "no number"),
        check("table", "gone", "id", 1),
    )
    found = items(pair, plan)
    assert found["masked-mail"].state is found["parts"].state is ItemState.PASSED
    assert found["masked-mail"].evidence == "50 of 50 rows of person match email is like %@%; 50 are wanted."
    assert failed(found) == {
        "none": "1 of 50 rows of person match id is 10; none may.",
        "column": "The check cannot be run: There is no column gone in person. A condition of the policy names it.",
        "value": found["value"].evidence,
        "table": "The copy has no table gone.",
    }
    assert "cannot be compared with 'no number'" in found["value"].evidence
