"""Rows of an old sandbox taken over into a new copy, between two databases: no other phase is needed for that."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import pytest

from app.databases.postgresql.catalogue import read_shapes
from app.databases.postgresql.connections import connect
from app.databases.postgresql.references import of_policy, references
from app.databases.postgresql.survivors import Taken, take_over
from app.domain.operations import ItemState
from app.domain.plan import ReferencePlan
from app.domain.policy import Clause, Operator, Preserve
from app.errors import CancelledError, OutsideError
from tests.app.databases.postgresql.servers import WORKER, Server
from tests.app.databases.sqlite.line import Context

TABLES = """
CREATE TYPE mood AS ENUM ('glad', 'sad');
CREATE TABLE contact (id int PRIMARY KEY, name text, boss int);
CREATE TABLE app (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "client %" text UNIQUE, kind text, contact_id int,
  mood mood, double int GENERATED ALWAYS AS (contact_id * 2) STORED {more});
CREATE TABLE scope (app_id int, label text, PRIMARY KEY (app_id, label));
CREATE TABLE part (id int, region text) PARTITION BY LIST (region);
CREATE TABLE part_n PARTITION OF part FOR VALUES IN ('north');
CREATE TABLE part_s PARTITION OF part DEFAULT;
"""
NEW = (
    TABLES.format(more=", added text DEFAULT 'new'")
    + """
INSERT INTO contact VALUES (1, 'a', NULL), (2, 'b', 1);
INSERT INTO app ("client %", kind, contact_id, mood) VALUES ('X', 'partner', 1, 'sad'), ('Y', 'own', 2, 'sad');
INSERT INTO scope VALUES (1, 'read'), (2, 'read');
INSERT INTO part VALUES (1, 'north'), (2, 'south');
"""
)
OLD = (
    TABLES.format(more=", dropped text")
    + """
INSERT INTO contact VALUES (1, 'old a', NULL), (3, 'only here', 77);
INSERT INTO app (id, "client %", kind, contact_id, mood) OVERRIDING SYSTEM VALUE VALUES
  (41, 'X', 'partner', 1, 'glad'), (42, 'Z', 'partner', NULL, 'glad'), (43, 'own', 'own', 2, NULL),
  (44, 'lost', 'lost', 3, NULL), (45, 'none', 'none', 0, NULL), (2, 'clash', 'clash', 2, NULL);
INSERT INTO scope VALUES (41, 'write'), (42, 'write'), (44, 'write'), (2, 'read');
INSERT INTO part VALUES (1, 'north'), (9, 'west');
"""
)
KEYS = """
ALTER TABLE scope ADD FOREIGN KEY (app_id) REFERENCES app; ALTER TABLE contact ADD FOREIGN KEY (boss) REFERENCES contact
"""


@dataclass
class Pair:
    server: Server
    old: str
    new: str

    def take(self, *entries: Preserve, policy: bool = True, ctx: Context | None = None) -> Taken:
        with (
            closing(connect(self.server.place(self.old, *WORKER), read_only=True)) as old,
            closing(connect(self.server.place(self.new, *WORKER), read_only=False)) as session,
        ):
            shapes = read_shapes(session)
            with session.transaction(force_rollback=True):
                session.execute(f"SET LOCAL search_path = public; {KEYS}")
                known = references(session)
            app = shapes.topmost("app")
            assert app is not None
            plan = ReferencePlan(column="contact_id", table="contact", referred="id", nothing=(0,))
            return take_over(
                old, session, entries, shapes, [*known, of_policy(app, shapes, plan)] if policy else known,
                ctx or Context(),
            )  # fmt: skip

    def found(self, sql: str) -> list[tuple[Any, ...]]:
        return self.server.run(sql, self.new)


@pytest.fixture(scope="module")
def old(server18: Server) -> Iterator[str]:
    name = server18.create_database(owner=WORKER[0], sql=f"SET ROLE {WORKER[0]}; {OLD}")
    yield name
    server18.drop_database(name)


@pytest.fixture
def pair(server18: Server, old: str) -> Iterator[Pair]:
    new = server18.create_database(owner=WORKER[0], sql=f"SET ROLE {WORKER[0]}; {NEW}")
    yield Pair(server18, old, new)
    server18.drop_database(new)


def entry(table: str, match: tuple[str, ...], kind: str | None = None, **more: Any) -> Preserve:
    condition = () if kind is None else (Clause(column="kind", operator=Operator.IS, value=kind),)
    return Preserve(id=table, title=f"The {table}s", table=table, match=match, condition=condition, **more)


APPS = entry("app", ("client %",), "partner")


def test_rows_survive_with_the_columns_both_sides_have_and_those_that_agree_make_way(pair: Pair) -> None:
    taken = pair.take(APPS, entry("part", ("id",)))
    assert pair.found('SELECT id, "client %", contact_id, mood::text, double, added FROM app ORDER BY id') == [
        (2, "Y", 2, "sad", 4, "new"),
        (41, "X", 1, "glad", 2, "new"),
        (42, "Z", None, "glad", None, "new"),
    ]
    assert pair.found("SELECT id, region, tableoid::regclass::text FROM part ORDER BY id") == [
        (1, "north", "part_n"), (2, "south", "part_s"), (9, "west", "part_s"),
    ]  # fmt: skip
    assert taken.effects == {"app": 1, "part": 1}
    assert taken.filled["app", "client %"] == 2
    assert taken.filled["app", "contact_id"] == 1
    (item,) = taken.items
    assert (item.id, item.state, item.found) == ("preserved", ItemState.PASSED, "4 rows")
    assert item.details[1:] == (("The apps", "app", "2", "1", "0"), ("The parts", "part", "2", "1", "0"))
    assert taken.words[0] == "The apps: 2 rows of the old sandbox taken over, 1 made way"
    pair.server.run("INSERT INTO app (kind) VALUES ('later')", pair.new)
    assert pair.found("SELECT id FROM app WHERE kind = 'later'") == [(43,)], "counters go on behind what survived"


def test_a_row_that_would_refer_to_nothing_stops_or_is_left_out(pair: Pair) -> None:
    with pytest.raises(OutsideError, match="refer to others") as caught:
        pair.take(entry("app", ("client %",), "lost"), entry("scope", ("app_id", "label")))
    assert "1 row of app (The apps), whose contact_id leads to no row of contact" in caught.value.detail
    assert "2 rows of scope (The scopes), whose app_id leads to no row of app" in caught.value.detail
    assert pair.found("SELECT count(*) FROM app") == [(2,)], "nothing of it was done"
    leave = entry("app", ("client %",), "lost", leave_orphans=True)
    taken = pair.take(leave, entry("scope", ("app_id", "label"), leave_orphans=True))
    assert taken.items[0].details[1:] == (("The apps", "app", "0", "0", "1"), ("The scopes", "scope", "1", "1", "3"))
    assert "3 rows left out, whose app_id leads to no row of app" in taken.words[1]


def test_rows_may_refer_to_others_that_survive_and_values_may_mean_nothing(pair: Pair) -> None:
    taken = pair.take(
        entry("scope", ("app_id", "label"), leave_orphans=True), entry("app", ("client %",), "partner"),
        Preserve(id="n", title="N", table="app", match=("id",), condition=(
            Clause(column="kind", operator=Operator.IS, value="none"),)),
    )  # fmt: skip
    assert pair.found("SELECT app_id FROM scope WHERE label = 'write' ORDER BY 1") == [(41,), (42,)]
    assert pair.found("SELECT contact_id FROM app WHERE kind = 'none'") == [(0,)]
    assert taken.effects == {"scope": 2, "app": 2}


def test_orphans_of_orphans_are_left_out_too(pair: Pair) -> None:
    taken = pair.take(
        entry("scope", ("app_id", "label"), leave_orphans=True), entry("app", ("id",), "lost", leave_orphans=True)
    )
    assert pair.found("SELECT count(*) FROM scope WHERE app_id = 44") == [(0,)]
    assert taken.effects == {"scope": 0, "app": 0}


def test_a_key_of_another_row_and_a_value_that_must_be_there_are_told(pair: Pair) -> None:
    with pytest.raises(OutsideError, match="a key that another row") as caught:
        pair.take(entry("app", ("client %",), "clash"))
    assert "app_pkey" in caught.value.detail
    assert "`match`" in caught.value.hint
    pair.server.run("ALTER TABLE app ALTER added SET NOT NULL, ALTER added DROP DEFAULT", pair.new)
    with pytest.raises(OutsideError, match="no value for added"):
        pair.take(APPS)
    pair.server.run("ALTER TABLE app ALTER added SET DEFAULT '', ADD CHECK (mood = 'sad')", pair.new)
    with pytest.raises(OutsideError, match="breaks a rule"):
        pair.take(APPS)
    assert pair.found("SELECT count(*) FROM app") == [(2,)]


def test_a_table_of_another_shape_is_told_and_one_that_is_not_there_is_nothing(pair: Pair) -> None:
    with pytest.raises(OutsideError, match="cannot be found in the sandbox") as caught:
        pair.take(entry("app", ("added",)))
    assert "no column added" in caught.value.detail
    pair.server.run(f"SET ROLE {WORKER[0]}; CREATE TABLE fresh (id int PRIMARY KEY)", pair.new)
    taken = pair.take(entry("fresh", ("id",)))
    assert taken.words == ("The freshs: the old sandbox has no table fresh",)
    assert taken.items[0].state is ItemState.PASSED


def test_it_stops_when_asked_to(pair: Pair) -> None:
    ctx = Context()
    ctx.cancelled = True
    with pytest.raises(CancelledError):
        pair.take(APPS, ctx=ctx)
    assert pair.found("SELECT count(*) FROM app") == [(2,)]
