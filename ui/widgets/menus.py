"""Buttons that open a menu."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget
from typing_extensions import override

from ui.theme.icons import icon
from ui.theme.scheme import is_theme_change
from ui.theme.tokens import Tone
from ui.widgets.buttons import Button


class ChoiceButton(Button):
    """A small button with a symbol; its menu holds choices of which one holds.

    Signals:
        chosen(key): the person chose another one.
        rearranged(): the same, for what is remembered.
    """

    chosen = Signal(str)
    rearranged = Signal()

    def __init__(
        self, name: str, glyph: str, choices: Sequence[tuple[str, str]], parent: QWidget | None = None
    ) -> None:
        super().__init__("", glyph, tip=name, parent=parent)
        self._name = name
        self._menu = QMenu(self)
        self._group = QActionGroup(self)
        for key, words in choices:
            action = self._menu.addAction(words)
            action.setCheckable(True)
            action.setData(key)
            self._group.addAction(action)
        self._group.actions()[0].setChecked(True)
        self._group.triggered.connect(self._on_triggered)
        self.clicked.connect(self._on_clicked)
        self._tell()

    @property
    def key(self) -> str:
        """The choice that holds."""
        checked = self._group.checkedAction()
        return str(checked.data()) if checked is not None else ""

    def choose(self, key: str) -> None:
        """As if the person had chosen it."""
        next(action for action in self._group.actions() if action.data() == key).trigger()

    def arrangement(self) -> str:
        return self.key if self.key != self._group.actions()[0].data() else ""

    def arrange(self, kept: str) -> None:
        known = [str(action.data()) for action in self._group.actions()]
        self.choose(kept if kept in known else known[0])

    def _on_clicked(self) -> None:
        self._menu.popup(self.mapToGlobal(self.rect().bottomLeft()))

    def _on_triggered(self, action: QAction) -> None:
        self._tell()
        self.chosen.emit(str(action.data()))
        self.rearranged.emit()

    def _tell(self) -> None:
        checked = self._group.checkedAction()
        words = checked.text() if checked is not None else ""
        self.setToolTip(f"{self._name}: {words}")
        self.setAccessibleName(f"{self._name}: {words}")


class MoreButton(Button):
    """Three dots with a menu of what is seldom wanted."""

    def __init__(self, name: str = "More", parent: QWidget | None = None) -> None:
        self._glyphs: list[tuple[QAction, str, Tone]] = []
        super().__init__("", "mdi6.dots-horizontal", tip=name, parent=parent)
        self._menu = QMenu(self)
        self.clicked.connect(lambda: self._menu.popup(self.mapToGlobal(self.rect().bottomLeft())))

    def add(self, words: str, glyph: str, tone: Tone = Tone.NEUTRAL) -> QAction:
        """One more entry; connect to its `triggered`."""
        action = self._menu.addAction(icon(glyph, tone), words)
        self._glyphs.append((action, glyph, tone))
        return action

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if is_theme_change(event):
            for action, glyph, tone in self._glyphs:
                action.setIcon(icon(glyph, tone))
