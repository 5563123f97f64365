"""Policies over time: what an environment had, what differs, going back, and who holds a copy of an older version."""

from dataclasses import replace

import pytest

from app.domain.ids import PolicyVersionId, new_id
from app.domain.operations import Choices, OperationKind, OperationState
from app.domain.policy import ColumnPolicy, Treatment
from app.domain.versions import ChangeKind
from app.errors import RefusedError, UserError
from app.policy.packs import pack_text
from app.policy.parse import PolicyError
from app.services.policy_texts import hash_of
from tests.app.office import POLICY, Office

KEEP = ColumnPolicy(treatment=Treatment.KEEP, reason="Only numbers in there")
REF = "Harbor/sandbox"


def decide(office: Office, treatment: ColumnPolicy = KEEP) -> None:
    office.services.policies.decide(REF, "person", "remarks", treatment)


def numbers(office: Office) -> list[tuple[int, bool, bool]]:
    return [(e.number, e.current, e.of_copy) for e in office.services.policy_versions.history(REF)]


def test_history_counts_each_version_an_environment_was_given(office: Office) -> None:
    decide(office)
    newest, first = office.services.policy_versions.history(REF)
    assert (first.number, first.name, first.origin, first.current) == (1, "harbor", "file harbor.yaml", False)
    assert (newest.number, newest.origin, newest.current) == (2, f"decided by {office.parts.actor}", True)
    assert {first.author, first.by, newest.author, newest.by} == {office.parts.actor}
    assert (first.hash, newest.hash) == (hash_of(POLICY), hash_of(office.services.policy_versions.export(REF)))
    assert first.at <= newest.at
    assert not any(entry.of_copy for entry in (newest, first))


def test_an_environment_without_a_policy_has_no_history(office: Office) -> None:
    for ask in (office.services.policy_versions.history, office.services.policy_versions.export):
        with pytest.raises(UserError, match="has no policy") as said:
            ask("Harbor/production")
        assert "sandboxes" in said.value.hint, "production is never given one"


def test_two_versions_are_compared_by_number_else_the_last_two(office: Office) -> None:
    versions = office.services.policy_versions
    with pytest.raises(UserError, match="nothing before version 1"):
        versions.diff(REF)
    decide(office)
    decide(office, ColumnPolicy(treatment=Treatment.MASK, mask="null"))
    found = versions.diff(REF)
    assert (found.old, found.new) == (2, 3)
    (change,) = found.changes
    assert (change.part, change.name, change.kind) == ("columns", "person.remarks", ChangeKind.CHANGED)
    assert change.before.startswith("kept: Only numbers in there (decided by")
    assert change.after.startswith("masked with null (decided by")
    assert found.text.startswith(f"--- harbor, version 2 of {REF}\n+++ harbor, version 3 of {REF}\n")
    assert versions.diff(REF, 1).new == 3
    backwards = versions.diff(REF, 3, 1)
    assert backwards.changes[0].after == "masked with redact_text"
    assert versions.diff(REF, 2, 2).changes == ()
    for old, new in ((0, None), (1, 4)):
        with pytest.raises(UserError, match="has no version"):
            versions.diff(REF, old, new)


def test_an_old_version_comes_back_as_the_newest_and_the_audit_knows(office: Office) -> None:
    decide(office)
    entry = office.services.policy_versions.restore(REF, 1)
    assert (entry.number, entry.hash, entry.current) == (3, hash_of(POLICY), True)
    assert entry.origin == "file harbor.yaml"
    assert office.services.policies.text_of(REF) == office.services.policy_versions.export(REF) == POLICY
    assert [number for number, _, _ in numbers(office)] == [3, 2, 1]
    record = office.services.audit.all()[-1]
    assert (record.action, record.subject, record.detail["number"]) == ("policy.restore", REF, 1)
    assert record.detail["policy_hash"] == hash_of(POLICY)


def test_nothing_is_restored_that_is_in_force_unknown_or_in_the_way_of_an_operation(office: Office) -> None:
    decide(office)
    restore = office.services.policy_versions.restore
    with pytest.raises(RefusedError, match="has already"):
        restore(REF, 2)
    with pytest.raises(UserError, match="no version 3") as unknown:
        restore(REF, 3)
    assert "from 1 to 2" in unknown.value.detail
    office.workers.idle = True
    office.services.operations.start(REF, OperationKind.PROVISION, Choices(acknowledged=("all",), confirm="sandbox"))
    with pytest.raises(RefusedError, match="busy"):
        restore(REF, 1)
    assert len(numbers(office)) == 2


def test_a_version_this_program_no_longer_reads_is_not_restored(office: Office) -> None:
    with office.parts.catalog.write() as tx:
        known = tx.policies.by_hash(hash_of(POLICY))
        environment = tx.environments.find("Harbor", "sandbox")
        assert known is not None
        assert environment is not None
        odd = replace(known, id=PolicyVersionId(new_id()), name="old", text="policy: [", hash=hash_of("policy: ["))
        tx.policies.add(odd)
        tx.environments.set(environment.id, policy_version=odd.id)
    office.services.policy_versions.restore(REF, 1)
    with pytest.raises(PolicyError, match="not valid"):
        office.services.policy_versions.restore(REF, 2)
    (old,) = [entry for entry in office.services.policy_versions.library() if entry.name == "old"]
    assert (old.title, old.environments) == ("old", ())
    assert "not valid" in old.problem


def test_a_copy_made_with_an_older_version_is_told_until_it_is_made_anew(office: Office) -> None:
    services = office.services

    def outdated() -> tuple[bool, bool, tuple[str, ...]]:
        (own,) = [entry for entry in services.policy_versions.library() if not entry.pack]
        listed = {e.name: e.policy_outdated for e in services.inspection.glances("Harbor")}
        return services.inspection.inspect(REF).policy_outdated, listed["sandbox"], own.outdated

    done = office.run(OperationKind.PROVISION)
    assert done.state is OperationState.SUCCEEDED, done.reason
    assert numbers(office) == [(1, True, True)]
    assert outdated() == (False, False, ())
    decide(office)
    decide(office, ColumnPolicy(treatment=Treatment.MASK, mask="null"))
    assert numbers(office) == [(3, True, False), (2, False, False), (1, False, True)]
    assert outdated() == (True, True, (REF,))
    found = services.policy_versions.diff(REF)
    assert (found.old, found.new) == (1, 3), "what would change for the copy that is there"
    assert office.run(OperationKind.RESET).state is OperationState.SUCCEEDED
    assert outdated() == (True, True, (REF,)), "a reset brings back the same data"
    assert office.run(OperationKind.REFRESH).state is OperationState.SUCCEEDED
    assert numbers(office)[0] == (3, True, True)
    assert outdated() == (False, False, ())
    assert services.policy_versions.diff(REF).old == 2
    services.policy_versions.restore(REF, 1)
    assert outdated() == (True, True, (REF,))


def test_the_library_has_every_pack_and_every_policy_of_ones_own(office: Office) -> None:
    library = {(entry.name, entry.pack): entry for entry in office.services.policy_versions.library()}
    assert {name for name, pack in library if pack} == {p.name for p in office.services.policies.packs()}
    pack, own = library["agency-management", True], library["harbor", False]
    assert (pack.versions, pack.environments, pack.newest) == (0, (), None)
    assert (own.title, own.version, own.tables, own.versions) == ("harbor", 1, 3, 1)
    assert (own.author, own.environments, own.outdated) == (office.parts.actor, (REF,), ())


def test_a_pack_somebody_decided_on_is_a_policy_of_ones_own(office: Office) -> None:
    services = office.services
    services.environments.set(REF, policy="agency-management")
    entries = {entry.pack: entry for entry in services.policy_versions.library() if entry.name == "agency-management"}
    assert (list(entries), entries[True].environments, entries[True].versions) == ([True], (REF,), 1)
    changed = office.folder / "mine.yaml"
    changed.write_text(pack_text("agency-management") + "\n# ours\n")
    services.environments.set(REF, policy=str(changed))
    entries = {entry.pack: entry for entry in services.policy_versions.library() if entry.name == "agency-management"}
    assert (entries[True].environments, entries[False].environments) == ((), (REF,))
    assert entries[False].changed_at is not None
    harbor = next(entry for entry in services.policy_versions.library() if entry.name == "harbor")
    assert harbor.environments == (), "still there, used by nobody"
