"""How many rows tables hold, without counting large ones."""

from app.databases.postgresql.catalogue import read_shapes
from app.databases.postgresql.connections import connect
from app.databases.postgresql.estimates import estimated_rows
from tests.app.databases.postgresql.reading import reading, source
from tests.app.databases.postgresql.servers import Server

SQL = """
CREATE TABLE empty (a int);
CREATE TABLE emptied (a int);
CREATE TABLE small (a int);
CREATE TABLE large (a int, filling text DEFAULT repeat('x', 100));
CREATE TABLE grown (a int);
CREATE TABLE secret (a int);
ALTER TABLE emptied SET (autovacuum_enabled = off);
ALTER TABLE small SET (autovacuum_enabled = off);
ALTER TABLE large SET (autovacuum_enabled = off);
ALTER TABLE grown SET (autovacuum_enabled = off);
INSERT INTO small SELECT generate_series(1, 77);
INSERT INTO emptied SELECT 1;
DELETE FROM emptied;
INSERT INTO large SELECT generate_series(1, 40000);
INSERT INTO grown SELECT generate_series(1, 1000);
ANALYZE grown;
INSERT INTO grown SELECT generate_series(1, 9000);
INSERT INTO secret SELECT generate_series(1, 50);
ALTER TABLE secret ENABLE ROW LEVEL SECURITY;
"""


def _rows(server: Server, database: str) -> dict[str, int | None]:
    with reading(server, database) as session:
        shapes = read_shapes(session)
        found = estimated_rows(session, shapes.stored)
        assert session.execute("SELECT 1").fetchone() == (1,)
    return {table.name: found[table.oid] for table in shapes.stored}


def test_small_tables_are_counted_and_large_ones_estimated(server: Server) -> None:
    with source(server, SQL) as name:
        rows = _rows(server, name)
        assert (rows["empty"], rows["emptied"], rows["small"], rows["secret"]) == (0, 0, 77, None)
        assert 30_000 < (rows["large"] or 0) < 50_000
        assert 8_000 < (rows["grown"] or 0) < 12_000


def test_a_locked_table_is_passed_over_and_the_snapshot_lives_on(server: Server) -> None:
    with (
        source(server, SQL) as name,
        connect(server.admin(name), read_only=False) as holder,
        reading(server, name) as session,
    ):
        session.execute("SET lock_timeout = '100ms'")
        session.execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        shapes = read_shapes(session)
        holder.execute("BEGIN; LOCK TABLE public.small IN ACCESS EXCLUSIVE MODE")
        found = estimated_rows(session, shapes.stored)
        rows = {table.name: found[table.oid] for table in shapes.stored}
        assert (rows["small"], rows["emptied"]) == (None, 0)
