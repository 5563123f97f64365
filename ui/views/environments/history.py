"""All runs of one environment."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.domain.operations import Operation
from ui.models.kinds import OPERATION_GLYPH, OPERATION_TONE, outcome
from ui.models.table import Column, RowTableModel
from ui.models.words import ago, duration, moment
from ui.theme.tokens import Space
from ui.widgets.layouts import Card, column
from ui.widgets.states import EmptyState
from ui.widgets.tables import Table


class HistoryTab(QWidget):
    """Newest first.

    Signals:
        run_asked(operation): the person opened one.
    """

    run_asked = Signal(object)

    def __init__(self, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model: RowTableModel[Operation] = RowTableModel(
            (
                Column(
                    "Operation",
                    outcome,
                    glyph=lambda o: OPERATION_GLYPH[o.state],
                    glyph_tone=lambda o: OPERATION_TONE[o.state],
                ),
                Column(
                    "Started", lambda o: ago(o.started, now()), lambda o: o.started, tip=lambda o: moment(o.started)
                ),
                Column("Took", lambda o: duration(o.seconds), lambda o: o.seconds or 0.0, numeric=True),
                Column("By", lambda o: o.requested_by),
                Column("Why it ended so", lambda o: o.reason, tip=lambda o: o.reason),
            ),
            lambda o: o.id,
            self,
        )
        self._table = Table("History of this environment", self._model)
        self._table.widths((164, 108, 92, 76), stretch=4)
        self._table.activated.connect(self._on_activated)
        card = Card.around(self._table)
        self._stack = QStackedWidget()
        self._stack.addWidget(card)
        self._stack.addWidget(
            EmptyState(
                "Nothing has happened here yet", "Every run of an operation will be listed here.", "mdi6.history"
            )
        )
        self.setLayout(column(self._stack, margins=(Space.PAGE, Space.L, Space.PAGE, Space.PAGE)))

    def show_operations(self, operations: tuple[Operation, ...]) -> None:
        self._model.set_rows(operations)
        self._stack.setCurrentIndex(0 if operations else 1)

    def _on_activated(self, index: QModelIndex) -> None:
        self.run_asked.emit(self._model.row_at(index.row()))
