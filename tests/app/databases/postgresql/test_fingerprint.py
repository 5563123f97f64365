"""One text for a whole structure: any change shows, a dump and a restore do not."""

import os
import subprocess

import pytest

from app.databases.postgresql.bundled import programs
from app.databases.postgresql.connections import connect
from app.databases.postgresql.fingerprint import fingerprint_of
from tests.app.databases.postgresql.cluster import SUPER
from tests.app.databases.postgresql.reading import reading, source
from tests.app.databases.postgresql.servers import FEATURES, Server

SQL = """
CREATE TYPE mood AS ENUM ('glad');
CREATE DOMAIN short AS varchar(9);
CREATE TABLE t (id int PRIMARY KEY, name text DEFAULT 'x', mood mood, gone int, s short);
ALTER TABLE t DROP COLUMN gone;
CREATE TABLE p (id int) PARTITION BY RANGE (id);
CREATE VIEW v AS SELECT id FROM t;
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE SEQUENCE s;
"""


def _fingerprint(server: Server, database: str) -> str:
    with reading(server, database) as session:
        return fingerprint_of(session)


def test_any_change_of_the_structure_shows_and_no_change_of_rows_does(server: Server) -> None:
    with source(server, SQL) as name, connect(server.admin(name), read_only=False) as session:
        session.execute("SET search_path = public")
        before = fingerprint_of(session)
        seen = {before}
        for change in (
            "ALTER TABLE t ADD COLUMN note text",
            "ALTER TABLE t ALTER COLUMN note SET NOT NULL",
            "ALTER TABLE t ALTER COLUMN name SET DEFAULT 'y'",
            "ALTER TABLE t ALTER COLUMN name TYPE varchar(50)",
            "ALTER TABLE t RENAME COLUMN name TO title",
            "ALTER TABLE t ADD CHECK (id > 0)",
            "ALTER TABLE t ADD FOREIGN KEY (id) REFERENCES t NOT VALID",
            "CREATE UNIQUE INDEX ON t (title) WHERE id > 3",
            "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
            "CREATE POLICY p ON t USING (id > 1)",
            "ALTER TYPE mood ADD VALUE 'sad'",
            "ALTER DOMAIN short ADD CHECK (VALUE <> '')",
            "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (1) TO (9)",
            "CREATE OR REPLACE VIEW v AS SELECT id + 0 AS id FROM t",
            "CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 2'",
            "CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
            "ALTER TABLE t DISABLE TRIGGER g",
            "ALTER SEQUENCE s INCREMENT 5",
            "CREATE STATISTICS st ON id, title FROM t",
            "CREATE PUBLICATION pub FOR TABLE t",
            "DROP PUBLICATION pub; ALTER TABLE t SET UNLOGGED",
            "CREATE SCHEMA other",
            "CREATE AGGREGATE total (int) (SFUNC = int4pl, STYPE = int)",
            "CREATE TEXT SEARCH CONFIGURATION other.c (COPY = simple)",
        ):
            session.execute(change)
            now = fingerprint_of(session)
            assert now not in seen, change
            seen.add(now)
        for nothing in (
            "INSERT INTO t (id, title, note) VALUES (1, 'a', 'b')",
            "SELECT nextval('s')",
            "COMMENT ON TABLE t IS 'c'",
            "ANALYZE t",
            "GRANT SELECT ON t TO sk_reader",
        ):
            session.execute(nothing)
            assert fingerprint_of(session) == now, nothing


@pytest.mark.parametrize("name", ["server18", "server16"])
def test_a_dump_and_a_restore_keep_it(name: str, request: pytest.FixtureRequest) -> None:
    server: Server = request.getfixturevalue(name)
    folder = programs(server.version)
    assert folder is not None
    with source(server, file=FEATURES) as first:
        second = server.create_database(owner="sk_app")
        try:
            environment = {**os.environ, "PGPASSWORD": SUPER[1]}
            dumped = subprocess.run(
                [folder / "pg_dump", "--schema-only", server.url(first, SUPER[0])],
                env=environment, capture_output=True, check=True,
            )  # fmt: skip
            subprocess.run(
                [folder / "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", server.url(second, SUPER[0])],
                env=environment, input=dumped.stdout, check=True, stdout=subprocess.DEVNULL,
            )  # fmt: skip
            server.run(f'GRANT CONNECT ON DATABASE "{second}" TO sk_reader')
            assert _fingerprint(server, second) == _fingerprint(server, first)
        finally:
            server.drop_database(second)
