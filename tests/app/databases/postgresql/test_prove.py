"""The proof finds originals wherever they hide, in columns of any type and beside the rows, and tells leaks from
coincidences. It reads what stands there, and has no list of types."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace

import psycopg
import pytest

from app.databases.postgresql import prove
from app.databases.postgresql.shapes import Copied
from app.domain.operations import Proof, ProofState
from app.domain.plan import Plan, TablePlan
from app.errors import CancelledError, OutsideError
from tests.app.databases.postgresql.copies import Copying, copying, plan_for
from tests.app.databases.postgresql.servers import WORKER, Server
from tests.app.databases.sqlite.line import Context

PEOPLE = """
CREATE TABLE person (id int PRIMARY KEY, email text, name text, phone text, number bigint, note text);
INSERT INTO person VALUES (1, 'Zebulon.Q@Quack.Example', 'Zebulon Quackenbush', '+47 913 55 071', 73455501234, 'ok'),
  (2, 'wilhelmina@oddfellow.example', 'Wilhelmina "Öddy" O''Dell', '+47 913 55 072', 73455501235, 'fine');
CREATE TYPE mood AS ENUM ('calm', 'busy');
CREATE TYPE contact AS (label text, address text, raw bytea);
CREATE DOMAIN remark AS text;
CREATE TABLE other (id int, words text, fixed char(60), short varchar(200), said remark, number bigint, exact numeric,
  float float8, doc jsonb, raw_doc json, list text[], list2 text[][], card contact, cards contact[], bytes bytea,
  bytes_list bytea[], span int8range, days daterange, found tsvector, host inet, kept text, small int);
"""
MASKS = {f"person.{c}": "token" for c in ("name", "phone", "number")} | {"person.email": "email"}


@pytest.fixture(scope="module")
def pair(server18: Server) -> Iterator[Copying]:
    with copying(server18, PEOPLE) as made:
        made.copy(MASKS)
        yield made


def proven(made: Copying, copied: Copied | None = None, plan: Plan | None = None) -> Proof:
    copied = copied or made.copied
    assert copied is not None
    return prove.search(
        made.other.place(made.target, *WORKER), copied, plan or plan_for(copied.shapes, MASKS, {}), Context(), 2
    )


def hits(proof: Proof) -> list[tuple[str, str, int]]:
    assert (proof.state is ProofState.HITS) == bool(proof.hits)
    return [(h.table, h.column, h.count) for h in proof.hits]


@pytest.fixture
def leaked(pair: Copying) -> Iterator[Callable[..., Proof]]:
    """What the proof says of the copy after statements that should never have been."""
    undo: list[str] = []

    def leak(sql: str, after: str = "TRUNCATE other") -> Proof:
        undo.append(after)
        pair.other.run(f"SET ROLE {WORKER[0]}; {sql}", pair.target)
        return proven(pair)

    yield leak
    for sql in undo:
        pair.other.run(sql, pair.target)


def test_a_scrubbed_copy_is_clean_and_says_how_much_was_searched(pair: Copying) -> None:
    proof = proven(pair)
    assert hits(proof) == []
    assert proof.originals == 8
    assert proof.values > 2 * 6


LEAKS: list[tuple[str, str]] = [
    ("words", "'write to ZEBULON.q@quack.example today'"),
    ("words", "'call +47 913 55 071!'"),
    ("words", "'to wilhelmina \"ÖDDY\" o''dell'"),
    ("words", "E'a tab\\tand Zebulon Quackenbush\\nbelow, with a back\\\\slash'"),
    ("words", "'{\"json in a text\": \"wilhelmina@oddfellow.ex\\u0061mple\"}'"),
    ("words", "'<p>wilhelmina&#64;oddfellow.example</p>'"),
    ("words", "'no=73455501234;'"),
    ("fixed", "'to: wilhelmina@oddfellow.example'"),
    ("short", "'to: wilhelmina@oddfellow.example'"),
    ("said", "'to: wilhelmina@oddfellow.example'"),
    ("doc", "'{\"a\": [1, {\"b\": \"mail Zebulon.Q@quack.example\"}]}'"),
    ("doc", "'{\"Zebulon Quackenbush said\": 1}'"),
    ("doc", "'{\"a\": \"Wilhelmina \\\"\\u00d6ddy\\\" O''Dell, twice\"}'"),
    ("raw_doc", "'{\"a\": \"Wilhelmina \\\"\\u00d6ddy\\\" O''Dell, twice\"}'"),
    ("raw_doc", "'{\"a\": \"mail zebulon.q\\u0040quack.example\"}'"),
    ("list", "ARRAY['x', 'mail Zebulon.Q@quack.example']"),
    ("list", "ARRAY['x', 'Wilhelmina \"Öddy\" O''Dell, twice']"),
    ("list", "ARRAY['{\"a\": \"mail zebulon.q\\u0040quack.example\"}']"),
    ("list2", "ARRAY[ARRAY['x', 'mail Zebulon.Q@quack.example']]"),
    ("card", "ROW('x', 'Wilhelmina \"Öddy\" O''Dell, twice', NULL)"),
    ("card", "ROW('x', NULL, 'mail Zebulon.Q@quack.example'::bytea)"),
    ("cards", "ARRAY[ROW('x', 'Wilhelmina \"Öddy\" O''Dell, twice', NULL)::contact]"),
    ("cards", "ARRAY[ROW('x', NULL, 'mail Zebulon.Q@quack.example'::bytea)::contact]"),
    ("bytes", "'mail zebulon.q@quack.example'::bytea"),
    ("bytes", "convert_to('mail zebulon.q@quack.example', 'UTF8') || '\\x00ff00'"),
    ("bytes", "convert_to('Frau Wilhelmina \"Öddy\" O''Dell', 'LATIN1')"),
    ("bytes", "decode('20007a006500620075006c006f006e0020007100750061006300"
              "6b0065006e006200750073006800', 'hex')"),  # UTF-16
    ("bytes_list", "ARRAY['mail Zebulon.Q@quack.example'::bytea]"),
    ("found", "'''zebulon.q@quack.example'':3 ''word'':1'::tsvector"),
]  # fmt: skip


def test_an_original_inside_another_value_is_a_hit_in_every_type(leaked: Callable[..., Proof]) -> None:
    rows = "; ".join(f"INSERT INTO other (id, {column}) VALUES (1, {value})" for column, value in LEAKS)
    expected = sorted(Counter(column for column, _ in LEAKS).items())
    assert hits(leaked(rows)) == [("other", column, count) for column, count in expected]


def test_a_number_is_found_as_a_number_of_any_kind(leaked: Callable[..., Proof], pair: Copying) -> None:
    """In columns about which nothing was decided: in kept ones a whole number equal to an original is no leak."""
    assert pair.copied is not None
    proof_of = {
        column: f"INSERT INTO other (id, {column}) VALUES (1, {value})"
        for column, value in {
            "number": "73455501234",
            "exact": "73455501234.00",
            "float": "73455501234",
            "span": "'[73455501234,73455501300)'",
        }.items()
    }
    for sql in proof_of.values():
        leaked(sql)
    plans = dict(pair.copied.plans)
    plans["other"] = replace(plans["other"], copied="none")
    assert hits(proven(pair, replace(pair.copied, plans=plans))) == [
        ("other", column, 1) for column in sorted(proof_of)
    ]
    assert hits(proven(pair)) == [], "kept by decision"


def test_an_original_whole_in_a_kept_column_is_public_by_decision(leaked: Callable[..., Proof]) -> None:
    proof = leaked("INSERT INTO other (id, kept) VALUES (1, 'zebulon.q@quack.example')")
    assert hits(proof) == []
    assert ("person", "email", "also stand in other.kept, which is kept by decision") in [
        (n.table, n.column, n.why) for n in proof.not_proven
    ]


def test_an_original_back_in_its_own_column_is_a_hit(leaked: Callable[..., Proof]) -> None:
    proof = leaked(
        "CREATE TABLE back AS SELECT * FROM person; UPDATE person SET email = 'ZEBULON.Q@quack.example' WHERE id = 1",
        "UPDATE person p SET email = b.email FROM back b WHERE b.id = p.id; DROP TABLE back",
    )
    assert hits(proof) == [("person", "email", 1)]


@pytest.mark.parametrize(
    ("make", "drop"),
    [
        ("ALTER TABLE other ALTER words SET DEFAULT 'zebulon.q@quack.example'",
         "ALTER TABLE other ALTER words DROP DEFAULT"),
        ("CREATE VIEW leak AS SELECT * FROM other WHERE words = 'Wilhelmina \"Öddy\" O''Dell'", "DROP VIEW leak"),
        ("CREATE RULE leak AS ON DELETE TO other DO NOTHING; CREATE RULE leak2 AS ON INSERT TO other WHERE new.words = "
         "'zebulon.q@quack.example' DO NOTHING", "DROP RULE leak ON other; DROP RULE leak2 ON other"),
        ("COMMENT ON TABLE other IS 'ask zebulon.q@quack.example'", "COMMENT ON TABLE other IS NULL"),
        ("COMMENT ON COLUMN other.words IS 'ask zebulon.q@quack.example'", "COMMENT ON COLUMN other.words IS NULL"),
        ("CREATE TYPE leak AS ENUM ('zebulon.q@quack.example')", "DROP TYPE leak"),
        ("ALTER TABLE other ADD CONSTRAINT leak CHECK (words <> 'zebulon.q@quack.example')",
         "ALTER TABLE other DROP CONSTRAINT leak"),
        ("CREATE DOMAIN leak AS text CHECK (VALUE <> 'zebulon.q@quack.example')", "DROP DOMAIN leak"),
        ("CREATE FUNCTION leak() RETURNS text LANGUAGE sql AS $$SELECT 'zebulon.q@quack.example'$$",
         "DROP FUNCTION leak"),
        ("CREATE FUNCTION leak() RETURNS text LANGUAGE sql RETURN 'zebulon.q@quack.example'::text",
         "DROP FUNCTION leak"),
        ("CREATE INDEX leak ON other (id) WHERE words = 'zebulon.q@quack.example'", "DROP INDEX leak"),
        ("CREATE TABLE leak (a text) PARTITION BY LIST (a); CREATE TABLE leak1 PARTITION OF leak FOR VALUES IN "
         "('zebulon.q@quack.example')", "DROP TABLE leak"),
        ("CREATE POLICY leak ON other USING (words = 'zebulon.q@quack.example')", "DROP POLICY leak ON other"),
        ("CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'; CREATE TRIGGER leak AFTER "
         "INSERT ON other FOR EACH ROW EXECUTE FUNCTION f('zebulon.q@quack.example')", "DROP FUNCTION f CASCADE"),
        ("CREATE SCHEMA \"zebulon.q@quack.example\"", "DROP SCHEMA \"zebulon.q@quack.example\""),
    ],
)  # fmt: skip
def test_an_original_in_the_structure_is_a_hit(leaked: Callable[..., Proof], make: str, drop: str) -> None:
    assert [(table, column) for table, column, _ in hits(leaked(make, drop))] == [("(structure)", "(structure)")]


def test_materialised_views_and_computed_columns_are_searched(leaked: Callable[..., Proof]) -> None:
    proof = leaked(
        "CREATE TABLE parts (id int, a text, b text, whole text GENERATED ALWAYS AS (a || '@' || b) STORED, "
        "virtual text GENERATED ALWAYS AS (b || '@' || a) VIRTUAL, ratio int GENERATED ALWAYS AS (1 / id) VIRTUAL);"
        "INSERT INTO parts (id, a, b) VALUES (1, 'zebulon.q', 'quack.example'), (0, 'oddfellow.example', 'wilhelmina');"
        "CREATE MATERIALIZED VIEW mail AS SELECT a || '@' || b AS address FROM parts",
        "DROP TABLE parts CASCADE",
    )
    assert hits(proof) == [("mail", "address", 1), ("parts", "whole", 1)]
    proof = leaked("UPDATE parts SET id = 1", "SELECT 1")
    assert hits(proof) == [("mail", "address", 1), ("parts", "virtual", 1), ("parts", "whole", 1)]


def test_large_objects_are_searched_to_their_end_and_across_slices(leaked: Callable[..., Proof]) -> None:
    proof = leaked(
        "SELECT lo_from_bytea(0, 'x'), lo_from_bytea(880001, 'mail zebulon.q@quack.example'), "
        "lo_from_bytea(880002, convert_to(repeat('-', 65530) || 'wilhelmina@oddfellow.example', 'UTF8')), "
        "lo_from_bytea(880003, convert_to(repeat('-', 9000000) || 'Zebulon Quackenbush', 'UTF8'))",
        "SELECT lo_unlink(oid) FROM pg_largeobject_metadata",
    )
    assert hits(proof) == [("pg_largeobject", "data", 3)]


def test_statistics_are_searched(leaked: Callable[..., Proof]) -> None:
    proof = leaked(
        "CREATE TABLE measured (a text, b text, c text[]);"
        "INSERT INTO measured SELECT 'mail zebulon.q@quack.example', 'x', ARRAY['Zebulon Quackenbush'] "
        "FROM generate_series(1, 50); CREATE STATISTICS both_ (mcv) ON a, b FROM measured;"
        "CREATE STATISTICS one ON lower(a) FROM measured; ANALYZE measured; DELETE FROM measured",
        "DROP TABLE measured",
    )
    assert hits(proof) == [("measured", column, 1) for column in ("a", "a, b", "c", "lower(a)")]
    leaked("INSERT INTO measured (a) VALUES ('mail zebulon.q@quack.example')", "SELECT 1")
    assert ("measured", "a", 1) in hits(leaked("SELECT 1", "SELECT 1")), "met in a row already"


def test_large_values_are_searched_and_so_are_their_neighbours(leaked: Callable[..., Proof]) -> None:
    """Stored outside of the row: moderately large, and in slices with an original on the edge."""
    edge = 4 * 1024**2
    proof = leaked(
        "ALTER TABLE other ALTER words SET STORAGE EXTERNAL, ALTER bytes SET STORAGE EXTERNAL;"
        f"INSERT INTO other (id, words, bytes) VALUES (1, repeat('-', 20000) || 'Zebulon Quackenbush', NULL), "
        f"(2, repeat('ø', {edge} - 5) || 'zebulon.q@quack.example' || repeat('-', 100000), NULL), "
        f"(3, NULL, convert_to(repeat('-', {edge} - 5) || 'wilhelmina@oddfellow.example', 'UTF8')), "
        "(4, 'short, +47 913 55 071', 'short'), (5, repeat('-', 300000), NULL);"
        "INSERT INTO other (id, doc) SELECT 6, jsonb_agg(md5(i::text)) || '[\"Zebulon Quackenbush\"]' "
        "FROM generate_series(1, 20000) i"
    )
    assert hits(proof) == [("other", "bytes", 1), ("other", "doc", 1), ("other", "words", 3)]


def test_every_page_of_a_large_table_and_every_partition_is_searched(leaked: Callable[..., Proof]) -> None:
    proof = leaked(
        "CREATE TABLE big (id int, words text, filler text) PARTITION BY RANGE (id);"
        "CREATE TABLE big1 PARTITION OF big FOR VALUES FROM (0) TO (30000);"
        "CREATE TABLE big2 PARTITION OF big DEFAULT;"
        "INSERT INTO big SELECT i, CASE WHEN i IN (0, 29999, 30000, 59999) THEN 'mail zebulon.q@quack.example' END, "
        "md5(i::text) || repeat('-', 40) FROM generate_series(0, 59999) i",
        "DROP TABLE big",
    )
    assert sum(count for table, _, count in hits(proof) if table in ("big1", "big2")) == 4
    assert proof.values >= 60_000 * 3


def test_names_that_need_quotes_and_tables_without_columns_are_no_obstacle(leaked: Callable[..., Proof]) -> None:
    proof = leaked(
        'CREATE SCHEMA "odd.one"; CREATE TABLE "odd.one"."a ""b"" %s {x}" ("c % d {0}" text, e xml_like); '
        "CREATE TABLE nothing (); INSERT INTO nothing DEFAULT VALUES;".replace("xml_like", "mood")
        + 'INSERT INTO "odd.one"."a ""b"" %s {x}" VALUES (\'mail zebulon.q@quack.example\', \'calm\')',
        'DROP SCHEMA "odd.one" CASCADE; DROP TABLE nothing',
    )
    assert hits(proof) == [('"odd.one"."a ""b"" %s {x}"', "c % d {0}", 1)]


def test_a_table_may_have_more_columns_than_are_read_at_once(leaked: Callable[..., Proof]) -> None:
    columns = ", ".join(f"c{number} text" for number in range(1100))
    proof = leaked(
        f"CREATE TABLE wide ({columns}); INSERT INTO wide (c0, c700, c1099) VALUES ('mail zebulon.q@quack.example', "
        "'mail zebulon.q@quack.example', 'mail zebulon.q@quack.example')",
        "DROP TABLE wide",
    )
    assert hits(proof) == [("wide", column, 1) for column in ("c0", "c1099", "c700")]


def test_an_original_of_a_masked_array_meets_single_elements(server18: Server) -> None:
    """What a mask could write as an element is no leak because it stands among others."""
    sql = (
        "CREATE TABLE person (id int PRIMARY KEY, surnames text[], nick text);"
        "INSERT INTO person SELECT i, ARRAY['Quackenbush' || i, 'Oddfellow'], 'Garcia' FROM generate_series(1, 3) i"
    )
    masks = {"person.surnames": "last_name", "person.nick": "token"}
    with copying(server18, sql) as made:
        copied = made.copy(masks)
        plan = plan_for(copied.shapes, masks, {})
        assert set(copied.masked[0].originals) == {"Quackenbush1", "Quackenbush2", "Quackenbush3", "Oddfellow"}
        made.other.run("UPDATE person SET surnames = ARRAY['Smith', 'Garcia']", made.target)
        assert hits(proven(made, copied, plan)) == []
        made.other.run("UPDATE person SET surnames = ARRAY['Smith', 'Oddfellow'] WHERE id = 1", made.target)
        assert hits(proven(made, copied, plan)) == [("person", "surnames", 1)]


def test_types_of_extensions_and_markup_are_searched(server15: Server) -> None:
    sql = (
        "SET ROLE NONE; CREATE EXTENSION citext; CREATE EXTENSION hstore; SET ROLE sk_app;"
        "CREATE TABLE person (id int PRIMARY KEY, email citext);"
        "INSERT INTO person VALUES (1, 'Zebulon.Q@quack.example'), (2, 'wilhelmina@oddfellow.example');"
        "CREATE TABLE other (id int, a citext, b hstore, c xml)"
    )
    masks = {"person.email": "email"}
    with copying(server15, sql) as made:
        copied = made.copy(masks)
        plan = plan_for(copied.shapes, masks, {})
        assert len(copied.masked[0].originals) == 2
        assert hits(proven(made, copied, plan)) == []
        made.other.run(
            "INSERT INTO other VALUES (1, 'to ZEBULON.Q@quack.example', 'k=>\"to wilhelmina@oddfellow.example\"', "
            "'<a b=\"x\">zebulon.q&#64;quack.example</a>')",
            made.target,
        )
        assert hits(proven(made, copied, plan)) == [("other", "a", 1), ("other", "b", 1), ("other", "c", 1)]


def test_a_database_of_another_encoding_is_searched(server18: Server) -> None:
    sql = (
        "CREATE TABLE person (id int PRIMARY KEY, name text); INSERT INTO person VALUES (1, 'Wilhelmina Öddfellow');"
        "CREATE TABLE other (id int, a text)"
    )
    masks = {"person.name": "token"}
    with copying(server18, sql, encoding="LATIN1") as made:
        copied = made.copy(masks)
        made.other.run("INSERT INTO other VALUES (1, 'Frau WILHELMINA ÖDDFELLOW')", made.target)
        assert hits(proven(made, copied, plan_for(copied.shapes, masks, {}))) == [("other", "a", 1)]


def test_a_table_that_came_along_empty_may_hold_nothing(pair: Copying, leaked: Callable[..., Proof]) -> None:
    assert pair.copied is not None
    leaked("INSERT INTO other (id, kept) VALUES (1, 'zebulon.q@quack.example')")
    plans: dict[str, TablePlan] = dict(pair.copied.plans)
    plans["other"] = replace(plans["other"], copied="none")
    assert hits(proven(pair, replace(pair.copied, plans=plans))) == [("other", "kept", 1)]


class _Stop(Context):
    def should_stop(self) -> bool:
        return True

    def checkpoint(self, table: str = "", done: int = 0, of: int | None = None, bytes_: int = 0) -> None:
        raise CancelledError("Stopped on request")


def test_it_can_be_stopped_and_leaves_no_session(pair: Copying) -> None:
    assert pair.copied is not None
    with pytest.raises(CancelledError):
        prove.search(
            pair.other.place(pair.target, *WORKER), pair.copied, plan_for(pair.copied.shapes, MASKS, {}), _Stop(), 2
        )
    sessions = f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{pair.target}'"
    assert pair.other.run(sessions) == [(0,)]


def test_a_lost_session_is_told_in_words(pair: Copying, monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(*_: object) -> Iterator[object]:
        raise psycopg.OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(prove, "pieces", lost)
    with pytest.raises(OutsideError, match="was lost"):
        proven(pair)
