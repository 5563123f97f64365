"""Heads of pages: a title with actions, the steps of a flow, a bar of filters."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QSizePolicy, QWidget
from typing_extensions import override

from ui.theme.icons import paint_icon
from ui.theme.scheme import colours, font
from ui.theme.tokens import Size, Space, Tone
from ui.widgets.layouts import column, row
from ui.widgets.text import ElidedLabel, Text


class PageHeader(QWidget):
    """A page's title, a muted line under it, and room for actions at the right."""

    def __init__(self, title: str, subtitle: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = Text(title, "title")
        self.subtitle = ElidedLabel(subtitle, "body", Tone.MUTED)
        self.aside = row(spacing=Space.S)
        self.setLayout(row(column(self.title, self.subtitle, spacing=Space.XS), None, self.aside, spacing=Space.L))
        self.subtitle.setVisible(bool(subtitle))  # not before it has a parent: it would be a window for a moment

    def say(self, subtitle: str) -> None:
        self.subtitle.set_text(subtitle)
        self.subtitle.setVisible(bool(subtitle))


class StepHeader(QWidget):
    """The numbered steps of a flow, done ones ticked, the present one strong.

    Signals:
        step_chosen(index): a step that is done already was clicked, to go back to it.
    """

    step_chosen = Signal(int)

    def __init__(self, steps: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._steps, self._at = tuple(steps), 0
        self._group = QButtonGroup(self)
        line = row(spacing=0)
        for index, name in enumerate(self._steps):
            button = _StepButton(index + 1, name, last=index == len(self._steps) - 1)
            button.clicked.connect(lambda _checked=False, index=index: self._on_clicked(index))
            self._group.addButton(button, index)
            line.addWidget(button)
        line.addStretch(1)
        self.setLayout(line)
        self.show_step(0)

    @property
    def buttons(self) -> list[QAbstractButton]:
        """One per step, in order."""
        return [self._group.button(index) for index in range(len(self._steps))]

    def show_step(self, index: int) -> None:
        self._at = index
        self.setAccessibleName(f"Step {index + 1} of {len(self._steps)}: {self._steps[index]}")
        for number, button in enumerate(self._group.buttons()):
            if isinstance(button, _StepButton):
                button.show_state(done=number < index, now=number == index)

    def _on_clicked(self, index: int) -> None:
        if index < self._at:
            self.step_chosen.emit(index)


class _StepButton(QAbstractButton):
    def __init__(self, number: int, name: str, *, last: bool) -> None:
        super().__init__()
        self._number, self._done, self._now, self._last = number, False, False, last
        self.setText(name)
        self.setFixedHeight(32)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_state(self, *, done: bool, now: bool) -> None:
        self._done, self._now = done, now
        self.setEnabled(done)
        self.setCursor(Qt.CursorShape.PointingHandCursor if done else Qt.CursorShape.ArrowCursor)
        state = "done" if done else "current" if now else "to come"
        self.setAccessibleName(f"Step {self._number}: {self.text()}, {state}")
        self.update()

    @override
    def sizeHint(self) -> QSize:
        words = QFontMetrics(font(Size.BODY, strong=True, widget=self)).horizontalAdvance(self.text())
        return QSize(20 + Space.S + words + Space.S + (0 if self._last else 32), 32)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        c = colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        disc = QRectF(1, 6, 20, 20)
        painter.setPen(QPen(QColor(c.focus if self.hasFocus() else c.accent if self._now else c.control_line), 1.5))
        painter.setBrush(QColor(c.accent_fill if self._now else c.good_soft if self._done else c.panel))
        if self._done or self._now:
            painter.setPen(Qt.PenStyle.NoPen if not self.hasFocus() else QPen(QColor(c.focus), 2))
        painter.drawEllipse(disc)
        if self._done:
            paint_icon(painter, QRectF(5, 10, 12, 12), "mdi6.check-bold", c.good)
        else:
            painter.setFont(font(Size.LABEL, strong=True, widget=self))
            painter.setPen(QColor(c.on_fill if self._now else c.muted))
            painter.drawText(disc, Qt.AlignmentFlag.AlignCenter, str(self._number))
        painter.setFont(font(Size.BODY, strong=self._now, widget=self))
        painter.setPen(QColor(c.text if self._now or self._done else c.muted))
        words = self.rect().adjusted(28, 0, 0, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self.text())
        if not self._last:
            painter.setPen(QPen(QColor(c.control_line), 1))
            painter.drawLine(self.width() - 28, 16, self.width() - 8, 16)


class FilterBar(QWidget):
    """A row of choices of which one holds: All, Running, Failed...

    Signals:
        chosen(key): the person chose another filter.
        rearranged(): the same, for what is remembered.
    """

    chosen = Signal(str)
    rearranged = Signal()

    def __init__(self, name: str, choices: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._buttons: dict[str, _FilterButton] = {}
        self._group = QButtonGroup(self)
        line = row(spacing=Space.XS)
        for key, title in choices:
            button = _FilterButton(title)
            button.clicked.connect(lambda _checked=False, key=key: self.chosen.emit(key))
            self._buttons[key] = button
            self._group.addButton(button)
            line.addWidget(button)
        line.addStretch(1)
        self.setLayout(line)
        self.chosen.connect(lambda _key: self.rearranged.emit())
        if choices:
            self._buttons[choices[0][0]].setChecked(True)

    @property
    def key(self) -> str:
        """The choice that holds."""
        return next(key for key, button in self._buttons.items() if button.isChecked())

    def choose(self, key: str) -> None:
        self._buttons[key].setChecked(True)
        self.chosen.emit(key)

    def offer(self, key: str, *, offered: bool) -> None:
        """Whether that choice makes sense now."""
        self._buttons[key].setVisible(offered)

    def arrangement(self) -> str:
        return self.key if self.key != next(iter(self._buttons)) else ""

    def arrange(self, kept: str) -> None:
        self.choose(kept if kept in self._buttons else next(iter(self._buttons)))

    def set_count(self, key: str, count: int | None) -> None:
        self._buttons[key].set_count("" if count is None else f"{count:,}")


class _FilterButton(QAbstractButton):
    def __init__(self, title: str) -> None:
        super().__init__()
        self._count = ""
        self.setText(title)
        self.setCheckable(True)
        self.setAccessibleName(title)
        self.setFixedHeight(28)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def set_count(self, count: str) -> None:
        self._count = count
        self.setAccessibleName(f"{self.text()}, {count}" if count else self.text())
        self.updateGeometry()
        self.update()

    @override
    def sizeHint(self) -> QSize:
        words = QFontMetrics(font(Size.DETAIL, strong=True, widget=self)).horizontalAdvance(self.text())
        count = QFontMetrics(font(Size.LABEL, widget=self)).horizontalAdvance(self._count)
        return QSize(words + 2 * Space.M + (count + Space.XS if self._count else 0), 28)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        c = colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on = self.isChecked()
        painter.setPen(QPen(QColor(c.focus), 2) if self.hasFocus() else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(c.accent_soft if on else c.neutral_soft if self.underMouse() else "transparent"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 13, 13)
        face = font(Size.DETAIL, strong=on, widget=self)
        painter.setFont(face)
        painter.setPen(QColor(c.accent if on else c.muted))
        painter.drawText(self.rect().adjusted(Space.M, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self.text())
        if self._count:
            left = Space.M + QFontMetrics(face).horizontalAdvance(self.text()) + Space.XS
            painter.setFont(font(Size.LABEL, widget=self))
            painter.drawText(self.rect().adjusted(left, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self._count)
