"""The palette's lines: headings, and what can be opened, as a model and painted."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget
from typing_extensions import override

from ui.models.palette import Entry, Heading
from ui.models.table import Role
from ui.models.words import count
from ui.theme.icons import paint_icon
from ui.theme.scheme import colours, font
from ui.theme.tokens import Height, Radius, Size, Space, Tone
from ui.widgets.text import one_line

Index = QModelIndex | QPersistentModelIndex
Line = Heading | Entry
ENTRY, HEADING = Height.ROW + 4, 28  # pixels
_LONGEST = 200  # characters that are looked at: names come from people


class LineModel(QAbstractListModel):
    """Headings cannot be chosen; each line tells a screen reader the whole of it."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.lines: list[Line] = []

    def set_lines(self, lines: Sequence[Line]) -> None:
        """Show these and no other."""
        self.beginResetModel()
        self.lines = list(lines)
        self.endResetModel()

    def step(self, row: int, by: int) -> int:
        """The next entry from `row` in that direction, around the end; -1 where there is none."""
        entries = [at for at, line in enumerate(self.lines) if isinstance(line, Entry)]
        if not entries:
            return -1
        if row not in entries:
            return entries[0 if by > 0 else -1]
        return entries[(entries.index(row) + by) % len(entries)]

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own signature
        return 0 if parent.isValid() else len(self.lines)

    @override
    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid() or isinstance(self.lines[index.row()], Heading):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        line = self.lines[index.row()]
        if role == Role.ROW:
            return line
        if role == Qt.ItemDataRole.DisplayRole:
            return str(line.group) if isinstance(line, Heading) else one_line(line.title)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return spoken(line)
        return None


def spoken(line: Line) -> str:
    """The whole line in words."""
    if isinstance(line, Heading):
        return f"{line.group}, {count(line.total)} found"
    return ", ".join(filter(None, (line.title, line.detail, str(line.group), line.keys)))


class LineDelegate(QStyledItemDelegate):
    """Symbol, title, what it is, and the keys that do the same."""

    def __init__(self, view: QWidget) -> None:
        super().__init__(view)
        self._view = view
        self._faces: dict[tuple[int, bool], tuple[QFont, QFontMetrics]] = {}  # making them is half of the painting

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(240, HEADING if isinstance(index.data(Role.ROW), Heading) else ENTRY)

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        line, rect, state = index.data(Role.ROW), QRect(option.rect), option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(line, Heading):
            more = f"{line.shown} of {count(line.total)}" if line.total > line.shown else ""
            inner = rect.adjusted(Space.L, Space.XS, -Space.L, 0)
            width = self._text(painter, inner, more, Size.LABEL, Tone.MUTED, right=True)
            inner.setRight(inner.right() - width)
            self._text(painter, inner, str(line.group), Size.LABEL, Tone.MUTED, strong=True)
        elif isinstance(line, Entry):
            self._paint_entry(painter, rect, line, chosen=bool(state & QStyle.StateFlag.State_Selected))
        painter.restore()

    def _paint_entry(self, painter: QPainter, rect: QRect, line: Entry, *, chosen: bool) -> None:
        c = colours()
        if chosen:
            box = QRectF(rect).adjusted(Space.S, 1, -Space.S, -1)
            painter.setPen(QPen(QColor(c.focus), 1))
            painter.setBrush(QColor(c.accent_soft))
            painter.drawRoundedRect(box, Radius.CONTROL, Radius.CONTROL)
        inner = rect.adjusted(Space.L, 0, -Space.L, 0)
        box = QRectF(inner.left(), rect.center().y() - 7, 16, 16)
        paint_icon(painter, box, line.glyph, c.of(line.tone))
        inner.setLeft(inner.left() + 16 + Space.M)
        if line.keys:
            inner.setRight(inner.right() - self._keys(painter, inner, line.keys) - Space.M)
        title = self._text(painter, inner, line.title, Size.BODY, Tone.NEUTRAL, middle=True)
        inner.setLeft(inner.left() + title + Space.M)
        if inner.width() > 40:
            self._text(painter, inner, line.detail, Size.DETAIL, Tone.MUTED)

    def _face(self, size: int, *, strong: bool = False) -> tuple[QFont, QFontMetrics]:
        if (size, strong) not in self._faces:
            face = font(size, strong=strong, widget=self._view)
            self._faces[size, strong] = face, QFontMetrics(face)
        return self._faces[size, strong]

    def _keys(self, painter: QPainter, inner: QRect, keys: str) -> int:
        """As on a keyboard, at the right. How wide they came out."""
        c = colours()
        face, metrics = self._face(Size.LABEL)
        width = metrics.horizontalAdvance(keys) + 2 * Space.S
        box = QRect(inner.right() - width + 1, inner.center().y() - 9, width, 20)
        painter.setPen(QPen(QColor(c.control_line), 1))
        painter.setBrush(QColor(c.panel))
        painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.setFont(face)
        painter.setPen(QColor(c.muted))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), keys)
        return width

    def _text(
        self,
        painter: QPainter,
        box: QRect,
        text: str,
        size: int,
        tone: Tone,
        *,
        strong: bool = False,
        right: bool = False,
        middle: bool = False,
    ) -> int:
        """Cut to its room, at the end or in the middle (what ends alike is told apart by its beginning and end)."""
        if not text:
            return 0
        face, metrics = self._face(size, strong=strong)
        mode = Qt.TextElideMode.ElideMiddle if middle else Qt.TextElideMode.ElideRight
        shown = metrics.elidedText(one_line(text[:_LONGEST]), mode, box.width())
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        painter.setFont(face)
        painter.setPen(QColor(colours().of(tone)))
        painter.drawText(box, int(side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine), shown)
        return metrics.horizontalAdvance(shown)


class LineList(QListView):
    """Never has the keys: the field above it keeps them."""

    def __init__(self, model: LineModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(model)
        self.setItemDelegate(LineDelegate(self))
        self.setProperty("look", "tree")
        self.setAccessibleName("What was found")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMouseTracking(True)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
