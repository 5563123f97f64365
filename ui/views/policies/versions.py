"""The versions of a policy: which are in use, what differs between two, going back, and files in and out."""

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QWidget
from typing_extensions import override

from app.domain.versions import PolicyDiff, VersionEntry
from ui.models.policies_versions import changes_model, version_words, versions_model
from ui.models.words import count
from ui.theme.tokens import Space, Tone
from ui.widgets.buttons import Button
from ui.widgets.fields import Choice
from ui.widgets.header import FilterBar
from ui.widgets.layouts import Card, column, holder, row
from ui.widgets.listing import Listing
from ui.widgets.states import EmptyState
from ui.widgets.tables import Table
from ui.widgets.text import ElidedLabel, Text

VERSION, USE, GIVEN, BY, AUTHOR, FROM = range(6)
WIDTHS = (72, 184, 112, 96, 96, 160)  # pixels
ROOM_FOR_AUTHOR = 680
WORDS, TEXT = "words", "text"
LONGEST = 400  # characters of a change told in full
HEAD, LINE = 44, 36  # of the table, in pixels


class VersionsTab(QWidget):
    """History above, the difference between the chosen version and another below.

    Signals:
        compare_asked(old, new): the numbers of two versions whose difference is to be shown.
        restore_asked(entry): that version is to be given again.
        export_asked(), import_asked(): the policy as a file, out and in.
    """

    compare_asked = Signal(int, int)
    restore_asked = Signal(object)
    export_asked = Signal()
    import_asked = Signal()

    def __init__(self, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries: tuple[VersionEntry, ...] = ()
        self.model = versions_model(now, self)
        self.table = Table("Versions of this policy", self.model)
        self.table.widths(WIDTHS, stretch=FROM)
        self.restore = Button("Restore…", "mdi6.restore", tip="Give the chosen version again, as the newest")
        self.export = Button("Export…", "mdi6.export-variant", tip="Save the version in force as a YAML file")
        self.bring = Button("Import…", "mdi6.import", tip="Give this environment the policy of a YAML file")
        self.other = Choice("Compared with")
        self.other.setMaximumWidth(300)
        self.shape = FilterBar("Show the difference as", ((WORDS, "In words"), (TEXT, "As text")))
        self._told = ElidedLabel("", "strong")
        self.changes = changes_model(self)
        self.words = Table("What differs", self.changes)
        self.words.widths((220, 200, 200), stretch=2)
        self.text = Listing("The difference as text", difference=True)
        self._whole = Text("", "detail", Tone.MUTED, wrap=True, selectable=True)
        self._same = EmptyState()
        self._stack = QStackedWidget()
        words = holder(column(Card.around(self.words), self._whole))
        for part in (words, Card.around(self.text), self._same):
            self._stack.addWidget(part)
        self._diff: PolicyDiff | None = None
        self._lay_out()
        self.table.selectionModel().currentRowChanged.connect(lambda _now, _before: self._on_chosen())
        self.words.selectionModel().currentRowChanged.connect(lambda now_, _before: self._on_change(now_))
        self.other.activated.connect(lambda _at: self._compare())
        self.shape.chosen.connect(lambda _key: self._show())
        self.restore.clicked.connect(lambda: self.restore_asked.emit(self.chosen))
        self.export.clicked.connect(self.export_asked)
        self.bring.clicked.connect(self.import_asked)
        self.setFocusProxy(self.table)

    def _lay_out(self) -> None:
        verbs = row(self.restore, None, self.export, self.bring)
        compare = row(spacing=Space.M)
        compare.addWidget(self._told, 1)
        compare.addWidget(self.other)
        compare.addWidget(self.shape)
        self._card = Card.around(self.table)
        body = column(verbs, self._card, Space.XS, compare, spacing=Space.M)
        body.setContentsMargins(Space.PAGE, Space.L, Space.PAGE, Space.L)
        body.addWidget(self._stack, 1)
        self.setLayout(body)

    @property
    def chosen(self) -> VersionEntry | None:
        index = self.table.currentIndex()
        return self.model.row_at(index.row()) if index.isValid() else None

    def show_history(self, entries: Sequence[VersionEntry]) -> None:
        """These, newest first, with the newest chosen where none was."""
        newer = not self._entries or not entries or entries[0].number != self._entries[0].number
        self._entries = tuple(entries)
        self.model.set_rows(self._entries)
        self._card.setFixedHeight(HEAD + LINE * min(max(len(self._entries), 2), 5) + 2)
        if self._entries and (newer or self.chosen is None):
            self.table.selectRow(0)
        self._on_chosen()

    def show_difference(self, diff: PolicyDiff) -> None:
        self._diff = diff
        self._show()

    def _on_chosen(self) -> None:
        chosen = self.chosen
        self.restore.setEnabled(chosen is not None and chosen.version != self._entries[0].version)
        self.other.clear()
        self._diff = None
        if chosen is None:
            return
        for entry in self._entries:
            if entry.number != chosen.number:
                self.other.addItem(f"With {version_words(entry)}", entry.number)
        self.other.setEnabled(self.other.count() > 0)
        before = self._before(chosen)
        self.other.setCurrentIndex(max(0, self.other.findData(before)))
        if self.other.count():
            self._compare()
        else:
            self._told.set_text("")
            self._same.say(
                "There is one version", "What differs is shown here once there are two.", "mdi6.source-commit"
            )
            self._stack.setCurrentIndex(2)

    def _before(self, chosen: VersionEntry) -> int:
        """What the chosen version is compared with at first: what the copy was made with, else the one before it."""
        of_copy = next((e for e in self._entries if e.of_copy), None)
        if chosen.current and of_copy is not None and of_copy.number != chosen.number:
            return of_copy.number
        return chosen.number - 1 if chosen.number > 1 else chosen.number + 1

    def _on_change(self, index: QModelIndex) -> None:
        """What is cut in the table is told below it in full."""
        change = self.changes.row_at(index.row()) if index.isValid() else None
        said = ("", "") if change is None else (change.before, change.after)
        named = [f"{name}: {text[:LONGEST]}" for name, text in zip(("Before", "After"), said, strict=True) if text]
        self._whole.setText("\n".join(named))

    def _compare(self) -> None:
        chosen, other = self.chosen, self.other.currentData()
        if chosen is not None and isinstance(other, int):
            self.compare_asked.emit(min(other, chosen.number), max(other, chosen.number))

    def _show(self) -> None:
        diff = self._diff
        if diff is None:
            return
        self._told.set_text(f"Version {diff.old} to {diff.new}: {count(len(diff.changes), 'change')}")
        self.changes.set_rows(diff.changes)
        if diff.changes:
            self.words.selectRow(0)
        self.text.show_text(diff.text)
        if not diff.text:
            self._same.say("The same text", f"Versions {diff.old} and {diff.new} are alike.", "mdi6.equal")
        elif not diff.changes:
            self._same.say(
                "Nothing that means anything", "Comments or layout alone differ: see the text.", "mdi6.equal"
            )
        as_text = self.shape.key == TEXT and bool(diff.text)
        self._stack.setCurrentIndex(1 if as_text else 0 if diff.changes else 2)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.table.setColumnHidden(AUTHOR, event.size().width() - 2 * Space.PAGE < ROOM_FOR_AUTHOR)
