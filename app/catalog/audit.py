"""The audit trail in the catalog: appended in the transaction of what it records, chained by keyed hashes."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from app.catalog.feed import Feed
from app.catalog.tables import AuditRow
from app.domain.audit import GENESIS, AuditHead, AuditRecord
from app.ports.clock import Clock

UNREADABLE = datetime.min.replace(tzinfo=UTC)
"""Stands for a moment that somebody made unreadable: no record can have been sealed with it."""


class AuditTrail:
    """Implements `ports.catalog.AuditStore`. `head` is the newest record appended through this transaction."""

    def __init__(self, connection: Connection, feed: Feed, *, actor: str, key: bytes, clock: Clock) -> None:
        self._connection = connection
        self._feed = feed
        self._actor = actor
        self._key = key
        self._clock = clock
        self.head: AuditHead | None = None

    def append(self, action: str, subject: str, **detail: object) -> AuditRecord:
        """Raises TypeError or ValueError for a detail that is not plain JSON: what was hashed must read back."""
        text = json.dumps(detail, sort_keys=True, allow_nan=False)
        last = self.head or self._stored_head()
        record = AuditRecord(
            number=last.number + 1,
            at=self._clock.now().astimezone(UTC),
            actor=self._actor,
            action=action,
            subject=subject,
            detail=json.loads(text),
            previous=last.hash,
        )
        record = replace(record, hash=record.sealed(self._key))
        self._connection.execute(
            insert(AuditRow).values(
                number=record.number,
                at=record.at.isoformat(),
                actor=record.actor,
                action=record.action,
                subject=record.subject,
                detail=text,
                previous=record.previous,
                hash=record.hash,
            )
        )
        self.head = AuditHead(number=record.number, hash=record.hash)
        self._feed.bump("audit", str(record.number))
        return record

    def all(self, *, after: int = 0, limit: int | None = None) -> Sequence[AuditRecord]:
        """Oldest first. A record somebody made unreadable comes as one that cannot verify."""
        query = select(*AuditRow.__table__.columns).where(AuditRow.number > after).order_by(AuditRow.number)
        if limit is not None:
            query = query.limit(limit)
        return [_record_of(row) for row in self._connection.execute(query)]

    def count(self) -> int:
        return self._connection.execute(select(func.count()).select_from(AuditRow)).scalar_one()

    def _stored_head(self) -> AuditHead:
        row = self._connection.execute(
            select(AuditRow.number, AuditRow.hash).order_by(AuditRow.number.desc()).limit(1)
        ).first()
        return AuditHead(number=0, hash=GENESIS) if row is None else AuditHead(number=row.number, hash=str(row.hash))


def _record_of(row: Row[Any]) -> AuditRecord:
    at, detail = UNREADABLE, {}
    try:
        read, parsed = datetime.fromisoformat(row.at), json.loads(row.detail)
        if read.tzinfo is not None and isinstance(parsed, dict):
            at, detail = read, parsed
    except (TypeError, ValueError, RecursionError):
        pass
    return AuditRecord(
        number=row.number,
        at=at,
        actor=str(row.actor),
        action=str(row.action),
        subject=str(row.subject),
        detail=detail,
        previous=str(row.previous),
        hash=str(row.hash),
    )
