"""The page: cards where there is something to say, two doors where there is nothing yet."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QStackedWidget
from typing_extensions import override

from app.domain.environments import Environment, Tenant
from app.domain.operations import OperationKind
from app.domain.policy import Lifetime
from app.errors import SandkeeperError
from ui.actions.demo import make_demo
from ui.actions.environments import add_environment, open_flow
from ui.bridge.desk import Desk
from ui.models.navigation import Go, RunRequest
from ui.models.overview import Attention, Need, Overview, overview_of
from ui.models.words import count
from ui.theme.tokens import Space, Tone
from ui.views.overview.board import Board, action_of
from ui.views.overview.welcome import Welcome
from ui.widgets.header import PageHeader
from ui.widgets.layouts import Scrolled, column, holder
from ui.widgets.page import Page
from ui.widgets.states import EmptyState, Skeleton

if TYPE_CHECKING:
    from app.services import Services

LOOKED_BACK = 200  # operations
DEMO_CUSTOMERS = 2_000  # enough for every case of the policy, made in seconds
_KINDS = frozenset({"tenant", "environment", "checklist", "policy"})


@dataclass(frozen=True, slots=True)
class Standing:
    """What changes seldom: kept while operations make progress, several times a second."""

    tenants: tuple[Tenant, ...]
    environments: tuple[Environment, ...]
    lifetimes: dict[str, Lifetime]


def read(services: "Services", now: datetime, known: Standing | None) -> tuple[Standing, Overview]:
    """Everything on the page, anew but for what is `known`. Called through the bridge."""
    if known is None:
        environments = services.environments.all()
        known = Standing(services.tenants.all(), environments, _lifetimes(services, environments))
    operations = services.operations.all(limit=LOOKED_BACK)
    return known, overview_of(known.tenants, known.environments, operations, known.lifetimes, now)


def _lifetimes(services: "Services", environments: Sequence[Environment]) -> dict[str, Lifetime]:
    """How long copies may live, by policy version; each is read once."""
    found: dict[str, Lifetime] = {}
    one_of_each = {e.policy_version: e for e in environments if e.policy_version and e.copied_at is not None}
    for version, environment in one_of_each.items():
        try:
            lifetime = services.policies.policy_of(environment.ref).lifetime
        except SandkeeperError:  # removed meanwhile, or a policy of another version: then there is no date to tell
            continue
        if version is not None and lifetime is not None:
            found[version] = lifetime
    return found


class OverviewPage(Page):
    """What needs a person, what runs, what ran."""

    title = "Overview"
    icon = "mdi6.view-dashboard-outline"

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._loading, self._again = False, False
        self._known: Standing | None = None
        self.demo_customers = DEMO_CUSTOMERS
        self._making = False
        self._loaded = False
        self.header = PageHeader("Overview")
        self.board = Board(desk.now)
        self.welcome = Welcome()
        self._trouble = EmptyState(glyph="mdi6.alert-octagon-outline", tone=Tone.DANGER)
        head = column(self.header, margins=(Space.PAGE, Space.XL - 4, Space.PAGE, Space.S))
        scrolled = Scrolled(self.board)
        self._content = holder(column(head, scrolled, spacing=0))
        self._stack = QStackedWidget()
        for part in (Skeleton(8), self._content, self.welcome, self._trouble):
            self._stack.addWidget(part)
        self.setLayout(column(self._stack))
        self._connect()

    def _connect(self) -> None:
        self.board.attention_followed.connect(self._on_followed)
        self.board.run_asked.connect(lambda run: self.navigate.emit(Go.OPERATIONS, RunRequest(operation=run.id)))
        self.board.watch_asked.connect(lambda run: self.navigate.emit(Go.RUN, RunRequest(operation=run.id)))
        self.board.all_asked.connect(lambda: self.navigate.emit(Go.ENVIRONMENTS, None))
        self.board.operations_asked.connect(lambda: self.navigate.emit(Go.OPERATIONS, None))
        self.welcome.connect_asked.connect(lambda: add_environment(self))
        self.welcome.demo_asked.connect(self._on_demo)
        self._trouble.acted.connect(self._reload)

    @override
    def activate(self, subject: object | None = None) -> None:
        self._reload()

    @override
    def catalog_changed(self, kinds: Collection[str], refs: Collection[str]) -> None:
        if not _KINDS.isdisjoint(kinds):
            self._reload()
        elif "operation" in kinds:
            self._load()

    def _reload(self) -> None:
        self._known = None
        self._load()

    def _load(self) -> None:
        """Read everything anew; changes that come meanwhile make one more reading, however many they are."""
        if self._loading:
            self._again = True
            return
        self._loading, self._again = True, False
        self._desk.bridge.submit(
            read,
            self._desk.services,
            self._desk.now(),
            self._known,
            owner=self,
            on_done=self._on_loaded,
            on_error=self._on_failed,
        )

    def _on_loaded(self, found: tuple[Standing, Overview]) -> None:
        self._loading, self._loaded = False, True
        known, made = found
        if not self._again:  # else something of it may have changed meanwhile
            self._known = known
        if self._making or not made.tenants:
            if self._making:
                self.welcome.show_progress(self._demo_words(made))
            self._stack.setCurrentWidget(self.welcome)
        else:
            self.header.say(made.sentence)
            self.board.show_overview(made)
            self._stack.setCurrentWidget(self._content)
        if self._again:
            self._load()

    def _on_failed(self, error: Exception) -> None:
        self._loading = False
        if not isinstance(error, SandkeeperError):
            self._desk.dialogs.error(self, error)
        if self._loaded:
            if isinstance(error, SandkeeperError):
                self._desk.notify.say(error.title, Tone.DANGER)
            return
        title = error.title if isinstance(error, SandkeeperError) else "The catalog could not be read"
        detail = f"{error.detail}\n{error.hint}".strip() if isinstance(error, SandkeeperError) else ""
        self._trouble.say(title, detail, "mdi6.alert-octagon-outline", "Try again", tone=Tone.DANGER)
        self._stack.setCurrentWidget(self._trouble)

    def _on_followed(self, item: Attention) -> None:
        environment = item.environment
        if item.need is Need.FAILED and item.run is not None:
            self.navigate.emit(Go.OPERATIONS, RunRequest(operation=item.run.id))
        elif action_of(item) == "Provision…":
            open_flow(self, environment, OperationKind.PROVISION)
        elif action_of(item) == "Refresh…":
            open_flow(self, environment, OperationKind.REFRESH)
        else:
            self.navigate.emit(Go.ENVIRONMENTS, environment.ref)

    def _on_demo(self) -> None:
        self._making = True
        self.welcome.show_progress(self._demo_words(None))
        make_demo(
            owner=self,
            page=self,
            desk=self._desk,
            customers=self.demo_customers,
            on_made=self._on_demo_made,
            on_failed=self._on_demo_failed,
        )

    def _on_demo_made(self) -> None:
        self._making = False
        self.welcome.show_progress("")
        self._reload()

    def _on_demo_failed(self, error: Exception) -> None:
        self._making = False
        if isinstance(error, SandkeeperError):
            self.welcome.show_error(error.title, " ".join(part for part in (error.detail, error.hint) if part))
        else:
            self.welcome.show_progress("")
            self._desk.dialogs.error(self, error)

    def _demo_words(self, made: Overview | None) -> str:
        if made is None or not made.environments:
            return f"Inventing an organisation with {count(self.demo_customers, 'customer')}…"
        return f"{count(made.environments, 'environment')} made. Inventing the next organisation…"
