"""A text to read, with the numbers of its lines: a policy file, or what differs between two."""

import re

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QSyntaxHighlighter,
    QTextCharFormat,
    QTextDocument,
)
from PySide6.QtWidgets import QPlainTextEdit, QWidget
from typing_extensions import override

from ui.theme.scheme import colours, is_theme_change
from ui.theme.tokens import Space, Tone

COLOURED_UPTO = 8_000  # lines; colouring more would be felt
_KEY = re.compile(r"^(\s*(?:- )?\{?)([\w.*\"' -]+?)(?=:(?:\s|$))")
_COMMENT = re.compile(r"(?:^|\s)#.*$")


class Listing(QPlainTextEdit):
    """Read-only. `difference` colours what was added and removed instead of keys and comments."""

    def __init__(self, name: str, *, difference: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._numbered = not difference
        self.setReadOnly(True)
        self.setAccessibleName(name)
        self.setProperty("look", "tail")
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._margin = _Margin(self)
        self._ink = _Ink(self.document(), difference=difference)
        self.blockCountChanged.connect(self._fit)
        self.updateRequest.connect(self._on_scrolled)
        self._fit()

    def show_text(self, text: str) -> None:
        """Another text from its beginning; the same one stays where it was scrolled to."""
        if text == self.toPlainText():
            return
        self._ink.on = text.count("\n") <= COLOURED_UPTO
        self.setPlainText(text)

    def go_to(self, line: int) -> None:
        """Show that line (from 1) in the middle, and mark it."""
        block = self.document().findBlockByNumber(line - 1)
        if block.isValid():
            cursor = self.textCursor()
            cursor.setPosition(block.position())
            cursor.movePosition(cursor.MoveOperation.EndOfBlock, cursor.MoveMode.KeepAnchor)
            self.setTextCursor(cursor)
            self.centerCursor()

    @property
    def margin_width(self) -> int:
        if not self._numbered:
            return Space.XS
        return self.fontMetrics().horizontalAdvance("9" * max(3, len(str(self.blockCount())))) + 2 * Space.M

    def paint_margin(self, event: QPaintEvent) -> None:
        """The numbers of the lines that are to be seen."""
        if not self._numbered:
            return
        painter = QPainter(self._margin)
        painter.setFont(self.font())
        painter.setPen(QColor(colours().disabled))
        block, height = self.firstVisibleBlock(), self.fontMetrics().lineSpacing()
        top = round(self.blockBoundingGeometry(block).translated(self.contentOffset()).top())
        while block.isValid() and top <= event.rect().bottom():
            box = QRect(0, top, self._margin.width() - Space.M, height)
            painter.drawText(box, int(Qt.AlignmentFlag.AlignRight), str(block.blockNumber() + 1))
            top += round(self.blockBoundingRect(block).height())
            block = block.next()

    def _fit(self) -> None:
        self.setViewportMargins(self.margin_width, 0, 0, 0)

    def _on_scrolled(self, rect: QRect, dy: int) -> None:
        if dy:
            self._margin.scroll(0, dy)
        else:
            self._margin.update(0, rect.y(), self._margin.width(), rect.height())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        inside = self.contentsRect()
        self._margin.setGeometry(inside.left(), inside.top(), self.margin_width, inside.height())

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if is_theme_change(event) and hasattr(self, "_ink"):
            self._ink.rehighlight()
            self._fit()


class _Margin(QWidget):
    def __init__(self, listing: Listing) -> None:
        super().__init__(listing)
        self._listing = listing

    @override
    def sizeHint(self) -> QSize:
        return QSize(self._listing.margin_width, 0)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        self._listing.paint_margin(event)


class _Ink(QSyntaxHighlighter):
    def __init__(self, document: QTextDocument, *, difference: bool) -> None:
        super().__init__(document)
        self._difference, self.on = difference, True

    @override
    def highlightBlock(self, text: str) -> None:
        for start, end, tone in spans(text, difference=self._difference) if self.on else ():
            self.setFormat(start, end - start, _format(tone))


def spans(line: str, *, difference: bool = False) -> tuple[tuple[int, int, Tone], ...]:
    """Which parts of a line stand out, from where to where."""
    if difference:
        tone = {"+": Tone.GOOD, "-": Tone.DANGER, "@": Tone.ACCENT}.get(line[:1])
        return () if tone is None else ((0, len(line), tone),)
    key, comment = _KEY.match(line), _COMMENT.search(line)
    found = [] if key is None else [(key.start(2), key.end(2), Tone.ACCENT)]
    if comment is not None:
        found.append((comment.start(), comment.end(), Tone.MUTED))
    return tuple(found)


def _format(tone: Tone) -> QTextCharFormat:
    made = QTextCharFormat()
    made.setForeground(QColor(colours().of(tone)))
    return made
