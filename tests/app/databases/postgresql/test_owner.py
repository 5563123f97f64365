"""What the people who own a sandbox can plant in it does not harm the worker that comes back, nor keeps it away."""

from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest

from app.databases.postgresql import looking
from app.domain.environments import EnvironmentKind
from tests.app.databases.postgresql.sandboxes import Sandbox
from tests.app.databases.postgresql.servers import READER, Server

SETTINGS = (
    "ALTER DATABASE {name} SET search_path TO public",
    "ALTER DATABASE {name} SET role TO {login}",
    "ALTER DATABASE {name} SET default_transaction_read_only TO on",
    "ALTER DATABASE {name} SET default_transaction_isolation TO serializable",
    "ALTER DATABASE {name} SET statement_timeout TO 1",
    "ALTER DATABASE {name} SET lock_timeout TO 1",
    "ALTER DATABASE {name} SET idle_session_timeout TO 1",
    "ALTER DATABASE {name} SET standard_conforming_strings TO off",
    "ALTER DATABASE {name} SET client_encoding TO 'LATIN1'",
    "ALTER DATABASE {name} SET datestyle TO 'German'",
    "ALTER DATABASE {name} SET quote_all_identifiers TO on",
    "ALTER ROLE {login} SET search_path TO public",
    "ALTER ROLE {login} IN DATABASE {name} SET role TO {login}",
)
SHADOWS = """
CREATE TABLE public.caught (who text, by text);
CREATE FUNCTION public.trap() RETURNS int LANGUAGE sql AS
    'INSERT INTO public.caught VALUES (session_user, current_user) RETURNING 1';
CREATE FUNCTION public.pg_partition_root(regclass) RETURNS regclass LANGUAGE sql AS 'SELECT trap(); SELECT $1';
CREATE FUNCTION public.pg_has_role(oid, text) RETURNS bool LANGUAGE sql AS 'SELECT trap(); SELECT false';
CREATE FUNCTION public.shobj_description(oid, name) RETURNS text LANGUAGE sql AS 'SELECT trap(); SELECT null::text';
CREATE FUNCTION public.equals(oid, oid) RETURNS bool LANGUAGE sql AS 'SELECT trap(); SELECT false';
CREATE OPERATOR public.= (LEFTARG = oid, RIGHTARG = oid, FUNCTION = public.equals);
CREATE VIEW public.pg_stat_user_tables AS SELECT trap();
CREATE VIEW public.pg_class AS SELECT trap();
CREATE TABLE public.pg_database (datname text);
CREATE SCHEMA "$user"; CREATE SCHEMA sk_worker;
CREATE VIEW sk_worker.pg_class AS SELECT public.trap()
"""


@pytest.fixture(params=[18, 16, 15])
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    sandbox = Sandbox(request.getfixturevalue(f"server{request.param}"))
    sandbox.provision()
    yield sandbox
    sandbox.remove()


@pytest.fixture
def one(server: Server) -> Iterator[Sandbox]:
    sandbox = Sandbox(server)
    sandbox.provision()
    yield sandbox
    sandbox.remove()


def _comes_back(sandbox: Sandbox) -> None:
    """Everything the worker does with a sandbox that is in use, to its end."""
    assert sandbox.impact().exists
    assert sandbox.codes() == []
    sandbox.reset()
    sandbox.provision()
    assert sandbox.rows("SELECT count(*) FROM public.customer") == [(20,)]
    sandbox.wipe()
    assert sandbox.there() == []


def test_settings_and_shadowed_functions_catch_nobody(sandbox: Sandbox) -> None:
    sandbox.does(SHADOWS)
    sandbox.does("INSERT INTO public.customer (name) VALUES ('mine')")
    settings = list(SETTINGS)
    if sandbox.server.version >= 17:
        settings.append("ALTER DATABASE {name} SET transaction_timeout TO 2000")
    sandbox.does("; ".join(settings).format(name=sandbox.name, login=sandbox.login))
    impact = sandbox.impact()
    assert impact.exact, impact.note
    assert "customer" in {change.table for change in impact.changes}
    assert looking.table_facts(sandbox.place, EnvironmentKind.SANDBOX)
    assert sandbox.server.run("SELECT 1 FROM pg_roles WHERE rolname = 'sk_worker' AND rolconfig IS NOT NULL") == []
    _comes_back(sandbox)


def test_closing_the_door_keeps_nobody_from_refreshing(sandbox: Sandbox) -> None:
    sandbox.does(
        f"REVOKE ALL ON DATABASE {sandbox.name} FROM {sandbox.login}; ALTER DATABASE {sandbox.name} CONNECTION LIMIT 0;"
        f"ALTER DATABASE {sandbox.name} IS_TEMPLATE true"
    )
    sandbox.does(f"ALTER DATABASE {sandbox.name} ALLOW_CONNECTIONS false", sandbox.owner.at("postgres"))
    impact = sandbox.impact()
    assert not impact.exact
    assert "cannot be looked into" in impact.note
    assert sandbox.look().exists
    _comes_back(sandbox)


def test_a_template_can_be_wiped(one: Sandbox) -> None:
    one.does(f"ALTER DATABASE {one.name} IS_TEMPLATE true")
    one.wipe()
    assert one.there() == []


def test_putting_the_worker_out_of_the_role_does_not_keep_it_out(server15: Server) -> None:
    """Before 15 a role could grant and revoke itself; here somebody else does it for them. The guest's session can be
    ended by a worker that was given the right to."""
    server15.run("CREATE ROLE g_signal LOGIN CREATEDB CREATEROLE PASSWORD 'x' IN ROLE pg_signal_backend")
    sandbox = Sandbox(server15, worker=("g_signal", "x"))
    try:
        sandbox.provision()
        server15.run(f"REVOKE {sandbox.login} FROM g_signal; GRANT {sandbox.login} TO {READER[0]} WITH ADMIN OPTION")
        with closing(psycopg.connect(server15.place(sandbox.name, *READER).conninfo(), autocommit=True)) as guest:
            guest.execute("SELECT count(*) FROM public.customer")
            _comes_back(sandbox)
    finally:
        sandbox.remove()
        server15.run("DROP ROLE g_signal")


@pytest.mark.parametrize(
    "statement",
    [
        "COMMENT ON DATABASE {name} IS 'x'",
        "ALTER DATABASE {name} SET work_mem TO '1MB'",
        "GRANT TEMP ON DATABASE {name} TO PUBLIC",
    ],
)
def test_a_lock_held_from_elsewhere_does_not_keep_the_worker_away(one: Sandbox, statement: str) -> None:
    """An open transaction in another database, that changed the sandbox's own row there."""
    with closing(psycopg.connect(one.owner.at("postgres").conninfo())) as session:
        session.execute(statement.format(name=one.name))
        staged = one.prepare()
        one.publish(staged)
        one.record(staged)
    assert one.rows("SELECT count(*) FROM customer") == [(20,)]
    one.wipe()


def test_a_trigger_at_login_does_not_run_as_the_superuser_that_looks(server: Server) -> None:
    """Only a superuser can make one; what it calls belongs to the sandbox's people."""
    sandbox = Sandbox(server, worker=("postgres", "super"))
    try:
        sandbox.provision()
        sandbox.does(SHADOWS)
        admin = server.admin(sandbox.name)
        sandbox.does(
            "CREATE FUNCTION public.at_login() RETURNS event_trigger LANGUAGE plpgsql AS "
            "'BEGIN INSERT INTO public.caught VALUES (session_user, current_user); END'; "
            f"ALTER FUNCTION public.at_login() OWNER TO {sandbox.login};"
            "CREATE EVENT TRIGGER t ON login EXECUTE FUNCTION public.at_login();"
            "ALTER EVENT TRIGGER t ENABLE ALWAYS",
            admin,
        )
        assert sandbox.impact().exact
        assert looking.table_facts(sandbox.place, EnvironmentKind.SANDBOX)
        sandbox.does("SELECT 1")  # their own login does run it
        assert sandbox.rows("SELECT DISTINCT who FROM caught WHERE who <> 'postgres'") == [(sandbox.login,)]
        assert sandbox.rows("SELECT count(*) FROM caught WHERE who = 'postgres'") == [(0,)]
        sandbox.wipe()
    finally:
        sandbox.remove()
