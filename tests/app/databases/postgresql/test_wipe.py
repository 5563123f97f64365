"""Wipe takes everything and says so; sweep takes what dead attempts left; neither takes anything else."""

from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest

from app.databases.postgresql.connections import connect_maintenance
from app.databases.postgresql.locks import take
from app.databases.postgresql.names import Kind, database_name
from app.databases.postgresql.owned import drop, find
from app.domain.ids import OperationId
from app.errors import OutsideError, RefusedError, StaleFenceError
from app.ports.databases import Signer
from tests.app.databases.postgresql.killing import killed_at
from tests.app.databases.postgresql.sandboxes import BUILT, PASSWORD, Context, Sandbox
from tests.app.databases.postgresql.servers import Server, own_server
from tests.app.operations.conftest import fact


@pytest.fixture(params=[18, 15])
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    sandbox = Sandbox(request.getfixturevalue(f"server{request.param}"))
    yield sandbox
    sandbox.remove()


@pytest.fixture
def one(server: Server) -> Iterator[Sandbox]:
    sandbox = Sandbox(server)
    yield sandbox
    sandbox.remove()


def test_a_wipe_leaves_nothing_and_says_what_it_took(sandbox: Sandbox) -> None:
    sandbox.provision()
    waiting = sandbox.prepare()
    with (
        psycopg.connect(sandbox.owner.conninfo(), autocommit=True) as inside,
        psycopg.connect(sandbox.owner.at("postgres").conninfo(), autocommit=True) as beside,
    ):
        planned = sandbox.impact().destroys
        removed = sandbox.wipe()
        for session in (inside, beside):
            with pytest.raises(psycopg.OperationalError):
                session.execute("SELECT 1")
    assert sandbox.there() == []
    assert sorted(removed) == sorted(planned)
    assert removed[0] == f"database {sandbox.name}"
    assert removed[-1] == f"role {sandbox.login}"
    assert f"database {waiting.place}" in removed
    assert sandbox.wipe() == ()


def test_a_wipe_killed_before_any_statement_is_finished_by_the_next(one: Sandbox) -> None:
    one.provision()
    statement = 0
    while killed_at(statement := statement + 1, one.wipe):
        pass
    assert statement > 15
    assert one.there() == []
    one.wipe()


def test_a_stale_fence_stops_a_wipe_before_its_first_drop(one: Sandbox) -> None:
    one.provision()
    before = one.there()

    def stale() -> None:
        if context.asserted == 2:
            raise StaleFenceError("Another worker took this operation over")

    context = Context(asserts=stale)
    with pytest.raises(StaleFenceError):
        one.wipe(context)
    assert one.there() == before
    assert one.rows("SELECT count(*) FROM customer") == [(20,)]


@pytest.mark.parametrize("sql", ["COMMENT ON DATABASE {} IS 'ours now'", "COMMENT ON DATABASE {} IS NULL"])
def test_a_sandbox_without_its_mark_is_refused_and_stays_whole(one: Sandbox, sql: str) -> None:
    one.provision()
    before = one.there()
    one.does(sql.format(one.name))
    with pytest.raises(RefusedError, match="is not one that Sandkeeper made"):
        one.wipe()
    assert one.there() == before
    assert one.rows("SELECT count(*) FROM customer") == [(20,)]


def test_another_installations_sandbox_is_refused(one: Sandbox) -> None:
    one.provision()
    one.signer = Signer.of(b"another installation")
    for destroy in (one.wipe, one.reset, one.provision):
        with pytest.raises(RefusedError):
            destroy()
    assert one.sweep() == ()
    assert one.there() == ["baseline", "login", "sandbox"]


def test_the_sweep_takes_what_attempts_left_and_nothing_else(sandbox: Sandbox) -> None:
    sandbox.provision()
    staging = sandbox.create()
    with closing(staging.connect()) as forgotten:
        staging.close()  # its process is gone; a session of it may not be
        unmarked = database_name(sandbox.environment.id, Kind.READY, OperationId("dead"), 1)
        sandbox.server.run(f"CREATE DATABASE {unmarked} OWNER sk_worker ALLOW_CONNECTIONS false")
        keep = sandbox.prepare()
        foreign = [database_name(sandbox.environment.id, Kind.OLD, OperationId("planted"), n) for n in range(2)]
        sandbox.server.run(f"CREATE DATABASE {foreign[0]} OWNER sk_worker")  # open, and no mark
        sandbox.server.run(f"CREATE DATABASE {foreign[1]} ALLOW_CONNECTIONS false")  # another's
        removed = sandbox.sweep(keep)
        assert sorted(removed) == sorted((f"database {staging.name}", f"database {unmarked}"))
        with pytest.raises(psycopg.OperationalError):
            forgotten.execute("SELECT 1")
    assert sandbox.sweep() == tuple(sorted(f"database {name}" for name in (keep.place, keep.baseline)))
    with pytest.raises(RefusedError):
        sandbox.wipe()  # with what is not ours among it
    for name in foreign:
        sandbox.server.drop_database(name)
    assert sandbox.rows("SELECT count(*) FROM customer") == [(20,)]
    assert sandbox.there() == ["baseline", "login", "sandbox"]


def test_the_sweep_takes_the_login_of_a_copy_that_never_came(one: Sandbox) -> None:
    one.prepare()
    assert "login" in one.there()
    assert one.sweep()[-1] == f"role {one.login}"
    assert one.there() == []


def test_a_role_that_only_has_the_name_is_not_taken(one: Sandbox) -> None:
    one.server.run(f"CREATE ROLE {one.login} LOGIN")
    with pytest.raises(RefusedError, match=r"The role .* is not one that Sandkeeper made"):
        one.prepare()
    assert one.there() == ["login"]
    with pytest.raises(RefusedError):
        one.wipe()
    assert one.there() == ["login"]


def test_a_database_the_killed_process_still_has_made_is_ended(one: Sandbox) -> None:
    """Its session is found by what it runs; the lock of the environment says that nobody alive does."""
    with closing(take(one.place, one.environment)) as other:
        name = database_name(one.environment.id, Kind.READY, OperationId("dead"), 1)
        other.session.pgconn.send_query(f'CREATE DATABASE "{name}" ALLOW_CONNECTIONS false STRATEGY WAL_LOG'.encode())
        other._guard.close()
        one.sweep()
    one.sweep()
    assert one.there() == []


def test_what_keeps_a_database_is_told(server: Server) -> None:
    with own_server(18, max_prepared_transactions="5") as (own, _):
        sandbox = Sandbox(own)
        sandbox.provision()
        sandbox.does("BEGIN; INSERT INTO customer (name) VALUES ('x'); PREPARE TRANSACTION 'stuck'")
        with pytest.raises(OutsideError, match="holds prepared transactions"):
            sandbox.wipe()
        with pytest.raises(OutsideError, match="holds prepared transactions"):
            sandbox.provision()
        assert sandbox.rows("SELECT count(*) FROM customer") == [(20,)]
        sandbox.sweep()
        sandbox.does("ROLLBACK PREPARED 'stuck'")
        # an idle slot goes with its database, a subscription keeps it
        admin = own.admin(sandbox.name)
        sandbox.does("SELECT pg_create_logical_replication_slot('idle', 'pgoutput')", admin)
        sandbox.does(
            "CREATE SUBSCRIPTION s CONNECTION 'dbname=postgres' PUBLICATION p WITH (connect = false, slot_name = NONE)",
            admin,
        )
        with pytest.raises(OutsideError, match="has subscriptions"):
            sandbox.wipe()
        assert sandbox.rows("SELECT count(*) FROM customer") == [(20,)]
        sandbox.does("DROP SUBSCRIPTION s", admin)
        sandbox.wipe()
        assert sandbox.there() == []


def test_rights_elsewhere_keep_the_login_and_are_told(one: Sandbox) -> None:
    one.provision()
    other = one.server.create_database(sql=f"CREATE TABLE t (); GRANT SELECT ON t TO {one.login}")
    try:
        with pytest.raises(OutsideError, match="still owns something") as raised:
            one.wipe()
        assert other in raised.value.detail
        assert one.there() == ["login"]
        with pytest.raises(psycopg.OperationalError):  # but nobody comes in with it any more
            psycopg.connect(one.server.place("postgres", one.login, PASSWORD).conninfo()).close()
        one.server.run(f"DROP OWNED BY {one.login}", other)
        assert one.wipe() == (f"role {one.login}",)
    finally:
        one.server.drop_database(other)


def test_a_reset_brings_the_baseline_back_again_and_again(sandbox: Sandbox) -> None:
    sandbox.provision()
    for _ in range(2):
        sandbox.does("UPDATE customer SET name = 'mine'; DROP TABLE shop.orders; CREATE TABLE extra ()")
        before = sandbox.look().identity
        staged = sandbox.reset()
        assert staged.rows is None
        assert sandbox.look().identity == staged.identity != before
        assert sandbox.rows("SELECT count(*) FROM customer WHERE name = 'mine'") == [(0,)]
        assert sandbox.rows("SELECT to_regclass('shop.orders') IS NOT NULL, to_regclass('extra') IS NULL") == [
            (True, True)
        ]
        assert sandbox.there() == ["baseline", "login", "sandbox"]


@pytest.mark.parametrize(
    "harm",
    ["COMMENT ON DATABASE {} IS NULL", "ALTER DATABASE {} ALLOW_CONNECTIONS true", "DROP DATABASE {}"],
)
def test_a_baseline_that_is_not_as_we_left_it_is_not_gone_back_to(one: Sandbox, harm: str) -> None:
    one.provision(BUILT)
    one.server.run(harm.format(f"sandkeeper_{one.environment.id}_baseline"))
    with pytest.raises(RefusedError, match="baseline"):
        one.reset()
    assert one.rows("SELECT count(*) FROM customer") == [(20,)]


def test_autovacuum_at_work_does_not_keep_a_database() -> None:
    """It is a superuser's session, which FORCE refuses to end for the worker's role."""
    slow = {"autovacuum_naptime": "1", "autovacuum_vacuum_cost_delay": "100", "autovacuum_vacuum_cost_limit": "1"}
    with own_server(18, **slow) as (server, _):
        sandbox = Sandbox(server)
        sandbox.provision()
        server.run("CREATE TABLE work AS SELECT n FROM generate_series(1, 100000) AS n; DELETE FROM work", sandbox.name)
        at_work = (
            f"SELECT 1 FROM pg_stat_activity WHERE backend_type = 'autovacuum worker' AND datname = '{sandbox.name}'"
        )
        fact(lambda: server.run(at_work) != [])
        with closing(connect_maintenance(sandbox.place)) as session:
            found = find(session, sandbox.name)
            assert found is not None
            drop(session, sandbox.place, found)
        assert sandbox.name not in sandbox.there()
