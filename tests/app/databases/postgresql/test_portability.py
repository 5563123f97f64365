"""Findings before anything starts; each is tried: what they name would fail, what they do not name is made."""

from collections.abc import Iterator

import pytest

from app.databases.postgresql.archive import Archive
from app.databases.postgresql.portability import portability_findings
from app.databases.postgresql.snapshot import Snapshot
from app.databases.postgresql.tools import tools_for
from app.domain.findings import Severity
from app.errors import OutsideError
from tests.app.databases.postgresql.servers import READER, WORKER, Server
from tests.app.databases.postgresql.structures import Making, making
from tests.app.databases.sqlite.line import Context

GUARDED = """
CREATE TABLE person (id int PRIMARY KEY, name text, size text);
CREATE FUNCTION loud(a text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT upper(a) $$;
CREATE VIEW voices AS SELECT loud(name) AS loud FROM person;
SET ROLE NONE;
CREATE FUNCTION quick(text) RETURNS int LANGUAGE internal IMMUTABLE STRICT AS 'textlen';
CREATE FUNCTION tight(a int) RETURNS boolean LANGUAGE sql LEAKPROOF RETURN a > 0;
CREATE FUNCTION logged() RETURNS int LANGUAGE sql SET log_min_messages = 'error' RETURN 1;
CREATE VIEW by_quick AS SELECT name, quick(name) AS n FROM person;
CREATE VIEW on_that AS SELECT n FROM by_quick;
CREATE INDEX by_length ON person (quick(size));
CREATE FUNCTION told() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE CAST (int AS date) WITHOUT FUNCTION; CREATE CAST (text AS int) WITH INOUT AS IMPLICIT;
CREATE TYPE colour AS ENUM ('red'); CREATE CAST (text AS colour) WITH INOUT AS IMPLICIT;
CREATE FUNCTION on_ddl() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN END $$;
CREATE EVENT TRIGGER watching ON ddl_command_end EXECUTE FUNCTION on_ddl();
CREATE PUBLICATION all_of_it FOR ALL TABLES;
CREATE PUBLICATION persons FOR TABLE person;
CREATE FOREIGN DATA WRAPPER away;
CREATE SERVER branch FOREIGN DATA WRAPPER away;
CREATE USER MAPPING FOR PUBLIC SERVER branch OPTIONS (password 'not-to-come-along');
CREATE FOREIGN TABLE far (id int) SERVER branch;
CREATE VIEW near_far AS SELECT id FROM far;
"""


@pytest.fixture(scope="module")
def guarded(server18: Server) -> Iterator[Making]:
    with making(server18, GUARDED) as made:
        yield made


def test_what_only_a_superuser_may_make_is_named_with_what_rests_on_it(guarded: Making) -> None:
    said = {finding.where: finding for codes in guarded.findings.values() for finding in codes}
    assert all(finding.severity is not Severity.ERROR for finding in said.values())
    assert (
        "index public.by_length, view public.by_quick, view public.on_that"
        in said["function public.quick(text)"].message
    )
    away = said["foreign-data wrapper away"].message
    assert "server branch, foreign table public.far, view public.near_far" in away
    assert {
        "event trigger watching",
        "publication all_of_it",
        "function public.tight(integer)",
        "function public.logged()",
        "cast integer AS date",
        "cast text AS integer",
    } <= set(said)
    assert not any("persons" in where or "loud" in where or "told" in where for where in said)


def test_exactly_that_is_left_out_and_all_else_is_made(guarded: Making) -> None:
    guarded.restore()
    guarded.build()
    guarded.finish()
    guarded.complete()
    found = guarded.found(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'f', 'i') "
        "ORDER BY 1"
    )
    assert found == [("person",), ("person_pkey",), ("voices",)]
    assert guarded.found("SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY 1") == [
        ("loud",),
        ("on_ddl",),
        ("told",),
    ]
    assert guarded.found("SELECT pubname FROM pg_publication") == [("persons",)]
    assert guarded.found("SELECT count(*) FROM pg_event_trigger") == [(0,)]


def test_without_leaving_it_out_the_copy_fails_naming_the_object(guarded: Making) -> None:
    with Snapshot(guarded.server.place(guarded.source, *READER)) as snapshot:
        archive = Archive.read(snapshot, tools_for(180000, 180000), Context())
    other = guarded.server.create_database(owner=WORKER[0])
    all_of_it = Making(
        guarded.server, guarded.source, guarded.server, other, guarded.server.place(other, *WORKER),
        guarded.shapes, guarded.portability, archive,
    )  # fmt: skip
    try:
        with pytest.raises(OutsideError, match=r"cannot be made in the copy|has no right") as caught:
            all_of_it.restore()
        assert any(sign in str(caught.value) for sign in ("permission denied", "must be"))
    finally:
        guarded.server.drop_database(other)


def test_a_superuser_is_told_of_nothing(server18: Server) -> None:
    with making(server18, GUARDED, worker=None) as made:
        assert set(made.findings) == {"foreign-credentials"}
        made.everything()
        assert made.found("SELECT evtname FROM pg_event_trigger") == [("watching",)]
        assert made.found("SELECT count(*) FROM pg_user_mappings") == [(0,)]


def test_an_extension_that_tables_need_blocks_and_one_that_none_needs_is_left_out(
    server15: Server, server18: Server
) -> None:
    sql = """
    SET ROLE NONE;
    CREATE EXTENSION citext; CREATE EXTENSION pg_trgm; CREATE EXTENSION pg_buffercache; CREATE EXTENSION btree_gist;
    CREATE TABLE person (name citext, note text);
    CREATE INDEX alike ON person USING gin (note gin_trgm_ops);
    CREATE VIEW buffers AS SELECT bufferid FROM pg_buffercache;
    """
    with making(server15, sql) as here:
        ((only),) = (here.findings["extension-not-trusted"],)
        assert [f.where for f in only] == ["extension pg_buffercache"]
        assert "view public.buffers" in only[0].message
        here.restore()
        here.build()
        assert here.found("SELECT extname FROM pg_extension WHERE oid >= 16384 ORDER BY 1") == [
            ("btree_gist",),
            ("citext",),
            ("pg_trgm",),
        ]
    with making(server15, sql, other=server18) as there:
        absent = {f.where: f for f in there.findings["extension-absent"]}
        assert absent["extension citext"].severity is Severity.ERROR
        assert "public.person" in absent["extension citext"].message
        assert absent["extension pg_trgm"].severity is Severity.WARNING
        assert "index public.alike" in absent["extension pg_trgm"].message


def test_collations_the_target_has_no_rules_for_are_named(server15: Server, server18: Server) -> None:
    sql = """
    CREATE COLLATION german (provider = icu, locale = 'de-DE');
    CREATE TABLE person (name text, first text COLLATE german, last text COLLATE "sv-x-icu", code text COLLATE "C");
    CREATE INDEX sorted ON person (name COLLATE "da-x-icu");
    """
    with making(server15, sql, other=server18) as made:
        found = {f.where: f.severity for f in made.findings["collation-absent"]}
        assert found == {
            "collation german": Severity.ERROR,
            "collation sv-x-icu": Severity.ERROR,
            "collation da-x-icu": Severity.WARNING,
        }
    with making(server15, sql) as made:
        assert made.portability.findings == ()
        made.everything()


def test_a_policy_for_a_role_that_the_target_does_not_have_is_left_out(server18: Server, server16: Server) -> None:
    role = "d_only_here"
    server18.run(f"CREATE ROLE {role}")
    sql = f"""
    CREATE TABLE salary (amount int); ALTER TABLE salary ENABLE ROW LEVEL SECURITY;
    CREATE POLICY theirs ON salary TO {role} USING (true);
    CREATE POLICY everyones ON salary TO PUBLIC, sk_app USING (amount > 1);
    """
    try:
        with making(server18, sql, other=server16) as made:
            (finding,) = made.findings["policy-role-absent"]
            assert (finding.where, finding.severity) == (
                "row-security policy theirs on public.salary",
                Severity.WARNING,
            )
            assert f'CREATE ROLE "{role}"' in finding.hint
            made.everything()
            assert made.found("SELECT polname FROM pg_policy") == [("everyones",)]
        with making(server18, sql) as made:
            assert made.portability.findings == ()
    finally:
        server18.run(f"DROP ROLE {role}")


NEWER = {
    "virtual generated columns": "CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a + 1) VIRTUAL)",
    "constraints that are not enforced": "CREATE TABLE t (a int CONSTRAINT c CHECK (a > 0) NOT ENFORCED)",
    "keys without overlaps": "CREATE TABLE t (a int4range, b daterange, UNIQUE (a, b WITHOUT OVERLAPS))",
    "NOT NULL constraints that are not valid or not inherited": "CREATE TABLE t (a int NOT NULL NO INHERIT)",
    "NOT NULL constraints of their own on inherited columns": (
        "CREATE TABLE p (a int); CREATE TABLE t (CONSTRAINT c NOT NULL a) INHERITS (p)"
    ),
    "foreign keys of partitioned tables that are not valid": (
        "CREATE TABLE p (a int PRIMARY KEY); CREATE TABLE t (a int) PARTITION BY LIST (a); "
        "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES p NOT VALID"
    ),
    "exclusion constraints of partitioned tables": (
        "CREATE TABLE t (a int4range, b int, EXCLUDE USING btree (b WITH =)) PARTITION BY LIST (b)"
    ),
}


@pytest.mark.parametrize("feature", NEWER)
def test_what_an_older_server_does_not_know_blocks_and_would_have_failed(
    server18: Server, server16: Server, feature: str
) -> None:
    with making(server18, NEWER[feature], other=server16) as made:
        found = [f for f in made.findings["needs-newer-server"] if f.where == feature]
        assert [f.severity for f in found] == [Severity.ERROR]
        assert "t" in found[0].message
        assert "target-older" in made.findings
        with pytest.raises(OutsideError):
            made.everything()


def test_what_stays_behind_is_told(server15: Server, server18: Server) -> None:
    sql = """
    CREATE TABLE t (a text COMPRESSION lz4, b text);
    SET ROLE NONE;
    DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = shop, public', current_database());
                EXECUTE format('ALTER DATABASE %I SET app.secret = %L', current_database(), 'hidden'); END $$;
    """
    with making(server15, sql, other=server18) as made:
        assert "app.secret, search_path" in made.findings["database-settings"][0].message
        assert "hidden" not in str(made.portability.findings)
        assert made.findings["compression-absent"][0].severity is Severity.NOTE
        made.everything()
        assert made.found("SELECT attname FROM pg_attribute WHERE attrelid = 't'::regclass AND attnum > 0") == [
            ("a",),
            ("b",),
        ]


def test_looking_for_obstacles_changes_nothing(guarded: Making) -> None:
    before = guarded.read("SELECT count(*) FROM pg_class")
    with Snapshot(guarded.server.place(guarded.source, *READER)) as snapshot, Snapshot(guarded.place) as target:
        assert portability_findings(snapshot.main, target.main, guarded.shapes)
    assert guarded.read("SELECT count(*) FROM pg_class") == before
