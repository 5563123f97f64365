"""Errors that know whose fault they are, and therefore what to say.

Every error a person can meet has a *title* (what happened), a *detail* (what we were doing and what state things are
in) and a *hint* (what to do about it). Anything that is not a `SandkeeperError` is a bug and goes to the crash dialog.
Texts never hold a secret or a value of a source row.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class SandkeeperError(Exception):
    """Base of all expected errors; `kind` is the JSON contract's word for it."""

    kind = "error"

    def __init__(self, title: str, detail: str = "", hint: str = "") -> None:
        super().__init__(title)
        self.title = title
        self.detail = detail
        self.hint = hint

    @property
    def sentence(self) -> str:
        """Title and detail on one line, for a reason or a note."""
        return " ".join(part for part in (f"{self.title.rstrip('.')}.", self.detail) if part)

    def __str__(self) -> str:
        return "\n".join(part for part in (self.title, self.detail, self.hint) if part)


class UserError(SandkeeperError):
    """Something the person gave is wrong; they can fix it (exit code 2)."""

    kind = "usage"


class RefusedError(UserError):
    """The request is understood and refused, or a decision or acknowledgement is missing (exit code 3).

    `findings` and `warnings` hold domain values (`Finding`, `Warning`), so that a person sees everything that blocks
    at once.
    """

    kind = "refused"

    def __init__(
        self,
        title: str,
        detail: str = "",
        hint: str = "",
        *,
        findings: "Sequence[object]" = (),
        warnings: "Sequence[object]" = (),
        operation: str | None = None,
    ) -> None:
        super().__init__(title, detail, hint)
        self.findings = tuple(findings)
        self.warnings = tuple(warnings)
        self.operation = operation


class OutsideError(SandkeeperError):
    """Disk, network, server or another program failed us (exit code 1)."""

    kind = "failed"


class CancelledError(SandkeeperError):
    """The person asked to stop, and we did (exit code 4)."""

    kind = "cancelled"


class StaleFenceError(SandkeeperError):
    """A newer attempt owns this operation; the one that raises this must stop without touching anything."""

    kind = "interrupted"
