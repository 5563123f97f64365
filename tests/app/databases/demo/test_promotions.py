"""The promotion engine's account: two environments in one database, never connected; persons in unlikely places."""

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest

from app.databases.demo.promotions import PROMOTIONS
from app.databases.demo.promotions.tables import METADATA
from app.databases.demo.sqlite_file import make_file

ROWS = 400
CONNECTIONS = {
    "audience_membership": ("audience", "audience_id", "customer_profile", "profile_id"),
    "audience_application": ("audience", "audience_id", "application", "application_id"),
    "giveaways_pool_application": ("giveaways_pool", "pool_id", "application", "application_id"),
    "giveaway": ("giveaways_pool", "pool_id", "customer_profile", "profile_id"),
    "loyalty_program_application": ("loyalty_program", "program_id", "application", "application_id"),
    "achievement_application": ("achievement", "achievement_id", "application", "application_id"),
    "achievement_progress": ("achievement", "achievement_id", "customer_profile", "profile_id"),
    "customer_session": ("application", "application_id", "customer_profile", "profile_id"),
}
"""Tables whose rows connect two things that both have an environment: the things and the columns that name them."""
BY_INTEGRATION_ID = {
    "loyalty_transaction": ("customer_profile_id", "JOIN loyalty_program AS e ON e.id = x.program_id"),
    "coupon": ("recipient_integration_id", "JOIN campaign AS c ON c.id = x.campaign_id "
               "JOIN application AS e ON e.id = c.application_id"),
    "referral": ("advocate_profile_integration_id", "JOIN campaign AS c ON c.id = x.campaign_id "
                 "JOIN application AS e ON e.id = c.application_id"),
}  # fmt: skip


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo") / "production.sqlite"
    make_file(PROMOTIONS, path, ROWS)
    return path


@pytest.fixture
def opened(account: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"{account.as_uri()}?mode=ro", uri=True)) as connection:
        yield connection


def _crossing(connection: sqlite3.Connection, table: str) -> int:
    left, left_id, right, right_id = CONNECTIONS[table]
    (count,) = connection.execute(
        f"SELECT count(*) FROM {table} AS x JOIN {left} AS a ON a.id = x.{left_id} "
        f"JOIN {right} AS b ON b.id = x.{right_id} WHERE a.sandbox <> b.sandbox"
    ).fetchone()
    return int(count)


def _texts(connection: sqlite3.Connection) -> Iterator[str]:
    for table in METADATA.tables:
        for row in connection.execute(f"SELECT * FROM {table}"):
            yield from (value for value in row if isinstance(value, str))


def test_every_table_holds_rows_and_customers_are_as_many_as_asked_for(opened: sqlite3.Connection) -> None:
    empty = [t for t in METADATA.tables if opened.execute(f"SELECT 1 FROM {t} LIMIT 1").fetchone() is None]
    assert (len(METADATA.tables), empty) == (37, [])
    assert opened.execute("SELECT count(*), sum(sandbox) FROM customer_profile").fetchone() == (ROWS, ROWS // 8)
    assert opened.execute("SELECT count(*) FROM points_balance WHERE points > 0").fetchone()[0] > 50


def test_nothing_is_corrupt_and_every_reference_is_met(opened: sqlite3.Connection) -> None:
    assert opened.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert opened.execute("PRAGMA foreign_key_check").fetchall() == []
    keys = sum(len(opened.execute(f"PRAGMA foreign_key_list({t})").fetchall()) for t in METADATA.tables)
    assert keys == sum(len(t.foreign_key_constraints) for t in METADATA.tables.values()) > 50


@pytest.mark.parametrize("table", CONNECTIONS)
def test_no_connection_leads_from_one_environment_to_the_other(opened: sqlite3.Connection, table: str) -> None:
    assert opened.execute(f"SELECT count(*) FROM {table}").fetchone()[0] > 0
    assert _crossing(opened, table) == 0


@pytest.mark.parametrize("table", BY_INTEGRATION_ID)
def test_an_integration_id_is_known_in_the_environment_it_is_used_in(opened: sqlite3.Connection, table: str) -> None:
    column, environment = BY_INTEGRATION_ID[table]
    used = f"SELECT count(*) FROM {table} AS x {environment} WHERE x.{column} IS NOT NULL"
    known = "SELECT 1 FROM customer_profile AS p WHERE p.sandbox = e.sandbox AND p.integration_id = x."
    assert opened.execute(used).fetchone()[0] > 0
    assert opened.execute(f"{used} AND NOT EXISTS ({known}{column})").fetchone() == (0,)


def test_one_integration_id_can_be_two_profiles(opened: sqlite3.Connection) -> None:
    twice = "SELECT count(*) FROM (SELECT 1 FROM customer_profile GROUP BY integration_id HAVING count(*) = 2)"
    assert opened.execute(twice).fetchone() == (ROWS // 16,)


def test_persons_stand_in_structured_data_in_identifiers_and_in_logs(opened: sqlite3.Connection) -> None:
    people = [json.loads(a) for (a,) in opened.execute("SELECT attributes FROM customer_profile")]
    assert all({"Name", "Email", "PhoneNumber", "BirthDate"} <= set(person) for person in people)
    addresses = "SELECT count(*) FROM customer_profile WHERE integration_id LIKE '%@%'"
    assert ROWS * 0.15 < opened.execute(addresses).fetchone()[0] < ROWS * 0.35
    logged = (
        "SELECT count(*) FROM access_log JOIN customer_profile ON instr(request_payload, attributes ->> 'Email') > 0"
    )
    assert opened.execute(logged).fetchone()[0] > 50
    assert opened.execute("SELECT count(*) FROM access_log WHERE request_uri LIKE '%\\%40%' ESCAPE '\\'").fetchone()[0]
    gifts = "SELECT count(*) FROM customer_session WHERE cart_items LIKE '%GiftFor%'"
    assert opened.execute(gifts).fetchone()[0] > 5


def test_no_address_can_reach_anybody(opened: sqlite3.Connection) -> None:
    texts = list(_texts(opened))
    hosts = {host for text in texts for host in re.findall(r"(?:@|%40|://)([\w.-]+\.\w+)", text)}
    assert len(hosts) >= 5
    assert [host for host in hosts if not host.endswith(".example")] == []
    found = [ip for text in texts for ip in re.findall(r'"(\d+\.\d+\.\d+\.\d+)"', text)]
    assert len(found) > 100
    assert {ip_address(ip) in ip_network("198.18.0.0/15") for ip in found} == {True}  # nobody's: kept for benchmarks


def test_one_webhook_and_one_key_mean_all_applications(opened: sqlite3.Connection) -> None:
    for table, link, column in (
        ("webhook", "webhook_application", "webhook_id"),
        ("management_key", "management_key_application", "management_key_id"),
    ):
        unbound = f"SELECT count(*) FROM {table} WHERE id NOT IN (SELECT {column} FROM {link})"
        assert opened.execute(unbound).fetchone()[0] > 0


def test_the_same_seed_gives_the_same_content_and_another_seed_another(tmp_path: Path) -> None:
    dumps = []
    for name, seed in (("a", 7), ("b", 7), ("c", 8)):
        make_file(PROMOTIONS, tmp_path / name, 20, seed=seed)
        with closing(sqlite3.connect(tmp_path / name)) as connection:
            dumps.append(list(connection.iterdump()))
    assert dumps[0] == dumps[1] != dumps[2]


def test_a_single_customer_is_enough(tmp_path: Path) -> None:
    make_file(PROMOTIONS, tmp_path / "one.sqlite", 1)
    with closing(sqlite3.connect(tmp_path / "one.sqlite")) as connection:
        assert connection.execute("SELECT count(*) FROM customer_profile").fetchone() == (1,)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
