"""A panel beside the rest of a page, with an edge that can be moved."""

from PySide6.QtCore import QEvent, QRect, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QRegion, QResizeEvent
from PySide6.QtWidgets import QSplitter, QSplitterHandle, QWidget
from typing_extensions import override

from ui.theme.scheme import colours

GRIP, STEP = 1, 16  # pixels: of the line, around which Qt gives more to take hold of; and what an arrow key moves
LEAST, MOST = 220, 900  # of the panel, in pixels


class Split(QSplitter):
    """`panel` has the width the page prefers until a person moves the edge: then it keeps that one.

    Signals:
        rearranged(): the person moved the edge.
    """

    rearranged = Signal()

    def __init__(self, name: str, panel: QWidget, rest: QWidget, *, panel_last: bool = False) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._name, self._panel, self.panel_last = name, panel, panel_last
        self._preferred, self._own = LEAST, 0
        self.setHandleWidth(GRIP)
        self.setChildrenCollapsible(False)
        for part in (rest, panel) if panel_last else (panel, rest):
            self.addWidget(part)
        self.setStretchFactor(self.indexOf(rest), 1)
        self.setStretchFactor(self.indexOf(panel), 0)
        panel.setMinimumWidth(LEAST)
        self.splitterMoved.connect(lambda _at, _index: self._on_moved())
        handle = self.handle(1)
        handle.setAccessibleName(name)
        handle.setToolTip("Drag, or use the arrow keys, to change the width")

    @property
    def width_of_panel(self) -> int:
        """The person's own width, else the one the page prefers."""
        return self._own or self._preferred

    def prefer(self, width: int) -> None:
        """How wide the panel is as long as nobody moved the edge."""
        self._preferred = width
        self._apply()

    def move_by(self, pixels: int) -> None:
        """Make the panel wider, as a person does."""
        self._own = max(LEAST, min(MOST, self.width_of_panel + pixels))
        self._apply()
        self.rearranged.emit()

    def arrangement(self) -> str:
        return str(self._own) if self._own else ""

    def arrange(self, kept: str) -> None:
        self._own = max(LEAST, min(MOST, int(kept))) if kept else 0
        self._apply()

    def _apply(self) -> None:
        room = self.width() - GRIP
        width = min(self.width_of_panel, max(LEAST, room // 2))
        self.setSizes([room - width, width] if self.panel_last else [width, room - width])

    def _on_moved(self) -> None:
        self._own = max(LEAST, min(MOST, self._panel.width()))
        self.rearranged.emit()

    @override
    def createHandle(self) -> QSplitterHandle:
        return _Edge(self)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._apply()


class _Edge(QSplitterHandle):
    """A hairline; with the keys or the pointer, a broader line over what lies beside it.

    Qt gives a handle this thin a few pixels on either side to take hold of, and a mask that leaves them unpainted.
    """

    def __init__(self, split: Split) -> None:
        super().__init__(Qt.Orientation.Horizontal, split)
        self._split = split
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -STEP, Qt.Key.Key_Right: STEP}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self._split.move_by(-step if self._split.panel_last else step)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        c = colours()
        QPainter(self).fillRect(self._line(), QColor(c.focus if self._wanted else c.line))

    @property
    def _wanted(self) -> bool:
        return self.hasFocus() or self.underMouse()

    def _line(self) -> QRect:
        line = self.contentsRect()
        return line.adjusted(-1, 0, 1, 0) if self._wanted else line

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Enter, QEvent.Type.Leave, QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.setMask(QRegion(self._line()))
            self.update()
        return super().event(event)
