"""One item of the checklist: a line that opens to its evidence, the query behind it, and what a person has to do."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QSizePolicy, QWidget

from app.domain.operations import ChecklistItem, ItemKind, ItemState
from ui.models.checklist import item_text, item_title, signature
from ui.models.kinds import ITEM_GLYPH, ITEM_TONE, ITEM_WORDS
from ui.theme.tokens import Space, Tone
from ui.widgets.buttons import Button, LinkButton
from ui.widgets.disclosure import Disclosure
from ui.widgets.layouts import column, holder, row
from ui.widgets.text import ElidedLabel, Text

SHOWN_DETAILS = 60
"""Lines of an item's table that are shown; copying takes all."""


class ItemView(QWidget):
    """What waits for a person stands open; all else opens when asked.

    Signals:
        ticked(item, note): the person ticked a manual item.
        copy_asked(text, what): the person wants that text on the clipboard.
    """

    ticked = Signal(str, str)
    copy_asked = Signal(str, str)

    def __init__(self, item: ChecklistItem, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.item = item
        self.note: QLineEdit | None = None
        self.line = Disclosure(
            item_title(item),
            self._below,
            detail=item.instructions if item.state is ItemState.OPEN else item.evidence or signature(item),
            fact=item.found or ITEM_WORDS[item.state],
            glyph=ITEM_GLYPH[item.state],
            tone=ITEM_TONE[item.state],
        )
        self.setAccessibleName(f"{item.title}: {ITEM_WORDS[item.state]}")
        self.setLayout(column(self.line, spacing=0))
        if item.state is ItemState.OPEN:
            self.line.open()

    def _below(self) -> QWidget:
        item = self.item
        words = column(spacing=Space.XS)
        for text in (item.instructions if item.kind is ItemKind.MANUAL else "", item.evidence, signature(item)):
            if text:
                words.addWidget(Text(text, "detail", Tone.MUTED, wrap=True))
        if item.details:
            words.addSpacing(Space.XS)
            words.addWidget(_details(item.details))
        if item.query:
            words.addSpacing(Space.XS)
            query = Text(item.query, "mono", wrap=True, selectable=True)
            query.setAccessibleName(f"Query behind {item.title}")
            words.addWidget(query)
        if item.state is ItemState.OPEN and item.kind is ItemKind.MANUAL:
            words.addWidget(self._answer())
        elif item.evidence or item.query:
            words.addWidget(self._copying())
        return holder(words)

    def _answer(self) -> QWidget:
        note = QLineEdit()
        note.setPlaceholderText("What you found")
        note.setAccessibleName(f"Note for {self.item.title}")
        note.setMaxLength(2_000)
        tick = Button("Tick", "mdi6.check")
        tick.setEnabled(False)
        note.textChanged.connect(lambda text: tick.setEnabled(bool(text.strip())))
        tick.clicked.connect(lambda: self.ticked.emit(self.item.id, note.text().strip()))
        note.returnPressed.connect(tick.click)
        self.note = note
        return holder(row(note, tick))

    def _copying(self) -> QWidget:
        line = row(spacing=Space.L)
        if self.item.query:
            query = LinkButton("Copy query")
            query.clicked.connect(lambda: self.copy_asked.emit(self.item.query, "Query"))
            line.addWidget(query)
        evidence = LinkButton("Copy evidence")
        evidence.clicked.connect(lambda: self.copy_asked.emit(item_text(self.item), "Evidence"))
        line.addWidget(evidence)
        line.addStretch(1)
        return holder(line)


def _details(lines: tuple[tuple[str, ...], ...]) -> QWidget:
    """A small table, its heading first; a column has room by its longest words, and none pushes another out."""
    grid = QGridLayout()
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(Space.M)
    grid.setVerticalSpacing(2)
    shown = lines[: SHOWN_DETAILS + 1]
    for at, cells in enumerate(shown):
        for side, cell in enumerate(cells):
            words = ElidedLabel(cell, "label", Tone.MUTED) if at == 0 else ElidedLabel(cell, "detail")
            words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            grid.addWidget(words, at, side)
    for side in range(len(lines[0])):
        longest = max((len(cells[side]) for cells in shown[1:] if side < len(cells)), default=0)
        grid.setColumnStretch(side, min(max(longest, 5), 48))
    left = len(lines) - SHOWN_DETAILS - 1
    if left > 0:
        grid.addWidget(Text(f"and {left:,} more", "detail", Tone.MUTED), SHOWN_DETAILS + 1, 0)
    return holder(grid)
