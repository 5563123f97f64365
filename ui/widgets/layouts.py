"""Rows, columns and surfaces, with the spacing of the tokens."""

from collections.abc import Iterable
from typing import TypeAlias, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLayout, QScrollArea, QVBoxLayout, QWidget

from ui.theme.tokens import Space, Tone
from ui.widgets.text import Text

Part: TypeAlias = "QWidget | QLayout | int | None"
"""A widget, a layout, a distance in pixels, or None for room that stretches."""

Margins: TypeAlias = tuple[int, int, int, int]
Box = TypeVar("Box", bound=QBoxLayout)


def row(*parts: Part, spacing: int = Space.S, margins: Margins = (0, 0, 0, 0)) -> QHBoxLayout:
    """Parts from left to right, centred on one line."""
    layout = _filled(QHBoxLayout(), parts, spacing, margins)
    for index in range(layout.count()):
        item = layout.itemAt(index)
        widget = item.widget() if item is not None else None
        if widget is not None and isinstance(widget, Text):
            layout.setAlignment(widget, Qt.AlignmentFlag.AlignVCenter)
    return layout


def column(*parts: Part, spacing: int = Space.S, margins: Margins = (0, 0, 0, 0)) -> QVBoxLayout:
    """Parts from top to bottom."""
    return _filled(QVBoxLayout(), parts, spacing, margins)


def _filled(layout: Box, parts: Iterable[Part], spacing: int, margins: Margins) -> Box:
    layout.setSpacing(spacing)
    layout.setContentsMargins(*margins)
    for part in parts:
        if part is None:
            layout.addStretch(1)
        elif isinstance(part, int):
            layout.addSpacing(part)
        elif isinstance(part, QWidget):
            layout.addWidget(part)
        else:
            layout.addLayout(part)
    return layout


def holder(layout: QLayout, parent: QWidget | None = None) -> QWidget:
    """A bare widget around a layout, so that it can be shown and hidden as one."""
    widget = QWidget(parent)
    widget.setLayout(layout)
    return widget


class Card(QFrame):
    """A white surface with an optional title; its content goes into `body`. Never a card in a card."""

    def __init__(self, title: str = "", *, aside: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "card")
        self.title = Text(title, "strong", parent=self)
        self.aside = Text(aside, "detail", Tone.MUTED, parent=self)
        self.body = column(spacing=Space.S)
        self._outer = column(spacing=Space.M, margins=(Space.L, Space.L - 2, Space.L, Space.L))
        if title or aside:
            self._outer.addLayout(row(self.title, None, self.aside, spacing=Space.S))
        else:
            self.title.hide()
            self.aside.hide()
        self._outer.addLayout(self.body)
        self.setLayout(self._outer)
        self.setAccessibleName(title)

    @classmethod
    def around(cls, widget: QWidget) -> "Card":
        """A card that a table or list fills to its edges."""
        card = cls()
        card._outer.setContentsMargins(1, 1, 1, 1)
        card.body.addWidget(widget)
        return card


class Line(QFrame):
    """A hairline between two parts."""

    def __init__(self, *, vertical: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "line")
        if vertical:
            self.setFixedWidth(1)
        else:
            self.setFixedHeight(1)


class Scrolled(QScrollArea):
    """Content that scrolls up and down and never sideways."""

    def __init__(self, content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        content.setObjectName("scrolled")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setAutoFillBackground(False)
        self.setWidget(content)
        content.setAutoFillBackground(False)
        self.verticalScrollBar().rangeChanged.connect(self._on_range)

    def _on_range(self, _least: int, most: int) -> None:
        """The bar stands in the page's margin, so that nothing moves when it comes."""
        content, bar = self.widget(), self.verticalScrollBar()
        layout = content.layout() if content is not None else None
        if layout is not None:
            at = layout.contentsMargins()
            self._margin = max(at.right(), getattr(self, "_margin", 0))
            at.setRight(self._margin - bar.sizeHint().width() if most > 0 else self._margin)
            layout.setContentsMargins(at)


def clear(layout: QLayout) -> None:
    """Take everything out of a layout and let it go."""
    while (item := layout.takeAt(0)) is not None:
        inner = item.layout()
        if inner is not None:
            clear(inner)
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()


def tab_after(before: QWidget, widgets: Iterable[QWidget]) -> None:
    """The tabulator key goes from `before` through these in order. What is made later would else come last of all,
    behind the buttons at the bottom of the page."""
    for widget in widgets:
        QWidget.setTabOrder(before, widget)
        before = widget
