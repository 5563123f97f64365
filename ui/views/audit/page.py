"""The page: who did what, newest first, in a chain that can be verified."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QSortFilterProxyModel, Qt
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QStackedWidget
from typing_extensions import override

from app.domain.audit import AuditRecord, AuditVerdict
from app.errors import SandkeeperError
from ui.actions.audit import export_trail, verify_trail
from ui.actions.shortcuts import Shortcut
from ui.bridge.desk import Desk
from ui.models.audit import Subject, action_glyph, action_tone, action_words, detail_words, search_text, subject_of
from ui.models.navigation import AuditRequest
from ui.models.table import Column, Role, RowTableModel
from ui.models.words import count, moment
from ui.theme.tokens import Space, Tone
from ui.views.audit.banner import VerdictBanner
from ui.views.audit.record import RecordPanel
from ui.widgets.buttons import Button, PrimaryButton
from ui.widgets.fields import SearchField
from ui.widgets.header import FilterBar, PageHeader
from ui.widgets.layouts import Card, column, row
from ui.widgets.page import Page
from ui.widgets.remembered import remember
from ui.widgets.states import EmptyState, Skeleton
from ui.widgets.tables import Table

if TYPE_CHECKING:
    from app.services import Services

LIMIT = 5_000  # newest records that are listed
NUMBER, TIME, WHO, ACTION, SUBJECT, DETAIL = range(6)
WIDTHS = (76, 152, 96, 184, 236, 200)  # pixels
WIDTHS_NARROW = (60, 152, 76, 176, 184, 160)
ROOM = 1000  # of the page, in pixels
_FILTERS = (
    (Subject.ALL, "All"),
    (Subject.OPERATIONS, "Operations"),
    (Subject.ENVIRONMENTS, "Environments"),
    (Subject.TENANTS, "Tenants"),
    (Subject.DECISIONS, "Decisions"),
)


@dataclass(frozen=True, slots=True)
class Line:
    """A record with everything the filter looks at, prepared off the main thread. `broken` marks the one that does
    not hold."""

    record: AuditRecord
    subject: Subject
    search: str
    detail: str
    broken: bool = False


@dataclass(frozen=True, slots=True)
class Trail:
    """What was read: the newest records, newest first, and how many there are in all."""

    lines: tuple[Line, ...]
    total: int


def read(services: "Services", least: int, broken: int | None) -> Trail:
    """At least the records from number `least` on, where that is above 0. Called through the bridge."""
    total = services.audit.count()
    after = max(0, total - LIMIT)
    if least:
        after = min(after, least - 1)
    found = services.audit.all(after=after)
    lines = [Line(r, subject_of(r), search_text(r), detail_words(r), r.number == broken) for r in reversed(found)]
    return Trail(tuple(lines), total)


def _columns() -> tuple[Column[Line], ...]:
    return (
        Column(
            "No.",
            lambda i: count(i.record.number),
            lambda i: i.record.number,
            numeric=True,
            tone=lambda i: Tone.DANGER if i.broken else Tone.MUTED,
        ),
        Column("When", lambda i: moment(i.record.at), lambda i: i.record.at.timestamp(), tip=_exactly),
        Column("Who", lambda i: i.record.actor.partition("@")[0], tip=lambda i: i.record.actor),
        Column(
            "What",
            lambda i: action_words(i.record),
            glyph=lambda i: "mdi6.link-off" if i.broken else action_glyph(i.record),
            glyph_tone=lambda i: Tone.DANGER if i.broken else action_tone(i.record),
            tip=lambda i: i.record.action,
        ),
        Column("Whom it concerns", lambda i: i.record.subject, tip=lambda i: i.record.subject),
        Column("Detail", lambda i: i.detail, tone=lambda i: Tone.MUTED, tip=lambda i: i.detail),
    )


def _exactly(line: Line) -> str:
    return f"{line.record.at:%Y-%m-%d %H:%M:%S} UTC"


class AuditPage(Page):
    """The trail, its filter, its verdict and its export."""

    title = "Audit"
    icon = "mdi6.book-lock-outline"

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._trail = Trail((), 0)
        self._loading, self._again, self._loaded = False, False, False
        self._broken: int | None = None
        self._go_to: int | None = None  # the record to choose when it is there
        self.header = PageHeader("Audit")
        self.verify = PrimaryButton("Verify", "mdi6.shield-check-outline", tip="Walk the whole chain")
        self.export = Button("Export…", "mdi6.export-variant", tip="Write every record to a file")
        self.header.aside.addWidget(self.export)
        self.header.aside.addWidget(self.verify)
        self.banner = VerdictBanner()
        self.filter = FilterBar("Show", _FILTERS)
        self.search = SearchField("Search", "Search the audit trail")
        self.search.setMinimumWidth(120)
        self.search.setMaximumWidth(220)
        self.model: RowTableModel[Line] = RowTableModel(_columns(), lambda i: i.record.number, self)
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSourceModel(self.model)
        self._sorted.setSortRole(Role.SORT)
        self.table = Table("Audit trail", self._sorted)
        self.table.widths(WIDTHS, stretch=DETAIL)
        self.table.elide_middle(SUBJECT)
        self.table.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.table.horizontalHeader().setSortIndicatorClearable(True)
        self.table.setSortingEnabled(True)
        self.record = RecordPanel()
        self._nothing = EmptyState()
        self._stack = QStackedWidget()
        for part in (Skeleton(10), Card.around(self.table), self._nothing):
            self._stack.addWidget(part)
        filters = row(self.filter)
        filters.addWidget(self.search, 1)
        body = column(self.header, self.banner, filters, spacing=Space.L)
        body.setContentsMargins(Space.PAGE, Space.XL - 4, Space.PAGE, Space.PAGE)
        body.addWidget(self._stack, 1)
        body.addWidget(self.record)
        self.setLayout(body)
        self.setFocusProxy(self.table)
        self._connect()
        remember(self.filter, "audit/filter")
        remember(self.table, "audit/table")

    def _connect(self) -> None:
        self.verify.clicked.connect(self._on_verify)
        self.export.clicked.connect(lambda: export_trail(owner=self, desk=self._desk))
        self.banner.closed.connect(self._on_banner_closed)
        self.banner.record_asked.connect(self._on_record_asked)
        self.table.selectionModel().selectionChanged.connect(lambda _now, _before: self._on_selected())
        self.filter.chosen.connect(lambda _key: self._show())
        self.search.textChanged.connect(lambda _text: self._show())
        self.search.left_downwards.connect(lambda: self.table.setFocus(Qt.FocusReason.TabFocusReason))
        self._nothing.acted.connect(self._on_nothing_acted)
        QShortcut(QKeySequence(Shortcut.SEARCH), self).activated.connect(self._on_search_key)

    @override
    def activate(self, subject: object | None = None) -> None:
        self._load()
        if isinstance(subject, AuditRequest):
            if subject.export:
                export_trail(owner=self, desk=self._desk)
            elif self.verify.isEnabled():
                self._on_verify()

    @override
    def catalog_changed(self, kinds: Collection[str], refs: Collection[str]) -> None:
        if "audit" in kinds:
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
            self._go_to or self._broken or 0,
            self._broken,
            owner=self,
            on_done=self._on_loaded,
            on_error=self._on_failed,
        )

    def _on_loaded(self, trail: Trail) -> None:
        first, self._loading, self._loaded = not self._loaded, False, True
        self._trail = trail
        words = f"Everything anyone did: {count(trail.total, 'record')}" if trail.total else "Everything anyone did"
        if len(trail.lines) < trail.total:
            words += f", of which the newest {count(len(trail.lines))} are listed"
        self.header.say(words)
        self.export.setEnabled(trail.total > 0)
        self._show()
        if first and not self.search.hasFocus():
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        if self._again:
            self._load()

    def _on_failed(self, error: Exception) -> None:
        self._loading = False
        if self._loaded or not isinstance(error, SandkeeperError):
            self._desk.dialogs.error(self, error)
            return
        detail = f"{error.detail}\n{error.hint}".strip()
        self._nothing.say(error.title, detail, "mdi6.alert-octagon-outline", "Try again", tone=Tone.DANGER)
        self._stack.setCurrentIndex(2)

    def _show(self) -> None:
        """What passes the filters, in the table."""
        if not self._loaded:
            return
        about, words = Subject(self.filter.key), self.search.text().casefold().split()
        lines = [
            line
            for line in self._trail.lines
            if (about is Subject.ALL or line.subject is about) and all(word in line.search for word in words)
        ]
        self.model.set_rows(lines)
        if self._go_to is not None:
            self._choose(self._go_to)
        if lines:
            self._stack.setCurrentIndex(1)
            return
        if self._trail.total:
            self._nothing.say("Nothing found", "No record passes these filters.", "mdi6.magnify", "Show all")
        else:
            self._nothing.say(
                "Nothing is on record yet",
                "Whatever anyone does is recorded here, in a chain that shows tampering.",
                "mdi6.book-lock-outline",
            )
        self._stack.setCurrentIndex(2)

    def _choose(self, number: int) -> None:
        for at in range(self._sorted.rowCount()):
            if self._sorted.index(at, 0).data(Role.ROW).record.number == number:
                self._go_to = None
                self.table.selectRow(at)
                self.table.scrollTo(self._sorted.index(at, 0), Table.ScrollHint.PositionAtCenter)
                return

    def _on_selected(self) -> None:
        chosen = self.table.selectionModel().selectedRows()
        self.record.show_record(chosen[0].data(Role.ROW).record if chosen else None)

    def _on_verify(self) -> None:
        self.verify.setEnabled(False)
        self.banner.show_checking(self._trail.total)
        verify_trail(
            owner=self, desk=self._desk, on_verdict=self._on_verdict, on_settled=lambda: self.verify.setEnabled(True)
        )

    def _on_verdict(self, verdict: AuditVerdict) -> None:
        self.banner.show_verdict(verdict, self._desk.now())
        self._broken = verdict.first_broken
        if verdict.first_broken is not None:
            self._on_record_asked(verdict.first_broken)
        else:
            self._load()

    def _on_record_asked(self, number: int) -> None:
        """Show that record, whatever filter is on."""
        self._go_to = number
        self.search.clear()
        self.filter.choose(Subject.ALL)
        self._load()

    def _on_banner_closed(self) -> None:
        self._broken, self._go_to = None, None
        self._load()

    def _on_nothing_acted(self) -> None:
        if not self._loaded:
            self._load()
        else:
            self.search.clear()
            self.filter.choose(Subject.ALL)

    def _on_search_key(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.table.widths(WIDTHS if event.size().width() >= ROOM else WIDTHS_NARROW, stretch=DETAIL)
