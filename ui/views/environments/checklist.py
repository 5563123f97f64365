"""The checklist with its evidence; manual items can be ticked, with a note."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from app.domain.operations import ChecklistItem, ItemKind, ItemState
from ui.models.kinds import ITEM_GLYPH, ITEM_TONE, ITEM_WORDS
from ui.models.words import moment
from ui.theme.tokens import Space, Tone
from ui.widgets.badge import Glyph
from ui.widgets.buttons import Button
from ui.widgets.layouts import Card, Line, clear, column, holder, row
from ui.widgets.states import EmptyState
from ui.widgets.text import ElidedLabel, Text


class ChecklistTab(QWidget):
    """Every item with what was looked at and what was found.

    Signals:
        ticked(item, note): the person ticked a manual item.
        certificate_asked(), pdf_asked(): the person wants to see the certificate of the copy; to have it as PDF.
    """

    ticked = Signal(str, str)
    certificate_asked = Signal()
    pdf_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[ChecklistItem, ...] | None = None
        self._body = column(spacing=Space.L, margins=(Space.PAGE, Space.L, Space.PAGE, Space.PAGE))
        see = Button("Open certificate", "mdi6.certificate-outline")
        see.clicked.connect(self.certificate_asked)
        save = Button("Save as PDF…", "mdi6.file-pdf-box")
        save.clicked.connect(self.pdf_asked)
        self.certificate = holder(row(see, save, None))
        self.certificate.hide()
        self._items = column(spacing=Space.L)
        self._body.addWidget(self.certificate)
        self._body.addLayout(self._items)
        self._body.addStretch(1)
        self.setLayout(self._body)

    def show_items(self, items: tuple[ChecklistItem, ...]) -> None:
        """Show these; the same items again keep what is being typed."""
        if items == self._shown:
            return
        self._shown = items
        clear(self._items)
        if not items:
            self._items.addWidget(
                EmptyState(
                    "No checklist yet",
                    "It comes with the first copy: every item of the policy, with its evidence.",
                    "mdi6.clipboard-check-outline",
                )
            )
            return
        for title, kind in (("Checked by Sandkeeper", ItemKind.AUTOMATIC), ("Checked by a person", ItemKind.MANUAL)):
            chosen = [item for item in items if item.kind is kind]
            if not chosen:
                continue
            moments = {moment(item.checked_at) for item in chosen if item.checked_at is not None}
            together = f", checked {moments.pop()}" if len(moments) == 1 and kind is ItemKind.AUTOMATIC else ""
            card = Card(title, aside=f"{sum(i.state.done for i in chosen)} of {len(chosen)}{together}")
            card.body.setSpacing(Space.M)
            for number, item in enumerate(chosen):
                if number:
                    card.body.addWidget(Line())
                card.body.addWidget(_ItemView(item, self, dated=not together))
            self._items.addWidget(card)


class _ItemView(QWidget):
    def __init__(self, item: ChecklistItem, tab: ChecklistTab, *, dated: bool) -> None:
        super().__init__()
        self.setAccessibleName(f"{item.title}: {ITEM_WORDS[item.state]}")
        found = ElidedLabel(item.found or ITEM_WORDS[item.state], "detail", ITEM_TONE[item.state])
        head = row(spacing=Space.L)
        head.addWidget(Text(item.title, "body", wrap=True), 1)
        head.addWidget(found)
        words = column(head, spacing=Space.XS)
        for text in (item.evidence, item.instructions if item.state is ItemState.OPEN else "", _note_of(item, dated)):
            if text:
                words.addWidget(Text(text, "detail", Tone.MUTED, wrap=True))
        if item.state is ItemState.OPEN and item.kind is ItemKind.MANUAL:
            note = QLineEdit()
            note.setPlaceholderText("What you found")
            note.setAccessibleName(f"Note for {item.title}")
            note.setMaxLength(2_000)
            tick = Button("Tick", "mdi6.check")
            tick.setEnabled(False)
            note.textChanged.connect(lambda text: tick.setEnabled(bool(text.strip())))
            tick.clicked.connect(lambda: tab.ticked.emit(item.id, note.text().strip()))
            note.returnPressed.connect(tick.click)
            words.addLayout(row(note, tick))
        outer = row(spacing=Space.M)
        mark = column(Glyph(ITEM_GLYPH[item.state], ITEM_TONE[item.state]), None, margins=(0, 1, 0, 0))
        outer.addLayout(mark)
        outer.addLayout(words, 1)
        self.setLayout(outer)


def _note_of(item: ChecklistItem, dated: bool) -> str:
    when = moment(item.checked_at)
    if item.ticked_by:
        return f"{item.note} · {item.ticked_by}, {when}".strip()
    return f"Checked {when}" if when and dated else ""
