"""The page: all runs, newest first, and the chosen one beside them."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QSortFilterProxyModel, Qt
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QFrame, QStackedWidget
from typing_extensions import override

from app.domain.operations import Operation
from app.errors import SandkeeperError
from ui.actions.certificates import open_certificate, save_certificate
from ui.actions.operations import cancel_operation, resume_operation
from ui.actions.shortcuts import Shortcut
from ui.bridge.desk import Desk
from ui.models.navigation import Go, RunRequest
from ui.models.operations import FILTERS, Shown, columns, counts, matches
from ui.models.table import Role, RowTableModel
from ui.models.words import count
from ui.theme.tokens import Space, Tone
from ui.views.operations.detail import RunDetail
from ui.widgets.fields import SearchField
from ui.widgets.header import FilterBar, PageHeader
from ui.widgets.layouts import Card, column, holder, row
from ui.widgets.page import Page
from ui.widgets.remembered import remember
from ui.widgets.split import GRIP, Split
from ui.widgets.states import EmptyState, Skeleton
from ui.widgets.tables import Table

if TYPE_CHECKING:
    from app.services import Services

LIMIT = 1_000  # newest runs that are listed
OPERATION, ENVIRONMENT, STARTED, TOOK, BY, WHY = range(6)
WIDTHS = (176, 220, 108, 92, 88, 200)  # pixels
ROOM_FOR_BY, ROOM_FOR_WHY = 680, 820  # of the table, in pixels
DETAIL, DETAIL_NARROW = 420, 372  # of the detail, in pixels


@dataclass(frozen=True, slots=True)
class Runs:
    """What was read: all runs newest first, how many each filter shows, the newest of each environment."""

    all: tuple[Operation, ...]
    counts: dict[Shown, int]
    newest: frozenset[str]


def read(services: "Services") -> Runs:
    """Called through the bridge."""
    operations = services.operations.all(limit=LIMIT)
    newest: dict[str, str] = {}
    for operation in operations:
        newest.setdefault(operation.environment_id, operation.id)
    return Runs(operations, counts(operations), frozenset(newest.values()))


class OperationsPage(Page):
    """Every run, with filters; the detail opens beside the list when one is asked for."""

    title = "Operations"
    icon = "mdi6.history"

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._runs = Runs((), {}, frozenset())
        self._loading, self._again, self._loaded = False, False, False
        self._wanted: str | None = None  # whose detail is open
        self._restored = ""  # whose detail was open when the window was closed
        self.header = PageHeader("Operations")
        self.filter = FilterBar("Show", FILTERS)
        self.search = SearchField("Search", "Search operations")
        self.search.setMinimumWidth(120)
        self.search.setMaximumWidth(220)
        self.model: RowTableModel[Operation] = RowTableModel(columns(desk.now), lambda o: o.id, self)
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSourceModel(self.model)
        self._sorted.setSortRole(Role.SORT)
        self.table = Table("Operations", self._sorted)
        self.table.widths(WIDTHS, stretch=WHY)
        self.table.elide_middle(ENVIRONMENT)
        self.table.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.table.horizontalHeader().setSortIndicatorClearable(True)
        self.table.setSortingEnabled(True)
        self.detail = RunDetail(desk.now)
        self._nothing = EmptyState()
        self._stack = QStackedWidget()
        for part in (Skeleton(10), Card.around(self.table), self._nothing):
            self._stack.addWidget(part)
        self._lay_out()
        self.setFocusProxy(self.table)
        self._connect()

    def _lay_out(self) -> None:
        filters = row(self.filter)
        filters.addWidget(self.search, 1)
        left = column(self.header, filters, spacing=Space.L, margins=(Space.PAGE, Space.XL - 4, Space.PAGE, Space.PAGE))
        left.addWidget(self._stack, 1)
        self.side = QFrame()
        self.side.setProperty("surface", "panel")
        self.side.setLayout(column(self.detail))
        self.split = Split("Width of the detail", self.side, holder(left), panel_last=True)
        self.split.prefer(DETAIL)
        self.side.hide()
        outer = row(spacing=0)
        outer.addWidget(self.split, 1)
        self.setLayout(outer)
        remember(self.split, "operations/detail")
        remember(self.filter, "operations/filter")
        remember(self.table, "operations/table")

    def _connect(self) -> None:
        self.filter.chosen.connect(lambda _key: self._show())
        self.search.textChanged.connect(lambda _text: self._show())
        self.search.left_downwards.connect(self._on_left_search)
        self.table.clicked.connect(self._on_opened)
        self.table.activated.connect(self._on_opened)
        self.table.selectionModel().currentRowChanged.connect(self._on_moved)
        self._nothing.acted.connect(self._on_nothing_acted)
        self.split.rearranged.connect(self._fit)
        detail, desk = self.detail, self._desk
        detail.closed.connect(self.close_detail)
        detail.watch_asked.connect(lambda run: self.navigate.emit(Go.RUN, RunRequest(operation=run.id)))
        detail.environment_asked.connect(lambda ref: self.navigate.emit(Go.ENVIRONMENTS, ref))
        detail.certificate_asked.connect(lambda run: open_certificate(desk, run.certificate))
        detail.pdf_asked.connect(lambda run: save_certificate(parent=self, desk=desk, certificate=run.certificate))
        detail.cancel_asked.connect(self._on_cancel)
        detail.resume_asked.connect(self._on_resume)
        QShortcut(QKeySequence(Shortcut.SEARCH), self).activated.connect(self._on_search_key)
        escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        escape.activated.connect(self._on_escape)

    @override
    def activate(self, subject: object | None = None) -> None:
        if isinstance(subject, RunRequest):
            self._wanted = subject.operation
            self.filter.choose(Shown.ALL)
            self.search.clear()
            self._fetch_detail()
        elif self._restored:
            self._wanted = self._restored
            self._fetch_detail()
        self._load()

    @override
    def catalog_changed(self, kinds: Collection[str], refs: Collection[str]) -> None:
        if "operation" not in kinds:
            return
        self._load()
        if self._wanted is not None and self._wanted in refs:
            self._fetch_detail()

    @override
    def selection(self) -> str:
        return self._wanted or self._restored

    @override
    def restore(self, selection: str) -> None:
        self._restored = selection

    def close_detail(self) -> None:
        """The list alone."""
        self._wanted = None
        self._desk.bridge.forget(self, "run")
        self.side.hide()
        self._fit()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _load(self) -> None:
        """Read everything anew; changes that come meanwhile make one more reading, however many they are."""
        if self._loading:
            self._again = True
            return
        self._loading, self._again = True, False
        self._desk.bridge.submit(
            read, self._desk.services, owner=self, on_done=self._on_loaded, on_error=self._on_failed
        )

    def _fetch_detail(self) -> None:
        if self._wanted is not None:
            self._desk.bridge.submit(
                self._desk.services.operations.get,
                self._wanted,
                owner=self,
                topic="run",
                on_done=self._on_detail,
                on_error=self._on_no_detail,
            )

    def _on_loaded(self, runs: Runs) -> None:
        first, self._loading, self._loaded = not self._loaded, False, True
        self._runs = runs
        for shown, number in runs.counts.items():
            self.filter.set_count(shown, number or None if shown is not Shown.ALL else None)
        self.badge_changed.emit(count(runs.counts[Shown.RUNNING]) if runs.counts[Shown.RUNNING] else "")
        limited = f"the newest {count(LIMIT)}" if len(runs.all) == LIMIT else count(len(runs.all), "run")
        self.header.say(f"Everything that ran or runs: {limited}" if runs.all else "Everything that ran or runs")
        self._show()
        if self._wanted is not None and self.detail.run is not None and self.detail.run.id == self._wanted:
            self.detail.show_run(self.detail.run, newest=self._wanted in runs.newest)
        if first and not self.search.hasFocus():
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        if self._again:
            self._load()

    def _on_failed(self, error: Exception) -> None:
        self._loading = False
        if self._loaded or not isinstance(error, SandkeeperError):
            self._desk.dialogs.error(self, error)
            return
        detail = f"{error.detail}\n{error.hint}".strip()
        self._nothing.say(error.title, detail, "mdi6.alert-octagon-outline", "Try again", tone=Tone.DANGER)
        self._stack.setCurrentIndex(2)

    def _show(self) -> None:
        """What passes the filters, in the table."""
        if not self._loaded:
            return
        shown, words = Shown(self.filter.key), self.search.text().casefold().split()
        rows = [o for o in self._runs.all if matches(o, shown, words)]
        self.model.set_rows(rows)
        if self._wanted is not None:
            self._select(self._wanted)
        if rows:
            self._stack.setCurrentIndex(1)
            return
        if self._runs.all:
            self._nothing.say("Nothing found", "No run passes these filters.", "mdi6.magnify", "Show all")
        else:
            self._nothing.say(
                "Nothing has run yet",
                "Provision a sandbox: its run will be listed here, and stay on record.",
                "mdi6.history",
                "Go to Environments",
            )
        self._stack.setCurrentIndex(2)

    def _select(self, operation: str) -> None:
        for number in range(self._sorted.rowCount()):
            index = self._sorted.index(number, 0)
            if index.data(Role.ROW).id == operation:
                if self.table.currentIndex().row() != number:
                    self.table.selectRow(number)
                return

    def _on_opened(self, index: QModelIndex) -> None:
        self._open(index.data(Role.ROW))

    def _on_moved(self, index: QModelIndex) -> None:
        """While the detail is open it follows the choice."""
        if self.side.isVisible() and index.isValid():
            self._open(index.data(Role.ROW))

    def _open(self, run: Operation) -> None:
        if self._wanted != run.id:
            self._wanted = run.id
            self._fetch_detail()

    def _on_detail(self, run: Operation) -> None:
        self._restored = ""
        self.detail.show_run(run, newest=run.id in self._runs.newest)
        if not self.side.isVisible():
            self.side.show()
            self._fit()

    def _on_no_detail(self, error: Exception) -> None:
        self._wanted, restored, self._restored = None, self._restored, ""
        if not restored:  # or it is only gone, which nobody asked about
            self._desk.dialogs.error(self, error)

    def _on_cancel(self, run: Operation) -> None:
        self.detail.busy()
        cancel_operation(owner=self, desk=self._desk, operation=run, on_settled=self._on_settled)

    def _on_resume(self, run: Operation) -> None:
        self.detail.busy()
        resume_operation(owner=self, desk=self._desk, operation=run, on_settled=self._on_settled)

    def _on_settled(self) -> None:
        self.detail.settled()
        self._fetch_detail()
        self._load()

    def _on_nothing_acted(self) -> None:
        if not self._loaded:
            self._load()
        elif self._runs.all:
            self.search.clear()
            self.filter.choose(Shown.ALL)
        else:
            self.navigate.emit(Go.ENVIRONMENTS, None)

    def _on_left_search(self) -> None:
        self.table.setFocus(Qt.FocusReason.TabFocusReason)
        if not self.table.currentIndex().isValid() and self._sorted.rowCount():
            self.table.selectRow(0)

    def _on_search_key(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def _on_escape(self) -> None:
        """The filter first, then the detail."""
        if self.search.hasFocus() and self.search.text():
            self.search.clear()
        elif self.side.isVisible():
            self.close_detail()

    def _fit(self) -> None:
        """Columns that would be cut go without; the detail says what they would."""
        self.split.prefer(DETAIL if self.width() >= 1000 else DETAIL_NARROW)
        room = self.width() - 2 * Space.PAGE - (self.split.width_of_panel + GRIP if self.side.isVisible() else 0)
        why, by = room >= ROOM_FOR_WHY, room >= ROOM_FOR_BY
        self.table.setColumnHidden(WHY, not why)
        self.table.setColumnHidden(BY, not by)
        self.table.widths(WIDTHS, stretch=WHY if why else ENVIRONMENT)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
