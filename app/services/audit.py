"""The audit trail: read, verified, exported."""

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from app.domain.audit import AuditHead, AuditRecord, AuditVerdict, verify
from app.errors import OutsideError, RefusedError
from app.ports.catalog import Catalog, Transaction
from app.ports.secrets import Secrets

_PAGE = 2000


class AuditService:
    """Everything anyone did, in a chain that shows tampering. Nothing here changes a record."""

    def __init__(self, *, catalog: Catalog, secrets: Secrets) -> None:
        self._catalog = catalog
        self._secrets = secrets

    def all(self, after: int = 0, limit: int | None = None) -> tuple[AuditRecord, ...]:
        """Oldest first, those with a number above `after`."""
        with self._catalog.read() as tx:
            return tuple(tx.audit.all(after=after, limit=limit))

    def count(self) -> int:
        """How many records there are."""
        with self._catalog.read() as tx:
            return tx.audit.count()

    def verify(self) -> AuditVerdict:
        """Walk the whole chain and compare its end with what is kept outside the catalog."""
        # The head first: records may be added while we read, and a head that is older than the chain is no fault.
        kept = self._secrets.audit_head()
        key = self._secrets.integrity_key("audit")
        head = None if kept is None else AuditHead(number=kept[0], hash=kept[1])
        with self._catalog.read() as tx:
            verdict = verify(_pages(tx), key, head)
        if not self._secrets.available:
            verdict = replace(verdict, note=f"{verdict.note} {self._secrets.where}.".strip())
        return verdict

    def export(self, path: Path) -> int:
        """Write every record to `path`, one JSON object a line, mode 0600; returns how many.

        Raises RefusedError when something stands there, OutsideError when it cannot be written; then nothing stays.
        """
        if path.exists() or path.is_symlink():
            raise RefusedError(f"{path} exists already", "An export never replaces a file.", "Name another file.")
        count = 0
        try:
            # Exclusively: what has appeared there meanwhile is not ours to replace.
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
                try:
                    with self._catalog.read() as tx:
                        for record in _pages(tx):
                            file.write(json.dumps(record_data(record), ensure_ascii=False) + "\n")
                            count += 1
                    file.flush()
                    os.fsync(file.fileno())
                except BaseException:
                    path.unlink(missing_ok=True)
                    raise
        except OSError as problem:
            raise OutsideError(
                "The audit trail could not be exported",
                f"{path} was not written: {problem.strerror}.",
                "Choose a folder you can write to, with room.",
            ) from problem
        return count


def record_data(record: AuditRecord) -> dict[str, object]:
    """A record as plain JSON data, with everything its hash covers."""
    return {
        "number": record.number,
        "at": record.at.isoformat(),
        "actor": record.actor,
        "action": record.action,
        "subject": record.subject,
        "detail": dict(record.detail),
        "previous": record.previous,
        "hash": record.hash,
    }


def _pages(tx: Transaction) -> Iterator[AuditRecord]:
    """All records, read a page at a time."""
    after = 0
    while True:
        page = tx.audit.all(after=after, limit=_PAGE)
        yield from page
        if len(page) < _PAGE:
            return
        after = page[-1].number
