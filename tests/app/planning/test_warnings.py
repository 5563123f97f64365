"""What a person must know before an operation begins."""

from datetime import UTC, datetime

import pytest

from app.domain.operations import OperationKind
from app.domain.plan import Impact, TableChange
from app.planning.warnings import CHANGES_LOST, NO_CONTINUITY, NOT_A_BACKUP, SYSTEM_WARNINGS, warnings_for
from app.policy.parse import parse_policy

COPIED = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)


def _text(kind: OperationKind, id_: str, impact: Impact) -> str:
    return next(w.text for w in warnings_for(kind, None, impact) if w.id == id_)


@pytest.mark.parametrize(
    ("kind", "ids"),
    [
        (OperationKind.PROVISION, [NOT_A_BACKUP, NO_CONTINUITY]),
        (OperationKind.REFRESH, [NOT_A_BACKUP, NO_CONTINUITY, CHANGES_LOST]),
        (OperationKind.RESET, [NOT_A_BACKUP, NO_CONTINUITY, CHANGES_LOST]),
        (OperationKind.WIPE, [NOT_A_BACKUP, CHANGES_LOST]),
    ],
)
def test_every_operation_has_its_warnings_without_any_policy(kind: OperationKind, ids: list[str]) -> None:
    assert [w.id for w in warnings_for(kind, None, Impact())] == ids
    assert {w.id for w in SYSTEM_WARNINGS} >= set(ids)


def test_the_date_of_the_last_copy_is_told() -> None:
    impact = Impact(exists=True, last_copied_at=COPIED)
    assert "The last copy was made on 1 March 2026 at 08:30 UTC." in _text(OperationKind.REFRESH, NOT_A_BACKUP, impact)
    assert "never been copied before" in _text(OperationKind.PROVISION, NOT_A_BACKUP, Impact())


def test_what_will_be_lost_is_counted_by_table() -> None:
    changes = (
        TableChange(table="customer", added=2, changed=1, removed=0),
        TableChange(table="note", added=0, changed=0, removed=1200),
        TableChange(table="same", added=0, changed=0, removed=0),
    )
    said = _text(OperationKind.REFRESH, CHANGES_LOST, Impact(exists=True, changes=changes))
    assert "1,203 rows (note: 1,200 removed; customer: 2 added, 1 changed)" in said
    assert "same" not in said


def test_many_changed_tables_are_summed_up() -> None:
    changes = tuple(TableChange(table=f"t{n}", added=1, changed=0, removed=0) for n in range(8))
    said = _text(OperationKind.RESET, CHANGES_LOST, Impact(exists=True, changes=changes, exact=False))
    assert "about 8 rows" in said
    assert "and 3 more tables" in said


def test_what_could_not_be_counted_is_said_to_be_so() -> None:
    said = _text(OperationKind.REFRESH, CHANGES_LOST, Impact(exists=True, exact=False, note="There is no baseline."))
    assert "could not be counted. There is no baseline." in said
    assert "No row was changed" in _text(OperationKind.REFRESH, CHANGES_LOST, Impact(exists=True))


def test_who_is_connected_is_named() -> None:
    said = _text(OperationKind.WIPE, CHANGES_LOST, Impact(exists=True, connected=("sqlite3, process 12",)))
    assert "In use right now by: sqlite3, process 12." in said
    assert "for good" in said


def test_a_policy_adds_warnings_and_cannot_take_ours_away() -> None:
    policy = parse_policy(
        "policy: a\ntables: {}\nwarnings:\n  - {id: extra, text: More., on: [refresh]}\n"
        "  - {id: not-a-backup, text: Really not., on: [refresh]}\n"
    )
    found = {w.id: w.text for w in warnings_for(OperationKind.REFRESH, policy, Impact())}
    assert list(found) == [NOT_A_BACKUP, NO_CONTINUITY, CHANGES_LOST, "extra"]
    assert found[NOT_A_BACKUP].startswith("A sandbox is not a backup")
    assert found[NOT_A_BACKUP].endswith("Really not.")
    assert "extra" not in {w.id for w in warnings_for(OperationKind.RESET, policy, Impact())}
