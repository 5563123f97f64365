"""Sessions begin with settings that whoever owns a database there cannot change, and say why they cannot begin."""

import pytest

from app.databases.postgresql.connections import connect, connect_maintenance, identity_of, literal, quoted
from app.errors import OutsideError
from tests.app.databases.postgresql.servers import READER, WORKER, Server


def test_what_is_set_on_a_database_or_a_role_does_not_reach_a_session(server: Server) -> None:
    name = server.create_database(owner=WORKER[0])
    try:
        for setting in (
            "search_path = public",
            "statement_timeout = 1",
            "default_transaction_read_only = off",
            "row_security = on",
            "role = sk_app",
            "datestyle = 'German'",
            "bytea_output = 'escape'",
            "timezone = 'Asia/Tokyo'",
        ):
            server.run(f"ALTER DATABASE {quoted(name)} SET {setting}")
        with connect(server.place(name, *WORKER), read_only=True) as session:
            shown = {
                row[0]: row[1]
                for row in session.execute(
                    "SELECT name, setting FROM pg_settings WHERE name IN ('search_path', 'statement_timeout', "
                    "'transaction_read_only', 'row_security', 'bytea_output', 'TimeZone')"
                ).fetchall()
            }
            assert shown == {
                "search_path": "pg_catalog",
                "statement_timeout": "0",
                "transaction_read_only": "on",
                "row_security": "off",
                "bytea_output": "hex",
                "TimeZone": "UTC",
            }
            assert session.execute("SELECT current_user, DATE '2026-02-01'::text").fetchone() == (
                WORKER[0],
                "2026-02-01",
            )
    finally:
        server.drop_database(name)


def test_a_read_only_session_cannot_write(server: Server) -> None:
    with connect(server.admin(), read_only=True) as session, pytest.raises(Exception, match="read-only transaction"):
        session.execute("CREATE TABLE public.x ()")


@pytest.mark.parametrize(
    ("database", "password", "told"),
    [
        ("nobody_has_this", READER[1], "There is no database nobody_has_this"),
        ("postgres", "wrong-secret", "password for postgres on .* is wrong"),
    ],
)
def test_why_a_session_cannot_begin_is_told_without_the_password(
    server: Server, database: str, password: str, told: str
) -> None:
    with pytest.raises(OutsideError, match=told) as raised:
        connect(server.place(database, READER[0], password), read_only=True)
    problem = raised.value
    assert problem.hint
    assert password not in problem.title + problem.detail + problem.hint


def test_a_server_that_is_not_there_is_told_with_the_tunnel_in_mind() -> None:
    with pytest.raises(OutsideError, match="cannot be reached") as raised:
        connect(Server(18, 1).admin(), read_only=True)
    assert "tunnel" in raised.value.hint


def test_a_maintenance_session_stands_beside_the_database(server: Server) -> None:
    with connect_maintenance(server.place("not_there", *WORKER)) as session:
        assert session.info.dbname == "postgres"
        mine, none = identity_of(session), identity_of(session, "not_there")
    assert none is None
    assert mine is not None
    assert mine.engine == "postgresql"
    assert len(mine.major) > 15


def test_names_and_texts_are_quoted() -> None:
    assert quoted("a b", 'c"d') == '"a b"."c""d"'
    assert literal("it's") == "'it''s'"
