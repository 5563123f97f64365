"""The sandbox's login owns its database and everything in it, and nothing else anywhere."""

from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest

from app.databases.postgresql import logins
from app.errors import RefusedError
from tests.app.databases.postgresql.sandboxes import BUILT, PASSWORD, Context, Sandbox
from tests.app.databases.postgresql.servers import Server, create_source

EVERYTHING = f"""
{BUILT};
CREATE TYPE shop.state AS ENUM ('new', 'done');
CREATE DOMAIN shop.short AS varchar(9);
CREATE TYPE shop.pair AS (a int, b text);
CREATE TYPE shop.span AS RANGE (subtype = float8);
CREATE TABLE shop.parted (id int, at date) PARTITION BY RANGE (at);
CREATE TABLE shop.parted_1 PARTITION OF shop.parted FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE TABLE public."Odd ""Table" (a int);
CREATE VIEW shop.v AS SELECT 1 AS one;
CREATE MATERIALIZED VIEW shop.m AS SELECT 2 AS two;
CREATE SEQUENCE shop.s;
CREATE FUNCTION shop.f(int, VARIADIC text[]) RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';
CREATE PROCEDURE shop.p(INOUT a int) LANGUAGE sql AS 'SELECT 1';
CREATE AGGREGATE shop.total(int) (SFUNC = int4pl, STYPE = int);
CREATE FUNCTION shop.step(float8, int) RETURNS float8 LANGUAGE sql AS 'SELECT $1 + $2';
CREATE FUNCTION shop.final(float8, float8) RETURNS float8 LANGUAGE sql AS 'SELECT $1';
CREATE AGGREGATE shop.rank_of(float8 ORDER BY int) (SFUNC = shop.step, STYPE = float8, FINALFUNC = shop.final);
CREATE OPERATOR shop.@+@ (LEFTARG = int, RIGHTARG = int, FUNCTION = int4pl);
CREATE OPERATOR shop.!!! (RIGHTARG = int, FUNCTION = int4um);
CREATE COLLATION shop.c FROM "C";
CREATE CONVERSION shop.conv FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
CREATE TEXT SEARCH CONFIGURATION shop.ts (COPY = simple);
CREATE TEXT SEARCH DICTIONARY shop.td (TEMPLATE = simple);
CREATE STATISTICS shop.st ON id, note FROM shop.orders;
CREATE PUBLICATION pub FOR TABLE shop.orders;
SELECT lo_from_bytea(0, 'x');
SELECT lo_from_bytea(0, 'y')
"""

LEFT = """
SELECT classid::regclass::text, pg_describe_object(classid, objid, 0) FROM pg_shdepend
WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) AND deptype IN ('o', 'a')
  AND refobjid = (SELECT oid FROM pg_roles WHERE rolname = 'sk_worker')
"""


@pytest.fixture(params=[18, 16, 15])
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    sandbox = Sandbox(request.getfixturevalue(f"server{request.param}"))
    yield sandbox
    sandbox.remove()


def test_everything_changes_hands_and_nothing_of_other_databases(sandbox: Sandbox) -> None:
    other = sandbox.server.create_database(owner="sk_worker")
    try:
        sandbox.provision(EVERYTHING)
        assert sandbox.server.run(LEFT, sandbox.name) == []
        owner = sandbox.server.run(f"SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = '{other}'")
        assert owner == [("sk_worker",)]
        sandbox.does(
            "ALTER TABLE shop.parted ADD b int; DROP FUNCTION shop.f(int, text[]); CREATE TABLE public.new (a int);"
            "CREATE SCHEMA more; ALTER TYPE shop.state ADD VALUE 'gone'; DROP SCHEMA shop CASCADE; DROP TABLE customer;"
            "SELECT lo_unlink(oid) FROM pg_largeobject_metadata; DROP PUBLICATION pub"
        )
        # reset and wipe go on working
        sandbox.reset()
        assert sandbox.rows("SELECT shop.f(1, 'a')") == [(1,)]
        sandbox.wipe()
        assert sandbox.there() == []
    finally:
        sandbox.server.drop_database(other)


def test_what_is_lent_for_handing_over_is_taken_back(sandbox: Sandbox) -> None:
    staging = sandbox.create()
    try:
        with closing(staging.connect()) as session:
            session.execute(EVERYTHING)
            login = logins.ensure_login(
                staging.session, sandbox.place, sandbox.target, sandbox.signer, sandbox.operation
            )
            assert logins.hand_over(staging, login) == ()
            right = session.execute(
                "SELECT has_database_privilege(%(login)s, current_database(), 'CREATE'),"
                " has_database_privilege(%(login)s, current_database(), 'CONNECT'),"
                " has_schema_privilege(%(login)s, 'public', 'CREATE')",
                {"login": login},
            ).fetchone()
        assert right == (False, False, False)
    finally:
        staging.drop()


def test_the_login_gets_into_its_own_sandbox_and_nowhere_else(sandbox: Sandbox) -> None:
    production = create_source(sandbox.server, "CREATE TABLE secret (a int)")
    neighbour = Sandbox(sandbox.server)
    try:
        sandbox.provision()
        neighbour.provision()
        assert sandbox.rows("SELECT count(*) FROM customer") == [(20,)]
        for database in (production, neighbour.name):
            with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
                psycopg.connect(sandbox.server.place(database, sandbox.login, PASSWORD).conninfo()).close()
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(sandbox.server.place(sandbox.name, sandbox.login, "guess").conninfo()).close()
        (rights,) = sandbox.server.run(
            "SELECT rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls, (SELECT count(*) FROM "
            f"pg_auth_members WHERE member = r.oid) FROM pg_roles r WHERE rolname = '{sandbox.login}'"
        )
        assert rights == (False, False, False, False, False, 0)
    finally:
        neighbour.remove()
        sandbox.server.drop_database(production)


def test_the_password_reaches_the_server_as_a_verifier(sandbox: Sandbox) -> None:
    sent = list[str]()
    staged = sandbox.prepare()
    execute = psycopg.Connection.execute

    def watched(self: psycopg.Connection, query: str, *args: object, **kwargs: object) -> object:  # type: ignore[type-arg]  # of any rows
        sent.append(f"{query} {args}")
        return execute(self, query, *args, **kwargs)  # type: ignore[arg-type]  # handed on as it came

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(psycopg.Connection, "execute", watched)
        sandbox.publish(staged)
    assert any("SCRAM-SHA-256$" in text for text in sent)
    assert not any(PASSWORD in text or PASSWORD.replace("'", "''") in text for text in sent)
    (stored,) = sandbox.server.run(f"SELECT rolpassword FROM pg_authid WHERE rolname = '{sandbox.login}'")[0]
    assert stored.startswith("SCRAM-SHA-256$")


def test_a_login_that_was_given_more_is_refused(server: Server) -> None:
    sandbox = Sandbox(server)
    try:
        sandbox.provision()
        server.run(f"ALTER ROLE {sandbox.login} CREATEDB")
        assert "login-too-mighty" in sandbox.codes()
        with pytest.raises(RefusedError, match="rights over the whole server"):
            sandbox.prepare()
        assert sandbox.there() == ["baseline", "login", "sandbox"]
        sandbox.wipe()  # but it may be removed
        assert sandbox.there() == []
    finally:
        sandbox.remove()


def test_a_superuser_as_worker_hands_over_what_it_made(server: Server) -> None:
    sandbox = Sandbox(server, worker=("postgres", "super"))
    try:
        sandbox.provision(EVERYTHING + "; CREATE PUBLICATION everything FOR ALL TABLES")
        mine = sandbox.rows(
            "SELECT DISTINCT pg_get_userbyid(relowner) FROM pg_class WHERE oid >= 16384 AND relkind IN ('r', 'v', 'S')"
            " UNION SELECT DISTINCT pg_get_userbyid(proowner) FROM pg_proc WHERE oid >= 16384"
        )
        assert mine == [(sandbox.login,)]
        assert sandbox.rows("SELECT current_setting('sandkeeper.environment')") == [("sandbox",)]
        sandbox.reset()
        sandbox.wipe()
        assert sandbox.there() == []
    finally:
        sandbox.remove()


def test_a_second_copy_keeps_the_login_and_sets_its_password_again(server: Server) -> None:
    sandbox = Sandbox(server)
    try:
        sandbox.provision()
        sandbox.does(f"ALTER ROLE {sandbox.login} PASSWORD 'their own'")
        staged = sandbox.prepare()
        sandbox.publish(staged, Context())
        assert sandbox.rows("SELECT 1") == [(1,)]
    finally:
        sandbox.remove()
