"""Tables: calm rows, no grid, numbers at the right."""

from collections.abc import Sequence

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)
from typing_extensions import override

from ui.theme.scheme import colours
from ui.theme.tokens import Height
from ui.widgets.columns import Columns


class RowDelegate(QStyledItemDelegate):
    """Rows chosen as a whole, with a hairline under each and a ring around the row with the focus."""

    @override
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        plain = QStyleOptionViewItem(option)
        focused = bool(plain.state & QStyle.StateFlag.State_HasFocus)
        plain.state &= ~QStyle.StateFlag.State_HasFocus
        super().paint(painter, plain, index)
        rect = plain.rect
        painter.save()
        painter.setPen(QColor(colours().line))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        if focused:
            painter.setPen(QPen(QColor(colours().focus), 2))
            painter.drawRect(rect.adjusted(1, 1, -2, -2))
        painter.restore()


class _MiddleDelegate(RowDelegate):
    """Where room is short, the middle of the words is left out."""

    @override
    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        super().initStyleOption(option, index)
        option.textElideMode = Qt.TextElideMode.ElideMiddle


class Table(QTableView):
    """A table to read and to open rows of: Return or a double click activates one. A person may move, resize and hide
    columns.

    Signals:
        rearranged(): the person did so, or sorted.
    """

    rearranged = Signal()

    def __init__(self, name: str, model: QAbstractItemModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setModel(model)
        self.setItemDelegate(RowDelegate(self))
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setIconSize(QSize(16, 16))
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(Height.ROW + 4)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.columns = Columns(self)
        self.columns.rearranged.connect(self.rearranged)

    def widths(self, pixels: Sequence[int], *, stretch: int) -> None:
        """Widths of the columns in order; the column `stretch` takes what is left. A person's own widths stay."""
        self.horizontalHeader().setStretchLastSection(False)
        self.columns.set_base(tuple(pixels), stretch)

    @override
    def setColumnHidden(self, column: int, hide: bool) -> None:
        """Leave it out for want of room, unless a person asked for it."""
        self.columns.leave_out(column, hide)

    def arrangement(self) -> str:
        return self.columns.arrangement()

    def arrange(self, kept: str) -> None:
        self.columns.arrange(kept)

    def elide_middle(self, column: int) -> None:
        """For words that are told apart by their end, such as TENANT/NAME."""
        self.setItemDelegateForColumn(column, _MiddleDelegate(self))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.activated.emit(self.currentIndex())
        else:
            super().keyPressEvent(event)

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The menu key, as the headings never have the keys."""
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            self.columns.open_menu(self.mapToGlobal(self.horizontalHeader().geometry().bottomLeft()))
        else:
            super().contextMenuEvent(event)
