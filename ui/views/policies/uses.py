"""Where a policy is used, and which copies were made with another version of it."""

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from ui.models.policies import UseRow
from ui.models.policies_versions import uses_model
from ui.models.words import count
from ui.theme.tokens import Space, Tone
from ui.widgets.facts import Notice
from ui.widgets.layouts import Card, clear, column
from ui.widgets.states import EmptyState
from ui.widgets.tables import Table


class UsesTab(QWidget):
    """One line per environment. Return or a double click goes there.

    Signals:
        environment_asked(ref): the person wants to see that environment.
    """

    environment_asked = Signal(str)

    def __init__(self, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = uses_model(now, self)
        self.table = Table("Environments with this policy", self.model)
        self.table.widths((240, 96, 216, 112), stretch=0)
        self.table.activated.connect(self._on_activated)
        self._notice = column(spacing=0)
        self._stack = QStackedWidget()
        self._stack.addWidget(Card.around(self.table))
        self._stack.addWidget(
            EmptyState(
                "Not in use", "Give it to an environment when you add one, or change the policy of one.", "mdi6.tray"
            )
        )
        body = column(self._notice, spacing=Space.M, margins=(Space.PAGE, Space.L, Space.PAGE, Space.L))
        body.addWidget(self._stack, 1)
        self.setLayout(body)
        self.setFocusProxy(self.table)

    def show_uses(self, uses: Sequence[UseRow]) -> None:
        clear(self._notice)
        older = sum(use.environment.policy_outdated for use in uses)
        if older:
            self._notice.addWidget(
                Notice(
                    f"{count(older, 'copy was', 'copies were')} made with another version than the one in force",
                    "The next refresh brings the version in force.",
                    Tone.WARNING,
                )
            )
        self.model.set_rows(uses)
        self._stack.setCurrentIndex(0 if uses else 1)

    def _on_activated(self, index: QModelIndex) -> None:
        self.environment_asked.emit(self.model.row_at(index.row()).environment.ref)
