"""What verifying the chain came to, across the page."""

from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from app.domain.audit import AuditVerdict
from ui.models.words import count, moment
from ui.theme.scheme import colours
from ui.theme.tokens import Radius, Space, Tone
from ui.widgets.badge import Glyph
from ui.widgets.buttons import Button, QuietButton
from ui.widgets.layouts import column, row
from ui.widgets.spinner import Spinner
from ui.widgets.text import Text


class VerdictBanner(QWidget):
    """Hidden until someone verifies.

    Signals:
        closed(): the person has read it.
        record_asked(number): they want to see the record that does not hold.
    """

    closed = Signal()
    record_asked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tone, self._number = Tone.MUTED, 0
        self._glyph = Glyph("mdi6.shield-check", Tone.GOOD, 24)
        self._spinner = Spinner(20)
        self.words = Text("", "strong", wrap=True)
        self.detail = Text("", "detail", wrap=True)
        self._show = Button("Show the record")
        self._show.clicked.connect(lambda: self.record_asked.emit(self._number))
        self._close = QuietButton("", "mdi6.close", tip="Close the verdict")
        self._close.clicked.connect(self._on_closed)
        line = row(spacing=Space.M, margins=(Space.L, Space.M, Space.S, Space.M))
        line.addWidget(self._glyph)
        line.addWidget(self._spinner)
        line.addLayout(column(self.words, self.detail, spacing=0), 1)
        line.addWidget(self._show)
        line.addWidget(self._close)
        self.setLayout(line)
        self.hide()

    @property
    def tone(self) -> Tone:
        """Good when the chain holds, danger when it does not."""
        return self._tone

    def show_checking(self, records: int) -> None:
        """The chain is being walked."""
        self._say(Tone.MUTED, "Verifying…", f"Walking the chain of {count(records, 'record')}.", "")

    def show_verdict(self, verdict: AuditVerdict, at: datetime) -> None:
        """What came of it."""
        if verdict.valid:
            words = f"The chain holds: {count(verdict.records, 'record')}, none altered, removed or moved."
            detail = " ".join(part for part in (verdict.note, f"Verified {moment(at)}.") if part)
            self._say(Tone.GOOD, words, detail, "mdi6.shield-check")
            return
        self._number = verdict.first_broken or 0
        words = f"The chain is broken at record {count(self._number)}: {verdict.why}."
        note = (
            "Records before it hold. What stands from there on cannot be trusted; keep a copy of the catalog as it is."
        )
        self._say(Tone.DANGER, words, " ".join(part for part in (note, verdict.note) if part), "mdi6.shield-off")

    def _say(self, tone: Tone, words: str, detail: str, glyph: str) -> None:
        self._tone = tone
        self._glyph.setVisible(bool(glyph))
        if glyph:
            self._glyph.show_as(glyph, tone)
        self._spinner.setVisible(not glyph)
        self._spinner.set_turning(not glyph)
        self.words.setText(words)
        self.words.set_tone(Tone.NEUTRAL if tone is Tone.MUTED else tone)
        self.detail.setText(detail)
        self._show.setVisible(tone is Tone.DANGER)
        self._close.setVisible(bool(glyph))
        self.setAccessibleName(f"{words} {detail}")
        self.show()
        self.update()

    def _on_closed(self) -> None:
        self.hide()
        self.closed.emit()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor("transparent"))
        painter.setBrush(QColor(colours().soft(self._tone)))
        painter.drawRoundedRect(self.rect(), Radius.CARD, Radius.CARD)
