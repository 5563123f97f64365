import pytest

from app.domain.operations import Choices, OperationKind
from app.errors import RefusedError, UserError
from tests.app.office import Office


def test_a_tenant_is_added_listed_found_and_on_record(empty_office: Office) -> None:
    tenants = empty_office.services.tenants
    tenants.add("Orchard")
    added = tenants.add("  Harbor ")
    assert [t.name for t in tenants.all()] == ["Harbor", "Orchard"]
    assert tenants.get("Harbor") == added
    assert empty_office.actions() == ["tenant.add", "tenant.add"]


@pytest.mark.parametrize("again", ["Harbor", "harbor", " HARBOR "])
def test_a_name_is_there_once_whatever_its_capitals(empty_office: Office, again: str) -> None:
    empty_office.services.tenants.add("Harbor")
    with pytest.raises(RefusedError, match="already"):
        empty_office.services.tenants.add(again)
    assert len(empty_office.services.tenants.all()) == 1


def test_a_tenant_goes_with_its_environments_and_its_mask_key(office: Office) -> None:
    tenant = office.services.tenants.get("Harbor")
    before = office.parts.secrets.mask_key(tenant.id).reveal()
    office.services.tenants.remove("Harbor")
    assert office.services.tenants.all() == ()
    assert office.services.environments.all() == ()
    assert office.parts.secrets.mask_key(tenant.id).reveal() != before
    assert office.actions()[-1] == "tenant.remove"
    assert office.production.exists()


def test_a_tenant_with_a_copy_is_not_forgotten(office: Office) -> None:
    office.run(OperationKind.PROVISION)
    with pytest.raises(RefusedError, match="still holds a copy") as refused:
        office.services.tenants.remove("Harbor")
    assert "wipe" in refused.value.hint
    office.run(OperationKind.WIPE)
    office.services.tenants.remove("Harbor")
    assert office.services.tenants.all() == ()


def test_a_tenant_is_not_removed_while_its_sandbox_is_being_made(office: Office) -> None:
    office.workers.idle = True
    operation = office.services.operations.start(
        "Harbor/sandbox", OperationKind.PROVISION, Choices(acknowledged=("all",), confirm="sandbox")
    )
    with pytest.raises(RefusedError, match="busy") as refused:
        office.services.tenants.remove("Harbor")
    assert refused.value.operation == operation.id
    assert office.services.environments.get("Harbor/sandbox")


def test_there_is_no_tenant_to_remove(empty_office: Office) -> None:
    with pytest.raises(UserError, match="no tenant"):
        empty_office.services.tenants.remove("Nobody")
