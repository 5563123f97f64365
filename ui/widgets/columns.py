"""What a person changes about the columns of a table, over what its page set."""

import json
from typing import Any

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtWidgets import QHeaderView, QMenu, QTableView
from typing_extensions import override

LEAST, MOST = 24, 2_000  # of a column, in pixels


class Columns(QObject):
    """Widths, order, which are hidden, and what is sorted by. Columns go by their headings, so that what was kept fits
    a table that got another one meanwhile.

    A right click on the headings, or the menu key in the table, offers which columns to show. The page may hide what
    has no room; a column the person asked for stays.

    Signals:
        rearranged(): the person changed something.
    """

    rearranged = Signal()

    def __init__(self, table: QTableView) -> None:
        super().__init__(table)
        self._table, self._header = table, table.horizontalHeader()
        self._base: tuple[tuple[int, ...], int] = ((), -1)
        self._without: set[str] = set()  # the page's choice
        self._widths: dict[str, int] = {}
        self._hidden: set[str] = set()
        self._shown: set[str] = set()
        self._pressed = self._busy = False
        header = self._header
        header.setSectionsMovable(True)
        header.setFirstSectionMovable(True)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(lambda at: self.open_menu(header.mapToGlobal(at)))
        header.viewport().installEventFilter(self)
        header.sectionResized.connect(self._on_resized)
        header.sectionMoved.connect(lambda _column, _before, _now: self._changed())
        header.sortIndicatorChanged.connect(lambda _column, _order: self._changed())
        self._order_made = self._order()

    def names(self) -> list[str]:
        """The headings, in the model's order; a number stands for one without."""
        model = self._table.model()
        titles = [model.headerData(at, Qt.Orientation.Horizontal) for at in range(model.columnCount())]
        return [str(title or f"#{at}") for at, title in enumerate(titles)]

    def set_base(self, widths: tuple[int, ...], stretch: int) -> None:
        """As the page wants them, where the person did not say otherwise."""
        self._base = (widths, stretch)
        self.apply()

    def leave_out(self, column: int, hidden: bool) -> None:
        """The page has no room for that one, or has it again."""
        (self._without.add if hidden else self._without.discard)(self.names()[column])
        self.apply()

    def show(self, name: str, shown: bool) -> None:
        """As the person wants it. The last one cannot be hidden."""
        (self._shown.add if shown else self._shown.discard)(name)
        (self._hidden.discard if shown else self._hidden.add)(name)
        self.apply()
        self._changed()

    def is_shown(self, name: str) -> bool:
        return name in self._shown or (name not in self._hidden and name not in self._without)

    def apply(self) -> None:
        """Put everything on the table."""
        self._busy = True
        names = self.names()
        shown = [at for at, name in enumerate(names) if self.is_shown(name)] or [0]
        widths, stretch = self._base
        if stretch not in shown and stretch >= 0:
            stretch = shown[-1]
        for at, name in enumerate(names):
            QTableView.setColumnHidden(self._table, at, at not in shown)
            mode = QHeaderView.ResizeMode.Stretch if at == stretch else QHeaderView.ResizeMode.Interactive
            self._header.setSectionResizeMode(at, mode)
            width = self._widths.get(name) or (widths[at] if at < len(widths) else 0)
            if width and at != stretch:
                self._table.setColumnWidth(at, width)
        self._busy = False

    def arrangement(self) -> str:
        """As JSON, only what differs from how it was made."""
        told: dict[str, object] = {}
        if self._widths:
            told["widths"] = self._widths
        if self._hidden:
            told["hidden"] = sorted(self._hidden)
        if self._shown & self._without:
            told["shown"] = sorted(self._shown & self._without)
        if self._order() != self._order_made:
            told["order"] = self._order()
        column = self._header.sortIndicatorSection()
        if self._table.isSortingEnabled() and 0 <= column < len(self.names()):
            down = self._header.sortIndicatorOrder() is Qt.SortOrder.DescendingOrder
            told["sort"] = [self.names()[column], "down" if down else "up"]
        return json.dumps(told, ensure_ascii=True) if told else ""

    def arrange(self, kept: str) -> None:
        """As `arrangement` told it; "" as made. Raises ValueError, TypeError or AttributeError for nonsense."""
        told: dict[str, Any] = json.loads(kept) if kept else {}
        names = self.names()
        widths = {name: int(wide) for name, wide in told.get("widths", {}).items() if name in names}
        hidden = {name for name in told.get("hidden", ()) if name in names}
        shown = {name for name in told.get("shown", ()) if name in names}
        order = [name for name in told.get("order", ()) if name in names]
        sort = told.get("sort", ())
        self._widths = {name: max(LEAST, min(MOST, wide)) for name, wide in widths.items()}
        self._hidden = hidden if len(hidden) < len(names) else set()
        self._shown = shown
        self._put(order + [name for name in self._order_made if name not in order])
        self._sort(sort)
        self.apply()

    def open_menu(self, at: QPoint) -> None:
        """At that point of the screen."""
        self.menu().popup(at)

    def menu(self) -> QMenu:
        """Which columns to show, and the way back; it is gone once closed."""
        menu = QMenu(self._table)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        shown = [name for name in self.names() if self.is_shown(name)]
        for name in self._order():
            entry = menu.addAction(name)
            entry.setCheckable(True)
            entry.setChecked(name in shown)
            entry.setEnabled(shown != [name])
            entry.toggled.connect(lambda on, name=name: self.show(name, on))
        menu.addSeparator()
        menu.addAction("Columns as they were").triggered.connect(self._on_reset)
        return menu

    def _on_reset(self) -> None:
        self.arrange("")
        self._changed()

    def _put(self, order: list[str]) -> None:
        self._busy = True
        names = self.names()
        for to, name in enumerate(order):
            self._header.moveSection(self._header.visualIndex(names.index(name)), to)
        self._busy = False

    def _sort(self, sort: Any) -> None:
        self._busy = True
        names = self.names()
        if self._table.isSortingEnabled():
            by = names.index(sort[0]) if len(sort) == 2 and sort[0] in names else -1
            down = by >= 0 and sort[1] == "down"
            self._table.sortByColumn(by, Qt.SortOrder.DescendingOrder if down else Qt.SortOrder.AscendingOrder)
        self._busy = False

    def _order(self) -> list[str]:
        names = self.names()
        return [names[self._header.logicalIndex(at)] for at in range(len(names))]

    def _on_resized(self, column: int, _before: int, now: int) -> None:
        """Only where the person drags an edge: what stretches changes with the window."""
        if self._pressed and not self._busy:
            stretches = self._header.sectionResizeMode(column) is QHeaderView.ResizeMode.Stretch
            if not stretches and now:
                self._widths[self.names()[column]] = now
                self._changed()

    def _changed(self) -> None:
        if not self._busy:
            self.rearranged.emit()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.MouseButtonPress:
            self._pressed = True
        elif event.type() is QEvent.Type.MouseButtonRelease:
            self._pressed = False
        return False
