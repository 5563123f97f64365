"""Records of the audit trail in words."""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum

from app.domain.audit import AuditRecord
from ui.models.kinds import OPERATION_WORDS
from ui.models.words import count
from ui.theme.tokens import Tone

ACTION_WORDS: Mapping[str, tuple[str, str, Tone]] = {
    "tenant.add": ("Tenant added", "mdi6.domain-plus", Tone.MUTED),
    "tenant.remove": ("Tenant removed", "mdi6.domain-remove", Tone.WARNING),
    "environment.add": ("Environment added", "mdi6.database-plus-outline", Tone.MUTED),
    "environment.set": ("Environment changed", "mdi6.database-edit-outline", Tone.MUTED),
    "environment.login": ("Password of the login shown", "mdi6.key-outline", Tone.WARNING),
    "environment.remove": ("Environment removed", "mdi6.database-remove-outline", Tone.WARNING),
    "environment.wiped": ("Copy destroyed", "mdi6.eraser", Tone.WARNING),
    "policy.decide": ("Column decided", "mdi6.table-edit", Tone.MUTED),
    "policy.draft": ("Policy drafted", "mdi6.auto-fix", Tone.MUTED),
    "policy.follow": ("Reference decided", "mdi6.link-variant", Tone.MUTED),
    "policy.accept": ("Changes in production accepted", "mdi6.check-all", Tone.MUTED),
    "policy.waive": ("Way out waived", "mdi6.shield-off-outline", Tone.WARNING),
    "policy.approve": ("Script approved", "mdi6.script-text-outline", Tone.WARNING),
    "policy.restore": ("Policy version restored", "mdi6.history", Tone.MUTED),
    "checklist.tick": ("Checklist item ticked", "mdi6.checkbox-marked-outline", Tone.GOOD),
    "operation.requested": ("Operation requested", "mdi6.clock-outline", Tone.MUTED),
    "operation.running": ("Operation began", "mdi6.play-circle-outline", Tone.ACCENT),
    "operation.published": ("Copy published", "mdi6.swap-horizontal", Tone.ACCENT),
    "operation.succeeded": ("Operation succeeded", "mdi6.check-circle", Tone.GOOD),
    "operation.failed": ("Operation failed", "mdi6.close-circle", Tone.DANGER),
    "operation.cancelled": ("Operation cancelled", "mdi6.minus-circle", Tone.WARNING),
    "operation.interrupted": ("Operation interrupted", "mdi6.pause-circle", Tone.WARNING),
    "operation.cancel_requested": ("Stop requested", "mdi6.stop-circle-outline", Tone.WARNING),
    "operation.resumed": ("Operation taken up again", "mdi6.replay", Tone.ACCENT),
}
_HASH = re.compile(r"[0-9a-f]{32,}")  # its beginning is enough to tell two apart
_VERBS = {str(kind): words[0] for kind, words in OPERATION_WORDS.items()}
_UNSAID = {"item", "operation", "identity", "policy_hash", "certificate", "hash"}
"""Keys that mean nothing to a reader; the export has them."""
_LEAD = ("kind", "title", "table", "column", "treatment", "reason")
"""Keys whose values speak for themselves, said first and without their name."""


class Subject(StrEnum):
    """What a record can be about, for the filter."""

    ALL = "all"
    OPERATIONS = "operation"
    ENVIRONMENTS = "environment"
    TENANTS = "tenant"
    DECISIONS = "decision"


def subject_of(record: AuditRecord) -> Subject:
    """Which filter shows it besides `ALL`."""
    noun = record.action.partition(".")[0]
    if noun in ("policy", "checklist"):
        return Subject.DECISIONS
    return Subject(noun) if noun in ("operation", "environment", "tenant") else Subject.ALL


def action_words(record: AuditRecord) -> str:
    """What was done; an operation by its own name: "Refresh succeeded"."""
    words = _known(record)[0]
    verb = _VERBS.get(str(record.detail.get("kind", "")))
    if verb and words.startswith("Operation "):
        return words.replace("Operation", verb, 1)
    return words


def action_glyph(record: AuditRecord) -> str:
    return _known(record)[1]


def action_tone(record: AuditRecord) -> Tone:
    return _known(record)[2]


def _known(record: AuditRecord) -> tuple[str, str, Tone]:
    unknown = record.action.replace(".", " ").replace("_", " ").capitalize()
    return ACTION_WORDS.get(record.action, (unknown, "mdi6.circle-small", Tone.MUTED))


def detail_words(record: AuditRecord) -> str:
    """The rest of what is on record, for a line: values that speak for themselves first, then "name value"."""
    said_already = {"kind"} if record.action.startswith("operation.") else set()
    keys = [key for key in _LEAD if key in record.detail]
    keys += [key for key in record.detail if key not in _LEAD]
    parts = []
    for key in keys:
        if key in _UNSAID or key in said_already:
            continue
        value = _value(record.detail[key])
        if value:
            parts.append(value if key in _LEAD else f"{key.replace('_', ' ')} {value}")
    return " · ".join(parts)


def _value(value: object) -> str:
    if value is None or value is False or value == "":
        return ""
    if value is True:
        return "yes"
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_value(inner)}" for key, inner in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        texts = [text for text in map(_value, value) if text]
        return ", ".join(texts) if len(texts) <= 3 else f"{', '.join(texts[:3])} and {count(len(texts) - 3)} more"
    text = str(value)
    return f"{text[:8]}…" if _HASH.fullmatch(text) else text


def search_text(record: AuditRecord) -> str:
    """What a filter looks in, folded."""
    parts = (str(record.number), record.actor, record.action, action_words(record), record.subject)
    return "\0".join((*parts, detail_words(record), str(record.detail.get("operation", "")))).casefold()
