"""The audit trail: who did what, in a chain of keyed hashes that shows tampering."""

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRecord:
    """One act. `at` is in UTC; `previous` and `hash` chain it to the record before."""

    number: int  # 1, 2, 3, ... without gaps
    at: datetime
    actor: str
    action: str  # "environment.add", "operation.succeeded", ...
    subject: str  # TENANT or TENANT/NAME
    detail: Mapping[str, object] = field(default_factory=dict)
    previous: str = GENESIS
    hash: str = ""

    def sealed(self, key: bytes) -> str:
        """The hash this record must carry under that key."""
        text = json.dumps(
            [
                self.number,
                self.at.isoformat(),
                self.actor,
                self.action,
                self.subject,
                self.detail,
                self.previous,
            ],
            sort_keys=True,
            ensure_ascii=True,
            separators=(",", ":"),
        )
        return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditHead:
    """The newest record's number and hash, kept outside the catalog so that a cut-off end is noticed."""

    number: int = 0
    hash: str = GENESIS


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditVerdict:
    """`first_broken` is the number of the first record that does not hold, None when all do; `why` says how."""

    valid: bool
    records: int
    first_broken: int | None = None
    why: str = ""
    note: str = ""


def verify(records: Iterable[AuditRecord], key: bytes, head: AuditHead | None) -> AuditVerdict:
    """Walk the chain. `head` is the one kept outside the catalog; None when none was ever kept.

    A record that was altered, removed, reordered, rewritten without the key or cut off the end is named by number,
    also when nothing is left at all. Records after the head hold too: the head is kept after each commit, so a process
    that was killed in between leaves it behind.
    """
    previous, number, head_seen = GENESIS, 0, head is None or head.number == 0
    for record in records:
        number += 1
        if record.number != number:
            return AuditVerdict(valid=False, records=number, first_broken=number, why="a record is missing or moved")
        if record.previous != previous:
            return AuditVerdict(
                valid=False, records=number, first_broken=number, why="it does not follow the one before"
            )
        if not _same(record.sealed(key), record.hash):
            return AuditVerdict(valid=False, records=number, first_broken=number, why="its contents were changed")
        if head is not None and record.number == head.number:
            if not _same(record.hash, head.hash):
                return AuditVerdict(valid=False, records=number, first_broken=number, why="it was rewritten")
            head_seen = True
        previous = record.hash
    if not head_seen and head is not None:
        missing = f"record {head.number} was" if head.number == number + 1 else f"records up to {head.number} were"
        return AuditVerdict(
            valid=False, records=number, first_broken=number + 1, why=f"it is missing: {missing} cut off the end"
        )
    if head is None and number:
        return AuditVerdict(
            valid=True,
            records=number,
            note="The newest record's number was never kept outside the catalog: a cut-off end would not show.",
        )
    return AuditVerdict(valid=True, records=number)


def _same(one: str, other: str) -> bool:
    """Compared as bytes: a tampered hash may hold any character, and must be an answer, not an exception."""
    return hmac.compare_digest(one.encode(errors="replace"), other.encode(errors="replace"))
