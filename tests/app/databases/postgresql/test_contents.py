import pytest

from app.databases.postgresql.contents import read_contents
from app.databases.postgresql.dumping import dump_structure
from app.databases.postgresql.snapshot import Snapshot
from app.databases.postgresql.tools import tools_for
from app.errors import OutsideError
from tests.app.databases.postgresql.servers import READER, Server, create_source
from tests.app.databases.sqlite.line import Context

FORGED = """
CREATE TABLE a (id int PRIMARY KEY);
CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $$
--
-- Name: a; Type: TABLE; Schema: public; Owner: -
--
SELECT 'x' $$;
CREATE TABLE "a
-- Name: b; Type: TABLE" ("c d" text UNIQUE);
"""


@pytest.fixture(params=[16, 18])
def archive(request: pytest.FixtureRequest, server16: Server) -> bytes:
    name = create_source(server16, FORGED)
    try:
        with Snapshot(server16.place(name, *READER)) as snapshot:
            version = request.param * 10000
            return dump_structure(snapshot, tools_for(version, version), Context())
    finally:
        server16.drop_database(name)


def test_every_object_comes_whole_with_its_identity_and_needs(archive: bytes) -> None:
    entries = {(entry.kind, entry.name): entry for entry in read_contents(archive)}
    table = entries["TABLE", "a"]
    key = entries["CONSTRAINT", "a a_pkey"]
    function = entries["FUNCTION", "f()"]
    assert (table.schema, table.section, key.section) == ("public", "pre-data", "post-data")
    assert table.id in key.needs
    assert table.oid > 16384
    assert table.catalog == 1259
    assert function.sql.rstrip().endswith("SELECT 'x' $$;")
    assert "-- Name: a; Type: TABLE" in function.sql
    odd = entries["TABLE", "a\n-- Name: b; Type: TABLE"]
    assert '"c d" text' in odd.sql


def test_what_broke_off_or_is_of_another_version_is_refused(archive: bytes) -> None:
    newer = archive[:6] + bytes([99]) + archive[7:]
    for text in (archive[: len(archive) // 2], b"", b"PGDMP", b"-- PostgreSQL database dump", newer):
        with pytest.raises(OutsideError, match="What pg_dump wrote cannot be read"):
            read_contents(text)
