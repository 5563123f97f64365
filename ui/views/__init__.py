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


def _environments(desk: Desk) -> Page:
    from ui.views.environments.page import EnvironmentsPage

    return EnvironmentsPage(desk)


PAGES: tuple[PageEntry, ...] = (
    PageEntry(key=Go.ENVIRONMENTS, title="Environments", icon="mdi6.database-outline", make=_environments),
)
