"""One look: never an exception, always in words, and quick."""

import socket
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from app.databases.postgresql.looking import look, marker_state, table_facts
from app.domain.environments import EnvironmentKind, MarkerState
from app.domain.inspection import TableFacts
from app.errors import OutsideError
from app.ports.databases import Signer
from tests.app.databases.postgresql.sandboxes import SIGNER, Sandbox
from tests.app.databases.postgresql.servers import READER, WORKER, Server, create_source, own_server

SANDBOX, PRODUCTION = EnvironmentKind.SANDBOX, EnvironmentKind.PRODUCTION


@pytest.fixture
def one(server: Server) -> Iterator[Sandbox]:
    sandbox = Sandbox(server)
    yield sandbox
    sandbox.remove()


@pytest.fixture(scope="module")
def source(server18: Server) -> Iterator[str]:
    name = create_source(
        server18,
        'CREATE SCHEMA shop; CREATE TABLE shop.orders (id int); CREATE TABLE "a.b" (id int);'
        "CREATE TABLE parted (id int) PARTITION BY RANGE (id);"
        "CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (10);"
        "CREATE TABLE parted_2 PARTITION OF parted FOR VALUES FROM (10) TO (90);"
        "INSERT INTO parted SELECT generate_series(1, 50); INSERT INTO shop.orders SELECT generate_series(1, 7);"
        "ANALYZE",
    )
    yield name
    server18.drop_database(name)


def test_a_sandbox_is_seen_with_its_mark(one: Sandbox) -> None:
    staged = one.provision()
    seen = one.look()
    assert seen.exists
    assert not seen.problem
    assert seen.identity == staged.identity
    assert seen.size_bytes is not None
    assert seen.size_bytes > 1_000_000
    assert seen.engine.startswith("postgresql 18.")
    assert marker_state(one.target, seen, SIGNER) is MarkerState.VALID
    assert marker_state(one.target, seen, Signer.of(b"another")) is MarkerState.FOREIGN
    assert marker_state(one.target, replace(seen, marker=None), SIGNER) is MarkerState.NONE


def test_a_production_is_seen_by_a_role_that_reaches_nothing_else(server18: Server, source: str) -> None:
    seen = look(server18.place(source, *READER), PRODUCTION)
    oid = server18.run(f"SELECT oid::text FROM pg_database WHERE datname = '{source}'")[0][0]
    assert seen.identity is not None
    assert seen.identity.minor == oid
    assert seen.marker is None
    assert seen.size_bytes


@pytest.mark.parametrize("kind", [SANDBOX, PRODUCTION])
def test_what_is_not_there_is_absent_and_no_problem(server18: Server, kind: EnvironmentKind) -> None:
    seen = look(server18.place("g_nothing", *WORKER), kind)
    assert (seen.exists, seen.problem) == (False, "")


@pytest.mark.parametrize("kind", [SANDBOX, PRODUCTION])
def test_what_cannot_be_looked_at_says_why(server18: Server, source: str, kind: EnvironmentKind) -> None:
    wrong = look(server18.place(source, WORKER[0], "hunter2"), kind)
    assert "password" in wrong.problem
    assert "hunter2" not in wrong.problem
    place = server18.place(source, *READER)
    for host, port in (("127.0.0.1", "1"), ("no-such-host.invalid", "5432")):
        away = look(replace(place, parameters={**place.parameters, "host": host, "port": port}), kind)
        assert not away.exists
        assert away.problem


def test_a_server_that_says_nothing_is_given_up_soon(server18: Server) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        place = server18.place("x", *READER)
        port = str(silent.getsockname()[1])
        began = time.monotonic()
        seen = look(replace(place, parameters={**place.parameters, "port": port, "connect_timeout": "2"}), PRODUCTION)
    assert seen.problem
    assert time.monotonic() - began < 8


def test_tables_come_with_the_servers_own_estimates(server18: Server, source: str) -> None:
    assert table_facts(server18.place(source, *READER), PRODUCTION) == (
        TableFacts(table='"a.b"', rows=0),
        TableFacts(table="parted", rows=50),
        TableFacts(table="shop.orders", rows=7),
    )


def test_tables_of_a_sandbox_are_listed_by_the_worker(one: Sandbox) -> None:
    one.provision()
    assert [facts.table for facts in table_facts(one.place, SANDBOX)] == ["customer", "shop.orders"]
    assert table_facts(one.place, SANDBOX)[0].rows == 20
    with pytest.raises(OutsideError):
        table_facts(one.place.at("g_nothing"), SANDBOX)


def test_a_server_that_is_stopped_is_a_problem_in_words() -> None:
    with own_server(16) as (server, cluster):
        place = server.place("postgres", *WORKER)
        assert look(place, PRODUCTION).exists
        cluster.stop()
        seen = look(place, PRODUCTION)
        assert not seen.exists
        assert "cannot be reached" in seen.problem
        cluster.start()
