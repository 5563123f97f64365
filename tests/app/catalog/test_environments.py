"""Tenants and environments: what is remembered of a copy, what is refused, what outlives them."""

from dataclasses import replace

import pytest

from app.catalog import SqlCatalog
from app.domain.environments import EnvironmentState, Identity
from app.domain.ids import OperationId, PolicyVersionId
from app.errors import RefusedError
from app.ports.catalog import PolicyVersion
from tests.app.catalog.conftest import START, harbor, operation, production, sandbox, tenant
from tests.app.catalog.test_checklists import items

IDENTITY = Identity(engine="sqlite", major="66306", minor=str(2**63 + 5))
POLICY = PolicyVersion(
    id=PolicyVersionId("p1"), name="harbor", text="policy: harbor", hash="ab", origin="file", created_at=START
)


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


def test_which_version_a_copy_was_made_with_is_remembered_until_it_is_wiped(catalog: SqlCatalog) -> None:
    _, copy = harbor(catalog)
    newer = replace(POLICY, id=PolicyVersionId("p2"), hash="cd")

    def publish(version: PolicyVersionId | None) -> None:
        with catalog.write() as tx:
            tx.environments.published(
                copy.id,
                identity=IDENTITY,
                nonce="n",
                copied_at=None if version is None else START,
                proven=True,
                size_bytes=9,
                policy_version=version,
            )

    def found() -> tuple[PolicyVersionId | None, bool]:
        with catalog.read() as tx:
            environment = tx.environments.get(copy.id)
            assert environment is not None
            return environment.copied_policy, environment.policy_outdated

    with catalog.write() as tx:
        tx.policies.add(POLICY)
        tx.policies.add(newer)
        tx.environments.set(copy.id, policy_version=POLICY.id)
    assert found() == (None, False)
    publish(POLICY.id)
    assert found() == (POLICY.id, False)
    with catalog.write() as tx:
        tx.environments.set(copy.id, policy_version=newer.id)
    assert found() == (POLICY.id, True)
    publish(None)
    assert found() == (POLICY.id, True), "a reset brings back the data of that copy"
    publish(newer.id)
    assert found() == (newer.id, False)
    with catalog.write() as tx:
        tx.environments.wiped(copy.id)
    assert found() == (None, False)


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
