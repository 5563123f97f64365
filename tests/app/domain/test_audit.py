"""Invariant 7: whoever changes the record of what was done is found out, and the first changed record is named."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.audit import GENESIS, AuditHead, AuditRecord, verify

KEY = b"k" * 32
Chain = list[AuditRecord]


def chain(length: int, key: bytes = KEY) -> Chain:
    records: Chain = []
    for number in range(1, length + 1):
        record = AuditRecord(
            number=number,
            at=datetime(2026, 11, 1, tzinfo=UTC) + timedelta(minutes=number),
            actor="ana@desk",
            action="environment.add",
            subject=f"Harbor/sandbox-{number}",
            detail={"kind": "sandbox", "Größe": number},
            previous=records[-1].hash if records else GENESIS,
        )
        records.append(replace(record, hash=record.sealed(key)))
    return records


def head_of(records: Chain) -> AuditHead:
    return AuditHead(number=records[-1].number, hash=records[-1].hash)


def resealed(records: Chain, start: int, key: bytes) -> Chain:
    """What somebody with another key would make of the chain from `start` on."""
    made = records[:start]
    for record in records[start:]:
        linked = replace(record, previous=made[-1].hash if made else GENESIS)
        made.append(replace(linked, hash=linked.sealed(key)))
    return made


def test_an_untouched_chain_is_valid_and_counted() -> None:
    records = chain(5)
    assert verify(records, KEY, head_of(records)).valid
    assert verify(records, KEY, head_of(records)).records == 5


def test_an_empty_trail_is_valid_before_anything_was_done() -> None:
    assert verify([], KEY, None).valid
    assert verify([], KEY, AuditHead()).valid


@pytest.mark.parametrize(
    ("tamper", "named"),
    [
        (lambda r: [*r[:2], replace(r[2], actor="eve@desk"), *r[3:]], 3),
        (lambda r: [*r[:2], replace(r[2], at=r[2].at - timedelta(days=1)), *r[3:]], 3),
        (lambda r: [*r[:2], replace(r[2], detail={}), *r[3:]], 3),
        (lambda r: [*r[:2], replace(r[2], hash="ü" * 64), *r[3:]], 3),
        (lambda r: [*r[:2], *r[3:]], 3),
        (lambda r: r[1:], 1),
        (lambda r: [r[0], r[2], r[1], *r[3:]], 2),
        (lambda r: [*r, replace(r[-1], number=6)], 6),
        (lambda r: resealed([*r[:3], replace(r[3], actor="eve@desk"), r[4]], 3, b"another"), 4),
    ],
    ids=["actor", "time", "detail", "hash", "removed", "first removed", "swapped", "repeated", "rewritten, other key"],
)
def test_a_changed_record_is_found_and_named(tamper: Callable[[Chain], Chain], named: int) -> None:
    records = chain(5)
    verdict = verify(tamper(records), KEY, head_of(records))
    assert not verdict.valid
    assert verdict.first_broken == named


def test_a_cut_off_end_is_found_through_the_head_kept_elsewhere() -> None:
    records = chain(5)
    verdict = verify(records[:3], KEY, head_of(records))
    assert (verdict.valid, verdict.first_broken) == (False, 4)
    assert verify([], KEY, head_of(records)).first_broken == 1


def test_a_chain_rewritten_with_the_very_key_still_differs_from_the_head() -> None:
    records = chain(5)
    forged = resealed([*records[:3], replace(records[3], actor="eve@desk"), records[4]], 3, KEY)
    assert verify(forged, KEY, None).valid, "without a head there is nothing to compare with"
    assert verify(forged, KEY, head_of(records)).first_broken == 5


def test_records_newer_than_the_head_are_no_tampering() -> None:
    """The head is stored after the commit: a crash between the two leaves it one behind."""
    records = chain(5)
    assert verify(records, KEY, head_of(records[:4])).valid


@given(st.integers(0, 6), st.sampled_from(["actor", "action", "subject"]), st.text(max_size=8))
def test_any_change_of_any_word_is_found(position: int, field: str, text: str) -> None:
    records = chain(7)
    changed = replace(records[position], **{field: getattr(records[position], field) + "x" + text})
    verdict = verify([*records[:position], changed, *records[position + 1 :]], KEY, head_of(records))
    assert verdict.first_broken == position + 1


def test_no_two_records_share_a_seal_by_moving_text_between_fields() -> None:
    one = chain(1)[0]
    other = replace(one, actor=one.actor + one.action[0], action=one.action[1:])
    assert one.sealed(KEY) != other.sealed(KEY)
