"""Work as pictures: phases as a track, durations as a bar of segments, one table's progress, a ring."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from ui.theme.icons import paint_icon
from ui.theme.scheme import colours, font
from ui.theme.tokens import Size, Space, Tone


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One phase on a track; `state` is waiting, running, done, failed or cancelled."""

    name: str
    state: str
    note: str = ""


STEP_LOOK = {
    "waiting": ("mdi6.circle-outline", Tone.MUTED),
    "running": ("mdi6.circle-slice-4", Tone.ACCENT),
    "done": ("mdi6.check-circle", Tone.GOOD),
    "failed": ("mdi6.close-circle", Tone.DANGER),
    "cancelled": ("mdi6.minus-circle-outline", Tone.WARNING),
}


class PhaseTrack(QWidget):
    """Phases from left to right, joined by a line, each with its symbol, name and a note under it.

    Where a name would not fit, only the present phase is named; the others tell on hover. Names are never cut.
    """

    HEIGHT = 60

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._steps: tuple[Step, ...] = ()
        self.setFixedHeight(self.HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_steps(self, steps: Sequence[Step]) -> None:
        self._steps = tuple(steps)
        told = [f"{step.name} {step.state} {step.note}".strip() for step in steps]
        self.setAccessibleName("Phases: " + ", ".join(told))
        self.setToolTip("\n".join(told))
        self.update()

    @property
    def _present(self) -> int:
        """The step that runs or failed, else the last that began."""
        begun = [i for i, step in enumerate(self._steps) if step.state != "waiting"]
        return begun[-1] if begun else 0

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(24 * max(1, len(self._steps)), self.HEIGHT)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._steps:
            return
        c = colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = self.width() / len(self._steps)
        metrics = QFontMetrics(font(Size.LABEL, strong=True, widget=self))
        roomy = all(metrics.horizontalAdvance(step.name) < width for step in self._steps)
        for index, step in enumerate(self._steps):
            middle = width * (index + 0.5)
            glyph, tone = STEP_LOOK[step.state]
            if index:
                begun = step.state != "waiting"
                painter.setPen(QPen(QColor(c.good if begun else c.control_line), 2))
                painter.drawLine(round(middle - width + 12), 10, round(middle - 12), 10)
            paint_icon(painter, QRectF(middle - 9, 1, 18, 18), glyph, c.of(tone))
            if roomy or index == self._present:
                self._paint_words(painter, step, middle, metrics)

    def _paint_words(self, painter: QPainter, step: Step, middle: float, metrics: QFontMetrics) -> None:
        c = colours()
        words = max(metrics.horizontalAdvance(step.name), metrics.horizontalAdvance(step.note)) + 4
        left = min(max(0.0, middle - words / 2), self.width() - words)
        painter.setFont(font(Size.LABEL, strong=step.state == "running", widget=self))
        painter.setPen(QColor(c.text if step.state != "waiting" else c.muted))
        painter.drawText(QRectF(left, 22, words, 18), Qt.AlignmentFlag.AlignCenter, step.name)
        painter.setFont(font(Size.LABEL, widget=self))
        painter.setPen(QColor(c.muted))
        painter.drawText(QRectF(left, 40, words, 18), Qt.AlignmentFlag.AlignCenter, step.note)


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """`share` is any positive number; `note` stands beside the name ("31 s")."""

    name: str
    share: float
    note: str = ""


class SegmentBar(QWidget):
    """Shares of a whole in one bar, the largest named underneath. Hover tells each."""

    BAR, LINE = 12, 16

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._segments: tuple[Segment, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(self.BAR + 8 + 2 * self.LINE)

    def set_segments(self, segments: Sequence[Segment]) -> None:
        self._segments = tuple(s for s in segments if s.share > 0)
        told = ", ".join(f"{s.name} {s.note}".strip() for s in self._segments)
        self.setAccessibleName(told)
        self.setToolTip(told.replace(", ", "\n"))
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._segments:
            return
        c = colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        gap, whole = 2, sum(s.share for s in self._segments)
        room = self.width() - gap * (len(self._segments) - 1)
        order = sorted(range(len(self._segments)), key=lambda i: -self._segments[i].share)
        at, starts = 0.0, []
        for index, segment in enumerate(self._segments):
            width = max(3.0, room * segment.share / whole)
            ink = QColor(c.accent)
            ink.setAlphaF(max(0.25, 1.0 - 0.2 * order.index(index)))
            painter.setBrush(ink)
            painter.drawRoundedRect(QRectF(at, 0, width, self.BAR), 3, 3)
            starts.append(at)
            at += width + gap
        taken: list[tuple[float, float]] = []
        for index in order:
            self._paint_name(painter, self._segments[index], starts[index], taken)

    def _paint_name(self, painter: QPainter, segment: Segment, at: float, taken: list[tuple[float, float]]) -> None:
        """Under its start, where no larger segment's name stands already; small ones go without."""
        face = font(Size.LABEL, widget=self)
        metrics = QFontMetrics(face)
        words = max(metrics.horizontalAdvance(segment.name), metrics.horizontalAdvance(segment.note)) + 2
        left = min(at, float(self.width() - words))
        if any(left < end and left + words + Space.M > begin for begin, end in taken) or left < at - 24:
            return
        taken.append((left, left + words + Space.M))
        painter.setFont(face)
        painter.setPen(QColor(colours().muted))
        top = self.BAR + 6
        painter.drawText(QRectF(left, top, words, self.LINE), 0, segment.name)
        painter.setPen(QColor(colours().text))
        painter.drawText(QRectF(left, top + self.LINE, words, self.LINE), 0, segment.note)


class ProgressRow(QWidget):
    """One table being copied: name, a thin bar, and rows at the right."""

    def __init__(self, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._note, self._share = name, "", 0.0
        self.setFixedHeight(28)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_progress(self, name: str, share: float | None, note: str) -> None:
        """`share` from 0 to 1; None when the whole is unknown."""
        self._name, self._note, self._share = name, note, -1.0 if share is None else min(1.0, max(0.0, share))
        self.setAccessibleName(f"{name}: {note}")
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(320, 28)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        c = colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        note_width, name_width = 144, max(120, self.width() // 3)
        face = font(Size.DETAIL, widget=self)
        painter.setFont(face)
        painter.setPen(QColor(c.text))
        name = QFontMetrics(face).elidedText(self._name, Qt.TextElideMode.ElideMiddle, name_width - Space.M)
        painter.drawText(QRect(0, 0, name_width, self.height()), Qt.AlignmentFlag.AlignVCenter, name)
        track = QRectF(name_width, self.height() / 2 - 2, self.width() - name_width - note_width, 4)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(c.neutral_soft))
        painter.drawRoundedRect(track, 2, 2)
        if self._share > 0:
            painter.setBrush(QColor(c.good if self._share >= 1 else c.accent_fill))
            painter.drawRoundedRect(QRectF(track.x(), track.y(), track.width() * self._share, 4), 2, 2)
        painter.setPen(QColor(c.muted))
        right = QRect(self.width() - note_width, 0, note_width, self.height())
        painter.drawText(right, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, self._note)


class RingGauge(QWidget):
    """A share as a ring with words in the middle."""

    def __init__(self, diameter: int = 72, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._share, self._words, self._tone = 0.0, "", Tone.ACCENT
        self.setFixedSize(diameter, diameter)

    def show_share(self, share: float, words: str, tone: Tone = Tone.ACCENT) -> None:
        self._share, self._words, self._tone = min(1.0, max(0.0, share)), words, tone
        self.setAccessibleName(words)
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        c = colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ring = QRectF(self.rect()).adjusted(4, 4, -4, -4)
        painter.setPen(QPen(QColor(c.neutral_soft), 6))
        painter.drawEllipse(ring)
        if self._share:
            painter.setPen(QPen(QColor(c.of(self._tone)), 6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawArc(ring, 90 * 16, round(-360 * 16 * self._share))
        painter.setFont(font(Size.SECTION, strong=True, widget=self))
        painter.setPen(QColor(c.text))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._words)
