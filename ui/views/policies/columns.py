"""Every column in one table, with filters and what can be decided about those chosen."""

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import QModelIndex, QSortFilterProxyModel, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QTableView, QWidget
from typing_extensions import override

from app.domain.policy import Treatment
from ui.models.policies_columns import FILTERS, PolicyColumn, Show, columns_model, counts, matching, why
from ui.models.table import Role
from ui.models.words import count
from ui.theme.tokens import Space, Tone
from ui.widgets.buttons import Button
from ui.widgets.fields import SearchField
from ui.widgets.header import FilterBar
from ui.widgets.layouts import Card, column, holder, row
from ui.widgets.remembered import remember
from ui.widgets.states import EmptyState, Skeleton
from ui.widgets.tables import Table
from ui.widgets.text import ElidedLabel

TABLE, COLUMN, TYPE, TREATMENT, BY, WHY = range(6)
WIDTHS = (112, 148, 104, 124, 104, 200)  # pixels
LEAST_WHY = 112
_FIXED = (Treatment.DROP, Treatment.GENERATED)


class ColumnsTab(QWidget):
    """The table. Several columns can be chosen and decided together; Return or a double click decides on one.

    Signals:
        decide_asked(columns, treatment): `PolicyColumn`s somebody wants to decide about, and with what to begin.
        accept_asked(places): the suggestions for these places are to be taken.
        retry_asked(): looking at production failed, and is to be tried again.
    """

    decide_asked = Signal(object, object)
    accept_asked = Signal(object)
    retry_asked = Signal()

    def __init__(self, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._all: tuple[PolicyColumn, ...] = ()
        self._open = False
        self.filter = FilterBar("Show", FILTERS)
        self.search = SearchField("Search", "Search columns")
        self.search.setMinimumWidth(96)
        self.search.setMaximumWidth(220)
        self.model = columns_model(now, self)
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSourceModel(self.model)
        self._sorted.setSortRole(Role.SORT)
        self.table = Table("Columns of this policy", self._sorted)
        remember(self.table, "policies/columns")
        self.table.setSelectionMode(QTableView.SelectionMode.ExtendedSelection)
        self.table.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.table.horizontalHeader().setSortIndicatorClearable(True)
        self.table.setSortingEnabled(True)
        self.table.widths(WIDTHS, stretch=WHY)
        self._nothing = EmptyState()
        self._stack = QStackedWidget()
        for part in (Skeleton(10), Card.around(self.table), self._nothing):
            self._stack.addWidget(part)
        self.told, self.cited = ElidedLabel("", "detail"), ElidedLabel("", "detail", Tone.MUTED)
        self.keep_chosen = Button("Keep…", "mdi6.equal", tip="Let these columns come along as they are")
        self.mask_chosen = Button("Mask…", "mdi6.shield-check-outline", tip="Choose a mask for these columns (Return)")
        self.accept_chosen = Button("Accept suggestion", "mdi6.check", tip="Take what is suggested for these columns")
        self._verbs = holder(row(self.keep_chosen, self.mask_chosen, self.accept_chosen))
        self._lay_out()
        self.filter.chosen.connect(lambda _key: self._show())
        self.search.textChanged.connect(lambda _text: self._show())
        self.search.left_downwards.connect(self._on_left_search)
        self.table.activated.connect(self._on_activated)
        self.table.selectionModel().selectionChanged.connect(lambda _new, _old: self._on_selected())
        self.keep_chosen.clicked.connect(lambda: self._ask(Treatment.KEEP))
        self.mask_chosen.clicked.connect(lambda: self._ask(Treatment.MASK))
        self.accept_chosen.clicked.connect(lambda: self.accept_asked.emit(self._places()))
        self._nothing.acted.connect(self._on_nothing_acted)
        self._failed = False
        self.setFocusProxy(self.table)

    def _lay_out(self) -> None:
        filters = row(self.filter)
        filters.addWidget(self.search, 1)
        foot = row(spacing=Space.M)
        foot.addLayout(column(self.told, self.cited, spacing=2), 1)
        foot.addWidget(self._verbs)
        self._filters = holder(filters)
        body = column(self._filters, spacing=Space.M, margins=(Space.PAGE, Space.L, Space.PAGE, Space.L))
        body.addWidget(self._stack, 1)
        body.addLayout(foot)
        self.setLayout(body)

    @property
    def chosen(self) -> tuple[PolicyColumn, ...]:
        """The columns that are chosen and that one can decide about, in the order they are shown."""
        found = [index.data(Role.ROW) for index in self.table.selectionModel().selectedRows()]
        return tuple(c for c in found if c.treatment not in _FIXED)

    def show_waiting(self) -> None:
        """Production is being looked at."""
        self._failed = False
        self._filters.show()
        self._stack.setCurrentIndex(0)
        self.told.set_text("")
        self._verbs.hide()

    def show_failure(self, title: str, detail: str) -> None:
        """Nothing could be read; says why, and how to try again."""
        self._failed, self._all = True, ()
        self.model.set_rows(())
        self._nothing.say(title, detail, "mdi6.lan-disconnect", "Try again", tone=Tone.WARNING)
        self._stack.setCurrentIndex(2)
        self._verbs.hide()
        self._filters.hide()
        self.cited.hide()
        self.told.set_text("")

    def show_columns(self, columns: Sequence[PolicyColumn], *, decidable: bool) -> None:
        """These; `decidable` is False for a pack, which nobody changes."""
        first = not self._all
        self._failed = False
        self._filters.show()
        self._all, self._open = tuple(columns), decidable
        for show, number in counts(self._all).items():
            self.filter.set_count(show, number or None if show is not Show.ALL else None)
        self.accept_chosen.setVisible(any(c.place for c in self._all))
        self._verbs.setVisible(decidable)
        for show in (Show.UNREVIEWED, Show.NEW, Show.CHANGED):
            self.filter.offer(show, offered=decidable)
        self._fit()
        if first and decidable:
            self.filter.choose(Show.UNREVIEWED if any(c.unreviewed for c in self._all) else Show.ALL)
        elif Show(self.filter.key) is not Show.ALL and not any(c.shown_as(Show(self.filter.key)) for c in self._all):
            self.filter.choose(Show.ALL)
        else:
            self._show()

    def forget(self) -> None:
        """Another policy will be shown: nothing of this one is left."""
        self._all = ()
        self.model.set_rows(())
        self.search.clear()
        self.filter.choose(Show.ALL)
        self.show_waiting()

    def _show(self) -> None:
        if self._failed or (not self._all and self._stack.currentIndex() == 0 and not self._open):
            return
        rows = matching(self._all, Show(self.filter.key), self.search.text())
        self.model.set_rows(rows)
        if rows:
            self._stack.setCurrentIndex(1)
        elif self._all:
            self._nothing.say("Nothing found", "No column passes these filters.", "mdi6.magnify", "Show all")
            self._stack.setCurrentIndex(2)
        else:
            self._nothing.say("No columns", "The source has no table to copy.", "mdi6.table-off")
            self._stack.setCurrentIndex(2)
        self._on_selected()

    def _places(self) -> tuple[str, ...]:
        """Where the chosen columns have something to accept, each place once."""
        return tuple(dict.fromkeys(c.place for c in self.chosen if c.place and c.suggestion))

    def _on_selected(self) -> None:
        chosen = self.chosen
        for button in (self.keep_chosen, self.mask_chosen):
            button.setEnabled(bool(chosen))
        self.accept_chosen.setEnabled(bool(self._places()))
        rows = self.table.selectionModel().selectedRows()
        one: PolicyColumn | None = rows[0].data(Role.ROW) if len(rows) == 1 else None
        self.cited.set_text(one.sources if one is not None else "")
        self.cited.setVisible(bool(one is not None and one.sources))
        if one is not None:
            self.told.set_text(why(one) or one.name)
        else:
            number = len(rows) or self.model.rowCount()
            self.told.set_text(count(number, "column") + (" chosen" if rows else ""))

    def _ask(self, treatment: Treatment) -> None:
        if self._open and self.chosen:
            self.decide_asked.emit(self.chosen, treatment)

    def _on_activated(self, index: QModelIndex) -> None:
        column_: PolicyColumn = index.data(Role.ROW)
        if self._open and column_.treatment not in _FIXED:
            treatment = Treatment.KEEP if column_.treatment is Treatment.KEEP else Treatment.MASK
            self.decide_asked.emit(self.chosen or (column_,), treatment)

    def _on_left_search(self) -> None:
        self.table.setFocus(Qt.FocusReason.TabFocusReason)
        if not self.table.currentIndex().isValid() and self._sorted.rowCount():
            self.table.selectRow(0)

    def _on_nothing_acted(self) -> None:
        if self._failed:
            self.retry_asked.emit()
        else:
            self.search.clear()
            self.filter.choose(Show.ALL)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Columns that would be cut go without; a pack knows no types."""
        self.table.setColumnHidden(TYPE, not any(c.type for c in self._all))
        self.table.setColumnHidden(BY, not self._open)
        taken = sum(width for at, width in enumerate(WIDTHS[:WHY]) if not self.table.isColumnHidden(at))
        roomy = self.width() - 2 * Space.PAGE - taken >= LEAST_WHY
        self.table.setColumnHidden(WHY, not roomy)
        self.table.widths(WIDTHS, stretch=WHY if roomy else COLUMN)
