"""Tenants and environments: what is remembered of a copy, what is refused, what outlives them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.catalog import SqlCatalog
from app.domain.environments import EnvironmentState, Identity
from app.domain.ids import OperationId, PolicyVersionId
from app.domain.operations import ChecklistItem, ItemKind, ItemState, OperationState
from app.errors import RefusedError, UserError
from app.ports.catalog import PolicyVersion
from tests.app.catalog.conftest import START, harbor, operation, production, sandbox, tenant

IDENTITY = Identity(engine="sqlite", major="66306", minor=str(2**63 + 5))
POLICY = PolicyVersion(
    id=PolicyVersionId("p1"), name="harbor", text="policy: harbor", hash="ab", origin="file", created_at=START
)


def items() -> list[ChecklistItem]:
    return [
        ChecklistItem(id="rows", title="Rows", kind=ItemKind.AUTOMATIC, state=ItemState.PASSED, evidence="3 of 3"),
        ChecklistItem(id="mail", title="Mail", kind=ItemKind.AUTOMATIC, state=ItemState.FAILED),
        ChecklistItem(id="look", title="Look", kind=ItemKind.MANUAL, state=ItemState.OPEN),
    ]


def test_an_environment_comes_back_with_the_names_of_tenant_source_and_policy(catalog: SqlCatalog) -> None:
    source, copy = harbor(catalog)
    with catalog.write() as tx:
        tx.policies.add(POLICY)
        tx.environments.set(copy.id, policy_version=POLICY.id)
    with catalog.read() as tx:
        expected = replace(copy, source="production", policy="harbor", policy_version=POLICY.id)
        assert tx.environments.get(copy.id) == expected
        assert tx.environments.find("Harbor", "sandbox") == expected
        assert tx.environments.find("Harbor", "Sandbox") is None
        assert tx.environments.find("Nobody", "sandbox") is None
        assert tx.environments.get(source.id) == source
        assert tx.policies.get(POLICY.id) == tx.policies.by_hash("ab") == POLICY
        assert tx.policies.by_hash("cd") is None


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


def test_environments_are_listed_by_tenant_production_first_then_by_name(catalog: SqlCatalog) -> None:
    with catalog.write() as tx:
        for of in ("Nordlys", "Harbor"):
            tx.tenants.add(tenant(of))
            for name in ("b", "a"):
                tx.environments.add(sandbox(name, of=of))
            tx.environments.add(production("zeta", of=of))
    with catalog.read() as tx:
        order = ["Harbor/zeta", "Harbor/a", "Harbor/b", "Nordlys/zeta", "Nordlys/a", "Nordlys/b"]
        assert [e.ref for e in tx.environments.all()] == order
        assert [e.ref for e in tx.environments.all(tenant("Nordlys").id)] == order[3:]
        assert [t.name for t in tx.tenants.all()] == ["Harbor", "Nordlys"]


def test_a_name_is_taken_once(catalog: SqlCatalog) -> None:
    harbor(catalog)
    with pytest.raises(RefusedError), catalog.write() as tx:
        tx.tenants.add(replace(tenant(), id=tenant("other").id))
    with pytest.raises(RefusedError), catalog.write() as tx:
        tx.environments.add(replace(sandbox(), id=sandbox("other").id))


def test_a_published_copy_is_remembered_and_a_reset_keeps_the_date_of_its_data(catalog: SqlCatalog) -> None:
    _, copy = harbor(catalog)
    with catalog.write() as tx:
        tx.environments.published(
            copy.id, identity=IDENTITY, nonce="n1", copied_at=START, proven=True, size_bytes=5_000_000_000
        )
        tx.environments.set(copy.id, state=EnvironmentState.READY)
    with catalog.write() as tx:
        other = replace(IDENTITY, minor="7")
        tx.environments.published(copy.id, identity=other, nonce="n2", copied_at=None, proven=True, size_bytes=1)
    with catalog.read() as tx:
        found = tx.environments.get(copy.id)
        assert found is not None
        assert (found.identity, found.marker_nonce, found.copied_at) == (other, "n2", START)
        assert (found.proven, found.size_bytes, found.state) == (True, 1, EnvironmentState.READY)


def test_after_a_wipe_nothing_of_the_copy_is_remembered_but_its_fence(catalog: SqlCatalog) -> None:
    _, copy = harbor(catalog)
    with catalog.write() as tx:
        tx.operations.add(operation("o1", copy))
        tx.operations.claim(OperationId("o1"), at=START)
        tx.environments.replace_checklist(copy.id, items())
        tx.environments.published(copy.id, identity=IDENTITY, nonce="n", copied_at=START, proven=True, size_bytes=9)
        tx.environments.wiped(copy.id)
    with catalog.read() as tx:
        found = tx.environments.get(copy.id)
        assert found == replace(copy, source="production", state=EnvironmentState.WIPED, fence=1)
        assert tx.environments.checklist(copy.id) == []


def test_the_checklist_is_kept_in_order_and_counted(catalog: SqlCatalog) -> None:
    _, copy = harbor(catalog)
    with catalog.write() as tx:
        tx.environments.replace_checklist(copy.id, items())
    later = START + timedelta(days=1)
    with catalog.write() as tx:
        tx.environments.tick(copy.id, "look", note="looked", by="ana@desk", at=later)
    with catalog.read() as tx:
        ticked = replace(items()[2], state=ItemState.TICKED, note="looked", ticked_by="ana@desk", checked_at=later)
        assert tx.environments.checklist(copy.id) == [*items()[:2], ticked]
        found = tx.environments.get(copy.id)
        assert found is not None
        assert (found.checklist_done, found.checklist_of) == (2, 3)


@pytest.mark.parametrize("item", ["mail", "nowhere"])
def test_only_a_manual_item_that_is_there_can_be_ticked(catalog: SqlCatalog, item: str) -> None:
    _, copy = harbor(catalog)
    with catalog.write() as tx:
        tx.environments.replace_checklist(copy.id, items())
    with pytest.raises(UserError), catalog.write() as tx:
        tx.environments.tick(copy.id, item, note="", by="eve", at=START)
    with catalog.read() as tx:
        assert tx.environments.checklist(copy.id) == items()


def test_a_look_that_found_nothing_new_is_no_change(catalog: SqlCatalog) -> None:
    _, copy = harbor(catalog)
    with catalog.write() as tx:
        tx.environments.seen(copy.id, size_bytes=7)
    last = catalog.last_change()
    with catalog.write() as tx:
        tx.environments.seen(copy.id, size_bytes=7)
    assert catalog.last_change() == last


def test_an_environment_that_others_are_copied_from_stays(catalog: SqlCatalog) -> None:
    source, copy = harbor(catalog)
    with pytest.raises(RefusedError, match="sandbox"), catalog.write() as tx:
        tx.environments.remove(source.id)
    with catalog.write() as tx:
        tx.environments.remove(copy.id)
        tx.environments.remove(source.id)
        assert tx.environments.all() == []


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
