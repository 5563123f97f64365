"""Policy versions are stored once and stay as they were."""

from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from app.catalog import SqlCatalog
from app.domain.ids import PolicyVersionId
from app.ports.catalog import PolicyVersion
from tests.app.catalog.conftest import START

TEXT = "policy: harbor\nversion: 1\ntables:\n  'übung':\n    rows: none  # a comment\n"
FIRST = PolicyVersion(
    id=PolicyVersionId("p1"), name="harbor", text=TEXT, hash="ab", origin="file harbor.yaml", created_at=START
)


def test_a_policys_text_comes_back_to_the_letter(catalog: SqlCatalog) -> None:
    with catalog.write() as tx:
        tx.policies.add(FIRST)
    with catalog.read() as tx:
        assert tx.policies.get(FIRST.id) == FIRST
        assert tx.policies.by_hash("ab") == FIRST
        assert tx.policies.by_hash("cd") is None
        assert tx.policies.get(PolicyVersionId("p2")) is None
    assert [(c.kind, c.ref) for c in catalog.changes_since(0)] == [("policy", "p1")]


def test_a_version_is_never_changed(catalog: SqlCatalog) -> None:
    with catalog.write() as tx:
        tx.policies.add(FIRST)
    with pytest.raises(IntegrityError), catalog.write() as tx:
        tx.policies.add(replace(FIRST, text="policy: other"))
    with catalog.read() as tx:
        assert tx.policies.get(FIRST.id) == FIRST


def test_a_text_stored_twice_is_found_as_it_was_stored_first(catalog: SqlCatalog) -> None:
    with catalog.write() as tx:
        tx.policies.add(FIRST)
        tx.policies.add(replace(FIRST, id=PolicyVersionId("p0"), created_at=START.replace(hour=23)))
    with catalog.read() as tx:
        assert tx.policies.by_hash("ab") == FIRST
