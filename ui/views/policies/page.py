"""The page: packs and policies at the left, the chosen one beside them."""

from collections.abc import Collection

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QFrame, QStackedWidget, QWidget
from typing_extensions import override

from app.errors import SandkeeperError
from ui.actions.policy_reading import read_library, read_review
from ui.actions.shortcuts import Shortcut
from ui.bridge.desk import Desk
from ui.models.policies import Library, PolicyLine, PolicyListModel
from ui.models.policies_columns import Review
from ui.models.words import count
from ui.theme.tokens import Space, Tone
from ui.views.policies.detail import PolicyDetail
from ui.views.policies.shelf import PolicyShelf
from ui.widgets.buttons import Button
from ui.widgets.fields import SearchField
from ui.widgets.layouts import column, row
from ui.widgets.page import Page
from ui.widgets.remembered import remember
from ui.widgets.split import Split
from ui.widgets.states import EmptyState, Skeleton

WIDE, NARROW = 288, 256  # of the list's panel, in pixels
_KINDS = frozenset({"tenant", "environment", "policy"})


class PoliciesPage(Page):
    """What is decided about every column, by whom; what changed since; how it came to be so."""

    title = "Policies"
    icon = "mdi6.shield-check-outline"

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._asked: str | None = None
        self._loading, self._again, self._loaded = False, False, False
        self._to_look: list[str] = []
        self.model = PolicyListModel(self)
        self.search = SearchField("Search", "Search packs and policies")
        self.look = Button("", "mdi6.database-search-outline", tip="Look for changes in every production")
        self.shelf = PolicyShelf(self.model)
        self.detail = PolicyDetail(desk)
        self._nothing = EmptyState()
        self._left = QStackedWidget()
        for part in (Skeleton(10), self.shelf, self._nothing):
            self._left.addWidget(part)
        self._right = QStackedWidget()
        self._right.addWidget(QWidget())
        self._right.addWidget(self.detail)
        self._lay_out()
        self.setFocusProxy(self.shelf)
        self.search.textChanged.connect(self._on_searched)
        self.search.left_downwards.connect(self._on_left_search)
        self.look.clicked.connect(self._on_look)
        self.shelf.line_chosen.connect(self._on_chosen)
        self.shelf.entered.connect(lambda: self.detail.tabs.setFocus(Qt.FocusReason.OtherFocusReason))
        self.detail.navigate.connect(self.navigate)
        self.detail.looked.connect(self._on_looked)
        self.detail.changed.connect(self._load)
        self._nothing.acted.connect(self._load)
        QShortcut(QKeySequence(Shortcut.SEARCH), self).activated.connect(self._on_search_key)

    def _lay_out(self) -> None:
        panel = QFrame()
        panel.setProperty("surface", "panel")
        top = row(spacing=Space.S, margins=(Space.L, Space.L, Space.L, Space.S))
        top.addWidget(self.search, 1)
        top.addWidget(self.look)
        left = column(top, spacing=0)
        left.addWidget(self._left, 1)
        panel.setLayout(left)
        self.split = Split("Width of the list", panel, self._right)
        self.split.prefer(WIDE)
        remember(self.split, "policies/list")
        outer = row(spacing=0)
        outer.addWidget(self.split, 1)
        self.setLayout(outer)

    @override
    def activate(self, subject: object | None = None) -> None:
        if isinstance(subject, str):
            self._asked = subject
            self.search.clear()
        self._load()
        self.detail.look()  # production may have moved on since the page was seen

    @override
    def catalog_changed(self, kinds: Collection[str], refs: Collection[str]) -> None:
        if _KINDS & set(kinds):
            self._load()

    def _load(self) -> None:
        """Read the list anew; changes that come meanwhile make one more reading, however many they are."""
        if self._loading:
            self._again = True
            return
        self._loading, self._again = True, False
        self._desk.bridge.submit(
            read_library, self._desk.services, owner=self, on_done=self._on_loaded, on_error=self._on_failed
        )

    def _on_loaded(self, library: Library) -> None:
        first, self._loading, self._loaded = not self._loaded, False, True
        self.model.show_library(library)
        asked, self._asked = self._asked, None
        if asked is None or not self.shelf.choose(asked):
            self.shelf.keep_choice()
        if self.shelf.chosen is None or self.model.row_of(self.shelf.chosen.key) is None:
            self.shelf.choose_first()
        elif not first:
            self._show_again()
        self._show_state()
        self._tell()
        if first and not self.search.hasFocus():
            self.shelf.setFocus(Qt.FocusReason.OtherFocusReason)
        if self._again:
            self._load()

    def _show_again(self) -> None:
        """What is shown may have changed."""
        chosen = self.shelf.chosen
        at = self.model.row_of(chosen.key) if chosen is not None else None
        line = self.model.row_at(at) if at is not None else None
        if isinstance(line, PolicyLine):
            self.detail.show_line(line)

    def _on_failed(self, error: Exception) -> None:
        self._loading = False
        if self._loaded or not isinstance(error, SandkeeperError):
            self._desk.dialogs.error(self, error)
            return
        detail = f"{error.detail}\n{error.hint}".strip()
        self._nothing.say(error.title, detail, "mdi6.alert-octagon-outline", "Try again", tone=Tone.DANGER)
        self._left.setCurrentIndex(2)

    def _show_state(self) -> None:
        words = self.search.text().strip()
        if self.model.rowCount():
            self._left.setCurrentIndex(1)
        else:
            self._nothing.say("Nothing found", f"No pack or policy matches “{words}”.", "mdi6.magnify")
            self._left.setCurrentIndex(2)
        self._right.setCurrentIndex(1 if self.detail.line is not None else 0)

    def _on_chosen(self, line: PolicyLine) -> None:
        self.detail.show_line(line)
        self._right.setCurrentIndex(1)

    def _on_looked(self, ref: str, unreviewed: int) -> None:
        self.model.set_unreviewed(ref, unreviewed)
        self.shelf.keep_choice()
        self._tell()

    def _tell(self) -> None:
        waiting = self.model.waiting
        self.badge_changed.emit(count(waiting) if waiting else "")

    def _on_look(self) -> None:
        """One production after the other, in the background; what cannot be reached is passed over."""
        self._to_look = [line.ref for line in self.model.lines if line.ref]
        self.look.setEnabled(False)
        self._look_on(0, 0)

    def _look_on(self, waiting: int, failed: int) -> None:
        if not self._to_look:
            self.look.setEnabled(True)
            where = count(waiting, "environment")
            said = f"Columns wait for a review in {where}" if waiting else "No column waits for a review"
            if failed:
                said += f"; {count(failed, 'production')} could not be looked at"
            self._desk.notify.say(said, Tone.WARNING if waiting or failed else Tone.GOOD)
            return
        ref = self._to_look.pop(0)

        def looked(review: Review) -> None:
            self._on_looked(ref, review.unreviewed)
            self._look_on(waiting + bool(review.unreviewed), failed)

        def passed_over(error: Exception) -> None:
            if not isinstance(error, SandkeeperError):
                self._to_look.clear()
                self._desk.dialogs.error(self, error)
            self._look_on(waiting, failed + 1)

        self._desk.bridge.submit(
            read_review, self._desk.services, ref, owner=self, topic="look", on_done=looked, on_error=passed_over
        )

    def _on_searched(self, text: str) -> None:
        self.model.set_filter(text)
        self.shelf.keep_choice()
        self._show_state()

    def _on_left_search(self) -> None:
        self.shelf.setFocus(Qt.FocusReason.TabFocusReason)
        if not self.shelf.currentIndex().isValid():
            self.shelf.choose_first()

    def _on_search_key(self) -> None:
        """In the table of columns, where the keys go there; else in the list."""
        columns, focused = self.detail.columns, self.focusWidget()
        inside = columns.isVisible() and focused is not None and columns.isAncestorOf(focused)
        field = columns.search if inside else self.search
        field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        field.selectAll()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.split.prefer(WIDE if event.size().width() >= 1000 else NARROW)
