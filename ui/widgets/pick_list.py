"""Several of many: a list to search in and to tick, and how many are ticked."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget
from typing_extensions import override

from ui.theme.scheme import colours
from ui.theme.tokens import Height, Space, Tone
from ui.widgets.buttons import LinkButton
from ui.widgets.fields import WORDS_AT, SearchField, paint_field, paint_tick
from ui.widgets.layouts import column, row
from ui.widgets.text import ElidedLabel, Text, one_line

SEARCHED_FROM, SHOWN_ROWS = 8, 7
VALUE_ROLE = Qt.ItemDataRole.UserRole + 1  # what is chosen by, where people read something else
_Index = QModelIndex | QPersistentModelIndex


class _Ticks(QAbstractListModel):
    """What can be chosen, as far as the search finds it; the ticks are kept by value, found or not."""

    ticked = Signal()

    def __init__(self, offers: Sequence[tuple[str, str]], chosen: Sequence[str], parent: QObject) -> None:
        super().__init__(parent)
        self._offers = self.found = tuple(offers)
        self.chosen = list(dict.fromkeys(chosen))

    def find(self, words: str) -> None:
        wanted = words.casefold().split()
        self.beginResetModel()
        self.found = tuple(o for o in self._offers if all(word in f"{o[1]} {o[0]}".casefold() for word in wanted))
        self.endResetModel()

    def choose(self, values: Sequence[str]) -> None:
        self.chosen = list(dict.fromkeys(values))
        self.dataChanged.emit(self.index(0), self.index(max(0, len(self.found) - 1)))
        self.ticked.emit()

    @override
    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own signature
        return 0 if parent.isValid() else len(self.found)

    @override
    def flags(self, index: _Index) -> Qt.ItemFlag:
        given = super().flags(index)
        return given | Qt.ItemFlag.ItemIsUserCheckable if index.isValid() else given

    @override
    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        value, label = self.found[index.row()]
        if role == VALUE_ROLE:
            return "" if label == value else one_line(value)
        if role == Qt.ItemDataRole.UserRole:
            return one_line(label)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return one_line(label if label == value else f"{label}  ·  {value}")
        if role == Qt.ItemDataRole.CheckStateRole:
            return (Qt.CheckState.Checked if value in self.chosen else Qt.CheckState.Unchecked).value
        return None

    @override
    def setData(self, index: _Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole or not index.isValid():
            return False
        offer = self.found[index.row()][0]
        if Qt.CheckState(value) is Qt.CheckState.Checked:
            self.choose([*self.chosen, offer])
        else:
            self.choose([other for other in self.chosen if other != offer])
        return True


class _TickDelegate(QStyledItemDelegate):
    """A box, what people read, and at the right what is chosen by."""

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(120, Height.ROW)

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        c, box = colours(), option.rect
        on = index.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked.value
        label, value = str(index.data(Qt.ItemDataRole.UserRole)), str(index.data(VALUE_ROLE))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, QColor(c.hover))
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(QColor(c.focus), 2))
            painter.drawRect(box.adjusted(1, 1, -2, -1))
        paint_tick(painter, QRectF(box.left() + Space.S, box.center().y() - 8, 17, 17), on=on)
        painter.setFont(option.font)
        painter.setPen(QColor(c.muted))
        metrics = painter.fontMetrics()
        aside = metrics.elidedText(value, Qt.TextElideMode.ElideMiddle, box.width() // 3)
        wide = metrics.horizontalAdvance(aside)
        room = box.adjusted(Space.S + WORDS_AT, 0, -Space.M, 0)
        painter.drawText(room, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), aside)
        painter.setPen(QColor(c.text))
        words = room.adjusted(0, 0, -wide - Space.M, 0)
        shown = metrics.elidedText(label, Qt.TextElideMode.ElideRight, words.width())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, shown)
        painter.restore()


class _Field(QWidget):
    """The outline of a field around the list."""

    def __init__(self, inside: QWidget) -> None:
        super().__init__()
        self._inside = inside
        self.setLayout(column(inside, margins=(2, 2, 2, 2)))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        paint_field(QPainter(self), self.rect(), colours().field, focused=self._inside.hasFocus())


class _TickView(QListView):
    """A click anywhere on a row, Space or Return turns its tick."""

    def __init__(self, name: str, model: _Ticks) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setModel(model)
        self.setItemDelegate(_TickDelegate(self))
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setFixedHeight(min(SHOWN_ROWS, max(1, model.rowCount())) * Height.ROW)
        self.clicked.connect(self._turn)

    def _turn(self, index: QModelIndex) -> None:
        on = index.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked.value
        other = Qt.CheckState.Unchecked if on else Qt.CheckState.Checked
        self.model().setData(index, other.value, Qt.ItemDataRole.CheckStateRole)

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self.model().rowCount():
            self.setCurrentIndex(self.model().index(0, 0))
        self._outline()

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._outline()

    def _outline(self) -> None:
        around = self.parentWidget()
        if around is not None:
            around.update()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self._turn(self.currentIndex())
        else:
            super().keyPressEvent(event)


class PickList(QWidget):
    """`offers` are (value, what people read). Values that are chosen and not offered stay, and are said.

    Signals:
        changed(): another tick.
    """

    changed = Signal()

    def __init__(
        self, name: str, offers: Sequence[tuple[str, str]], chosen: Sequence[str] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._offered = {value for value, _ in offers}
        self._labels = dict(offers)
        self._model = _Ticks(offers, chosen, self)
        self.search = SearchField(f"Search in {len(offers):,}", f"Search in {name}")
        self.list = _TickView(name, self._model)
        self._words = ElidedLabel("", "detail", Tone.MUTED)
        self._none = LinkButton("Choose none")
        self._none.setAccessibleName(f"Choose none of {name}")
        body = column(spacing=Space.S)
        body.addWidget(self.search)
        field = _Field(self.list)
        body.addWidget(field)
        if not offers:
            body.addWidget(Text("Production has nothing of the kind to choose from.", "detail", Tone.MUTED, wrap=True))
        line = row(spacing=Space.M)
        line.addWidget(self._words, 1)
        line.addWidget(self._none)
        body.addLayout(line)
        self.setLayout(body)
        self.search.setVisible(len(offers) >= SEARCHED_FROM)  # after the layout took it: it would be a window
        field.setVisible(bool(offers))
        self.setMaximumWidth(480)
        self.setFocusProxy(self.list)
        self.search.textChanged.connect(self._model.find)
        self.search.left_downwards.connect(self.list.setFocus)
        self._none.clicked.connect(lambda: self._model.choose(()))
        self._model.ticked.connect(self._on_ticked)
        self._say()

    @property
    def values(self) -> tuple[str, ...]:
        """What is ticked, in the order it was."""
        return tuple(self._model.chosen)

    def choose(self, values: Sequence[str]) -> None:
        self._model.choose(values)

    def _on_ticked(self) -> None:
        self._say()
        self.changed.emit()

    def _say(self) -> None:
        chosen = self._model.chosen
        gone = sum(value not in self._offered for value in chosen)
        names = ", ".join(self._labels.get(value, value) for value in chosen[:6])
        more = f" and {len(chosen) - 6:,} more" if len(chosen) > 6 else ""
        said = f"{len(chosen):,} chosen: {names}{more}" if chosen else "None chosen"
        self._words.set_text(said + (f"; {gone:,} not in production" if gone else ""))
        self._none.setVisible(bool(chosen))
