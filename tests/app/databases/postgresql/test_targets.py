"""What stands in the way of a sandbox on its server, before anything starts."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest

from app.databases.postgresql.connections import connect, identity_of
from app.databases.postgresql.targets import target_findings
from app.domain.environments import Identity
from app.domain.findings import Severity
from tests.app.databases.postgresql.sandboxes import SIGNER, Sandbox
from tests.app.databases.postgresql.servers import READER, Server, create_source


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


def _identity(server: Server, database: str) -> Identity:
    with closing(connect(server.admin(database), read_only=True)) as session:
        identity = identity_of(session)
    assert identity is not None
    return identity


def test_nothing_stands_against_an_absent_sandbox_or_one_of_ours(sandbox: Sandbox) -> None:
    assert sandbox.codes() == []
    sandbox.provision()
    assert sandbox.codes() == []


def test_a_production_that_lets_everybody_in_blocks_until_it_does_not(sandbox: Sandbox) -> None:
    """And the hint, run as it stands, is what helps."""
    server = sandbox.server
    production = create_source(server)
    tenants_other = create_source(server)
    try:
        mine, others = _identity(server, production), _identity(server, tenants_other)
        elsewhere = Identity(engine="postgresql", major="1", minor=mine.minor)
        sqlite = Identity(engine="sqlite", major=mine.major, minor=mine.minor)
        source = server.place(production, *READER)
        assert sandbox.codes(mine, others, elsewhere, sqlite, source=source) == []
        for database in (production, tenants_other):
            server.run(f"GRANT CONNECT ON DATABASE {database} TO PUBLIC")
        found = sandbox.findings(mine, others, source=source)
        assert [f.code for f in found] == ["production-open-to-all"] * 2
        assert all(f.severity is Severity.ERROR for f in found)
        for finding in found:
            statement = finding.hint.removeprefix("As its owner: ").split(";")[0]
            assert statement.startswith("REVOKE CONNECT ON DATABASE")
            server.run(statement)
        assert sandbox.codes(mine, others, source=source) == []
    finally:
        server.drop_database(production)
        server.drop_database(tenants_other)


def test_the_source_and_any_production_are_no_targets(one: Sandbox) -> None:
    one.server.create_database(one.name)
    one.server.run(f"REVOKE ALL ON DATABASE {one.name} FROM PUBLIC")
    here = _identity(one.server, one.name)
    assert one.codes(here) == ["target-is-production"]
    assert one.codes(here, source=one.server.admin(one.name)) == ["target-is-source"]
    assert one.codes() == ["target-not-ours"]


def test_a_mark_that_does_not_fit_is_foreign(one: Sandbox) -> None:
    one.provision()
    one.environment = replace(one.environment, marker_nonce="another")
    assert one.codes() == ["target-mark-foreign"]


@pytest.mark.parametrize("name", ["postgres", "template0", "template1", "sandkeeper_x", "ä" * 32])
def test_names_that_cannot_be(one: Sandbox, name: str) -> None:
    found = target_findings(one.place.at(name), one.target, None, (), SIGNER, 0)
    assert [f.code for f in found] == ["target-name"]


def test_a_role_that_may_not_make_databases_and_logins_is_told_what_to_grant(sandbox: Sandbox) -> None:
    """And the hint, run as it stands, is what helps."""
    server = sandbox.server
    server.run("CREATE ROLE g_meek LOGIN NOINHERIT CONNECTION LIMIT 2 PASSWORD 'meek'")
    try:
        sandbox.worker = ("g_meek", "meek")
        found = {finding.code: finding for finding in sandbox.findings()}
        assert set(found) == {"target-rights", "target-connections"}
        for finding in found.values():
            server.run(finding.hint.removeprefix("As a superuser: "))
        assert sandbox.codes() == []
        sandbox.provision()
        sandbox.wipe()
    finally:
        server.run("DROP ROLE g_meek")


def test_a_sandbox_that_belongs_to_somebody_else_now_is_told(one: Sandbox) -> None:
    one.provision()
    one.server.run(f"CREATE ROLE g_heir; ALTER DATABASE {one.name} OWNER TO g_heir")
    try:
        (finding,) = one.findings()
        assert finding.code == "target-rights"
        one.server.run(finding.hint.removeprefix("As a superuser: "))
        assert one.codes() == []
    finally:
        one.server.run("DROP ROLE g_heir")


def test_a_role_with_the_logins_name_is_told(one: Sandbox) -> None:
    one.server.run(f"CREATE ROLE {one.login}")
    assert one.codes() == ["login-not-ours"]


def test_a_server_that_cannot_be_asked_is_told(one: Sandbox) -> None:
    one.worker = ("sk_worker", "wrong")
    (finding,) = one.findings()
    assert finding.code == "target-unusable"
    assert "password" in finding.message
