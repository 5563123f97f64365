"""What a person must know before an operation begins, whatever the policy says; acknowledged one by one."""

from dataclasses import replace

from app.domain.operations import OperationKind
from app.domain.plan import Impact
from app.domain.policy import Policy, PolicyWarning

NOT_A_BACKUP = "not-a-backup"
NO_CONTINUITY = "no-continuity"
CHANGES_LOST = "changes-will-be-lost"

SYSTEM_WARNINGS: tuple[PolicyWarning, ...] = (
    PolicyWarning(
        id=NOT_A_BACKUP,
        text="A sandbox is not a backup: its data is changed on the way in and cannot be restored to production.",
        on=("provision", "refresh", "reset", "wipe"),
    ),
    PolicyWarning(
        id=NO_CONTINUITY,
        text="There is no continuity between this environment and production: nothing done here reaches production, "
        "and later changes in production do not arrive here until the next refresh.",
        on=("provision", "refresh", "reset"),
    ),
    PolicyWarning(
        id=CHANGES_LOST,
        text="Everything that was changed in this environment will be lost.",
        on=("refresh", "reset", "wipe"),
    ),
)


def warnings_for(kind: OperationKind, policy: Policy | None, impact: Impact) -> tuple[PolicyWarning, ...]:
    """Ours first, with what is known of this environment added, then the policy's. A policy cannot replace ours: a
    warning of the same id is added to the text of ours."""
    own = [_with_facts(warning, kind, impact) for warning in SYSTEM_WARNINGS if kind in warning.on]
    ids = {warning.id: at for at, warning in enumerate(own)}
    others: list[PolicyWarning] = []
    for warning in policy.warnings if policy else ():
        if kind not in warning.on:
            continue
        if warning.id in ids:
            at = ids[warning.id]
            own[at] = replace(own[at], text=f"{own[at].text} {warning.text}")
        else:
            others.append(warning)
    return (*own, *others)


def _with_facts(warning: PolicyWarning, kind: OperationKind, impact: Impact) -> PolicyWarning:
    if warning.id == NOT_A_BACKUP:
        return replace(warning, text=f"{warning.text} {_last_copy(impact)}")
    if warning.id != CHANGES_LOST:
        return warning
    first = {
        OperationKind.REFRESH: "It is replaced by a new copy; everything that was changed in it will be lost.",
        OperationKind.RESET: "It goes back to its baseline; everything that was changed in it will be lost.",
    }.get(kind, "It is removed with its baseline; everything in it will be lost for good.")
    return replace(warning, text=" ".join(part for part in (first, _lost(impact), _connected(impact)) if part))


def _last_copy(impact: Impact) -> str:
    if impact.last_copied_at is None:
        return "It has never been copied before." if not impact.exists else "When it was last copied is not known."
    return f"The last copy was made on {impact.last_copied_at:%d %B %Y at %H:%M} UTC.".replace(" on 0", " on ")


def _lost(impact: Impact) -> str:
    if not impact.exists:
        return ""
    changed = [change for change in impact.changes if change.added or change.changed or change.removed]
    if not changed:
        known = impact.exact and not impact.note
        return "No row was changed since." if known else f"How much that is could not be counted. {impact.note}".strip()
    largest = sorted(changed, key=lambda c: (-(c.added + c.changed + c.removed), c.table))[:5]
    listed = "; ".join(
        f"{c.table}: "
        + ", ".join(
            f"{number:,} {word}"
            for number, word in ((c.added, "added"), (c.changed, "changed"), (c.removed, "removed"))
            if number
        )
        for c in largest
    )
    more = f" and {len(changed) - 5} more tables" if len(changed) > 5 else ""
    rows = impact.rows_changed
    about = "" if impact.exact else "about "
    return f"Changed since the last copy: {about}{rows:,} {'row' if rows == 1 else 'rows'} ({listed}{more})."


def _connected(impact: Impact) -> str:
    if not impact.connected:
        return ""
    named = "; ".join(impact.connected[:5]) + (
        f" and {len(impact.connected) - 5} more" if len(impact.connected) > 5 else ""
    )
    return f"In use right now by: {named}."
