from tests.app.office import Office


def test_every_write_says_what_it_changed_and_a_read_says_nothing(office: Office) -> None:
    last = office.services.changes.last()
    office.services.environments.all()
    assert office.services.changes.since(last) == ()
    office.services.tenants.add("Orchard")
    kinds = {change.kind for change in office.services.changes.since(last)}
    assert kinds == {"tenant", "audit"}
    assert office.services.changes.last() > last
