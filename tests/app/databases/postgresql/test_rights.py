"""What the reading role may do, and what it should not."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from app.databases.postgresql.rights import rights_of
from app.domain.findings import Finding, Severity
from tests.app.databases.postgresql.reading import reading, shapes_of, source
from tests.app.databases.postgresql.servers import READER, Server

SQL = "CREATE TABLE person (id serial, name text); CREATE TABLE note (id int); CREATE SCHEMA crm; CREATE TABLE crm.a ()"


@contextmanager
def _role(server: Server, database: str, what: str = "", grants: str = "") -> Iterator[tuple[str, str]]:
    name = f"s_{secrets.token_hex(4)}"
    server.run(f"CREATE ROLE {name} LOGIN PASSWORD 'secret' {what}; GRANT CONNECT ON DATABASE {database} TO {name}")
    try:
        if grants:
            server.run(grants.replace("ROLE", name), database)
        yield name, "secret"
    finally:
        server.run(f"REASSIGN OWNED BY {name} TO sk_app; DROP OWNED BY {name}", database)
        server.run(f"DROP OWNED BY {name}; DROP ROLE {name}")


@pytest.fixture(scope="module")
def database(server18: Server) -> Iterator[str]:
    with source(server18, SQL) as name:
        yield name


def _found(server: Server, database: str, role: tuple[str, str]) -> list[Finding]:
    with reading(server, database, role) as session:
        shapes = shapes_of(server, database, role)
        return list(rights_of(session, shapes, server.place(database, *role)))


def test_a_role_that_can_only_read_is_right(server18: Server, database: str) -> None:
    assert _found(server18, database, READER) == []


@pytest.mark.parametrize(
    ("what", "grants", "words"),
    [
        ("SUPERUSER", "", "superuser"),
        ("IN ROLE pg_read_all_data, pg_write_all_data", "", "pg_write_all_data"),
        ("IN ROLE pg_read_all_data", "GRANT UPDATE (name) ON person TO ROLE", "change rows of public.person"),
        ("IN ROLE pg_read_all_data", "GRANT DELETE ON note TO ROLE", "change rows of public.note"),
        ("IN ROLE pg_read_all_data", "ALTER TABLE note OWNER TO ROLE", "owns public.note"),
        ("IN ROLE pg_read_all_data, sk_app", "", "it owns it"),
    ],
)
def test_a_role_that_could_write_is_a_warning(
    what: str, grants: str, words: str, server18: Server, database: str
) -> None:
    with _role(server18, database, what, grants) as role:
        (finding,) = _found(server18, database, role)
        assert (finding.severity, finding.code) == (Severity.WARNING, "source-role-can-write")
        assert words in finding.message
        assert f'GRANT CONNECT ON DATABASE "{database}"' in finding.hint
        if grants.startswith("ALTER TABLE"):
            server18.run("ALTER TABLE note OWNER TO sk_app", database)


def test_a_role_that_may_make_schemas_could_write(server18: Server, database: str) -> None:
    with _role(server18, database, "IN ROLE pg_read_all_data", f"GRANT CREATE ON DATABASE {database} TO ROLE") as role:
        (finding,) = _found(server18, database, role)
        assert "it may make schemas" in finding.message


def test_what_the_role_cannot_read_is_an_error_with_the_grant(server18: Server, database: str) -> None:
    with _role(server18, database, "", "GRANT SELECT ON person TO ROLE") as role:
        (finding,) = _found(server18, database, role)
        assert (finding.severity, finding.code) == (Severity.ERROR, "source-unreadable")
        for name in ("crm.a", "public.note", "public.person_id_seq"):
            assert name in finding.message
        assert "public.person," not in finding.message
        assert finding.hint.endswith(f'GRANT pg_read_all_data TO "{role[0]}";')
        server18.run(finding.hint.partition(": ")[2], database)
        assert _found(server18, database, role) == []
