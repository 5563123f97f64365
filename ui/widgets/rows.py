"""Rows of a list that say one thing each and lead somewhere."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from ui.theme.tokens import Space, Tone
from ui.widgets.badge import Glyph
from ui.widgets.buttons import Button, LinkButton
from ui.widgets.layouts import column, row
from ui.widgets.text import ElidedLabel, one_line, plain_tip


class ActRow(QWidget):
    """A symbol, what it is about, what is so, and the button that goes there.

    Signals:
        acted(): the person pressed the button.
    """

    acted = Signal()

    def __init__(
        self, title: str, detail: str, glyph: str, tone: Tone, action: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.title, self.detail = ElidedLabel(title, "strong"), ElidedLabel(detail, "detail", Tone.MUTED)
        for words in (self.title, self.detail):
            words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.button = Button(action)
        self.button.setAccessibleName(f"{action} {title}")
        self.button.setMinimumWidth(BUTTON)
        self.button.clicked.connect(self.acted)
        line = row(spacing=Space.M, margins=(0, Space.XS, 0, Space.XS))
        line.addWidget(Glyph(glyph, tone))
        line.addLayout(column(self.title, self.detail, spacing=0), 1)
        line.addWidget(self.button)
        self.setLayout(line)
        self.setAccessibleName(f"{title}: {detail}")


class ElidedLink(LinkButton):
    """A link that gives way: where room is short, its middle is left out and the whole is told on hover."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.whole = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.set_text(text)

    def set_text(self, text: str) -> None:
        self.whole = text
        self.setAccessibleName(text[:400])
        self._fit()

    def _fit(self) -> None:
        shown = self.fontMetrics().elidedText(one_line(self.whole), Qt.TextElideMode.ElideMiddle, self.width())
        self.setText(shown.replace("&", "&&"))
        self.setToolTip("" if shown == self.whole else plain_tip(self.whole))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()


class LinkRow(QWidget):
    """One line: a symbol, a few words, a link, and a muted fact at the right.

    Signals:
        acted(): the person followed the link.
    """

    acted = Signal()

    def __init__(
        self, words: str, link: str, fact: str, glyph: str, tone: Tone, tip: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        said = ElidedLabel(words, "detail")
        said.setFixedWidth(WORDS)
        self.link = ElidedLink(link)
        self.link.setAccessibleName(f"{words} {link}")
        self.link.clicked.connect(self.acted)
        aside = ElidedLabel(fact, "detail", Tone.MUTED)
        aside.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        line = row(spacing=Space.M)
        line.addWidget(Glyph(glyph, tone))
        line.addWidget(said)
        line.addWidget(self.link, 1)
        line.addWidget(aside)
        self.setLayout(line)
        self.setToolTip(plain_tip(tip))
        self.setMinimumHeight(28)
        self.setAccessibleName(f"{words} {link}, {fact}")


BUTTON = 96  # pixels at least, so that the buttons of several rows are alike
WORDS = 132  # pixels for what happened, so that the links of several rows stand in one column
