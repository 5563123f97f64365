"""Verbs of the audit trail: verify it, export it."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QWidget

from app.domain.audit import AuditVerdict
from ui.bridge.desk import Desk
from ui.models.words import count
from ui.theme.tokens import Tone


def verify_trail(
    *, owner: QWidget, desk: Desk, on_verdict: Callable[[AuditVerdict], None], on_settled: Callable[[], None]
) -> None:
    """Walk the whole chain in the background and hand the verdict over."""

    def done(verdict: AuditVerdict) -> None:
        on_settled()
        on_verdict(verdict)

    def failed(error: Exception) -> None:
        on_settled()
        desk.dialogs.error(owner, error)

    desk.bridge.submit(desk.services.audit.verify, owner=owner, topic="verify", on_done=done, on_error=failed)


def export_trail(*, owner: QWidget, desk: Desk) -> None:
    """Ask where, and write every record there. An export never replaces a file."""
    desk.dialogs.choose_file_to_save(
        owner,
        "Export the audit trail",
        f"sandkeeper-audit-{desk.now():%Y-%m-%d}.jsonl",
        lambda path: export_to(owner=owner, desk=desk, path=path),
    )


def export_to(*, owner: QWidget, desk: Desk, path: Path) -> None:
    """Write every record to `path`, one JSON object a line."""
    desk.bridge.submit(
        desk.services.audit.export,
        path,
        owner=owner,
        on_done=lambda written: desk.notify.say(f"{count(written, 'record')} exported to {path.name}", Tone.GOOD),
        on_error=lambda error: desk.dialogs.error(owner, error),
    )
