"""The servers the other tests run against are what they are said to be."""

from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from app.databases.postgresql.connections import connect
from tests.app.databases.postgresql.servers import CONTRIB, FEATURES, READER, WORKER, Server, create_source, own_server


@pytest.mark.parametrize("name", ["server18", "server16", "server15"])
def test_each_version_runs_with_roles_that_can_do_little(name: str, request: pytest.FixtureRequest) -> None:
    server: Server = request.getfixturevalue(name)
    assert server.run("SHOW server_version_num")[0][0].startswith(str(server.version))
    roles = server.run(
        "SELECT rolname, rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname ~ '^sk_' ORDER BY 1"
    )
    assert ("sk_reader", False, False, False) in roles
    assert ("sk_worker", False, True, True) in roles


def test_a_source_lets_the_reader_in_and_nobody_else(server: Server) -> None:
    name = create_source(server, "CREATE TABLE t (a int); INSERT INTO t VALUES (1)")
    with connect(server.place(name, *READER), read_only=True) as session:
        assert session.execute("SELECT a FROM public.t").fetchall() == [(1,)]
    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        psycopg.connect(server.place(name, *WORKER).conninfo())
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(server.place(name, READER[0], "wrong").conninfo())
    server.drop_database(name)


def test_a_server_of_its_own_survives_a_kill_and_is_gone_afterwards() -> None:
    with own_server(18, log_statement="'all'") as (server, cluster):
        server.run("CREATE TABLE t AS SELECT 1 AS a")
        cluster.kill()
        cluster.start()
        assert server.run("SELECT a FROM t") == [(1,)]
        assert "CREATE TABLE t" in cluster.log.read_text(encoding="utf-8")
        folder = cluster.folder
    assert not Path(folder).exists()


@pytest.mark.parametrize("name", ["server18", "server16", "server15"])
def test_the_database_of_all_features_fits_each_version(name: str, request: pytest.FixtureRequest) -> None:
    server: Server = request.getfixturevalue(name)
    made = create_source(server, sql_file=(FEATURES, CONTRIB) if server.version == 15 else FEATURES)
    (people, owners) = server.run(
        "SELECT (SELECT count(*) FROM crm.customer), (SELECT array_agg(DISTINCT relowner::regrole::text) "
        "FROM pg_class WHERE relnamespace = 'crm'::regnamespace)",
        made,
    )[0]
    assert people == 302
    assert owners == ["sk_app"]
    server.drop_database(made)


@pytest.mark.parametrize(("name", "table", "rows"), [("chinook", "track", 3503), ("northwind", "order_details", 2155)])
def test_real_databases_load(
    name: str, table: str, rows: int, server: Server, real_script: Callable[[str], Path]
) -> None:
    made = create_source(server, sql_file=real_script(name))
    assert server.run(f"SELECT count(*) FROM {table}", made) == [(rows,)]
    server.drop_database(made)
