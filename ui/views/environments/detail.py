"""One environment: head, verbs and tabs."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.domain.environments import Environment, EnvironmentKind, EnvironmentState
from app.domain.inspection import Inspection
from app.domain.operations import Operation, OperationKind
from ui.actions.certificates import open_certificate, save_certificate
from ui.actions.environments import copy_connection, copy_password, has_login, is_busy, open_flow, verbs_of
from ui.actions.shortcuts import Shortcut
from ui.bridge.desk import Desk
from ui.models.kinds import KIND_BAND, KIND_GLYPH, KIND_TONE, STATE_TONE, STATE_WORDS, checklist_words
from ui.models.navigation import Go, RunRequest
from ui.models.words import ago, size, until
from ui.theme.tokens import Space, Tone
from ui.views.environments.checklist import ChecklistTab
from ui.views.environments.history import HistoryTab
from ui.views.environments.summary import SummaryTab
from ui.widgets.badge import Badge, KindBand
from ui.widgets.buttons import Button, DangerButton, PrimaryButton
from ui.widgets.layouts import Scrolled, column, row
from ui.widgets.menus import MoreButton
from ui.widgets.tabs import TabStrip
from ui.widgets.text import ElidedLabel

_VERB_GLYPH = {
    OperationKind.PROVISION: "mdi6.plus-circle-outline",
    OperationKind.REFRESH: "mdi6.refresh",
    OperationKind.RESET: "mdi6.restore",
    OperationKind.WIPE: "mdi6.trash-can-outline",
}


class EnvironmentDetail(QWidget):
    """Shows what the tree knows at once; what takes a look at the database follows.

    Signals:
        navigate(key, subject): as `Page.navigate`.
        environment_asked(ref): the person wants to see that environment.
        change_asked(environment): the person wants to change what was said of this one.
    """

    navigate = Signal(str, object)
    environment_asked = Signal(str)
    change_asked = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._environment: Environment | None = None
        self._operations: tuple[Operation, ...] = ()
        self._band = KindBand()
        self._name = ElidedLabel("", "title")
        self._kind, self._state = Badge(), Badge()
        self._line = ElidedLabel("", "body", Tone.MUTED)
        self._verbs: dict[OperationKind, Button] = {
            OperationKind.PROVISION: PrimaryButton("Provision…", _VERB_GLYPH[OperationKind.PROVISION]),
            OperationKind.REFRESH: PrimaryButton("Refresh…", _VERB_GLYPH[OperationKind.REFRESH]),
            OperationKind.RESET: Button("Reset…", _VERB_GLYPH[OperationKind.RESET]),
            OperationKind.WIPE: DangerButton("Wipe…", _VERB_GLYPH[OperationKind.WIPE]),
        }
        for kind, button in self._verbs.items():
            button.clicked.connect(lambda _checked=False, kind=kind: self.do(kind))
        self._copy = Button("Copy connection", "mdi6.content-copy")
        self._copy.clicked.connect(self._on_copy)
        self._more = MoreButton("More about this environment")
        self._more.add("Change…", "mdi6.pencil-outline").triggered.connect(
            lambda: self.change_asked.emit(self._environment)
        )
        self.review_policy = self._more.add("Review its policy", "mdi6.shield-check-outline")
        self.review_policy.triggered.connect(self._on_review_policy)
        self.copy_password = self._more.add("Copy the login's password", "mdi6.key-outline")
        self.copy_password.triggered.connect(self._on_password)
        self.tabs = TabStrip("Parts of this environment")
        for title in ("Summary", "Checklist", "History"):
            self.tabs.addTab(title)
        self.summary, self.checklist, self.history = SummaryTab(), ChecklistTab(), HistoryTab(desk.now)
        self._stack = QStackedWidget()
        for part in (Scrolled(self.summary), self.checklist, self.history):
            self._stack.addWidget(part)
        self._lay_out()
        self.tabs.currentChanged.connect(self._stack.setCurrentIndex)
        self.summary.checklist_asked.connect(lambda: self.tabs.setCurrentIndex(1))
        self.summary.run_asked.connect(self._on_run_asked)
        self.summary.environment_asked.connect(self.environment_asked)
        self.history.run_asked.connect(self._on_run_asked)
        self.checklist.ticked.connect(self._on_ticked)
        self.checklist.certificate_asked.connect(self._on_certificate)
        self.checklist.pdf_asked.connect(self._on_pdf)
        self.checklist.copy_asked.connect(self._on_text_asked)
        self._keys()

    def show_environment(self, environment: Environment, copies: Sequence[Environment] = ()) -> None:
        """Another environment, or the same one changed: the head now, the rest as it arrives.

        `copies` are the environments that are copied from this one, where it is a production.
        """
        same = self._environment is not None and self._environment.id == environment.id
        self._environment = environment
        self._show_head(environment)
        if not same:
            self._operations = ()
            self.summary.show_environment(environment)
            self.checklist.show_items(())
            self.history.show_operations(())
            self.checklist.certificate.hide()
        self.summary.show_copies(environment, copies, self._desk.now())
        production = environment.kind is EnvironmentKind.PRODUCTION
        self.tabs.setTabVisible(1, not production)
        self.tabs.setTabVisible(2, not production)
        if production:
            self.tabs.setCurrentIndex(0)
        self.refresh_operations()
        self._desk.bridge.submit(
            self._desk.services.inspection.inspect,
            environment.ref,
            owner=self,
            topic="inspection",
            on_done=self._on_inspected,
            on_error=self._on_not_inspected,
        )

    @property
    def environment(self) -> Environment | None:
        """The one that is shown."""
        return self._environment

    def refresh_operations(self) -> None:
        """A run made progress: fetch the runs anew, and leave the database alone."""
        if self._environment is not None:
            self._desk.bridge.submit(
                self._desk.services.operations.all,
                self._environment.ref,
                owner=self,
                topic="operations",
                on_done=self._on_operations,
            )

    def do(self, kind: OperationKind) -> None:
        """Start that verb, if it is possible here now."""
        environment = self._environment
        if environment is None or kind not in verbs_of(environment) or is_busy(environment):
            return
        open_flow(self, environment, kind)

    def _lay_out(self) -> None:
        head = column(spacing=Space.XS, margins=(Space.PAGE, Space.XL - 4, Space.PAGE, 0))
        title = row(self._name, self._kind, self._state, None, spacing=Space.M)
        actions = row(*list(self._verbs.values())[:3], self._copy, self._more, None, self._verbs[OperationKind.WIPE])
        head.addLayout(title)
        head.addWidget(self._line)
        head.addSpacing(Space.M)
        head.addLayout(actions)
        head.addSpacing(Space.M)
        head.addWidget(self.tabs)
        outer = column(spacing=0)
        outer.addWidget(self._band)
        outer.addLayout(head)
        outer.addWidget(self._stack, 1)
        self.setLayout(outer)

    def _keys(self) -> None:
        for keys, act in (
            (Shortcut.REFRESH, self._on_refresh_key),
            (Shortcut.RESET, lambda: self.do(OperationKind.RESET)),
            (Shortcut.COPY_CONNECTION, self._on_copy),
            (Shortcut.NEXT_TAB, lambda: self._step(1)),
            (Shortcut.PREVIOUS_TAB, lambda: self._step(-1)),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(act)

    def _show_head(self, environment: Environment) -> None:
        kind = environment.kind
        self._band.show_kind(KIND_BAND[kind])
        self._name.set_text(environment.name)
        self._kind.show_as(kind.upper(), KIND_TONE[kind], KIND_GLYPH[kind])
        self._state.show_as(*_badge_of(environment))
        self._line.set_text(self._sentence(environment, None))
        possible, busy = verbs_of(environment), is_busy(environment)
        for verb, button in self._verbs.items():
            button.setVisible(verb in possible)
            button.setEnabled(not busy)
            button.setToolTip("An operation is running here" if busy else "")
        self.copy_password.setVisible(has_login(environment))
        self.review_policy.setVisible(environment.policy is not None)
        self.tabs.set_count(1, checklist_words(environment))

    def _sentence(self, environment: Environment, seen: Inspection | None) -> str:
        parts = [environment.tenant]
        if environment.copied_at is not None:
            source = f" from {environment.source}" if environment.source else ""
            parts.append(f"copied {ago(environment.copied_at, self._desk.now())}{source}")
        elif environment.kind is not EnvironmentKind.PRODUCTION:
            parts.append(f"will be copied from {environment.source}" if environment.source else "has no source yet")
        elif environment.size_bytes:
            parts.append(size(environment.size_bytes))
        if seen is not None and seen.expires_at is not None:
            due, now = seen.expires_at, self._desk.now()
            parts.append(f"expires {until(due, now)}" if due > now else f"expired {ago(due, now)}")
        return " · ".join(parts)

    def _on_operations(self, operations: tuple[Operation, ...]) -> None:
        self._operations = operations
        self.summary.show_operations(operations)
        self.history.show_operations(operations)
        self.tabs.set_count(2, str(len(operations)) if operations else "")
        self.checklist.certificate.setVisible(self._certificate() is not None)

    def _on_inspected(self, seen: Inspection) -> None:
        environment = self._environment
        if environment is None:
            return
        self._line.set_text(self._sentence(environment, seen))
        self.summary.show_inspection(environment, seen, self._desk.now())
        self.checklist.show_items(seen.checklist)

    def _on_not_inspected(self, error: Exception) -> None:
        self.summary.show_problem(error)

    def _on_ticked(self, item: str, note: str) -> None:
        if self._environment is not None:
            self._desk.bridge.submit(
                self._desk.services.inspection.tick,
                self._environment.ref,
                item,
                note,
                owner=self,
                on_done=self.checklist.show_items,
            )

    def _on_run_asked(self, operation: Operation) -> None:
        self.navigate.emit(Go.RUN, RunRequest(operation=operation.id))

    def _certificate(self) -> str | None:
        return next((o.certificate for o in self._operations if o.certificate), None)

    def _on_certificate(self) -> None:
        certificate = self._certificate()
        if certificate is not None:
            open_certificate(self._desk, certificate)

    def _on_pdf(self) -> None:
        certificate = self._certificate()
        if certificate is not None:
            save_certificate(parent=self, desk=self._desk, certificate=certificate)

    def _on_text_asked(self, text: str, what: str) -> None:
        self._desk.dialogs.copy(text)
        self._desk.notify.say(f"{what} copied", Tone.GOOD)

    def _on_copy(self) -> None:
        if self._environment is not None:
            copy_connection(self._desk, self._environment, owner=self)

    def _on_review_policy(self) -> None:
        if self._environment is not None and self._environment.policy is not None:
            self.navigate.emit(Go.POLICIES, self._environment.ref)

    def _on_password(self) -> None:
        if self._environment is not None:
            copy_password(self._desk, self._environment, owner=self)

    def _on_refresh_key(self) -> None:
        if self._environment is not None:
            for kind in verbs_of(self._environment)[:1]:
                self.do(kind)

    def _step(self, by: int) -> None:
        self.tabs.setCurrentIndex((self.tabs.currentIndex() + by) % self.tabs.count())


def _badge_of(environment: Environment) -> tuple[str, Tone, str]:
    if environment.kind is EnvironmentKind.PRODUCTION:
        if environment.state is EnvironmentState.UNREACHABLE:
            return "Unreachable", Tone.DANGER, "mdi6.lan-disconnect"
        return "Read only", Tone.MUTED, "mdi6.eye-outline"
    if environment.state is EnvironmentState.READY:
        if environment.proven:
            return "Proven clean", Tone.GOOD, "mdi6.check-decagram-outline"
        return "Not proven", Tone.WARNING, "mdi6.alert-outline"
    glyph = {
        EnvironmentState.BUSY: "mdi6.progress-clock",
        EnvironmentState.FAILED: "mdi6.alert-octagon-outline",
        EnvironmentState.UNREACHABLE: "mdi6.lan-disconnect",
        EnvironmentState.WIPED: "mdi6.eraser",
    }.get(environment.state, "mdi6.circle-outline")
    return STATE_WORDS[environment.state].capitalize(), STATE_TONE[environment.state], glyph
