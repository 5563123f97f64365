"""Facts in rows: a muted name at the left, what is so at the right."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from ui.theme.tokens import Space, Tone
from ui.widgets.badge import Glyph
from ui.widgets.layouts import clear, column, row
from ui.widgets.text import ElidedLabel, Text

LINE = 24  # pixels


class KeyValue(QWidget):
    """Rows of name and value. Values are right-aligned, one line each, and elided where long."""

    def __init__(self, facts: Sequence[tuple[str, str]] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines = column(spacing=0)
        self._values: dict[str, ElidedLabel] = {}
        self.setLayout(self._lines)
        self.set_facts(facts)

    def set_facts(self, facts: Sequence[tuple[str, str]], tones: Mapping[str, Tone] | None = None) -> None:
        """Show these; while the names stay the same, so do the widgets, and nothing flickers."""
        if tuple(self._values) != tuple(name for name, _ in facts):
            self._rebuild([name for name, _ in facts])
        for name, value in facts:
            self._values[name].set_text(value)
            self._values[name].set_tone((tones or {}).get(name, Tone.NEUTRAL))
            self._values[name].setAccessibleName(f"{name}: {value}")

    def _rebuild(self, names: Sequence[str]) -> None:
        clear(self._lines)
        self._values = {}
        for name in names:
            label = Text(name, "detail", Tone.MUTED)
            label.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
            value = ElidedLabel("", "detail", mode=Qt.TextElideMode.ElideMiddle)
            value.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            label.setMinimumHeight(LINE)
            line = QHBoxLayout()
            line.setSpacing(Space.L)
            line.addWidget(label)
            line.addWidget(value, 1)
            self._lines.addLayout(line)
            self._values[name] = value


class FactRow(QWidget):
    """One line of a list: a symbol, what it says, and a short muted fact at the right."""

    def __init__(
        self, text: str, fact: str = "", glyph: str = "", tone: Tone = Tone.MUTED, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        words = ElidedLabel(text, "detail")
        words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        aside = ElidedLabel(fact, "detail", Tone.MUTED)
        aside.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        aside.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        line = row(spacing=Space.M)
        if glyph:
            line.addWidget(Glyph(glyph, tone))
        line.addWidget(words, 1)
        line.addWidget(aside)
        self.setLayout(line)
        self.setMinimumHeight(LINE)
        self.setAccessibleName(f"{text}: {fact}" if fact else text)


class Figures(QWidget):
    """A few figures side by side, each under what it counts."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts = QHBoxLayout()
        self._parts.setContentsMargins(0, 0, 0, 0)
        self._parts.setSpacing(Space.L)
        self.setLayout(self._parts)

    def show_figures(self, figures: Sequence[tuple[str, str]]) -> None:
        """Names and values, in order."""
        clear(self._parts)
        for name, value in figures:
            words = ElidedLabel(value, "section")
            words.setAccessibleName(f"{name}: {value}")
            self._parts.addLayout(column(Text(name, "detail", Tone.MUTED), words, spacing=2), 1)


class Notice(QWidget):
    """A sentence that deserves attention, with a symbol; text wraps and is never cut."""

    def __init__(self, text: str, detail: str = "", tone: Tone = Tone.WARNING, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        glyph = {
            Tone.DANGER: "mdi6.alert-octagon-outline",
            Tone.WARNING: "mdi6.alert-outline",
            Tone.GOOD: "mdi6.check-circle-outline",
        }.get(tone, "mdi6.information-outline")
        words = column(Text(text, "body", Tone.NEUTRAL, wrap=True), spacing=2)
        if detail:
            words.addWidget(Text(detail, "detail", Tone.MUTED, wrap=True))
        symbol = Glyph(glyph, tone)
        line = row(spacing=Space.M)
        line.addWidget(symbol, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(words, 1)
        self.setLayout(line)
        self.setAccessibleName(text)
