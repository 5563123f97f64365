"""The checklist with its evidence; manual items can be ticked, with a note."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.domain.operations import ChecklistItem
from ui.models.checklist import TITLES, Show, counted, groups_of, list_text
from ui.models.words import count
from ui.theme.tokens import Space
from ui.views.environments.checklist_item import ItemView
from ui.widgets.buttons import Button
from ui.widgets.fields import SearchField
from ui.widgets.header import FilterBar
from ui.widgets.layouts import Card, Line, Scrolled, clear, column, holder, row
from ui.widgets.states import EmptyState

FILTERED_FROM = 8  # items; a shorter list is seen whole


class ChecklistTab(QWidget):
    """Every item with what was looked at and what was found: first what waits for a person, then what failed.

    Signals:
        ticked(item, note): the person ticked a manual item.
        copy_asked(text, what): the person wants that text on the clipboard.
        certificate_asked(), pdf_asked(): the person wants to see the certificate of the copy; to have it as PDF.
    """

    ticked = Signal(str, str)
    copy_asked = Signal(str, str)
    certificate_asked = Signal()
    pdf_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[ChecklistItem, ...] | None = None
        self._views: dict[str, ItemView] = {}
        self.filters: FilterBar | None = None
        see = Button("Open certificate", "mdi6.certificate-outline")
        see.clicked.connect(self.certificate_asked)
        save = Button("Save as PDF…", "mdi6.file-pdf-box")
        save.clicked.connect(self.pdf_asked)
        copy = Button("", "mdi6.content-copy", tip="Copy the list with its evidence as text")
        copy.clicked.connect(lambda: self.copy_asked.emit(list_text(self._shown or ()), "Checklist"))
        self.certificate = holder(row(see, save))
        self.certificate.hide()
        self.search = SearchField("Find in the list", "Find in the checklist")
        self.search.setMinimumWidth(120)
        self.search.textChanged.connect(lambda _text: self._show())
        self._bar = row(spacing=0)
        top = row(self.certificate, self.search, copy)
        top.setStretch(1, 1)
        self._head = holder(column(top, self._bar, spacing=Space.S, margins=(Space.PAGE, Space.L, Space.PAGE, 0)))
        self._groups = column(spacing=Space.L)
        content = QWidget()
        content.setLayout(column(self._groups, None, margins=(Space.PAGE, Space.M, Space.PAGE, Space.PAGE)))
        self._nothing = EmptyState()
        self._stack = QStackedWidget()
        self._stack.addWidget(Scrolled(content))
        self._stack.addWidget(self._nothing)
        self.setLayout(column(self._head, self._stack, spacing=0))

    def show_items(self, items: tuple[ChecklistItem, ...]) -> None:
        """Show these; what is being typed and what stands open stays."""
        if items == self._shown:
            return
        self._shown = items
        numbers = counted(items)
        key = self.filters.key if self.filters is not None else Show.ALL
        clear(self._bar)
        self.filters = FilterBar("Items shown", [(show, TITLES[show]) for show in numbers])
        for show, number in numbers.items():
            self.filters.set_count(show, number)
        if key in numbers:
            self.filters.choose(key)
        self.filters.chosen.connect(lambda _key: self._show())
        self._bar.addWidget(self.filters)
        long = len(items) >= FILTERED_FROM
        self.filters.setVisible(long)
        self.search.setVisible(long)
        if not long:
            self.search.clear()
        self._show()

    @property
    def views(self) -> tuple[ItemView, ...]:
        """What is listed, in order."""
        return tuple(self._views.values())

    def _show(self) -> None:
        items = self._shown or ()
        show = Show(self.filters.key) if self.filters is not None else Show.ALL
        groups = groups_of(items, show, self.search.text())
        typed = {id_: view.note.text() for id_, view in self._views.items() if view.note is not None}
        open_ = {id_: view.line.is_open for id_, view in self._views.items()}
        clear(self._groups)
        self._views = {}
        self._head.setVisible(bool(items))
        self._stack.setCurrentIndex(0 if groups else 1)
        if not groups:
            self._say_nothing(bool(items))
        for group in groups:
            card = Card(group.title, aside=count(len(group.items), "item"))
            card.body.setSpacing(0)
            for number, item in enumerate(group.items):
                if number:
                    card.body.addWidget(Line())
                view = ItemView(item)
                view.ticked.connect(self.ticked)
                view.copy_asked.connect(self.copy_asked)
                if item.id in open_:
                    view.line.open(open_[item.id])
                if view.note is not None and typed.get(item.id):
                    view.note.setText(typed[item.id])
                self._views[item.id] = view
                card.body.addWidget(view)
            self._groups.addWidget(card)

    def _say_nothing(self, some: bool) -> None:
        if some:
            self._nothing.say("Nothing found", "No item of this list speaks of it.", "mdi6.magnify")
        else:
            self._nothing.say(
                "No checklist yet",
                "It comes with the first copy: every item of the policy, with its evidence.",
                "mdi6.clipboard-check-outline",
            )
