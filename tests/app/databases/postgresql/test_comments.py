"""Comments on tables and columns, whatever is written in them."""

from app.databases.postgresql.comments import read_comments
from tests.app.databases.postgresql.reading import reading, source
from tests.app.databases.postgresql.servers import Server


def test_comments_are_found_by_table_and_column(server: Server) -> None:
    sql = """CREATE TABLE t (a int, gone text, b text); ALTER TABLE t DROP gone;
    COMMENT ON TABLE t IS E'of \\'us\\'\\nall'; COMMENT ON COLUMN t.b IS 'Øl & "brød"';
    CREATE VIEW v AS SELECT a FROM t;
    COMMENT ON VIEW v IS 'no table'"""
    with source(server, sql) as database, reading(server, database) as session:
        (oid,) = session.execute("SELECT oid::bigint FROM pg_class WHERE relname = 't'").fetchone() or (0,)
        found = read_comments(session)
    assert found.of(oid) == "of 'us'\nall"
    assert found.of(oid, 3) == 'Øl & "brød"'
    assert found.of(oid, 1) == ""
    assert len(found.found) == 2
