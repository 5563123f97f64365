"""The pages of the console, in the order of the rail. Each is imported when it is first shown."""

from collections.abc import Callable
from dataclasses import dataclass

from ui.bridge.desk import Desk
from ui.models.navigation import Go
from ui.widgets.page import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class PageEntry:
    """How a page is announced before it exists. `in_rail` is False for pages one reaches through another."""

    key: Go
    title: str
    icon: str
    make: Callable[[Desk], Page]
    in_rail: bool = True


def _overview(desk: Desk) -> Page:
    from ui.views.overview.page import OverviewPage

    return OverviewPage(desk)


def _environments(desk: Desk) -> Page:
    from ui.views.environments.page import EnvironmentsPage

    return EnvironmentsPage(desk)


def _operations(desk: Desk) -> Page:
    from ui.views.operations.page import OperationsPage

    return OperationsPage(desk)


def _policies(desk: Desk) -> Page:
    from ui.views.policies.page import PoliciesPage

    return PoliciesPage(desk)


def _audit(desk: Desk) -> Page:
    from ui.views.audit.page import AuditPage

    return AuditPage(desk)


def _settings(desk: Desk) -> Page:
    from ui.views.settings.page import SettingsPage

    return SettingsPage(desk)


def _flow(desk: Desk) -> Page:
    from ui.views.flow.page import FlowPage

    return FlowPage(desk)


def _run(desk: Desk) -> Page:
    from ui.views.flow.run import RunPage

    return RunPage(desk)


PAGES: tuple[PageEntry, ...] = (
    PageEntry(key=Go.OVERVIEW, title="Overview", icon="mdi6.view-dashboard-outline", make=_overview),
    PageEntry(key=Go.ENVIRONMENTS, title="Environments", icon="mdi6.database-outline", make=_environments),
    PageEntry(key=Go.OPERATIONS, title="Operations", icon="mdi6.history", make=_operations),
    PageEntry(key=Go.POLICIES, title="Policies", icon="mdi6.shield-check-outline", make=_policies),
    PageEntry(key=Go.AUDIT, title="Audit", icon="mdi6.book-lock-outline", make=_audit),
    PageEntry(key=Go.SETTINGS, title="Settings", icon="mdi6.cog-outline", make=_settings),
    PageEntry(key=Go.FLOW, title="Flow", icon="mdi6.transit-connection-variant", make=_flow, in_rail=False),
    PageEntry(key=Go.RUN, title="Run", icon="mdi6.progress-clock", make=_run, in_rail=False),
)
