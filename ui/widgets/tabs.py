"""Tabs as words with a line under the chosen one."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QTabBar, QWidget
from typing_extensions import override

from ui.theme.scheme import colours, font
from ui.theme.tokens import Size, Space


class TabStrip(QTabBar):
    """A tab bar painted by us; keys and screen readers get Qt's own. A tab may carry a muted count."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counts: dict[int, str] = {}
        self.setAccessibleName(name)
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setUsesScrollButtons(False)
        self.setElideMode(Qt.TextElideMode.ElideNone)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def set_count(self, index: int, count: str) -> None:
        """Show `count` after that tab's name; "" for none."""
        if self._counts.get(index, "") != count:
            self._counts[index] = count
            self.setTabText(index, self.tabText(index))  # makes Qt measure again
            self.update()

    @override
    def tabSizeHint(self, index: int) -> QSize:
        width = QFontMetrics(font(Size.BODY, strong=True, widget=self)).horizontalAdvance(self.tabText(index))
        count = self._counts.get(index, "")
        if count:
            width += Space.S + QFontMetrics(font(Size.DETAIL, widget=self)).horizontalAdvance(count)
        return QSize(width + Space.XL, 36)

    @override
    def minimumTabSizeHint(self, index: int) -> QSize:
        return self.tabSizeHint(index)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        c = colours()
        painter = QPainter(self)
        for index in range(self.count()):
            chosen = index == self.currentIndex()
            box = self.tabRect(index).adjusted(0, 0, -Space.XL, 0)
            face = font(Size.BODY, strong=chosen, widget=self)
            painter.setFont(face)
            painter.setPen(QColor(c.text if chosen else c.muted))
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, self.tabText(index))
            count = self._counts.get(index, "")
            if count:
                left = box.left() + QFontMetrics(face).horizontalAdvance(self.tabText(index)) + Space.S
                painter.setFont(font(Size.DETAIL, widget=self))
                painter.setPen(QColor(c.muted))
                painter.drawText(
                    QRect(left, box.top(), box.right() + Space.XL - left, box.height()),
                    Qt.AlignmentFlag.AlignVCenter,
                    count,
                )
            if chosen:
                painter.fillRect(box.left(), self.height() - 2, box.width(), 2, QColor(c.accent))
                if self.hasFocus():
                    painter.setPen(QPen(QColor(c.focus), 2))
                    painter.drawRoundedRect(box.adjusted(-4, 5, 4, -7), 4, 4)
