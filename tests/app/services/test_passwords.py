"""Passwords of databases: kept where they work, given back where they do not, shown only when asked for."""

from collections.abc import Iterator

import pytest

from app.domain.operations import OperationKind
from app.errors import OutsideError, RefusedError, UserError
from app.services.environments import EnvironmentService
from tests.app.databases.postgresql.servers import READER, Server, create_source, running
from tests.app.office import Office


@pytest.fixture(scope="module")
def server() -> Server:
    return running(18)


@pytest.fixture(scope="module")
def production(server: Server) -> Iterator[str]:
    name = create_source(server, "CREATE TABLE public.people (id int PRIMARY KEY)")
    yield name
    server.drop_database(name)


def _password(office: Office, ref: str) -> str | None:
    return office.parts.secrets.password(office.services.environments.get(ref).id)


def test_a_password_that_does_not_work_is_not_kept(office: Office, server: Server, production: str) -> None:
    service: EnvironmentService = office.services.environments
    url = server.url(production, READER[0])
    with pytest.raises(OutsideError, match="password"):
        service.add("Harbor", "cloud", kind="production", database=url, password="wrong")
    assert "cloud" not in [e.name for e in service.all()]

    service.add("Harbor", "cloud", kind="production", database=url, password=READER[1])
    assert _password(office, "Harbor/cloud") == READER[1]
    assert service.get("Harbor/cloud").database == url
    with pytest.raises(OutsideError, match="password"):
        service.set("Harbor/cloud", password="also wrong")
    assert _password(office, "Harbor/cloud") == READER[1]

    service.set("Harbor/cloud", password=READER[1])
    service.remove("Harbor/cloud")
    stored = office.parts.secrets
    assert all("wrong" not in record.action for record in office.services.audit.all())
    assert stored.available


def test_a_file_has_no_password(office: Office) -> None:
    with pytest.raises(UserError, match="has no password"):
        office.services.environments.set("Harbor/sandbox", password="x")


def test_the_way_into_a_sandbox_is_told_once_there_is_one(office: Office) -> None:
    service = office.services.environments
    with pytest.raises(RefusedError, match="no copy yet"):
        service.access("Harbor/sandbox")
    with pytest.raises(RefusedError, match="is production"):
        service.access("Harbor/production")
    office.run(OperationKind.PROVISION)
    access = service.access("Harbor/sandbox", reveal=True)
    assert access.url == f"sqlite:///{office.sandbox}"
    assert (access.login, access.password) == (None, None)
    assert "environment.login" not in office.actions()
