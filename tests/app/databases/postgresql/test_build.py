import psycopg
import pytest

from app.databases.postgresql.build import IndexBuilder, built_before_rows_change, index_works
from app.databases.postgresql.connections import connect
from app.errors import CancelledError, OutsideError
from tests.app.databases.postgresql.sandboxes import Context
from tests.app.databases.postgresql.servers import Server
from tests.app.databases.postgresql.structures import Making, making

TREE = """
CREATE TABLE parted (id int NOT NULL, region text NOT NULL, note text, PRIMARY KEY (id, region))
    PARTITION BY LIST (region);
CREATE TABLE parted_a PARTITION OF parted FOR VALUES IN ('a') PARTITION BY RANGE (id);
CREATE TABLE parted_a_1 PARTITION OF parted_a FOR VALUES FROM (0) TO (100);
CREATE TABLE parted_a_2 PARTITION OF parted_a FOR VALUES FROM (100) TO (200);
CREATE TABLE parted_b PARTITION OF parted FOR VALUES IN ('b');
CREATE INDEX parted_note ON parted (note);
INSERT INTO parted SELECT n, CASE WHEN n % 2 = 0 THEN 'a' ELSE 'b' END, 'x' FROM generate_series(1, 150) n;
CREATE TABLE plain (id int PRIMARY KEY, name text UNIQUE DEFERRABLE, during tsrange,
    EXCLUDE USING gist (during WITH &&));
INSERT INTO plain SELECT n, 'n' || n FROM generate_series(1, 50) n;
CREATE UNIQUE INDEX plain_lower ON plain (lower(name)) WHERE id > 3;
COMMENT ON INDEX plain_lower IS 'for logins';
CREATE STATISTICS plain_stat ON id, name FROM plain;
ALTER TABLE plain CLUSTER ON plain_pkey;
ALTER TABLE plain REPLICA IDENTITY USING INDEX plain_pkey;
"""
INDEXES = "SELECT count(*) FROM pg_index WHERE indrelid >= 16384 AND indisvalid AND indisready"


def test_every_table_is_built_as_soon_as_it_is_ready(server18: Server) -> None:
    with making(server18, TREE) as made:
        made.restore()
        made.fill()
        tables = {table.name: table for table in made.shapes.stored}
        with IndexBuilder(made.place, made.archive, made.shapes, 2) as builder:
            builder.ready(tables["plain"])
            _wait_for(made, "plain_lower")
            assert made.found("SELECT to_regclass('parted_b_pkey'), to_regclass('parted_pkey')") == [(None, None)]
            builder.ready(tables["parted_b"])
            _wait_for(made, "parted_b_pkey")
            # Its key locks every partition: it waits for the last of them.
            assert made.found("SELECT to_regclass('parted_pkey')") == [(None,)]
            builder.ready(tables["parted_a_1"])
            builder.ready(tables["parted_a_2"])
            _wait_for(made, "parted_note")
            builder.finish(Context())
        assert made.found(INDEXES) == made.read(INDEXES)
        assert made.found("SELECT obj_description('plain_lower'::regclass)") == [("for logins",)]
        assert made.found("SELECT indexrelid::regclass::text FROM pg_index WHERE indisclustered") == [("plain_pkey",)]
        assert made.found("SELECT indexrelid::regclass::text FROM pg_index WHERE indisreplident") == [("plain_pkey",)]
        assert made.found("SELECT stxname FROM pg_statistic_ext") == [("plain_stat",)]


def _wait_for(made: Making, index: str) -> None:
    with psycopg.connect(made.other.admin(made.target).conninfo(), autocommit=True) as session:
        while session.execute("SELECT to_regclass(%s)", (index,)).fetchone() == (None,):
            pass


def test_a_key_that_masked_rows_break_is_named_without_a_value(server18: Server) -> None:
    with making(server18, "CREATE TABLE person (email text UNIQUE, id int PRIMARY KEY)") as made:
        made.restore()
        made.found("INSERT INTO person VALUES ('marlo@mail.example', 1), ('marlo@mail.example', 2)")
        with pytest.raises(OutsideError, match=r"person_email_key of public\.person") as caught:
            made.build()
        assert "marlo" not in str(caught.value)
    with making(server18, "CREATE TABLE person (id int, email text, PRIMARY KEY (id)) ") as made:
        made.restore()
        made.found("ALTER TABLE person ALTER COLUMN id DROP NOT NULL; INSERT INTO person VALUES (NULL, 'x')")
        with pytest.raises(OutsideError, match=r"person_pkey of public\.person"):
            made.build()


def test_a_failure_is_told_while_other_tables_are_still_copied(server18: Server) -> None:
    with making(server18, "CREATE TABLE a (id int UNIQUE); CREATE TABLE b (id int)") as made:
        made.restore()
        made.found("INSERT INTO a VALUES (1), (1)")
        tables = {table.name: table for table in made.shapes.stored}

        def ready_until_told(builder: IndexBuilder) -> None:
            while True:
                builder.ready(tables["a"])

        with (
            IndexBuilder(made.place, made.archive, made.shapes, 2) as builder,
            pytest.raises(OutsideError, match="a_id_key"),
        ):
            ready_until_told(builder)


def test_an_index_on_a_function_that_needs_the_applications_search_path_is_built(server16: Server) -> None:
    # Servers before 17 let it; pg_restore would fail here.
    sql = """
    CREATE TABLE shade (name text); INSERT INTO shade VALUES ('red');
    CREATE FUNCTION plain(a text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN folded(a); END $$;
    CREATE FUNCTION folded(a text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT lower(a) $$;
    CREATE TABLE person (name text); INSERT INTO person VALUES ('Marlo');
    CREATE INDEX person_plain ON person (plain(name));
    COMMENT ON INDEX person_plain IS 'found by it';
    """
    with making(server16, sql) as made:
        made.restore()
        made.fill()
        made.build()
        assert made.found("SELECT obj_description('person_plain'::regclass)") == [("found by it",)]


def test_what_a_changed_row_would_have_to_keep_to_is_not_built_yet(server18: Server) -> None:
    sql = """
    CREATE TABLE a (id int PRIMARY KEY, b int CONSTRAINT b CHECK (b > 0));
    ALTER TABLE a ADD CONSTRAINT later CHECK (b > 1) NOT VALID, ADD CONSTRAINT there NOT NULL b NOT VALID;
    """
    with making(server18, sql) as made:
        chosen = built_before_rows_change(made.archive)
        assert [entry.name for entry in made.archive.contents if entry.id in chosen] == ["a a_pkey"]
        assert [work.title for work in index_works(made.archive, made.shapes)] == ["constraint public.a a_pkey"]


def test_stopping_is_felt_and_leaves_no_session(server18: Server) -> None:
    sql = """
    CREATE FUNCTION slow(a int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$
    BEGIN PERFORM pg_sleep(600); RETURN a; END $$;
    CREATE TABLE t (a int); CREATE INDEX t_slow ON t (slow(a));
    """
    with making(server18, sql) as made:
        made.restore()
        made.found("INSERT INTO t VALUES (1)")
        running = (
            f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{made.target}' AND query LIKE 'CREATE INDEX%'"
        )

        class Stopping(Context):
            def should_stop(self) -> bool:
                self.cancelled = server18.run(f"{running} AND state = 'active'") == [(1,)]
                return self.cancelled

        with (
            IndexBuilder(made.place, made.archive, made.shapes, 1) as builder,
            pytest.raises(CancelledError),
        ):
            builder.finish(Stopping())
        assert server18.run(running) == [(0,)]
        with connect(made.place, read_only=True) as session:
            assert session.execute("SELECT to_regclass('public.t_slow')").fetchone() == (None,)
