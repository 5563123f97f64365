"""The swap: all or nothing, only over what is ours, whoever is connected, and whenever it is cut off."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import psycopg
import pytest

from app.databases.postgresql import looking
from app.domain.environments import MarkerState
from app.errors import OutsideError, RefusedError, StaleFenceError
from tests.app.databases.postgresql.killing import killed_at
from tests.app.databases.postgresql.sandboxes import BUILT, PASSWORD, SIGNER, Context, Sandbox
from tests.app.databases.postgresql.servers import Server


@pytest.fixture(params=[18, 16, 15])
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    sandbox = Sandbox(request.getfixturevalue(f"server{request.param}"))
    yield sandbox
    sandbox.remove()


@pytest.fixture
def one(server: Server) -> Iterator[Sandbox]:
    sandbox = Sandbox(server)
    yield sandbox
    sandbox.remove()


@contextmanager
def programs(sandbox: Sandbox, count: int) -> Iterator[list[str]]:
    """Programs of the sandbox's people that connect again at once whenever they are thrown out; what they read."""
    stop, seen = threading.Event(), list[str]()
    ready = threading.Semaphore(0)

    def work() -> None:
        announced = False
        while not stop.is_set():
            try:
                with psycopg.connect(sandbox.owner.conninfo(), autocommit=True) as session:
                    while not stop.is_set():
                        row = session.execute("SELECT name FROM public.customer WHERE id = 1").fetchone()
                        seen.append("" if row is None else str(row[0]))
                        if not announced:
                            ready.release()
                            announced = True
            except psycopg.Error:
                continue

    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    try:
        for _ in threads:
            assert ready.acquire(timeout=20)
        yield seen
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def test_the_first_copy_takes_the_name_and_belongs_to_its_login(sandbox: Sandbox) -> None:
    staged = sandbox.provision()
    assert sandbox.there() == ["baseline", "login", "sandbox"]
    assert sandbox.rows("SELECT count(*) FROM customer") == [(20,)]
    owner = sandbox.rows(
        "SELECT pg_get_userbyid(datdba), has_database_privilege('sk_reader', oid, 'CONNECT'), datallowconn "
        f"FROM pg_database WHERE datname = '{sandbox.name}'"
    )
    assert owner == [(sandbox.login, False, True)]
    seen = sandbox.look()
    assert seen.identity == staged.identity
    assert looking.marker_state(sandbox.target, seen, SIGNER) is MarkerState.VALID


def test_the_old_copy_is_kept_closed_until_settled(one: Sandbox) -> None:
    first = one.provision()
    staged = one.prepare(BUILT.replace("'c'", "'new'"))
    one.publish(staged)
    assert one.there() == ["baseline", "login", f"old_{one.operation}_0", "sandbox", f"spent_{one.operation}_0"]
    old = f"sandkeeper_{one.environment.id}_old_{one.operation}_0"
    kept = one.server.run(
        f"SELECT oid::text, datallowconn, pg_get_userbyid(datdba) FROM pg_database WHERE datname = '{old}'"
    )
    assert kept == [(first.identity.minor, False, "sk_worker")]
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(one.server.place(old, one.login, PASSWORD).conninfo()).close()
    one.record(staged)
    one.settle(staged)
    one.settle(staged)
    assert one.there() == ["baseline", "login", "sandbox"]
    assert one.rows("SELECT name FROM customer WHERE id = 1") == [("new1",)]


def test_publishing_again_changes_nothing(one: Sandbox) -> None:
    one.provision()
    staged = one.prepare()
    one.publish(staged)
    before = one.there()
    one.publish(staged)
    assert one.there() == before
    assert one.look().identity == staged.identity


def test_programs_that_keep_reconnecting_do_not_keep_the_old_copy(sandbox: Sandbox) -> None:
    sandbox.provision(BUILT.replace("'c'", "'old'"))
    staged = sandbox.prepare(BUILT.replace("'c'", "'new'"))
    with programs(sandbox, 3) as seen:
        sandbox.publish(staged)
        swapped = len(seen)
        arrived = threading.Event()
        for _ in range(200):
            if "new1" in seen[swapped:] or arrived.wait(0.05):
                break
    assert set(seen) == {"old1", "new1"}
    assert seen[-1] == "new1"
    assert seen.index("new1") > len(seen) - 1 - seen[::-1].index("old1"), "an old value came after a new one"


def test_a_superusers_session_stops_the_swap_and_is_named(one: Sandbox) -> None:
    first = one.provision()
    staged = one.prepare()
    place = one.server.admin(one.name)
    with psycopg.connect(place.conninfo(application_name="psql of the\nadmin")):
        with pytest.raises(OutsideError, match="is in use") as raised:
            one.publish(staged)
        assert "Connected: psql of the" in raised.value.detail
        assert "admin as postgres (pid" in raised.value.detail
    assert one.look().identity == first.identity
    assert one.rows("SELECT count(*) FROM customer") == [(20,)]
    one.publish(staged)
    assert one.look().identity == staged.identity


def test_a_stale_fence_in_the_last_moment_changes_nothing(one: Sandbox) -> None:
    first = one.provision()
    staged = one.prepare()
    before = one.there()
    context = Context()

    def stale() -> None:
        if context.asserted == 2:
            raise StaleFenceError("Another worker took this operation over")

    context = Context(asserts=stale)
    with pytest.raises(StaleFenceError):
        one.publish(staged, context)
    assert context.asserted == 2
    assert one.there() == before
    assert one.look().identity == first.identity
    assert one.rows("SELECT count(*) FROM customer") == [(20,)]


def test_a_kill_before_any_statement_leaves_the_old_copy_or_the_new_one(one: Sandbox) -> None:
    first = one.provision(BUILT.replace("'c'", "'old'"))
    staged = one.prepare(BUILT.replace("'c'", "'new'"))
    statement = 0
    while True:
        statement += 1
        killed = killed_at(statement, lambda: one.publish(staged))
        value = one.rows("SELECT name FROM customer WHERE id = 1")  # its people can always connect
        assert one.look().identity == {"old1": first, "new1": staged}[str(value[0][0])].identity
        if not killed:
            break
    assert statement > 15
    assert value == [("new1",)]
    one.record(staged)
    while killed_at(statement := statement - 1, lambda: one.settle(staged)):
        pass
    one.settle(staged)
    assert one.there() == ["baseline", "login", "sandbox"]


def test_what_is_not_ours_is_not_replaced(one: Sandbox) -> None:
    staged = one.prepare()
    one.server.create_database(one.name, sql="CREATE TABLE t (a int)")
    with pytest.raises(RefusedError, match="is not one that Sandkeeper made"):
        one.publish(staged)
    assert one.server.run("SELECT count(*) FROM pg_class WHERE relname = 't'", one.name) == [(1,)]


def test_a_copied_mark_is_worth_nothing(one: Sandbox) -> None:
    """Invariant 5: a copy of a sandbox made by hand, its comment too, in the sandbox's own place."""
    one.provision()
    comment = one.look().marker
    assert comment is not None
    run = one.server.run
    (text,) = run(f"SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = '{one.name}'")[0]
    run(f"ALTER DATABASE {one.name} RENAME TO {one.name}_moved")
    run(f"CREATE DATABASE {one.name} TEMPLATE {one.name}_moved")
    run(f"COMMENT ON DATABASE {one.name} IS '{text}'")
    try:
        assert looking.marker_state(one.target, one.look(), SIGNER) is MarkerState.FOREIGN
        with pytest.raises(RefusedError):
            one.wipe()
        with pytest.raises(RefusedError):
            one.create()
        assert "target-mark-foreign" in one.codes()
        assert "sandbox" in one.there()
        # also where the catalog is made to believe that it is the one
        seen = one.look().identity
        one.environment = replace(one.environment, identity=seen)
        with pytest.raises(RefusedError):
            one.wipe()
        assert "sandbox" in one.there()
    finally:
        one.server.drop_database(f"{one.name}_moved")


@pytest.mark.parametrize("harm", ["opened", "another", "unmarked", "gone"])
def test_a_prepared_copy_that_was_touched_is_not_published(one: Sandbox, harm: str) -> None:
    staged = one.prepare()
    run = one.server.run
    match harm:
        case "opened":
            run(f"ALTER DATABASE {staged.place} ALLOW_CONNECTIONS true")
        case "unmarked":
            run(f"COMMENT ON DATABASE {staged.place} IS NULL")
        case _:
            run(f"DROP DATABASE {staged.place}")
    if harm == "another":
        run(f"CREATE DATABASE {staged.place} OWNER sk_worker ALLOW_CONNECTIONS false")
    with pytest.raises((RefusedError, OutsideError)):
        one.publish(staged)
    assert "sandbox" not in one.there()


def test_a_sandbox_its_people_dropped_is_simply_made_again(one: Sandbox) -> None:
    one.provision()
    one.does(f"DROP DATABASE {one.name}", one.owner.at("postgres"))
    assert not one.look().exists
    one.provision()
    assert one.rows("SELECT count(*) FROM customer") == [(20,)]


def test_without_a_baseline_the_earlier_one_goes_too(one: Sandbox) -> None:
    one.provision()
    one.provision(keep_baseline=False)
    assert one.there() == ["login", "sandbox"]


def test_without_a_place_for_a_password_there_is_no_login(one: Sandbox) -> None:
    one.provision(login=False)
    assert one.there() == ["baseline", "sandbox"]
    assert one.rows("SELECT count(*) FROM customer", one.place) == [(20,)]
    one.provision(login=True)
    assert one.rows("SELECT count(*) FROM customer") == [(20,)]
    one.wipe()
    assert one.there() == []


def test_a_session_that_is_ended_in_the_middle_is_taken_up_again(one: Sandbox) -> None:
    one.provision()
    staged = one.prepare()

    def cut() -> None:
        if context.asserted == 2:
            one.server.run(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = 'sk_worker' "
                f"AND query LIKE '%{one.environment.id}%'"
            )

    context = Context(asserts=cut)
    one.publish(staged, context)
    assert context.asserted >= 4
    assert one.look().identity == staged.identity
