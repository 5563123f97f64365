"""What a page is to the window that shows it."""

from collections.abc import Collection

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget


class Page(QWidget):
    """One page of the console. Pages are made when first shown and kept; they do not know each other.

    `title` is its name in the rail and the window title, `icon` its glyph. Rules: the constructor builds widgets and
    loads nothing; `activate` is called every time the page comes on screen and is where loading starts;
    `catalog_changed` is called only while it is on screen (a hidden page is activated again later, which refetches).

    Signals:
        navigate(key, subject): the page asks for another page by its key; `subject` is what that page should show.
        badge_changed(text): a count beside the page's name in the rail; "" for none.
    """

    title = ""
    icon = ""

    navigate = Signal(str, object)
    badge_changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.setAccessibleName(self.title)

    def activate(self, subject: object | None = None) -> None:
        """The page is on screen. `subject` is what a navigation asked for; None means as it was."""

    def catalog_changed(self, kinds: Collection[str], refs: Collection[str]) -> None:
        """Something of these kinds changed in the catalog: refetch what is visible."""

    def selection(self) -> str:
        """What is chosen here, by its id, to be chosen again at the next start; "" for nothing."""
        return ""

    def restore(self, selection: str) -> None:
        """Before the page is first shown: choose that, if it is still there. It may be anything."""

    def may_leave(self) -> bool:
        """Whether another page may take its place now."""
        return True
