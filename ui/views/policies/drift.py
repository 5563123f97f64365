"""What changed in production since somebody reviewed it, each with a suggestion."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QTableView, QWidget
from typing_extensions import override

from app.services.drifting import DriftItem, DriftReport
from ui.models.policies_columns import acceptable, suggestion_words
from ui.models.policies_drift import drift_model, drift_words
from ui.models.words import count
from ui.theme.tokens import Space, Tone
from ui.widgets.buttons import Button, PrimaryButton
from ui.widgets.layouts import Card, column, row
from ui.widgets.tables import Table
from ui.widgets.text import ElidedLabel, Text

WIDTHS = (208, 168, 168, 64, 200)  # pixels
WHY, ROOM_FOR_WHY = 4, 720


class DriftTab(QWidget):
    """One click takes all suggestions; what cannot be suggested waits for a decision.

    Signals:
        accept_asked(places): take the suggestions for these places, None for all.
        decide_asked(place): the person wants to decide about that column.
    """

    accept_asked = Signal(object)
    decide_asked = Signal(str)

    def __init__(self, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._now = now
        self._items: tuple[DriftItem, ...] = ()
        self._words = Text("", "strong", wrap=True)
        self._advice = Text(
            "Nothing of it is copied before somebody has looked. Accepting never makes a treatment weaker, and what is "
            "unclear gets a mask.",
            "detail",
            Tone.MUTED,
            wrap=True,
        )
        self.model = drift_model(self)
        self.table = Table("What changed in production", self.model)
        self.table.setSelectionMode(QTableView.SelectionMode.ExtendedSelection)
        self.table.widths(WIDTHS, stretch=WHY)
        self.told = ElidedLabel("", "detail", Tone.MUTED)
        self.decide = Button("Decide…", "mdi6.pencil-outline", tip="Choose a treatment for this column (Return)")
        self.accept_some = Button("Accept chosen", "mdi6.check")
        self.accept_all = PrimaryButton("Accept all", "mdi6.check-all")
        foot = row(spacing=Space.S)
        foot.addWidget(self.told, 1)
        for button in (self.decide, self.accept_some, self.accept_all):
            foot.addWidget(button)
        body = column(self._words, self._advice, spacing=Space.XS, margins=(Space.PAGE, Space.L, Space.PAGE, Space.L))
        body.addSpacing(Space.S)
        body.addWidget(Card.around(self.table), 1)
        body.addSpacing(Space.S)
        body.addLayout(foot)
        self.setLayout(body)
        self.table.selectionModel().selectionChanged.connect(lambda _new, _old: self._on_selected())
        self.table.activated.connect(lambda _index: self._on_decide())
        self.decide.clicked.connect(self._on_decide)
        self.accept_some.clicked.connect(lambda: self.accept_asked.emit([i.place for i in self._chosen()]))
        self.accept_all.clicked.connect(lambda: self.accept_asked.emit(None))
        self.setFocusProxy(self.table)

    def show_report(self, report: DriftReport) -> None:
        """All that changed; the first one is chosen, so that the suggestion's reason is read."""
        self._items = report.items
        self._words.setText(drift_words(report, self._now))
        self.model.set_rows(report.items)
        self.accept_all.setEnabled(any(map(acceptable, report.items)))
        if report.items and not self._chosen():
            self.table.selectRow(0)
        self._on_selected()

    def _chosen(self) -> tuple[DriftItem, ...]:
        return tuple(self.model.row_at(index.row()) for index in self.table.selectionModel().selectedRows())

    def _on_selected(self) -> None:
        chosen = self._chosen()
        self.accept_some.setEnabled(any(map(acceptable, chosen)))
        self.decide.setEnabled(len(chosen) == 1 and chosen[0].column is not None and chosen[0].kind != "removed")
        if len(chosen) == 1:
            item = chosen[0]
            self.told.set_text(": ".join(part for part in (suggestion_words(item), item.reason) if part))
        else:
            self.told.set_text(f"{count(len(chosen), 'thing')} chosen" if chosen else "")

    def _on_decide(self) -> None:
        chosen = self._chosen()
        if len(chosen) == 1 and self.decide.isEnabled():
            self.decide_asked.emit(chosen[0].place)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        roomy = event.size().width() - 2 * Space.PAGE >= ROOM_FOR_WHY
        self.table.setColumnHidden(WHY, not roomy)
        self.table.widths(WIDTHS, stretch=WHY if roomy else 0)
