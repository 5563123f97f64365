"""The list of packs and policies at the left."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QHeaderView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView, QWidget
from typing_extensions import override

from ui.models.kinds import KIND_GLYPH, KIND_TONE
from ui.models.policies import Heading, PolicyLine, PolicyListModel
from ui.models.table import Role
from ui.theme.icons import paint_icon
from ui.theme.scheme import colours, font
from ui.theme.tokens import Height, Size, Space, Tone
from ui.widgets.badge import paint_badge
from ui.widgets.text import one_line

ROW = 44
GLYPH = "mdi6.package-variant-closed"
Index = QModelIndex | QPersistentModelIndex


class _Delegate(QStyledItemDelegate):
    """Paints a name over a muted line, and a badge at the right where something deserves attention."""

    def __init__(self, view: QWidget) -> None:
        super().__init__(view)
        self._view = view

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(240, ROW)

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row = index.data(Role.ROW)
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(row, Heading):
            box = rect.adjusted(Space.L, Space.M, -Space.L, 0)
            self._text(painter, box, row.name, Size.BODY, Tone.NEUTRAL, strong=True)
        elif isinstance(row, PolicyLine):
            self._paint_ground(painter, rect, state)
            self._paint_line(painter, rect, row)
        painter.restore()

    def _paint_ground(self, painter: QPainter, rect: QRect, state: QStyle.StateFlag) -> None:
        c = colours()
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        box = rect.adjusted(Space.S, 1, -Space.S, -1)
        if chosen or state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(c.accent_soft if chosen else c.hover))
            painter.drawRoundedRect(box, 6, 6)
        if state & QStyle.StateFlag.State_HasFocus and self._view.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(c.focus), 2))
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 5, 5)

    def _paint_line(self, painter: QPainter, rect: QRect, line: PolicyLine) -> None:
        left, right = rect.left() + Space.L, rect.right() - Space.L
        glyph = GLYPH if line.kind is None else KIND_GLYPH[line.kind]
        tone = Tone.MUTED if line.kind is None else KIND_TONE[line.kind]
        paint_icon(painter, QRect(left, rect.center().y() - 7, 16, 16), glyph, colours().of(tone))
        if line.badge:
            words = QFontMetrics(font(Size.LABEL, strong=True, widget=self._view)).horizontalAdvance(line.badge)
            width = words + 2 * Space.S + 1
            pill = QRect(right - width, rect.center().y() - Height.BADGE // 2, width, Height.BADGE)
            paint_badge(painter, pill, line.badge, Tone.DANGER if line.problem else Tone.WARNING, "", self._view)
            right = pill.left() - Space.S
        words_box = QRect(left + 28, rect.top() + 4, right - left - 28, 19)
        self._text(painter, words_box, line.name, Size.BODY, Tone.NEUTRAL)
        self._text(painter, words_box.translated(0, 17), line.detail, Size.LABEL, Tone.MUTED)

    def _text(self, painter: QPainter, box: QRect, text: str, size: int, tone: Tone, *, strong: bool = False) -> None:
        face = font(size, strong=strong, widget=self._view)
        painter.setFont(face)
        painter.setPen(QColor(colours().of(tone)))
        shown = QFontMetrics(face).elidedText(one_line(text[:200]), Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), shown)


class PolicyShelf(QTableView):
    """One line per pack and per environment with a policy.

    Signals:
        line_chosen(line): another `PolicyLine` is the current one.
        entered(): the person pressed Return on one.
    """

    line_chosen = Signal(object)
    entered = Signal()

    def __init__(self, model: PolicyListModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines = model
        self._chosen: PolicyLine | None = None
        self.setModel(model)
        self.setItemDelegate(_Delegate(self))
        self.setProperty("look", "tree")  # the delegate paints what is chosen
        self.setMouseTracking(True)
        self.setShowGrid(False)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QTableView.EditTrigger.NoEditTriggers)
        self.setAccessibleName("Packs and policies")
        self.horizontalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(ROW)

    @property
    def chosen(self) -> PolicyLine | None:
        """What is chosen, also while a filter hides it."""
        return self._chosen

    def choose(self, key: str) -> bool:
        """Make that line the current one. False when it is not shown."""
        row = self._lines.row_of(key)
        if row is None:
            return False
        index = self._lines.index(row, 0)
        if self.currentIndex() != index:
            self.setCurrentIndex(index)
        return True

    def choose_first(self) -> None:
        row = self._lines.first()
        if row is not None:
            self.setCurrentIndex(self._lines.index(row, 0))

    def keep_choice(self) -> None:
        """After the lines were replaced: mark the same one again if it is there."""
        if self._chosen is not None:
            self.choose(self._chosen.key)

    @override
    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        row = current.data(Role.ROW) if current.isValid() else None
        if isinstance(row, PolicyLine) and (self._chosen is None or row.key != self._chosen.key):
            self._chosen = row
            self.line_chosen.emit(row)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
        else:
            super().keyPressEvent(event)
