"""What stands on the overview before there is anything: two doors."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from ui.theme.tokens import Space, Tone
from ui.widgets.badge import Glyph
from ui.widgets.buttons import Button, PrimaryButton
from ui.widgets.facts import Notice
from ui.widgets.layouts import Card, clear, column, holder, row
from ui.widgets.spinner import Spinner
from ui.widgets.text import Text

DOOR = 360  # pixels


class Welcome(QWidget):
    """Explore the demo, or connect a first production database.

    Signals:
        demo_asked(), connect_asked(): which door was taken.
    """

    demo_asked = Signal()
    connect_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.demo = PrimaryButton("Make the demo", "mdi6.flask-outline")
        self.demo.clicked.connect(self.demo_asked)
        self.connect_ = Button("Connect a database…", "mdi6.database-plus-outline")
        self.connect_.clicked.connect(self.connect_asked)
        self._spinner = Spinner()
        self._words = Text("", "detail", Tone.MUTED, wrap=True)
        line = row(self._spinner, spacing=Space.S)
        line.addWidget(self._words, 1)
        self._progress = holder(line)
        self._progress.hide()
        self._wrong = column()
        explore = _door(
            "mdi6.compass-outline",
            "Explore the demo",
            "Insurance agencies, a CRM and a promotion engine that never were, with customers worth scrubbing. "
            "Provision a sandbox of one and look at what came of it. Nothing real is touched.",
        )
        explore.body.addLayout(row(self.demo, None))
        explore.body.addWidget(self._progress)
        explore.body.addLayout(self._wrong)
        own = _door(
            "mdi6.database-lock-outline",
            "Connect your first production database",
            "Name the organisation and its database. Sandkeeper opens it read-only and, when you add a sandbox, "
            "proposes how each column should be treated. Production is never written to.",
        )
        own.body.addLayout(row(self.connect_, None))
        doors = row(explore, own, spacing=Space.L)
        for door in (explore, own):
            doors.setAlignment(door, Qt.AlignmentFlag.AlignTop)
        title = Text("Welcome to Sandkeeper", "title")
        lead = Text(
            "Sandboxes and training environments that are scrubbed copies of production, proven clean.",
            "body",
            Tone.MUTED,
            wrap=True,
        )
        inner = column(title, Space.XS, lead, Space.XL, doors, spacing=0)
        middle = row(None, holder(inner), None, margins=(Space.PAGE, 0, Space.PAGE, 0))
        outer = QVBoxLayout()
        outer.addStretch(2)
        outer.addLayout(middle)
        outer.addStretch(3)
        self.setLayout(outer)
        self.setFocusProxy(self.demo)

    def show_progress(self, words: str) -> None:
        """The demo is being made: `words` say how far. "" when it is not."""
        self.demo.setEnabled(not words)
        self.connect_.setEnabled(not words)
        self._progress.setVisible(bool(words))
        self._spinner.set_turning(bool(words))
        self._words.setText(words)
        if words:
            clear(self._wrong)

    def show_error(self, title: str, detail: str) -> None:
        """Making the demo failed."""
        self.show_progress("")
        clear(self._wrong)
        self._wrong.addWidget(Notice(title, detail, Tone.DANGER))


def _door(glyph: str, title: str, detail: str) -> Card:
    door = Card()
    door.setFixedWidth(DOOR)
    door.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
    door.setAccessibleName(title)
    words = Text(detail, "body", Tone.MUTED, wrap=True)
    words.setMinimumHeight(words.heightForWidth(DOOR - 2 * Space.L))
    door.body.addLayout(row(Glyph(glyph, Tone.ACCENT, 24), None))
    door.body.addSpacing(Space.XS)
    door.body.addWidget(Text(title, "section"))
    door.body.addWidget(words)
    door.body.addSpacing(Space.S)
    return door
