"""Policy versions are stored once and stay as they were; who used them and what was approved is on record."""

from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from app.catalog import SqlCatalog
from app.domain.ids import PolicyVersionId
from app.ports.catalog import Approval, PolicyOutline, PolicyVersion
from tests.app.catalog.conftest import START, SetClock, harbor, sandbox

TEXT = "policy: harbor\nversion: 1\ntables:\n  'übung':\n    rows: none  # a comment\n"
FIRST = PolicyVersion(
    id=PolicyVersionId("p1"),
    name="harbor",
    text=TEXT,
    hash="ab",
    origin="file harbor.yaml",
    created_at=START,
    author="ana",
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


def test_versions_are_outlined_oldest_first(catalog: SqlCatalog) -> None:
    later = replace(FIRST, id=PolicyVersionId("p0"), hash="cd", created_at=START.replace(hour=23))
    with catalog.write() as tx:
        tx.policies.add(later)
        tx.policies.add(FIRST)
    with catalog.read() as tx:
        assert [outline.id for outline in tx.policies.outlines()] == ["p1", "p0"]
        assert tx.policies.outlines([FIRST.id]) == [
            PolicyOutline(
                id=FIRST.id, name="harbor", hash="ab", origin="file harbor.yaml", created_at=START, author="ana"
            )
        ]
        assert tx.policies.outlines([]) == []


def test_each_time_an_environment_gets_a_version_is_on_record_with_who_and_when(
    catalog: SqlCatalog, clock: SetClock
) -> None:
    source, copy = harbor(catalog)
    second = replace(FIRST, id=PolicyVersionId("p2"), hash="cd")
    with catalog.write() as tx:
        tx.policies.add(FIRST)
        tx.policies.add(second)
        tx.environments.add(replace(sandbox("class", source=source), policy_version=FIRST.id))
    last = catalog.last_change()
    for version in (FIRST, second, second, FIRST):
        clock.go(60)
        with catalog.write() as tx:
            tx.environments.set(copy.id, policy_version=version.id)
    with catalog.write() as tx:
        tx.environments.set(copy.id, database="sqlite:///elsewhere")
    with catalog.read() as tx:
        uses = tx.policies.uses(copy.id)
        assert [(use.version, use.at.minute, use.by) for use in uses] == [
            ("p1", 4, "ana@desk"),
            ("p2", 2, "ana@desk"),
            ("p1", 1, "ana@desk"),
        ]
        assert [use.version for use in tx.policies.uses(sandbox("class").id)] == ["p1"]
    changed = [change.ref for change in catalog.changes_since(last) if change.kind == "policy"]
    assert changed == ["p1", "p2", "p1"], "the same version once more is no change"


def test_what_an_environment_used_outlives_it(catalog: SqlCatalog) -> None:
    _, copy = harbor(catalog)
    with catalog.write() as tx:
        tx.policies.add(FIRST)
        tx.environments.set(copy.id, policy_version=FIRST.id)
        tx.environments.remove(copy.id)
    with catalog.read() as tx:
        assert [use.version for use in tx.policies.uses(copy.id)] == [FIRST.id]


def test_the_first_approval_of_a_text_stays(catalog: SqlCatalog) -> None:
    sql = Approval(digest="d1", kind="sql", text="UPDATE a SET b = 1", by="ana", at=START)
    command = Approval(digest="d0", kind="command", text="bin/migrate --yes", by="ben", at=START.replace(hour=23))
    with catalog.write() as tx:
        tx.policies.approve(command)
        tx.policies.approve(sql)
        tx.policies.approve(replace(sql, by="eve", text="DROP TABLE a"))
    with catalog.read() as tx:
        assert tx.policies.approvals(["d0", "d1", "d2"]) == [sql, command]
        assert tx.policies.approvals(["d2"]) == []
        assert tx.policies.approvals([]) == []
    assert [(c.kind, c.ref) for c in catalog.changes_since(0)] == [("policy", "d0"), ("policy", "d1")]
