"""What a sandbox's people did since its copy, counted by the server, and who they are."""

from collections.abc import Iterator
from dataclasses import replace

import psycopg
import pytest

from app.domain.plan import TableChange
from tests.app.databases.postgresql.sandboxes import BUILT, Sandbox
from tests.app.databases.postgresql.servers import Server

FLUSH = "; SELECT pg_stat_force_next_flush()"


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


def test_a_fresh_copy_has_no_changes_and_what_people_do_counts(sandbox: Sandbox) -> None:
    sandbox.provision(
        BUILT + "; CREATE TABLE public.parted (id int) PARTITION BY RANGE (id);"
        "CREATE TABLE public.parted_1 PARTITION OF public.parted FOR VALUES FROM (0) TO (10);"
        "CREATE TABLE public.parted_2 PARTITION OF public.parted FOR VALUES FROM (10) TO (90);"
        "INSERT INTO public.parted VALUES (1), (20)"
    )
    fresh = sandbox.impact()
    assert (fresh.exists, fresh.changes, fresh.exact, fresh.note) == (True, (), True, "")
    sandbox.does(
        "INSERT INTO customer (name) VALUES ('a'), ('b'); UPDATE customer SET name = 'x' WHERE id <= 5;"
        "DELETE FROM customer WHERE id = 9; INSERT INTO parted VALUES (2), (3), (30);"
        "INSERT INTO shop.orders (note) VALUES ('n')" + FLUSH
    )
    used = sandbox.impact()
    assert used.exact
    assert set(used.changes) == {
        TableChange(table="customer", added=2, changed=5, removed=1),
        TableChange(table="parted", added=3, changed=0, removed=0),
        TableChange(table="shop.orders", added=1, changed=0, removed=0),
    }
    assert used.size_bytes
    sandbox.reset()
    assert sandbox.impact().changes == ()


def test_who_is_connected_is_told_in_words(one: Sandbox) -> None:
    one.provision()
    with psycopg.connect(one.owner.conninfo(application_name="reports")):
        (who,) = one.impact().connected
    assert who.startswith(f"reports as {one.login} from 127.0.0.1 (pid ")


def test_what_a_wipe_would_take_is_named(one: Sandbox) -> None:
    one.provision()
    assert one.impact().destroys == (
        f"database {one.name}",
        f"database sandkeeper_{one.environment.id}_baseline",
        f"role {one.login}",
    )


def test_nothing_there_is_nothing_to_lose(one: Sandbox) -> None:
    assert one.impact().exists is False
    assert one.impact().destroys == ()


def test_without_a_baseline_the_counters_are_not_trusted(one: Sandbox) -> None:
    one.provision(keep_baseline=False)
    impact = one.impact()
    assert not impact.exact
    assert "without a baseline" in impact.note


def test_counters_that_were_reset_are_not_trusted(one: Sandbox) -> None:
    one.provision()
    one.does("INSERT INTO customer (name) VALUES ('a')" + FLUSH)
    one.server.run("SELECT pg_stat_reset()", one.name)
    impact = one.impact()
    assert not impact.exact
    assert "lost its counters" in impact.note


def test_another_database_in_its_place_is_not_counted(one: Sandbox) -> None:
    one.provision()
    assert one.environment.identity is not None
    one.environment = replace(one.environment, identity=replace(one.environment.identity, minor="5"))
    assert "not the copy that Sandkeeper published" in one.impact().note


def test_a_server_that_is_away_is_said(one: Sandbox) -> None:
    one.worker = ("sk_worker", "wrong")
    impact = one.impact()
    assert not impact.exact
    assert "password" in impact.note
