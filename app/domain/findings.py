"""What preflight noticed."""

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    ERROR = "error"  # blocks; nobody can acknowledge it away
    WARNING = "warning"  # blocks until acknowledged
    NOTE = "note"  # told, blocks nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing noticed before anything starts.

    `code` names the kind of finding and is stable; `where` is the table, column, file or server it stands in; `hint`
    says what to do. The fingerprint covers code, place and message, so an acknowledgement lasts until one changes.
    """

    severity: Severity
    code: str
    message: str
    where: str = ""
    hint: str = ""
    fingerprint: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        if not self.fingerprint:
            text = "\x1f".join((self.severity, self.code, self.where, self.message))
            object.__setattr__(self, "fingerprint", hashlib.sha256(text.encode()).hexdigest()[:16])


def error(code: str, message: str, where: str = "", hint: str = "") -> Finding:
    return Finding(severity=Severity.ERROR, code=code, message=message, where=where, hint=hint)


def warning(code: str, message: str, where: str = "", hint: str = "") -> Finding:
    return Finding(severity=Severity.WARNING, code=code, message=message, where=where, hint=hint)


def note(code: str, message: str, where: str = "", hint: str = "") -> Finding:
    return Finding(severity=Severity.NOTE, code=code, message=message, where=where, hint=hint)
