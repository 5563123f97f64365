"""Tenants: any name, once, forgotten only when nothing runs, and outlived by their history."""

import pytest

from app.catalog import SqlCatalog
from app.domain.ids import OperationId
from app.domain.operations import OperationState
from app.errors import RefusedError, UserError
from tests.app.catalog.conftest import START, harbor, operation, sandbox, tenant
from tests.app.catalog.test_checklists import items


@pytest.mark.parametrize("name", ['quo"te', "it's", "new\nline", "‮right to left", "x" * 10_000, "%_", "null\x00byte"])
def test_names_of_any_kind_come_back_as_they_were(catalog: SqlCatalog, name: str) -> None:
    with catalog.write() as tx:
        tx.tenants.add(tenant(name))
        tx.environments.add(sandbox(name, of=name))
    with catalog.read() as tx:
        found = tx.environments.find(name, name)
        assert found is not None
        assert (found.tenant, found.name) == (name, name)


def test_a_name_that_is_no_valid_text_is_the_persons_to_mend(catalog: SqlCatalog) -> None:
    with pytest.raises(UserError, match="cannot be stored"), catalog.write() as tx:
        tx.tenants.add(tenant("bad \udcff name"))
    with catalog.read() as tx:
        assert tx.tenants.all() == []


@pytest.mark.parametrize("state", [OperationState.QUEUED, OperationState.RUNNING])
def test_neither_tenant_nor_environment_can_be_forgotten_while_a_copy_is_made(
    catalog: SqlCatalog, state: OperationState
) -> None:
    _, copy = harbor(catalog)
    with catalog.write() as tx:
        tx.operations.add(operation("o1", copy, state))
    with pytest.raises(RefusedError) as refused, catalog.write() as tx:
        tx.environments.remove(copy.id)
    assert refused.value.operation == "o1"
    with pytest.raises(RefusedError) as refused, catalog.write() as tx:
        tx.tenants.remove(copy.tenant_id)
    assert refused.value.operation == "o1"
    with catalog.read() as tx:
        assert len(tx.environments.all()) == 2


def test_history_outlives_the_tenant_it_speaks_of(catalog: SqlCatalog) -> None:
    _, copy = harbor(catalog)
    with catalog.write() as tx:
        tx.operations.add(operation("o1", copy))
        tx.operations.end(OperationId("o1"), 0, state=OperationState.CANCELLED, reason="stopped", at=START)
        tx.environments.replace_checklist(copy.id, items())
        tx.audit.append("tenant.remove", "Harbor")
        tx.tenants.remove(copy.tenant_id)
    with catalog.read() as tx:
        assert tx.tenants.all() == []
        assert tx.environments.all() == []
        assert [o.environment for o in tx.operations.all()] == ["Harbor/sandbox"]
        assert [r.action for r in tx.audit.all()] == ["tenant.remove"]


def test_a_tenant_that_is_removed_takes_its_environments_along_and_no_others(catalog: SqlCatalog) -> None:
    harbor(catalog)
    with catalog.write() as tx:
        tx.tenants.add(tenant("Nordlys"))
        tx.environments.add(sandbox(of="Nordlys"))
    last = catalog.last_change()
    with catalog.write() as tx:
        tx.tenants.remove(tenant().id)
    with catalog.read() as tx:
        assert [e.ref for e in tx.environments.all()] == ["Nordlys/sandbox"]
        assert tx.tenants.get(tenant().id) is None
        assert tx.tenants.find("Nordlys") == tenant("Nordlys")
    told = {(change.kind, change.ref) for change in catalog.changes_since(last)}
    assert told == {("tenant", "harbor"), ("environment", "harbor-production"), ("environment", "harbor-sandbox")}
