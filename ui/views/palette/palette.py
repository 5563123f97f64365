"""The palette itself: it lies over the window, and goes as soon as something is chosen or the keys go elsewhere."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QApplication, QFrame, QLineEdit, QWidget
from typing_extensions import override

from app.errors import SandkeeperError
from ui.actions.palette import command_entries, read_index
from ui.bridge.desk import Desk
from ui.models.palette import Entry, Index
from ui.models.palette_search import SHOWN, Finder
from ui.models.table import Role
from ui.theme.scheme import colours
from ui.theme.tokens import Space, Tone
from ui.views.palette.lines import ENTRY, HEADING, LineList, LineModel, spoken
from ui.widgets.badge import Glyph
from ui.widgets.layouts import Line, column, row
from ui.widgets.text import Text

WIDTH, LIST_HEIGHT = 640, 2 * HEADING + 11 * ENTRY  # pixels
PAGE = SHOWN  # lines that Page Down goes

_STEPS = {
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_Tab: 1,
    Qt.Key.Key_Backtab: -1,
    Qt.Key.Key_PageDown: PAGE,
    Qt.Key.Key_PageUp: -PAGE,
}


class _Field(QLineEdit):
    """Keeps the keys and passes on those that move in the list.

    Signals:
        moved(by): so many lines down, or up.
        accepted(): Return.
        left(): Escape, or the keys went to another control.
    """

    moved = Signal(int)
    accepted = Signal()
    left = Signal()

    @override
    def event(self, event: QEvent) -> bool:
        """Tab moves in the list too: there is nothing else here to go to."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            step = _STEPS.get(Qt.Key(event.key()))
            if step is not None:
                self.moved.emit(step)
                return True
        return super().event(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.accepted.emit()
        else:
            super().keyPressEvent(event)

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason):
            self.left.emit()


class Palette(QWidget):
    """Finds while one types. Everything is in memory: it is read when the palette opens, and read anew when it opens
    after the catalog changed; what was known before is shown until then.

    Signals:
        chosen(entry): the person wants that. The palette is gone already.
    """

    chosen = Signal(object)

    def __init__(self, host: QWidget, pages: Sequence[Entry]) -> None:
        super().__init__(host)
        self._fixed = (*pages, *command_entries())
        self._finder = Finder(Index(entries=self._fixed))
        self._before: QWidget | None = None
        self._stale = True
        self._desk: Desk | None = None
        self.setAccessibleName("Find anything")
        self.field = _Field()
        self.field.setProperty("look", "bare")
        self.field.setPlaceholderText("Find a tenant, an environment, a run, a page, or something to do")
        self.field.setAccessibleName("Find anything, do anything")
        self.field.setMaxLength(200)
        self.model = LineModel(self)
        self.list = LineList(self.model)
        self._nothing = Text("", "body", Tone.MUTED, wrap=True)
        self._state = Text("", "detail", Tone.MUTED)
        self._lay_out()
        self.hide()
        self.field.textChanged.connect(lambda _text: self._show())
        self.field.moved.connect(self._on_moved)
        self.field.accepted.connect(self._on_accepted)
        self.field.left.connect(self.close_now)
        self.list.clicked.connect(self._on_clicked)
        host.installEventFilter(self)

    def open_over(self, desk: Desk | None) -> None:
        """Come up, empty, with the keys. Without a desk there are pages and commands alone."""
        self._desk = desk
        if self.isVisible():
            self.field.selectAll()
            return
        self._before = QApplication.focusWidget()
        self._fit()
        self.show()
        self.raise_()
        self.field.clear()
        self._show()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)
        self._load()

    def close_now(self) -> None:
        """Go, and give the keys back to who had them."""
        if self.isHidden():
            return
        had_keys = self.field.hasFocus()
        self.hide()
        if had_keys and self._before is not None and self._before.isVisible():
            self._before.setFocus(Qt.FocusReason.OtherFocusReason)
        self._before = None

    def catalog_changed(self) -> None:
        """What is known is old; where the palette is up, it is read anew at once."""
        self._stale = True
        if self.isVisible():
            self._load()

    def _lay_out(self) -> None:
        card = QFrame(self)
        card.setProperty("surface", "card")
        head = row(Glyph("mdi6.magnify", Tone.MUTED), spacing=Space.M, margins=(Space.L, Space.M, Space.L, Space.M))
        head.addWidget(self.field, 1)
        keys = Text("↑ ↓ choose    Enter open    Esc close", "detail", Tone.MUTED)
        keys.setAccessibleName("Up and Down choose, Enter opens, Escape closes")
        foot = row(keys, None, self._state, margins=(Space.L, Space.S, Space.L, Space.S))
        inside = column(spacing=0, margins=(1, 1, 1, 1))
        inside.addLayout(head)
        inside.addWidget(Line())
        inside.addWidget(self.list)
        nothing = row(self._nothing, margins=(Space.L, 0, Space.L, 0))
        inside.addLayout(nothing)
        inside.addWidget(Line())
        inside.addLayout(foot)
        card.setLayout(inside)
        self._card = card

    def _load(self) -> None:
        desk = self._desk
        if desk is None or not self._stale:
            return
        self._stale = False
        self._state.setText("Reading…")
        desk.bridge.submit(
            read_index,
            desk.services,
            self._fixed,
            desk.now(),
            owner=self,
            topic="index",
            on_done=self._on_index,
            on_error=self._on_failed,
        )

    def _on_index(self, index: Index) -> None:
        self._finder = Finder(index)
        self._state.setText("")
        if self.isVisible():
            kept = self._entry()
            self._show(kept)

    def _on_failed(self, error: Exception) -> None:
        """The pages and commands are there all the same."""
        self._stale = True
        self._state.setText(error.title if isinstance(error, SandkeeperError) else "The catalog could not be read")

    def _show(self, kept: Entry | None = None) -> None:
        """What the words find, with the first line chosen, or the same one again."""
        lines = self._finder.find(self.field.text())
        self.model.set_lines(lines)
        self.list.setVisible(bool(lines))
        self._nothing.setText("" if lines else f"Nothing is called “{self.field.text().strip()[:60]}”.")
        self._nothing.setVisible(not lines)
        self._fit()
        again = next((at for at, line in enumerate(lines) if kept is not None and line == kept), None)
        self._choose(self.model.step(-1, 1) if again is None else again)

    def _choose(self, at: int) -> None:
        if at < 0:
            return
        index = self.model.index(at)
        self.list.setCurrentIndex(index)
        self.list.scrollTo(self.model.index(at - 1) if at == 1 else index)
        self.field.setAccessibleDescription(spoken(self.model.lines[at]))
        told = QAccessibleEvent(self.list, QAccessible.Event.Focus)
        told.setChild(at)
        QAccessible.updateAccessibility(told)

    def _entry(self) -> Entry | None:
        line = self.list.currentIndex().data(Role.ROW)
        return line if isinstance(line, Entry) else None

    def _on_moved(self, by: int) -> None:
        at = self.list.currentIndex().row()
        for _ in range(abs(by)):
            further = self.model.step(at, 1 if by > 0 else -1)
            if abs(by) > 1 and (further - at) * by < 0:
                break  # Page Down stops at the end
            at = further
        self._choose(at)

    def _on_accepted(self) -> None:
        entry = self._entry()
        if entry is not None:
            self.close_now()
            self.chosen.emit(entry)

    def _on_clicked(self, index: QModelIndex) -> None:
        if isinstance(index.data(Role.ROW), Entry):
            self.list.setCurrentIndex(index)
            self._on_accepted()

    def _fit(self) -> None:
        host = self.parentWidget()
        if host is None:
            return
        self.setGeometry(host.rect())
        width = min(WIDTH, self.width() - 2 * Space.XL)
        needed = sum(ENTRY if isinstance(line, Entry) else HEADING for line in self.model.lines) + Space.S
        self.list.setFixedHeight(max(ENTRY, min(needed, LIST_HEIGHT, self.height() - 200)))
        self._nothing.setFixedHeight(2 * ENTRY)
        layout = self._card.layout()
        height = layout.totalSizeHint().height() if layout is not None else self._card.sizeHint().height()
        self._card.setGeometry((self.width() - width) // 2, max(Space.XL, self.height() // 10), width, height)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize and self.isVisible():
            self._fit()
        return super().eventFilter(watched, event)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Beside it: it goes."""
        if not self._card.geometry().contains(event.position().toPoint()):
            self.close_now()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), QColor(colours().veil))
