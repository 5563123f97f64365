"""Keys, references, exclusions, CHECKs and partition keys as planning sees them."""

from collections.abc import Iterator, Mapping

import pytest

from app.databases.postgresql.catalogue import read_shapes
from app.databases.postgresql.rules import Rules, mentioned, read_rules
from app.databases.postgresql.shapes import Shapes
from app.domain.schema import Exclusion, ForeignKey, UniqueKey
from tests.app.databases.postgresql.reading import reading, source, table_of
from tests.app.databases.postgresql.servers import Server

SQL = """
CREATE SCHEMA crm;
CREATE TYPE mood AS ENUM ('glad', 'it''s');
CREATE DOMAIN word AS text CHECK (VALUE <> 'VALUE' AND length(VALUE) <= 12);
CREATE DOMAIN shout AS word CHECK (VALUE = upper(VALUE));
CREATE TABLE crm.person (
    id int PRIMARY KEY,
    "Name" text, name text, email text UNIQUE, team int, boss int REFERENCES crm.person ON DELETE SET NULL,
    code text GENERATED ALWAYS AS (lower(email)) STORED,
    mood mood, words shout[],
    room int, during tsrange,
    UNIQUE (team, name) INCLUDE (email),
    CONSTRAINT known CHECK ("Name" <> ''),
    EXCLUDE USING gist (during WITH &&) WHERE (room > 3),
    EXCLUDE USING btree (room WITH =)
);
CREATE UNIQUE INDEX by_code ON crm.person (code);
CREATE UNIQUE INDEX folded ON crm.person (lower("Name"), team);
CREATE UNIQUE INDEX glad ON crm.person (name) WHERE mood = 'glad';
CREATE INDEX plain ON crm.person (boss);
CREATE TABLE a (id int PRIMARY KEY, b int);
CREATE TABLE b (id int PRIMARY KEY, a int REFERENCES a ON DELETE CASCADE);
ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b DEFERRABLE INITIALLY DEFERRED;
CREATE TABLE part (id int, at date, kind text, person int REFERENCES crm.person)
    PARTITION BY RANGE (at);
CREATE TABLE part_1 PARTITION OF part (CHECK (id < 1000)) FOR VALUES FROM ('2020-01-01') TO ('2021-01-01')
    PARTITION BY LIST (lower(kind));
CREATE TABLE part_1a PARTITION OF part_1 FOR VALUES IN ('a');
CREATE UNIQUE INDEX of_a_part ON part_1a (person);
CREATE TABLE part_1b PARTITION OF part_1 DEFAULT;
CREATE TABLE refers (id int, at date);
"""


@pytest.fixture(scope="module")
def found(server18: Server) -> Iterator[tuple[Shapes, Mapping[str, Rules]]]:
    with source(server18, SQL) as name, reading(server18, name) as session:
        shapes = read_shapes(session)
        yield shapes, read_rules(session, shapes)


@pytest.fixture
def person(found: tuple[Shapes, Mapping[str, Rules]]) -> Rules:
    return found[1]["crm.person"]


def test_unique_keys_come_with_expressions_conditions_and_what_is_computed(person: Rules) -> None:
    keys = {key.name: key for key in person.unique}
    assert keys["person_pkey"] == UniqueKey(name="person_pkey", columns=("id",), primary=True)
    assert keys["person_team_name_email_key"].columns == ("team", "name")
    assert (keys["folded"].columns, keys["folded"].expression) == (("team", "Name"), 'lower("Name")')
    assert (keys["by_code"].columns, keys["by_code"].expression) == (("code", "email"), "lower(email)")
    assert keys["glad"].condition == "(mood = 'glad'::public.mood)"
    assert set(keys) == {"person_pkey", "person_email_key", "person_team_name_email_key", "folded", "by_code", "glad"}


def test_nulls_may_be_alike_since_15(server18: Server) -> None:
    sql = "CREATE TABLE t (a int, UNIQUE NULLS NOT DISTINCT (a))"
    with source(server18, sql) as name, reading(server18, name) as session:
        (key,) = read_rules(session, read_shapes(session))["t"].unique
    assert not key.nulls_distinct


def test_exclusions_tell_equality_from_the_rest(person: Rules) -> None:
    assert {(e.equal, e.others) for e in person.exclusions} == {(("room",), ()), ((), ("during",))}
    assert all(isinstance(e, Exclusion) for e in person.exclusions)


def test_checks_of_tables_domains_and_enums_name_the_column(person: Rules) -> None:
    assert set(person.checks) == {
        "(\"Name\" <> ''::text)",
        '(("words" <> \'VALUE\'::text) AND (length("words") <= 12))',
        '(("words")::text = upper(("words")::text))',
        "\"mood\" IN ('glad', 'it''s')",
    }


def test_references_may_be_circular_and_to_themselves(person: Rules, found: tuple[Shapes, Mapping[str, Rules]]) -> None:
    assert list(person.foreign) == [
        ForeignKey(columns=("boss",), table="crm.person", referred=("id",), on_delete="SET NULL")
    ]
    rules = found[1]
    assert list(rules["a"].foreign) == [ForeignKey(columns=("b",), table="b", referred=("id",))]
    assert list(rules["b"].foreign) == [ForeignKey(columns=("a",), table="a", referred=("id",), on_delete="CASCADE")]


def test_what_holds_for_a_partition_holds_for_the_table_it_is_part_of(
    found: tuple[Shapes, Mapping[str, Rules]],
) -> None:
    part = found[1]["part"]
    assert list(part.partition_key) == ["at", "kind"]
    assert list(part.foreign) == [ForeignKey(columns=("person",), table="crm.person", referred=("id",))]
    assert list(part.checks) == ["(id < 1000)"]
    assert [(key.name, key.columns) for key in part.unique] == [("of_a_part", ("person",))]


def test_columns_are_found_in_expressions_by_their_exact_names(found: tuple[Shapes, Mapping[str, Rules]]) -> None:
    table = table_of(found[0], "crm.person")
    assert mentioned("lower(\"Name\") || 'email and team'", table) == ("Name",)
    assert mentioned("(name || (team)::text)", table) == ("name", "team")
    assert mentioned(None, table) == ()
