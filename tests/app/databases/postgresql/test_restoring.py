import psycopg
import pytest

from app.databases.postgresql import restoring
from app.databases.postgresql.archive import Archive
from app.databases.postgresql.connections import connect
from app.databases.postgresql.contents import Entry
from app.errors import CancelledError, OutsideError
from tests.app.databases.postgresql.sandboxes import Context
from tests.app.databases.postgresql.servers import WORKER, Server
from tests.app.databases.postgresql.structures import making


def _entries(*statements: str) -> tuple[Entry, ...]:
    return tuple(
        Entry(id=number, kind="TABLE", schema="public", name=f"t{number}", sql=sql, section="pre-data")
        for number, sql in enumerate(statements)
    )


@pytest.fixture
def empty(server18: Server) -> str:
    return server18.create_database(owner=WORKER[0])


def test_an_object_that_cannot_be_made_is_named(server18: Server, empty: str) -> None:
    archive = Archive(
        _entries(*(f"CREATE TABLE public.t{n} (a int);" for n in range(7)), "CREATE TABLE public.t7 (a no_such_type);")
    )
    with connect(server18.place(empty, *WORKER), read_only=False) as session:
        with pytest.raises(OutsideError, match=r"The table public\.t7 cannot be made") as caught:
            restoring.restore_pre_data(session, archive, Context())
        assert 'type "no_such_type" does not exist' in caught.value.detail
    server18.drop_database(empty)


def test_a_server_that_ends_the_session_is_no_fault_of_the_object(server18: Server, empty: str) -> None:
    archive = Archive(_entries("SELECT pg_terminate_backend(pg_backend_pid());"))
    with (
        connect(server18.place(empty, *WORKER), read_only=False) as session,
        pytest.raises(OutsideError, match="ended the session"),
    ):
        restoring.restore_pre_data(session, archive, Context())
    server18.drop_database(empty)


def test_stopping_comes_between_two_batches(server18: Server, empty: str) -> None:
    ctx = Context()
    ctx.cancelled = True
    with connect(server18.place(empty, *WORKER), read_only=False) as session:
        with pytest.raises(CancelledError):
            restoring.restore_pre_data(session, Archive(_entries("CREATE TABLE t (a int);")), ctx)
        with pytest.raises(psycopg.errors.UndefinedTable):
            session.execute("SELECT FROM public.t")
    server18.drop_database(empty)


def test_a_source_without_the_schema_public_gives_a_copy_without_it(server18: Server) -> None:
    sql = "CREATE SCHEMA shop; CREATE TABLE shop.a (b int); SET ROLE NONE; DROP SCHEMA public"
    with making(server18, sql) as made:
        made.restore()
        assert made.found("SELECT to_regnamespace('public'), to_regclass('shop.a') IS NOT NULL") == [(None, True)]


def test_forced_row_security_waits_until_the_end(server18: Server) -> None:
    sql = (
        "CREATE TABLE a (b int); INSERT INTO a VALUES (1); COMMENT ON SCHEMA public IS 'ours'; "
        "ALTER TABLE a ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY"
    )
    with making(server18, f"SET ROLE NONE; ALTER SCHEMA public OWNER TO sk_app; SET ROLE sk_app; {sql}") as made:
        made.restore()
        made.fill()
        made.build()
        made.finish()
        flags = "SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid = 'a'::regclass"
        assert made.found(flags) == [(True, False)]
        with connect(made.place, read_only=True) as session:
            assert session.execute("SELECT count(*) FROM public.a").fetchone() == (1,)
        made.complete()
        assert made.found(flags) == [(True, True)]
        assert made.found("SELECT obj_description('public'::regnamespace)") == [("ours",)]
