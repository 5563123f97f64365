"""A demo database on PostgreSQL: the same people as in SQLite, in types proper to it, closed to strangers."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from app.databases.demo.agency import AGENCY
from app.databases.demo.crm import CRM
from app.databases.demo.promotions import PROMOTIONS
from app.databases.demo.promotions.tables import METADATA
from app.databases.demo.server_database import make_on_server
from app.databases.demo.sqlite_file import make_file
from app.databases.demo.world import World
from app.databases.postgresql.connections import connect
from app.databases.postgresql.embedded import OWNER, READER, SUPERUSER, WORKER, PrivateServer
from app.errors import OutsideError, RefusedError, UserError

ROWS = 300


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrivateServer]:
    server = PrivateServer(tmp_path_factory.mktemp("demo") / "postgresql")
    try:
        make_on_server(AGENCY, server, "production", ROWS)
        yield server
    finally:
        server.remove()


@pytest.fixture
def opened(server: PrivateServer) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    more = {"search_path": "public"}
    with closing(connect(server.place(READER, "production"), read_only=True, more=more)) as session:
        yield session


def databases(server: PrivateServer) -> set[str]:
    with closing(connect(server.place(SUPERUSER), read_only=True)) as session:
        return {str(name) for (name,) in session.execute("SELECT datname FROM pg_database").fetchall()}


def plain(value: object) -> object:
    """The same for both kinds: numbers and truths as numbers, moments and structured data as text."""
    match value:
        case bool() | int() | Decimal():
            return float(value)
        case UUID():
            return str(value)
        case datetime():
            return f"{value:%Y-%m-%d %H:%M:%S}"
        case date():
            return value.isoformat()
        case dict() | list():
            return json.dumps(value, sort_keys=True)
        case str() if value[:1] in ("{", "["):
            return json.dumps(json.loads(value), sort_keys=True)
    return value


@pytest.mark.parametrize("world", [AGENCY, CRM, PROMOTIONS], ids=lambda world: world.name)
def test_it_holds_the_same_rows_as_the_file_of_that_seed(world: World, server: PrivateServer, tmp_path: Path) -> None:
    make_file(world, tmp_path / "a.sqlite", 40, seed=3)
    make_on_server(world, server, f"{world.name}_rows", 40, seed=3)
    reader = server.place(READER, f"{world.name}_rows")
    with (
        closing(sqlite3.connect(tmp_path / "a.sqlite")) as file,
        closing(connect(reader, read_only=True, more={"search_path": "public"})) as opened,
    ):
        names = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
        tables = [(name, [c[1] for c in file.execute(f"PRAGMA table_info({name})")]) for (name,) in file.execute(names)]
        assert len(tables) == {"agency": 20, "crm": 107, "promotions": 37}[world.name]
        for table, columns in tables:
            mine = opened.execute(f'SELECT * FROM "{table}"')
            assert [n.name for n in mine.description or ()] == columns
            theirs = file.execute(f'SELECT * FROM "{table}"')
            rows, same = ([tuple(map(plain, row)) for row in found.fetchall()] for found in (mine, theirs))
            assert sorted(rows, key=repr) == sorted(same, key=repr), table


def test_a_promotion_account_keeps_its_references_on_a_server(server: PrivateServer) -> None:
    make_on_server(PROMOTIONS, server, "references", 20)
    place = server.place(SUPERUSER, "references")
    with closing(connect(place, read_only=False, more={"search_path": "public", "role": OWNER})) as session:
        declared = sum(len(table.foreign_key_constraints) for table in METADATA.tables.values())
        assert session.execute(
            "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND convalidated"
        ).fetchone() == (declared,)
        kinds = "SELECT count(*) FROM information_schema.columns WHERE table_schema = 'public' AND data_type = 'jsonb'"
        assert session.execute(kinds).fetchone() != (0,)
        with pytest.raises(psycopg.errors.ForeignKeyViolation):
            session.execute("INSERT INTO audience_membership VALUES (1, 999)")


def test_types_are_proper_to_it(opened: psycopg.Connection[tuple[object, ...]]) -> None:
    kinds = opened.execute(
        "SELECT DISTINCT format_type(atttypid, NULL) FROM pg_attribute "
        "WHERE attrelid IN (SELECT oid FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace) "
        "AND attnum > 0"
    ).fetchall()
    assert {"uuid", "date", "boolean", "numeric", "timestamp with time zone", "bigint"} <= {str(k) for (k,) in kinds}


def test_what_an_application_needs_works(server: PrivateServer) -> None:
    """Numbers go on after the last one, references hold, the trigger keeps the changed date honest."""
    place = server.place(SUPERUSER, "production")
    with closing(connect(place, read_only=False, more={"search_path": "public", "role": OWNER})) as session:
        session.execute("BEGIN")
        last, new = session.execute(
            "INSERT INTO dependent (customer_id, first_name, last_name, relationship) SELECT customer_id, 'Marlo', "
            "'Finchley', 'child' FROM customer LIMIT 1 "
            "RETURNING (SELECT max(dependent_id) FROM dependent), dependent_id"
        ).fetchone() or (0, 0)
        assert new == last + 1
        session.execute("UPDATE customer SET occupation = 'Diver' WHERE customer_number = 1")
        changed = "SELECT changed_at > '2026-11-01' FROM customer ORDER BY customer_number LIMIT 2"
        assert session.execute(changed).fetchall() == [(True,), (False,)]
        with pytest.raises(psycopg.errors.ForeignKeyViolation):
            session.execute("INSERT INTO vehicle (policy_id, vin, make, model, year) "
                            "VALUES (gen_random_uuid(), 'x', 'x', 'x', 2020)")  # fmt: skip
        session.execute("ROLLBACK")
    with closing(connect(server.place(READER, "production"), read_only=True)) as session:
        assert session.execute("SELECT count(*) > 0 FROM public.renewals_due").fetchone() == (True,)
        assert session.execute("SELECT count(*) > 0 FROM public.open_claims").fetchone() == (True,)
        assert session.execute(
            "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' "
            "AND (reltuples < 0 OR pg_get_userbyid(relowner) <> %s)", (OWNER,)
        ).fetchone() == (0,)  # fmt: skip


def test_only_the_reader_gets_in_and_it_cannot_write(server: PrivateServer) -> None:
    with pytest.raises(OutsideError, match=r"could not go on|no right|refuses"):
        connect(server.place(WORKER, "production"), read_only=False)
    with closing(connect(server.place(READER, "production"), read_only=False)) as session:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            session.execute("DELETE FROM public.webhook")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            session.execute("CREATE TEMP TABLE t (a int)")


def test_a_database_that_exists_is_never_replaced(server: PrivateServer) -> None:
    with pytest.raises(RefusedError, match="already"):
        make_on_server(AGENCY, server, "production", 5)
    with closing(connect(server.place(READER, "production"), read_only=True)) as session:
        assert session.execute("SELECT count(*) FROM public.customer").fetchone() == (ROWS,)


def test_one_that_fails_halfway_leaves_nothing_and_what_a_killed_one_left_is_put_away(
    server: PrivateServer,
) -> None:
    with closing(connect(server.place(SUPERUSER), read_only=False)) as session:
        session.execute('CREATE DATABASE "second.making"')
    broken = replace(AGENCY, after=lambda _engine: "SELECT 1 / 0")
    with pytest.raises(OutsideError):
        make_on_server(broken, server, "second", 5)
    assert {n for n in databases(server) if n.startswith("second")} == set()
    make_on_server(AGENCY, server, "second", 5)
    assert {n for n in databases(server) if n.startswith("second")} == {"second"}


@pytest.mark.parametrize("rows", [0, 1_000_001])
def test_a_silly_number_of_rows_is_a_users_error(server: PrivateServer, rows: int) -> None:
    with pytest.raises(UserError, match="number of customers"):
        make_on_server(AGENCY, server, "third", rows)
