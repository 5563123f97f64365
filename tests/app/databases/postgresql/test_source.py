"""A production database, open for reading alone."""

from collections.abc import Iterator
from dataclasses import replace

import psycopg
import pytest

from app.databases.postgresql.connections import connect
from app.databases.postgresql.source import PostgresqlSource
from app.domain.policy import Clause, Operator, RowSet
from app.errors import OutsideError, UserError
from tests.app.databases.postgresql.reading import source
from tests.app.databases.postgresql.servers import AUDITOR, FEATURES, READER, Server


@pytest.fixture(scope="module")
def database(server18: Server) -> Iterator[str]:
    with source(server18, file=FEATURES) as name:
        yield name


@pytest.fixture
def opened(server18: Server, database: str) -> Iterator[PostgresqlSource]:
    with PostgresqlSource(server18.place(database, *READER)) as found:
        yield found


def test_it_is_one_moment_and_nothing_can_be_written(server18: Server, database: str, opened: PostgresqlSource) -> None:
    before = opened.count("crm.asset")
    server18.run("INSERT INTO crm.asset VALUES (99, 'later')", database)
    try:
        assert opened.count("crm.asset") == before == 1
    finally:
        server18.run("DELETE FROM ONLY crm.asset WHERE id = 99", database)
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        opened.snapshot.main.execute("DELETE FROM ONLY crm.asset")


def test_what_it_is_shows(server18: Server, database: str, opened: PostgresqlSource) -> None:
    (oid,) = server18.run(f"SELECT oid FROM pg_database WHERE datname = '{database}'")[0]
    assert (opened.identity.engine, opened.identity.minor) == ("postgresql", str(oid))
    assert opened.size_bytes() > 5_000_000
    assert opened.schema().fingerprint == opened.shapes.fingerprint
    assert opened.schema().table("crm.customer") is not None


def test_rows_are_counted_over_all_partitions(opened: PostgresqlSource) -> None:
    assert opened.count("crm.claim") == 400
    assert opened.count("CRM.Claim", (Clause(column="region", operator=Operator.IN, value=("west", "south")),)) == 200
    assert opened.count("pg_largeobject") == 2
    assert opened.count("crm.partner_customer") == 0
    odd = 'Odd Names."Select * from ""x""; --"'
    assert opened.count(odd, (Clause(column="%s", operator=Operator.IS, value=1),)) == 1


def test_samples_are_taken_by_the_name_of_the_policy(opened: PostgresqlSource) -> None:
    rows = opened.sample("crm.claim", ["id", "claimant"], 50)
    assert len(rows) == 50
    assert all(isinstance(number, int) and isinstance(name, str) for number, name in rows)
    assert opened.sample("pg_largeobject", ["data"], 5) == []
    with pytest.raises(UserError, match="no table"):
        opened.sample("crm.nothing", ["id"], 5)


def test_hidden_rows_are_not_taken_for_none(server18: Server, database: str, opened: PostgresqlSource) -> None:
    with pytest.raises(OutsideError, match="Row-level security") as caught:
        opened.sample("crm.salary", ["remark"], 5)
    assert 'ALTER ROLE "sk_reader" BYPASSRLS' in caught.value.hint
    with pytest.raises(OutsideError):
        opened.count("crm.salary")
    with PostgresqlSource(server18.place(database, *AUDITOR)) as audited:
        assert len(audited.sample("crm.salary", ["remark"], 5)) == 5


def test_a_locked_table_is_told_in_words(server18: Server, database: str) -> None:
    with connect(server18.admin(database), read_only=False) as holder:
        place = server18.place(database, *READER)
        with PostgresqlSource(place) as found:
            holder.execute("BEGIN; LOCK TABLE crm.asset IN ACCESS EXCLUSIVE MODE")
            found.snapshot.main.execute("SET lock_timeout = '100ms'")
            with pytest.raises(OutsideError, match="is locked"):
                found.count("crm.asset")


def test_what_cannot_be_reached_is_told_in_words(server18: Server, database: str) -> None:
    with pytest.raises(OutsideError, match="no database"):
        PostgresqlSource(server18.place("no_such_database", *AUDITOR))
    with pytest.raises(OutsideError, match="password"):
        PostgresqlSource(replace(server18.place(database, *READER), password="wrong"))


def test_its_session_is_closed_at_the_end(server18: Server, database: str) -> None:
    with PostgresqlSource(server18.place(database, *READER)) as found:
        main = found.snapshot.main
    assert main.closed


def test_what_can_be_chosen_is_read_in_order_and_not_beyond_the_limit(opened: PostgresqlSource) -> None:
    where = (Clause(column="region", operator=Operator.IN, value=("west", "south")),)
    rows = opened.values("crm.claim", ("region", "id"), where)
    assert len(rows) == 200
    assert rows == sorted(rows)
    assert {region for region, _ in rows} == {"west", "south"}
    assert opened.values("crm.claim", ("region", "id"), where, 3) == rows[:3]
    booked = RowSet(table="crm.claim", column="id", condition=where)
    among = (Clause(column="id", operator=Operator.IN_ROWS, value=booked),)
    assert [id_ for (id_,) in opened.values("crm.claim", ("id",), among)] == sorted(id_ for _, id_ in rows)
    assert opened.count("crm.claim", among) == 200
    with pytest.raises(OutsideError, match="Row-level security"):
        opened.values("crm.salary", ("remark",))
    with pytest.raises(UserError, match="has no nothing"):
        opened.values("crm.claim", ("id", "nothing"))
