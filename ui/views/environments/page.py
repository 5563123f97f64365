"""The page: the tree at the left, the chosen environment beside it."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QFrame, QStackedWidget, QWidget
from typing_extensions import override

from app.domain.environments import Environment
from app.errors import SandkeeperError
from ui.actions.shortcuts import Shortcut
from ui.bridge.desk import Desk
from ui.models.environments import Branch, EnvironmentTreeModel, Order, branches
from ui.models.navigation import AddRequest
from ui.theme.tokens import Space, Tone
from ui.views.environments.detail import EnvironmentDetail
from ui.views.environments.form import EnvironmentForm
from ui.views.environments.tree import EnvironmentTree
from ui.widgets.buttons import Button
from ui.widgets.fields import SearchField
from ui.widgets.layouts import column, row
from ui.widgets.menus import ChoiceButton
from ui.widgets.page import Page
from ui.widgets.remembered import remember
from ui.widgets.split import Split
from ui.widgets.states import EmptyState, Skeleton

if TYPE_CHECKING:
    from app.services import Services

_ORDERS = (
    (Order.NAME, "By name"),
    (Order.ATTENTION, "Needs attention first"),
    (Order.OLDEST, "Oldest copy first"),
    (Order.LARGEST, "Largest first"),
)
_KINDS = frozenset({"tenant", "environment", "checklist", "policy"})


WIDE, NARROW = 380, 332  # of the tree's panel, in pixels


@dataclass(frozen=True, slots=True)
class Known:
    """What the page read, prepared off the main thread."""

    branches: tuple[Branch, ...]
    by_ref: dict[str, Environment]
    by_tenant: dict[str, tuple[Environment, ...]]


def read(services: "Services", before: Known) -> Known:
    """Everything the tree shows; what is as it was `before` stays the very same. Called through the bridge."""
    made = branches(services.tenants.all(), services.environments.all(), {b.tenant: b for b in before.branches})
    return Known(made, {e.ref: e for b in made for e in b.environments}, {b.tenant: b.environments for b in made})


class EnvironmentsPage(Page):
    """Tenants and environments, searchable and sortable; the detail of the chosen one."""

    title = "Environments"
    icon = "mdi6.database-outline"

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._asked: str | None = None
        self._restored = ""
        self._adding: AddRequest | None = None
        self._loaded, self._fresh = False, True
        self._loading, self._again = False, False
        self._known = Known((), {}, {})
        self.model = EnvironmentTreeModel(desk.now, self)
        self.search = SearchField("Search", "Search tenants and environments")
        self.order = ChoiceButton("Order", "mdi6.sort", _ORDERS)
        self.add = Button("", "mdi6.plus", tip=f"Add an environment ({Shortcut.ADD})")
        self.tree = EnvironmentTree(self.model, desk.now)
        self.detail = EnvironmentDetail(desk)
        self._nothing = EmptyState()
        self._left = QStackedWidget()
        for part in (Skeleton(12), self.tree, self._nothing):
            self._left.addWidget(part)
        self._right = QStackedWidget()
        self._welcome = EmptyState(
            "No tenants yet",
            "A tenant is a customer organisation. Add its production database first, then a sandbox that is copied "
            "from it.",
            "mdi6.domain",
            "Add an environment…",
            primary=True,
        )
        self._right.addWidget(QWidget())
        self._right.addWidget(self.detail)
        self._right.addWidget(self._welcome)
        self._lay_out()
        self.setFocusProxy(self.tree)
        self.search.textChanged.connect(self._on_searched)
        self.search.left_downwards.connect(self._on_left_search)
        self.order.chosen.connect(self._on_ordered)
        self.add.clicked.connect(self._on_add)
        self.tree.environment_chosen.connect(self._on_chosen)
        self.tree.entered.connect(lambda: self.detail.tabs.setFocus(Qt.FocusReason.TabFocusReason))
        self.detail.navigate.connect(self.navigate)
        self.detail.environment_asked.connect(self._on_asked)
        self.detail.change_asked.connect(self._on_change)
        self._welcome.acted.connect(self._on_add)
        QShortcut(QKeySequence(Shortcut.SEARCH), self).activated.connect(self._on_search_key)
        QShortcut(QKeySequence(Shortcut.ADD), self).activated.connect(self._on_add)

    @override
    def activate(self, subject: object | None = None) -> None:
        if isinstance(subject, str):
            self._asked = subject
        self._adding = subject if isinstance(subject, AddRequest) else None
        self._fresh = True
        self._load()

    @override
    def selection(self) -> str:
        return self.tree.chosen.id if self.tree.chosen is not None else self._restored

    @override
    def restore(self, selection: str) -> None:
        self._restored = selection

    @override
    def catalog_changed(self, kinds: Collection[str], refs: Collection[str]) -> None:
        if not _KINDS.isdisjoint(kinds):
            self._load()
        if "operation" in kinds and self._right.currentWidget() is self.detail:
            self.detail.refresh_operations()

    def _lay_out(self) -> None:
        panel = QFrame()
        panel.setProperty("surface", "panel")
        head = row(self.search, self.order, self.add, margins=(Space.L, Space.L, Space.L, 0))
        left = column(spacing=Space.S)
        left.addLayout(head)
        left.addWidget(self._left, 1)
        panel.setLayout(left)
        self.split = Split("Width of the list", panel, self._right)
        self.split.prefer(WIDE)
        outer = row(spacing=0)
        outer.addWidget(self.split, 1)
        self.setLayout(outer)
        remember(self.split, "environments/list")
        remember(self.order, "environments/order")

    def _load(self) -> None:
        """Read everything anew; changes that come meanwhile make one more reading, however many they are."""
        if self._loading:
            self._again = True
            return
        self._loading, self._again = True, False
        self._desk.bridge.submit(
            read, self._desk.services, self._known, owner=self, on_done=self._on_loaded, on_error=self._on_failed
        )

    def _on_loaded(self, known: "Known") -> None:
        self._loading = False
        first, self._loaded = not self._loaded, True
        self._known = known
        self.model.set_branches(known.branches)
        chosen = known.by_ref.get(self.tree.chosen.ref) if self.tree.chosen is not None else None
        if self._asked is not None and self._asked in known.by_ref:
            chosen = known.by_ref[self._asked]
            self.search.clear()
        if chosen is None and self._restored:
            chosen = next((e for e in known.by_ref.values() if e.id == self._restored), None)
        self._restored = ""
        if chosen is not None:
            self.tree.choose(chosen)
            if self._fresh or chosen != self.detail.environment:
                self._show(chosen)
        else:
            self.tree.choose_first()
        self._asked, self._fresh = None, False
        self._show_state()
        if first and not self.search.hasFocus():
            self.tree.setFocus(Qt.FocusReason.OtherFocusReason)
        if self._adding is not None:
            tenant, self._adding = self._adding.tenant, None
            self._open_form(tenant)
        if self._again:
            self._load()

    def _on_failed(self, error: Exception) -> None:
        self._loading = False
        if self._loaded:
            self._desk.dialogs.error(self, error)
            return
        title = error.title if isinstance(error, SandkeeperError) else "The catalog could not be read"
        detail = error.detail if isinstance(error, SandkeeperError) else type(error).__name__
        self._nothing.say(title, detail, "mdi6.alert-octagon-outline", tone=Tone.DANGER)
        self._left.setCurrentIndex(2)

    def _show_state(self) -> None:
        """Which of tree, nothing found and nothing yet is to be seen."""
        words = self.search.text().strip()
        empty = not self.model.rowCount()
        if empty and words:
            self._nothing.say("Nothing found", f"No tenant or environment matches “{words}”.", "mdi6.magnify")
        self._left.setCurrentIndex(2 if empty and words else 1)
        chosen = self.tree.chosen is not None and self.tree.chosen.ref in self._known.by_ref
        self._right.setCurrentIndex(1 if chosen else 2 if empty and not words else 0)

    def _on_chosen(self, environment: Environment) -> None:
        self._show(self._known.by_ref.get(environment.ref, environment))

    def _show(self, environment: Environment) -> None:
        self._right.setCurrentIndex(1)
        family = self._known.by_tenant.get(environment.tenant, ())
        self.detail.show_environment(environment, [e for e in family if e.source_id == environment.id])

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.split.prefer(WIDE if event.size().width() >= 1000 else NARROW)

    def _on_searched(self, text: str) -> None:
        self.model.set_filter(text)
        self.tree.keep_choice()
        self._show_state()

    def _on_left_search(self) -> None:
        self.tree.setFocus(Qt.FocusReason.TabFocusReason)
        if not self.tree.currentIndex().isValid():
            self.tree.choose_first()

    def _on_ordered(self, order: str) -> None:
        self.model.set_order(Order(order))
        self.tree.keep_choice()

    def _on_add(self) -> None:
        self._open_form(self.tree.chosen.tenant if self.tree.chosen is not None else "")

    def _open_form(self, tenant: str) -> None:
        self._desk.dialogs.show(
            EnvironmentForm(self._desk, list(self._known.by_ref.values()), tenant=tenant, parent=self.window())
        )

    def _on_change(self, environment: Environment) -> None:
        self._desk.dialogs.show(
            EnvironmentForm(self._desk, list(self._known.by_ref.values()), changed=environment, parent=self.window())
        )

    def _on_asked(self, ref: str) -> None:
        if ref in self._known.by_ref:
            self.search.clear()
            self.tree.choose(self._known.by_ref[ref])
            self._show(self._known.by_ref[ref])

    def _on_search_key(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()
