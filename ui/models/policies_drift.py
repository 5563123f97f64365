"""What changed in production since the review, as a table with a suggestion for each."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QObject

from app.services.drifting import DriftItem, DriftReport
from ui.models.policies_columns import acceptable, fact_words, suggestion_words
from ui.models.table import Column, RowTableModel
from ui.models.words import ago, count
from ui.theme.tokens import Tone

_GLYPH = {"added": "mdi6.plus-circle-outline", "changed": "mdi6.delta", "removed": "mdi6.minus-circle-outline"}


def drift_model(parent: QObject | None = None) -> RowTableModel[DriftItem]:
    return RowTableModel(
        (
            Column(
                "Where",
                lambda i: i.place,
                glyph=lambda i: _GLYPH[i.kind],
                glyph_tone=lambda i: Tone.MUTED if i.kind == "removed" else Tone.WARNING,
                tip=lambda i: i.place,
            ),
            Column("What happened", fact_words, tip=fact_words),
            Column(
                "Suggested",
                suggestion_words,
                tone=lambda i: Tone.NEUTRAL if acceptable(i) else Tone.WARNING,
                tip=_suggestion_tip,
            ),
            Column("Sure", sure, lambda i: i.confidence, numeric=True, tone=lambda i: Tone.MUTED),
            Column("Why", lambda i: i.reason, tone=lambda i: Tone.MUTED, tip=lambda i: i.reason),
        ),
        lambda i: i.place,
        parent,
    )


def sure(item: DriftItem) -> str:
    """How sure the suggestion is; nothing where nothing was guessed."""
    return f"{item.confidence:.0%}" if item.suggestion is not None and item.confidence else ""


def drift_words(report: DriftReport, now: Callable[[], datetime]) -> str:
    """How much changed, where, and since when."""
    changed = count(len(report.items), "thing")
    if report.reviewed_at is None:
        return f"{changed} in {report.source} that nobody has reviewed yet"
    by = report.reviewed_by.partition("@")[0]
    return f"{changed} changed in {report.source} since {by} reviewed it {ago(report.reviewed_at, now())}"


def _suggestion_tip(item: DriftItem) -> str:
    now = item.decision
    if now is None:
        return suggestion_words(item)
    held = f"masked with {now.mask}" if now.mask else str(now.treatment)
    return f"The policy says now: {held}\nAccepting: {suggestion_words(item)}"
