import pytest

from app.domain.environments import EnvironmentKind
from app.errors import UserError
from tests.app.office import Office


def test_the_demo_is_two_agencies_with_different_people_and_nothing_copied_yet(empty_office: Office) -> None:
    demo = empty_office.services.demo
    assert demo.present() is False
    environments = demo.create(rows=40)
    assert [e.ref for e in environments] == [
        "Harbor Insurance/production",
        "Harbor Insurance/sandbox",
        "Harbor Insurance/training-01",
        "Kestrel Brokers/production",
        "Kestrel Brokers/sandbox",
    ]
    assert environments[2].kind is EnvironmentKind.TRAINING
    assert demo.present() is True
    folder = empty_office.parts.home.demo
    harbor = empty_office.count("SELECT count(*) FROM customer", folder / "harbor-insurance/production.sqlite")
    kestrel = empty_office.count("SELECT count(*) FROM customer", folder / "kestrel-brokers/production.sqlite")
    assert (harbor, kestrel) == (40, 10)


def test_making_it_again_changes_nothing_and_mends_what_is_missing(empty_office: Office) -> None:
    demo = empty_office.services.demo
    first = demo.create(rows=10)
    records = empty_office.services.audit.count()
    assert demo.create(rows=99) == first
    assert empty_office.services.audit.count() == records
    empty_office.services.environments.remove("Harbor Insurance/training-01")
    assert demo.present() is False
    assert [e.name for e in demo.create()] == [e.name for e in first]


def test_the_demos_policy_lets_its_sandbox_be_planned_without_an_error(empty_office: Office) -> None:
    empty_office.services.demo.create(rows=30)
    assert empty_office.services.operations.plan("Harbor Insurance/sandbox").errors == ()


def test_a_demo_without_customers_is_refused(empty_office: Office) -> None:
    with pytest.raises(UserError, match="customers"):
        empty_office.services.demo.create(rows=0)
    assert empty_office.services.tenants.all() == ()
