"""The chosen record in full, under the table."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.domain.audit import AuditRecord
from ui.models.audit import action_glyph, action_tone, action_words, detail_words
from ui.models.words import count
from ui.theme.tokens import Space, Tone
from ui.widgets.badge import Glyph
from ui.widgets.layouts import Card, column, row
from ui.widgets.text import ElidedLabel, Text, one_line

LONGEST = 600  # characters; the export has the whole


class RecordPanel(Card):
    """What was done to whom, every detail, exactly when and by whom. Hidden while nothing is chosen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._glyph = Glyph("mdi6.circle-small", Tone.MUTED)
        self.head = ElidedLabel("", "strong")
        self.detail = Text("", "body", wrap=True, selectable=True)
        self._when = ElidedLabel("", "detail", Tone.MUTED)
        line = row(spacing=Space.M)
        line.addWidget(self._glyph, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(column(self.head, self.detail, self._when, spacing=Space.XS), 1)
        self.body.addLayout(line)
        self.hide()

    def show_record(self, record: AuditRecord | None) -> None:
        self.setVisible(record is not None)
        if record is None:
            return
        self._glyph.show_as(action_glyph(record), action_tone(record))
        self.head.set_text(f"{count(record.number)} · {action_words(record)} · {record.subject}")
        words = one_line(detail_words(record))
        self.detail.setText(words if len(words) <= LONGEST else f"{words[:LONGEST]}…")
        self.detail.setVisible(bool(words))
        self._when.set_text(
            f"{record.at:%Y-%m-%d %H:%M:%S} UTC by {record.actor} · {record.action} · seal {record.hash[:16]}"
        )
        self.setAccessibleName(f"Record {record.number}: {action_words(record)}, {record.subject}. {words}")
