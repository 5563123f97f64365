"""The list of tenants and environments at the left."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QHeaderView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView, QWidget
from typing_extensions import override

from app.domain.environments import Environment, EnvironmentState
from ui.models.environments import EnvironmentTreeModel, TenantRow
from ui.models.kinds import KIND_GLYPH, KIND_TONE, STATE_TONE, STATE_WORDS, checklist_tone, checklist_words
from ui.models.table import Role
from ui.models.words import age, count, size
from ui.theme.icons import paint_icon
from ui.theme.scheme import colours, font
from ui.theme.tokens import Size, Space, Tone
from ui.widgets.text import one_line

ROW = 32
SIZE_WIDTH, LIST_WIDTH, AGE_WIDTH = 60, 48, 84
Index = QModelIndex | QPersistentModelIndex


class EnvironmentDelegate(QStyledItemDelegate):
    """Paints both kinds of lines in columns: name, age or state, checklist, size."""

    def __init__(self, now: Callable[[], datetime], parent: QWidget) -> None:
        super().__init__(parent)
        self._now = now
        self._fonts: tuple[QFont, QFont, QFont, QFont] | None = None
        self._view = parent

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
        self._paint_ground(painter, rect, state, selectable=isinstance(row, Environment))
        if isinstance(row, TenantRow):
            self._paint_tenant(painter, rect, row)
        elif isinstance(row, Environment):
            self._paint_environment(painter, rect, row)
        painter.restore()

    def _paint_ground(self, painter: QPainter, rect: QRect, state: QStyle.StateFlag, *, selectable: bool) -> None:
        c = colours()
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        box = rect.adjusted(Space.S, 1, -Space.S, -1)
        if chosen or hovered:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(c.accent_soft if chosen else c.hover))
            painter.drawRoundedRect(box, 6, 6)
        if state & QStyle.StateFlag.State_HasFocus and self._view.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(c.focus), 2))
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 5, 5)

    def _paint_tenant(self, painter: QPainter, rect: QRect, row: TenantRow) -> None:
        c = colours()
        inner = rect.adjusted(Space.L, 0, -Space.L, 0)
        glyph = "mdi6.chevron-down" if row.open else "mdi6.chevron-right"
        paint_icon(painter, QRect(inner.left() - 2, rect.center().y() - 7, 16, 16), glyph, c.muted)
        found = count(row.total) if row.matching in (row.total, 0) else f"{row.matching} of {row.total}"
        detail = self._font(2)
        words = QFontMetrics(detail).horizontalAdvance(found)
        self._text(painter, inner, found, detail, c.muted, right=True)
        name = inner.adjusted(20, 0, -words - Space.M, 0)
        self._text(painter, name, row.name, self._font(1), c.text)

    def _paint_environment(self, painter: QPainter, rect: QRect, row: Environment) -> None:
        c = colours()
        inner = rect.adjusted(Space.L, 0, -Space.L, 0)
        paint_icon(
            painter,
            QRect(inner.left() + 18, rect.center().y() - 7, 16, 16),
            KIND_GLYPH[row.kind],
            c.of(KIND_TONE[row.kind]),
        )
        right = inner.right() + 1
        size_width = SIZE_WIDTH if rect.width() >= 350 else 0  # the detail tells it too
        size_box = QRect(right - size_width, rect.top(), size_width, rect.height())
        list_box = QRect(size_box.left() - LIST_WIDTH, rect.top(), LIST_WIDTH, rect.height())
        age_box = QRect(list_box.left() - AGE_WIDTH, rect.top(), AGE_WIDTH, rect.height())
        if size_width:
            self._text(painter, size_box, size(row.size_bytes), self._font(2), c.muted, right=True)
        self._text(painter, list_box, checklist_words(row), self._font(3), c.of(checklist_tone(row)), right=True)
        words, tone = self._standing(row)
        self._text(painter, age_box, words, self._font(2), c.of(tone))
        name = QRect(inner.left() + 42, rect.top(), age_box.left() - inner.left() - 50, rect.height())
        self._text(painter, name, row.name, self._font(0), c.text)

    def _standing(self, row: Environment) -> tuple[str, Tone]:
        if row.state is EnvironmentState.READY and row.copied_at is not None:
            return age(row.copied_at, self._now()), Tone.MUTED
        return STATE_WORDS[row.state], STATE_TONE[row.state]

    def _font(self, which: int) -> QFont:
        if self._fonts is None:
            self._fonts = (
                font(Size.BODY, widget=self._view),
                font(Size.BODY, strong=True, widget=self._view),
                font(Size.DETAIL, widget=self._view),
                font(Size.DETAIL, strong=True, widget=self._view),
            )
        return self._fonts[which]

    def _text(self, painter: QPainter, box: QRect, text: str, face: QFont, ink: str, *, right: bool = False) -> None:
        if not text:
            return
        painter.setFont(face)
        painter.setPen(QColor(ink))
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        shown = QFontMetrics(face).elidedText(one_line(text[:200]), Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, int(side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine), shown)


class EnvironmentTree(QTableView):
    """Tenants and environments. Left and Right close and open a tenant, Return goes to the detail.

    A table of one column, because its rows of one height cost nothing until they are seen; a list view asks for each of
    40,000 whenever the filter changes.

    Signals:
        environment_chosen(environment): another `Environment` is the current one.
        entered(): the person pressed Return on an environment.
    """

    environment_chosen = Signal(object)
    entered = Signal()

    def __init__(self, model: EnvironmentTreeModel, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tree = model
        self._chosen: Environment | None = None
        self.setModel(model)
        self.setItemDelegate(EnvironmentDelegate(now, self))
        self.setProperty("look", "tree")  # the delegate paints what is chosen
        self.setMouseTracking(True)
        self.setShowGrid(False)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QTableView.EditTrigger.NoEditTriggers)
        self.setAccessibleName("Tenants and environments")
        self.horizontalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setMinimumSectionSize(ROW)
        self.verticalHeader().setDefaultSectionSize(ROW)

    @property
    def chosen(self) -> Environment | None:
        """The environment that is chosen, also while a filter hides it."""
        return self._chosen

    def choose(self, environment: Environment) -> bool:
        """Make that environment the current one. False when it is not shown."""
        self._chosen = environment
        row = self._tree.row_of(environment)
        if row is None:
            return False
        index = self._tree.index(row)
        if self.currentIndex() != index:
            self.setCurrentIndex(index)
        return True

    def choose_first(self) -> None:
        row = self._tree.first_environment()
        if row is not None:
            self.setCurrentIndex(self._tree.index(row))

    def keep_choice(self) -> None:
        """After the lines were replaced: mark the same environment again if it is there."""
        if self._chosen is not None:
            self.choose(self._chosen)

    @override
    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        row = current.data(Role.ROW) if current.isValid() else None
        if isinstance(row, Environment) and (self._chosen is None or row.id != self._chosen.id):
            self._chosen = row
            self.environment_chosen.emit(row)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        row = index.data(Role.ROW) if index.isValid() else None
        if isinstance(row, TenantRow):
            self._tree.toggle(row.name)
            self.keep_choice()
            return
        super().mousePressEvent(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        row = self.currentIndex().data(Role.ROW) if self.currentIndex().isValid() else None
        tenant = row.name if isinstance(row, TenantRow) else row.tenant if isinstance(row, Environment) else None
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if isinstance(row, TenantRow):
                self._tree.toggle(row.name)
            else:
                self.entered.emit()
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right) and tenant is not None:
            self._tree.toggle(tenant, open=event.key() == Qt.Key.Key_Right)
        else:
            super().keyPressEvent(event)
