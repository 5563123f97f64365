from collections.abc import Iterator

import pytest

from app.databases.postgresql.archive import Archive
from app.databases.postgresql.dependents import dependents
from app.databases.postgresql.snapshot import Snapshot
from app.databases.postgresql.tools import tools_for
from tests.app.databases.postgresql.servers import READER, Server, create_source
from tests.app.databases.sqlite.line import Context

SQL = """
CREATE SCHEMA "Shop";
CREATE TABLE "Shop".item (id int PRIMARY KEY, name text);
CREATE INDEX item_name ON "Shop".item (name);
COMMENT ON INDEX "Shop".item_name IS 'for searching';
COMMENT ON TABLE "Shop".item IS 'what we sell';
GRANT SELECT ON "Shop".item TO PUBLIC;
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC;
CREATE TABLE secret (a int);
ALTER TABLE secret ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE MATERIALIZED VIEW filled AS SELECT 1 AS a;
CREATE MATERIALIZED VIEW unfilled AS SELECT 1 AS a WITH NO DATA;
CREATE VIEW items AS SELECT id, name FROM "Shop".item GROUP BY id;
SET ROLE NONE;
DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = "Shop", public', current_database()); END $$;
COMMENT ON SCHEMA public IS 'everything else';
"""


@pytest.fixture(scope="module")
def source(server18: Server) -> Iterator[str]:
    name = create_source(server18, SQL)
    yield name
    server18.drop_database(name)


@pytest.fixture(scope="module")
def archive(server18: Server, source: str) -> Archive:
    with Snapshot(server18.place(source, *READER)) as snapshot:
        return Archive.read(snapshot, tools_for(180000, 180000), Context())


def test_sections_hold_what_belongs_to_them_comments_beside_their_objects(archive: Archive) -> None:
    before = [(entry.kind, entry.name) for entry in archive.entries("pre-data")]
    after = [(entry.kind, entry.name) for entry in archive.entries("post-data")]
    assert before.index(("COMMENT", "TABLE item")) > before.index(("TABLE", "item"))
    assert after.index(("COMMENT", "INDEX item_name")) > after.index(("INDEX", "item_name"))
    assert ("CONSTRAINT", "item item_pkey") in after
    assert [entry.kind for entry in archive.contents] == [
        entry.kind for section in ("pre-data", "post-data") for entry in archive.entries(section)
    ]


def test_the_script_names_neither_owner_nor_rights_nor_what_psql_alone_knows(archive: Archive) -> None:
    script = archive.pre_data()
    assert 'CREATE SCHEMA "Shop";' in script
    for word in ("OWNER", "AUTHORIZATION", "GRANT", "REVOKE", "DEFAULT PRIVILEGES", "\\restrict", "transaction_timeout",
                 "CREATE DATABASE", "ALTER DATABASE", "sk_app"):  # fmt: skip
        assert word not in script


def test_what_pg_dump_does_not_say_is_read_beside_it(archive: Archive, server18: Server, source: str) -> None:
    (oid,) = server18.run("SELECT 'filled'::regclass::oid::bigint", source)[0]
    assert archive.populated == {oid}
    assert archive.forced == (("public", "secret"),)
    assert archive.search_path == '"Shop", public'
    assert archive.public


def test_what_is_left_out_takes_along_what_rests_on_it(server18: Server, source: str) -> None:
    (oid,) = server18.run("SELECT '\"Shop\".item'::regclass::oid::bigint", source)[0]
    with Snapshot(server18.place(source, *READER)) as snapshot:
        gone, named = dependents(snapshot.main, [(1259, oid)])
        archive = Archive.read(snapshot, tools_for(180000, 180000), Context(), left_out=gone)
    assert "view public.items" in [one.title for one in named]
    assert not any("item" in entry.name for entry in archive.contents)
    assert any(entry.name == "secret" for entry in archive.contents)
