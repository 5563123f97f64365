"""The versions an environment's policy had, what differs between two, and who has which."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QObject

from app.domain.versions import ChangeKind, PolicyChange, VersionEntry
from ui.models.kinds import KIND_GLYPH, KIND_TONE
from ui.models.policies import UseRow
from ui.models.table import Column, RowTableModel
from ui.models.words import ago, moment
from ui.theme.tokens import Tone

_KIND_GLYPH = {
    ChangeKind.ADDED: "mdi6.plus",
    ChangeKind.REMOVED: "mdi6.minus",
    ChangeKind.CHANGED: "mdi6.delta",
}
_CHANGE_TONE = {ChangeKind.ADDED: Tone.GOOD, ChangeKind.REMOVED: Tone.DANGER, ChangeKind.CHANGED: Tone.ACCENT}


def versions_model(now: Callable[[], datetime], parent: QObject | None = None) -> RowTableModel[VersionEntry]:
    return RowTableModel(
        (
            Column("Version", lambda v: str(v.number), lambda v: v.number, numeric=True),
            Column(
                "In use",
                in_use,
                glyph=lambda v: "mdi6.check-circle" if v.current else "mdi6.content-copy" if v.of_copy else "",
                glyph_tone=lambda v: Tone.GOOD if v.current else Tone.WARNING,
            ),
            Column("Given", lambda v: ago(v.at, now()), lambda v: v.at, tip=lambda v: moment(v.at)),
            Column("By", lambda v: _short(v.by), tip=lambda v: v.by),
            Column("Written by", lambda v: _short(v.author), tip=lambda v: v.author),
            Column("From", lambda v: _short(v.origin), tone=lambda v: Tone.MUTED, tip=_origin),
        ),
        lambda v: v.number,
        parent,
    )


def in_use(entry: VersionEntry) -> str:
    """What depends on it."""
    if entry.current and entry.of_copy:
        return "in force, the copy has it"
    return "in force" if entry.current else "the copy has it" if entry.of_copy else ""


def version_words(entry: VersionEntry) -> str:
    """The version as one of several to choose: `version 2, 3 days ago by ana`."""
    return f"version {entry.number}, {moment(entry.at)}, {_short(entry.by) or 'nobody on record'}"


def changes_model(parent: QObject | None = None) -> RowTableModel[PolicyChange]:
    return RowTableModel(
        (
            Column(
                "What",
                lambda c: c.name if c.part in ("columns", "tables", "policy") else f"{c.part}: {c.name}",
                glyph=lambda c: _KIND_GLYPH[c.kind],
                glyph_tone=lambda c: _CHANGE_TONE[c.kind],
                tip=lambda c: f"{c.kind} in {c.part}: {c.name}",
            ),
            Column("Before", lambda c: c.before, tone=lambda c: Tone.MUTED, tip=lambda c: c.before),
            Column("After", lambda c: c.after or str(c.kind), tip=lambda c: c.after),
        ),
        lambda c: (c.part, c.name, c.kind),
        parent,
    )


def uses_model(now: Callable[[], datetime], parent: QObject | None = None) -> RowTableModel[UseRow]:
    return RowTableModel(
        (
            Column(
                "Environment",
                lambda u: u.environment.ref,
                glyph=lambda u: KIND_GLYPH[u.environment.kind],
                glyph_tone=lambda u: KIND_TONE[u.environment.kind],
                tip=lambda u: u.environment.ref,
            ),
            Column("In force", lambda u: f"version {u.number}" if u.number else "", lambda u: u.number),
            Column(
                "Its copy was made with",
                made_with,
                tone=lambda u: Tone.WARNING if u.environment.policy_outdated else Tone.NEUTRAL,
                glyph=lambda u: "mdi6.alert-outline" if u.environment.policy_outdated else "",
                glyph_tone=lambda u: Tone.WARNING,
            ),
            Column(
                "Copied",
                lambda u: ago(u.environment.copied_at, now()),
                lambda u: u.environment.copied_at.timestamp() if u.environment.copied_at else 0.0,
                tone=lambda u: Tone.MUTED,
                tip=lambda u: moment(u.environment.copied_at),
            ),
        ),
        lambda u: u.environment.id,
        parent,
    )


def made_with(use: UseRow) -> str:
    """Which version the copy that is there was made with."""
    if use.environment.copied_at is None:
        return "no copy yet"
    if use.environment.policy_outdated:
        return f"version {use.of_copy}, an older one" if use.of_copy else "another version"
    return "the version in force" if use.environment.copied_policy is not None else "not known"


def _short(who: str) -> str:
    """The name without the machine's: what stands after the @."""
    return who.partition("@")[0]


def _origin(entry: VersionEntry) -> str:
    return f"{entry.origin}\nSHA-256 {entry.hash}"
