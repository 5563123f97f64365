"""Step 3: every column with its treatment and samples; what nobody decided is decided here."""

from PySide6.QtCore import QModelIndex, QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QStackedWidget
from typing_extensions import override

from ui.models.beside import waiting
from ui.models.flow import FlowFacts
from ui.models.preview import Preview, PreviewColumn, PreviewTable, Show, columns_model, tables_model
from ui.models.words import count
from ui.theme.tokens import Space, Tone
from ui.views.flow.beside import BesideColumns
from ui.views.flow.decision import DecisionPanel
from ui.views.flow.step import Step
from ui.widgets.buttons import Button
from ui.widgets.header import FilterBar
from ui.widgets.layouts import Card, column, holder, row
from ui.widgets.states import EmptyState
from ui.widgets.tables import Table
from ui.widgets.tabs import TabStrip
from ui.widgets.text import ElidedLabel

_FILTERS = ((Show.ALL, "All"), (Show.MASKED, "Masked"), (Show.KEPT, "Kept"), (Show.UNDECIDED, "To decide"))
_TYPE, _REASON = 1, 6  # columns that a narrow window does without
TABLES_WIDE, TABLES_NARROW = 272, 256  # pixels


class PreviewStep(Step):
    """Tables at the left, columns at the right, the chosen column's decision below them; beside it what the operation
    does apart from columns.

    Signals:
        decided(table, column, decision): the person decided; a `ColumnPolicy`.
    """

    title = "Preview"

    decided = Signal(str, str, object)

    def __init__(self) -> None:
        super().__init__()
        self._preview = Preview()
        self._ref = ""
        self._real = False
        self.tables_model = tables_model(self)
        self.columns_model = columns_model(lambda: self._real, lambda: self._table_name == "", self)
        self.tables = Table("Tables", self.tables_model)
        self.tables.widths((120, 76, 68), stretch=0)
        self.columns = Table("Columns", self.columns_model)
        self.columns.widths((168, 96, 112, 92, 112, 140, 220), stretch=5)
        self.filters = FilterBar("Columns shown", _FILTERS)
        self.reveal = Button("Show real values", "mdi6.eye-outline")
        self.reveal.setCheckable(True)
        self.reveal.setToolTip("Samples from production are hidden until you ask for them, and are stored nowhere")
        self.decision = DecisionPanel()
        self.beside = BesideColumns()
        self.tabs = TabStrip("Parts of the preview")
        for title in ("Columns", "Everything else"):
            self.tabs.addTab(title)
        self._said = ElidedLabel("", "detail", Tone.MUTED)
        self._nothing = EmptyState()
        self._lists = QStackedWidget()
        self._lists.addWidget(self.columns)
        self._lists.addWidget(self._nothing)
        self._lay_out()
        self.tables.selectionModel().currentRowChanged.connect(self._on_table)
        self.columns.selectionModel().currentRowChanged.connect(self._on_column)
        self.filters.chosen.connect(lambda _key: self._show_columns())
        self.reveal.toggled.connect(self._on_reveal)
        self.decision.decided.connect(self.decided)

    def _lay_out(self) -> None:
        self._left = Card.around(self.tables)
        self._left.setFixedWidth(TABLES_WIDE)
        tools = row(self.filters, self.reveal)
        self._tools = holder(tools)
        head = row(self.tabs, None, self._tools, margins=(0, 0, Space.PAGE, 0))
        right = column(self._said, spacing=Space.S)
        right.addWidget(Card.around(self._lists), 1)
        right.addWidget(self.decision)
        columns = row(spacing=Space.L, margins=(0, 0, Space.PAGE, Space.L))
        columns.addWidget(self._left)
        columns.addLayout(right, 1)
        self._parts = QStackedWidget()
        self._parts.addWidget(holder(columns))
        self._parts.addWidget(self.beside)
        outer = column(head, spacing=Space.S)
        outer.addWidget(self._parts, 1)
        self.setLayout(outer)
        self.tabs.currentChanged.connect(self._on_tab)

    def _on_tab(self, index: int) -> None:
        self._parts.setCurrentIndex(index)
        self._tools.setVisible(index == 0)

    @override
    def show_facts(self, facts: FlowFacts) -> None:
        first = facts.environment.ref != self._ref
        self._ref, self._preview = facts.environment.ref, facts.preview
        self.decision.show_policy(facts.policy, facts.masks)
        self.beside.show_facts(facts)
        left = waiting(facts.plan, facts.drift, facts.runs)
        self.tabs.set_count(1, f"{left} to settle" if left else "")
        if first:
            self.reveal.setChecked(False)
            self.decision.show_column(None)
            self.tabs.setCurrentIndex(1 if left and not self._preview.waiting else 0)
        self.tables_model.set_rows(self._preview.tables)
        if first or not self.tables.currentIndex().isValid():
            self.tables.selectRow(0)
            self.filters.choose(Show.UNDECIDED if self._preview.waiting else Show.ALL)
        elif self.filters.key == Show.UNDECIDED and not self._preview.waiting:
            self.filters.choose(Show.ALL)
        else:
            self._show_columns()
        self.changed.emit()

    @override
    def problem(self) -> str:
        return ""  # one may look at the warnings before everything is decided; starting is what waits

    @property
    def _table(self) -> PreviewTable | None:
        index = self.tables.currentIndex()
        return self.tables_model.row_at(index.row()) if index.isValid() else None

    @property
    def _table_name(self) -> str:
        table = self._table
        return table.name if table is not None else ""

    def _show_columns(self) -> None:
        table, show = self._table, Show(self.filters.key)
        if table is None:
            return
        for key, _ in _FILTERS:
            self.filters.set_count(key, table.number(key))
        self._said.set_text(table.details)
        self._said.setVisible(bool(table.details))
        shown = [c for c in table.columns if c.shown_as(show)]
        chosen = self.decision.column
        self.columns_model.set_rows(shown)
        self._lists.setCurrentIndex(0 if shown else 1)
        if not shown:
            self._say_nothing(table, show)
        again = next((at for at, c in enumerate(shown) if chosen is not None and c.name == chosen.name), None)
        if again is not None:
            self.columns.selectRow(again)
            self.decision.show_column(shown[again])
        elif shown and show is Show.UNDECIDED:
            self.columns.selectRow(0)
            self.decision.show_column(shown[0])
        else:
            self.columns.clearSelection()
            self.decision.show_column(None)

    def _say_nothing(self, table: PreviewTable, show: Show) -> None:
        if show is Show.UNDECIDED:
            self._nothing.say("Everything is decided", "No column waits for a decision.", "mdi6.check-circle-outline")
        elif not self._preview.tables or not self._preview.whole.columns:
            self._nothing.say("No columns", "The source could not be read; the first step says why.", "mdi6.table-off")
        else:
            words = f"None of its {count(len(table.columns), 'column')} is {show}." if table.name else ""
            self._nothing.say(f"No column is {show}", words, "mdi6.table-column")

    def _on_table(self, _now: QModelIndex, _before: QModelIndex) -> None:
        self._show_columns()

    def _on_column(self, now: QModelIndex, _before: QModelIndex) -> None:
        column_: PreviewColumn | None = self.columns_model.row_at(now.row()) if now.isValid() else None
        self.decision.show_column(column_)

    def _on_reveal(self, shown: bool) -> None:
        self._real = shown
        self.reveal.setText("Hide real values" if shown else "Show real values")
        self.reveal.setAccessibleName(self.reveal.text())
        self.reveal.set_glyph("mdi6.eye-off-outline" if shown else "mdi6.eye-outline")
        self.decision.show_real(shown)
        self.columns.viewport().update()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        width = event.size().width()
        self._left.setFixedWidth(TABLES_WIDE if width >= 980 else TABLES_NARROW)
        self.columns.setColumnHidden(_REASON, width < 1200)
        self.columns.setColumnHidden(_TYPE, width < 980)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(560, 240)
