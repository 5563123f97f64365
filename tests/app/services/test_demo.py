from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from app.databases.postgresql.connections import connect
from app.databases.postgresql.embedded import SUPERUSER, WORKER, PrivateServer
from app.domain.environments import EnvironmentKind
from app.domain.operations import OperationKind, OperationState
from app.errors import RefusedError, UserError
from tests.app.office import Office


@pytest.fixture
def private(empty_office: Office) -> Iterator[PrivateServer]:
    """The server that the demo on PostgreSQL will bring along."""
    server = PrivateServer(empty_office.parts.home.demo / "postgresql")
    yield server
    server.remove()


REFS = {
    "agency-management": [
        "Harbor Insurance/production",
        "Harbor Insurance/sandbox",
        "Harbor Insurance/training-01",
        "Kestrel Brokers/production",
        "Kestrel Brokers/sandbox",
    ],
    "crm-online": ["Nordlys CRM/production", "Nordlys CRM/sandbox"],
    "promotions": ["Tidewater Rewards/production", "Tidewater Rewards/sandbox"],
}
CUSTOMERS = {
    "harbor-insurance": ("customer", 40),
    "kestrel-brokers": ("customer", 10),
    "tidewater-rewards": ("customer_profile", 20),
}


def test_the_demo_has_an_organisation_of_every_kind_of_system_and_nothing_copied_yet(empty_office: Office) -> None:
    demo = empty_office.services.demo
    assert demo.present() is False
    environments = demo.create(rows=40)
    assert [e.ref for e in environments] == [ref for refs in REFS.values() for ref in refs]
    assert environments[2].kind is EnvironmentKind.TRAINING
    assert demo.present() is True
    for tenant, (table, customers) in CUSTOMERS.items():
        production = empty_office.parts.home.demo / tenant / "production.sqlite"
        assert empty_office.count(f"SELECT count(*) FROM {table}", production) == customers
    assert [e.database for e in environments if e.name == "production" and not _is_file(e.database)] == []


def _is_file(database: str) -> bool:
    return Path(database.removeprefix("sqlite:///")).is_file()


def test_making_it_again_changes_nothing_and_mends_what_is_missing(empty_office: Office) -> None:
    demo = empty_office.services.demo
    first = demo.create(rows=10)
    records = empty_office.services.audit.count()
    assert demo.create(rows=99) == first
    assert empty_office.services.audit.count() == records
    empty_office.services.environments.remove("Harbor Insurance/training-01")
    assert demo.present() is False
    assert [e.name for e in demo.create()] == [e.name for e in first]


def test_the_demos_policies_let_its_sandboxes_be_planned_without_an_error(empty_office: Office) -> None:
    services = empty_office.services
    sandboxes = [e.ref for e in services.demo.create(rows=30) if e.kind is EnvironmentKind.SANDBOX]
    assert {ref: services.operations.plan(ref).errors for ref in sandboxes} == dict.fromkeys(sandboxes, ())


def test_a_demo_without_customers_is_refused(empty_office: Office) -> None:
    with pytest.raises(UserError, match="customers"):
        empty_office.services.demo.create(rows=0)
    assert empty_office.services.tenants.all() == ()


def test_an_unknown_engine_is_refused(empty_office: Office) -> None:
    with pytest.raises(UserError, match="cannot be made"):
        empty_office.services.demo.create(rows=5, engine="oracle")
    assert empty_office.services.tenants.all() == ()


def test_a_demo_stays_on_the_engine_it_is_on(empty_office: Office) -> None:
    demo = empty_office.services.demo
    first = demo.create(rows=5)
    with pytest.raises(RefusedError, match="already, on sqlite"):
        demo.create(rows=5, engine="postgresql")
    assert demo.create(rows=5, engine="sqlite") == first


def test_the_demo_on_postgresql_goes_from_production_to_a_wiped_sandbox(
    empty_office: Office, private: PrivateServer
) -> None:
    """With the same policy as on SQLite, on a server that nobody installed; also after that server was stopped."""
    demo, services = empty_office.services.demo, empty_office.services
    first = demo.create(rows=60, engine="postgresql")
    assert {e.database.partition(":")[0] for e in first} == {"postgresql"}
    assert demo.create(rows=99) == first
    private.stop()
    assert services.operations.plan("Harbor Insurance/sandbox").errors == ()

    done = empty_office.run(OperationKind.PROVISION, "Harbor Insurance/sandbox")
    assert done.state is OperationState.SUCCEEDED, done.reason
    sandbox, production = private.place(SUPERUSER, "harbor_sandbox"), private.place(SUPERUSER, "harbor_production")
    counted = "SELECT count(*), count(DISTINCT email), (SELECT count(*) FROM public.webhook) FROM public.customer"
    with closing(connect(sandbox, read_only=True)) as copy, closing(connect(production, read_only=True)) as source:
        assert copy.execute(counted).fetchone() == (60, 60, 0)
        assert source.execute(counted).fetchone() == (60, 60, 3)
        mails = "SELECT email FROM public.customer"
        assert not set(copy.execute(mails).fetchall()) & set(source.execute(mails).fetchall())

    assert empty_office.run(OperationKind.WIPE, "Harbor Insurance/sandbox").state is OperationState.SUCCEEDED
    with closing(connect(private.place(WORKER), read_only=True)) as session:
        left = session.execute("SELECT datname FROM pg_database WHERE datname LIKE '%harbor%'").fetchall()
    assert left == [("harbor_production",)]
