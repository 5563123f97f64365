"""What the server says comes out in words, without values of rows."""

import psycopg
import pytest

from app.databases.postgresql.failures import absent, told
from app.databases.postgresql.urls import Place
from app.errors import CancelledError, OutsideError
from tests.app.databases.postgresql.servers import Server

SECRET = "jane.roe@harbor.example"


def _told(server: Server, statement: str) -> OutsideError:
    place = server.admin()
    with (
        psycopg.connect(place.conninfo(), autocommit=True) as session,
        pytest.raises(OutsideError) as raised,
        told(place, "while trying"),
    ):
        session.execute(statement)
    return raised.value


@pytest.mark.parametrize(
    ("statement", "title"),
    [
        (f"SELECT '{SECRET}'::integer", "could not go on"),
        (
            f"CREATE TEMP TABLE t (e text CONSTRAINT one_each UNIQUE); INSERT INTO t VALUES ('{SECRET}'), ('{SECRET}')",
            "A rule of the database does not hold",
        ),
        ("SELECT pg_terminate_backend(pg_backend_pid())", "The server ended the session"),
        ("SET statement_timeout = 1; SELECT pg_sleep(10)", "The server broke the work off"),
    ],
)
def test_an_error_is_told_in_words_and_never_with_a_value(server: Server, statement: str, title: str) -> None:
    problem = _told(server, statement)
    assert title in problem.title
    assert problem.detail.endswith("It happened while trying.")
    assert SECRET not in problem.title + problem.detail + problem.hint


def test_a_broken_rule_names_its_constraint(server: Server) -> None:
    problem = _told(
        server,
        "CREATE TEMP TABLE u (e text CONSTRAINT one_each UNIQUE); INSERT INTO u VALUES ('a'), ('a')",
    )
    assert "one_each" in problem.detail


class Stopping:
    """A person who asked to stop."""

    def should_stop(self) -> bool:
        return True

    def checkpoint(self, table: str = "", done: int = 0, of: int | None = None, bytes_: int = 0) -> None:
        raise CancelledError("Stopped", "")

    def log(self, text: str) -> None: ...
    def assert_current(self) -> None: ...


def test_a_statement_broken_off_because_the_person_asked_is_no_failure() -> None:
    with pytest.raises(CancelledError), told(Place(database="x"), "while trying", Stopping()):
        raise psycopg.errors.QueryCanceled("canceling statement due to user request")


def test_an_absent_database_is_recognised(server: Server) -> None:
    with pytest.raises(psycopg.OperationalError) as raised:
        psycopg.connect(server.admin("not_there_at_all").conninfo())
    assert absent(raised.value)
    assert not absent(psycopg.OperationalError("connection refused"))
