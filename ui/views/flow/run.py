"""One run by itself, live or ended, wherever one came from."""

from collections.abc import Collection

from PySide6.QtWidgets import QStackedWidget
from typing_extensions import override

from app.domain.operations import Operation, OperationState
from app.errors import SandkeeperError
from ui.actions.runs import RunWatch
from ui.bridge.desk import Desk
from ui.models.kinds import OPERATION_WORDS, outcome
from ui.models.navigation import Go, RunRequest
from ui.models.words import moment
from ui.theme.tokens import Space, Tone
from ui.widgets.buttons import Button
from ui.widgets.layouts import column, row
from ui.widgets.page import Page
from ui.widgets.states import EmptyState, Skeleton
from ui.widgets.text import ElidedLabel


class RunPage(Page):
    """Shows the run that navigation asked for, and goes on showing it."""

    title = "Run"
    icon = "mdi6.progress-clock"

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._title, self._line = ElidedLabel("", "title"), ElidedLabel("", "body", Tone.MUTED)
        self.all = Button("All operations", "mdi6.history")
        self.watch = RunWatch(desk, self)
        self.trouble = EmptyState(
            "No run was chosen", "Choose one among all operations.", "mdi6.progress-clock", "All operations"
        )
        self._stack = QStackedWidget()
        for part in (self.trouble, Skeleton(8), self.watch.view):
            self._stack.addWidget(part)
        head = row(column(self._title, self._line, spacing=Space.XS), self.all, spacing=Space.L)
        head.setStretch(0, 1)
        outer = column(spacing=Space.L, margins=(Space.PAGE, Space.XL - 4, Space.PAGE, Space.L))
        outer.addLayout(head)
        outer.addWidget(self._stack, 1)
        self.setLayout(outer)
        self.all.clicked.connect(self._on_all)
        self.trouble.acted.connect(self._on_all)
        self.watch.run_read.connect(self._on_read)
        self.watch.read_failed.connect(self._on_not_read)
        self.watch.view.environment_asked.connect(self._on_environment)
        self.setFocusProxy(self.watch.view)

    @override
    def activate(self, subject: object | None = None) -> None:
        if isinstance(subject, RunRequest):
            known = self.watch.operation
            if known is None or known.id != subject.operation:
                self._title.set_text("")
                self._line.set_text("")
                self._stack.setCurrentIndex(1)
            self.watch.watch(subject.operation)
        else:
            self.watch.refresh()

    @override
    def catalog_changed(self, kinds: Collection[str], refs: Collection[str]) -> None:
        self.watch.catalog_changed(kinds, refs)

    def _on_read(self, operation: Operation) -> None:
        tenant, _, name = operation.environment.rpartition("/")
        waiting = operation.state is OperationState.QUEUED
        words = OPERATION_WORDS[operation.kind][0] if waiting else outcome(operation)
        self._title.set_text(f"{name}: {words[:1].lower()}{words[1:]}")
        since = operation.started or operation.created
        parts = (tenant, f"asked for by {operation.requested_by}" if operation.requested_by else "", moment(since))
        self._line.set_text(" · ".join(part for part in parts if part))
        self._stack.setCurrentIndex(2)

    def _on_not_read(self, error: Exception) -> None:
        title = error.title if isinstance(error, SandkeeperError) else "This run could not be read"
        detail = error.detail if isinstance(error, SandkeeperError) else type(error).__name__
        self.trouble.say(title, detail, "mdi6.alert-octagon-outline", "All operations", Tone.DANGER)
        self._stack.setCurrentIndex(0)

    def _on_all(self) -> None:
        self.navigate.emit(Go.OPERATIONS, None)

    def _on_environment(self) -> None:
        if self.watch.operation is not None:
            self.navigate.emit(Go.ENVIRONMENTS, self.watch.operation.environment)
