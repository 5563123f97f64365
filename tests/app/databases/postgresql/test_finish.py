import pytest

from app.errors import OutsideError
from tests.app.databases.postgresql.servers import Server
from tests.app.databases.postgresql.structures import making

KEYS = """
CREATE TABLE hub (id int PRIMARY KEY, one_b int);
INSERT INTO hub SELECT n, n FROM generate_series(1, 20) n;
CREATE TABLE a (id int PRIMARY KEY, hub int REFERENCES hub ON DELETE CASCADE);
CREATE TABLE b (id int PRIMARY KEY, hub int REFERENCES hub DEFERRABLE INITIALLY DEFERRED);
INSERT INTO a SELECT n, n FROM generate_series(1, 20) n; INSERT INTO b SELECT n, n FROM generate_series(1, 20) n;
ALTER TABLE hub ADD FOREIGN KEY (one_b) REFERENCES b;
CREATE TABLE "a b" (hub int); INSERT INTO "a b" VALUES (-1);
ALTER TABLE "a b" ADD CONSTRAINT "not yet valid" FOREIGN KEY (hub) REFERENCES hub NOT VALID;
CREATE TABLE p (id int PRIMARY KEY, hub int REFERENCES hub) PARTITION BY RANGE (id);
CREATE TABLE p_1 PARTITION OF p FOR VALUES FROM (0) TO (50);
INSERT INTO p SELECT n, n FROM generate_series(1, 20) n;
CREATE TABLE to_p (p int REFERENCES p); INSERT INTO to_p VALUES (1);
"""
STATE = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), convalidated, condeferrable, conparentid = 0
FROM pg_constraint WHERE contype = 'f' ORDER BY 1, 2
"""


@pytest.mark.parametrize("lanes", [1, 3])
def test_foreign_keys_are_as_in_the_source_and_checked(server18: Server, lanes: int) -> None:
    with making(server18, KEYS) as made:
        made.restore()
        made.fill()
        made.build()
        made.finish(lanes)
        assert made.found(STATE) == made.read(STATE)
        assert [row[1] for row in made.found(STATE) if not row[3]] == ["not yet valid"]


@pytest.mark.parametrize("table", ["a", "p_1"])
def test_a_foreign_key_that_does_not_hold_is_named_without_a_value(server18: Server, table: str) -> None:
    with making(server18, KEYS) as made:
        made.restore()
        made.fill()
        made.build()
        made.found(f"INSERT INTO {table} VALUES (30, 987654)")
        with pytest.raises(OutsideError) as caught:
            made.finish()
        assert "hub_fkey" in str(caught.value)
        assert "987654" not in str(caught.value)


TRIGGERED = """
CREATE TABLE log (what text);
CREATE TABLE t (id int PRIMARY KEY, v int);
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN INSERT INTO log VALUES (TG_NAME); RETURN NEW; END $$;
INSERT INTO t VALUES (1, 1);
CREATE TRIGGER usual AFTER INSERT OR UPDATE ON t FOR EACH ROW EXECUTE FUNCTION note();
CREATE TRIGGER off AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION note();
CREATE TRIGGER always AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION note();
CREATE TRIGGER replica AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION note();
ALTER TABLE t DISABLE TRIGGER off, ENABLE ALWAYS TRIGGER always, ENABLE REPLICA TRIGGER replica;
CREATE RULE kept AS ON DELETE TO t DO INSTEAD NOTHING;
ALTER TABLE t DISABLE RULE kept;
CREATE POLICY mine ON t USING (v > 0);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
"""


def test_triggers_never_fire_and_are_left_as_they_were(server18: Server) -> None:
    enabled = "SELECT tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal UNION ALL SELECT rulename, ev_enabled "
    enabled += "FROM pg_rewrite WHERE ev_class = 't'::regclass ORDER BY 1"
    with making(server18, TRIGGERED) as made:
        made.everything()
        assert made.found("SELECT count(*) FROM log") == [(0,)]
        assert made.found(enabled) == made.read(enabled)
        assert made.found("SELECT polname, relrowsecurity FROM pg_policy JOIN pg_class c ON c.oid = polrelid") == [
            ("mine", True)
        ]


VIEWS = """
CREATE TABLE person (name text); INSERT INTO person VALUES ('marlo'), ('tamsin');
CREATE FUNCTION many() RETURNS bigint LANGUAGE plpgsql AS $$
    BEGIN RETURN (SELECT count(*) FROM public.zz_first); END $$;
CREATE MATERIALIZED VIEW zz_first AS SELECT name FROM person;
CREATE VIEW between_them AS SELECT upper(name) AS name FROM zz_first;
CREATE MATERIALIZED VIEW middle AS SELECT name FROM between_them;
CREATE MATERIALIZED VIEW aa_last AS SELECT m.name, (SELECT count(*) FROM zz_first) AS n FROM middle m;
CREATE UNIQUE INDEX ON aa_last (name);
CREATE MATERIALIZED VIEW aa_hidden AS SELECT many() AS n;
CREATE MATERIALIZED VIEW never AS SELECT name FROM person WITH NO DATA;
"""


def test_materialised_views_are_filled_from_the_copys_rows_in_their_order(server18: Server) -> None:
    with making(server18, VIEWS) as made:
        made.restore()
        made.found("INSERT INTO person VALUES ('masked')")
        made.build()
        made.finish()
        assert made.found("SELECT name, n FROM aa_last") == [("MASKED", 1)]
        assert made.found("SELECT n FROM aa_hidden") == [(1,)]
        assert made.found("SELECT relname FROM pg_class WHERE relkind = 'm' AND NOT relispopulated") == [("never",)]


def test_a_view_that_needs_the_applications_search_path_is_filled(server16: Server) -> None:
    sql = """
    CREATE TABLE person (name text); INSERT INTO person VALUES ('marlo');
    CREATE FUNCTION plain() RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT count(*) FROM person); END $$;
    CREATE MATERIALIZED VIEW counted AS SELECT plain() AS n;
    """
    with making(server16, sql) as made:
        made.restore()
        made.fill()
        made.finish()
        assert made.found("SELECT n FROM counted") == [(1,)]


def test_a_view_that_cannot_be_filled_is_named(server18: Server) -> None:
    sql = """
    CREATE FUNCTION broken() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT a FROM nowhere); END $$;
    CREATE MATERIALIZED VIEW sad AS SELECT broken() AS n WITH NO DATA;
    SET ROLE NONE; UPDATE pg_class SET relispopulated = true WHERE relname = 'sad';
    """
    with making(server18, sql) as made:
        made.restore()
        with pytest.raises(OutsideError, match=r"public\.sad cannot be made"):
            made.finish()


LAST = """
CREATE TABLE t (id int PRIMARY KEY);
CREATE PUBLICATION chosen FOR TABLE t;
COMMENT ON PUBLICATION chosen IS 'for the warehouse';
SET ROLE NONE;
CREATE TABLE seen (tag text);
ALTER TABLE seen FORCE ROW LEVEL SECURITY;
CREATE FUNCTION see() RETURNS event_trigger LANGUAGE plpgsql AS $$
    BEGIN INSERT INTO public.seen VALUES (tg_tag); END $$;
CREATE EVENT TRIGGER watching ON ddl_command_end EXECUTE FUNCTION see();
COMMENT ON EVENT TRIGGER watching IS 'sees all';
"""


def test_event_triggers_come_last_and_see_nothing_of_the_work(server18: Server) -> None:
    with making(server18, LAST, worker=None) as made:
        made.restore()
        made.build()
        made.finish()
        assert made.found("SELECT obj_description(oid, 'pg_publication') FROM pg_publication") == [
            ("for the warehouse",)
        ]
        assert made.found("SELECT count(*) FROM pg_event_trigger") == [(0,)]
        made.complete()
        assert made.found("SELECT obj_description(oid, 'pg_event_trigger') FROM pg_event_trigger") == [("sees all",)]
        assert made.found("SELECT count(*) FROM seen") == [(0,)]


def test_statistics_are_of_the_copys_own_rows(server18: Server) -> None:
    sql = """
    CREATE TABLE person (name text); INSERT INTO person SELECT 'Tamsin' FROM generate_series(1, 100); ANALYZE person;
    CREATE TABLE p (id int, name text) PARTITION BY RANGE (id);
    CREATE TABLE p_1 PARTITION OF p FOR VALUES FROM (0) TO (50);
    INSERT INTO p SELECT n, 'Tamsin' FROM generate_series(1, 40) n; ANALYZE p;
    """
    with making(server18, sql) as made:
        made.restore()
        made.found(
            "INSERT INTO person SELECT 'masked' FROM generate_series(1, 30); INSERT INTO p_1 VALUES (3, 'masked')"
        )
        made.build()
        made.finish()
        assert made.found("SELECT tablename, most_common_vals::text FROM pg_stats WHERE tablename = 'person'") == [
            ("person", "{masked}")
        ]
        assert made.found("SELECT relname, reltuples FROM pg_class WHERE relname IN ('person', 'p_1') ORDER BY 1") == [
            ("p_1", 1.0),
            ("person", 30.0),
        ]
        assert made.found("SELECT count(*) FROM pg_stats WHERE most_common_vals::text LIKE '%Tamsin%'") == [(0,)]
