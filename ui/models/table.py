"""A table over immutable rows, with named columns."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor
from typing_extensions import override

from ui.models.difference import Rows
from ui.theme.icons import icon
from ui.theme.scheme import colours
from ui.theme.tokens import Tone
from ui.widgets.text import one_line, plain_tip

Row = TypeVar("Row")
Index = QModelIndex | QPersistentModelIndex


class Role(IntEnum):
    SORT = Qt.ItemDataRole.UserRole + 1  # what a column sorts by: a number, a time, folded text
    ROW = Qt.ItemDataRole.UserRole + 2  # the immutable row itself


SortRole, RowRole = Role.SORT, Role.ROW


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """One column: its heading and how to read a row. `sort` defaults to the text, folded."""

    title: str
    text: Callable[[Row], str]
    sort: Callable[[Row], Any] | None = None
    numeric: bool = False  # right-aligned
    tone: Callable[[Row], Tone] | None = None
    glyph: Callable[[Row], str] | None = None
    glyph_tone: Callable[[Row], Tone] | None = None  # defaults to `tone`
    tip: Callable[[Row], str] | None = None


class RowTableModel(QAbstractTableModel, Generic[Row]):
    """`set_rows` is the only way in; views see the smallest change. Names of columns are headings too."""

    def __init__(
        self, columns: Sequence[Column[Row]], key: Callable[[Row], Hashable], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._columns = tuple(columns)
        self._rows: Rows[Row] = Rows(self, key, columns=len(self._columns))

    def set_rows(self, rows: Sequence[Row]) -> bool:
        """Show these rows. True when selections were lost (the order changed)."""
        return self._rows.set(rows)

    def row_at(self, row: int) -> Row:
        return self._rows.items[row]

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own signature
        return 0 if parent.isValid() else len(self._rows)

    @override
    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own signature
        return 0 if parent.isValid() else len(self._columns)

    @override
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(self._columns):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._columns[section].title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(_alignment(self._columns[section].numeric))
        return None

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, column = self._rows.items[index.row()], self._columns[index.column()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return one_line(column.text(row))
        if role == Role.SORT:
            return column.sort(row) if column.sort else column.text(row).casefold()
        if role == Role.ROW:
            return row
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(_alignment(column.numeric))
        if role == Qt.ItemDataRole.ForegroundRole and column.tone:
            return _colour(column.tone(row))
        if role == Qt.ItemDataRole.DecorationRole and column.glyph and column.glyph(row):
            tone = column.glyph_tone or column.tone
            return icon(column.glyph(row), tone(row) if tone else Tone.MUTED)
        if role == Qt.ItemDataRole.ToolTipRole and column.tip:
            return plain_tip(column.tip(row)) or None
        return None


def _alignment(numeric: bool) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if numeric else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def _colour(tone: Tone) -> object:

    return QColor(colours().of(tone))
