"""One place on disk: what lies there, its path, and buttons to copy it and to go there."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from ui.theme.tokens import Space, Tone
from ui.widgets.buttons import QuietButton
from ui.widgets.layouts import column, row
from ui.widgets.text import ElidedLabel, Text

NAME = 108  # pixels


class PlaceRow(QWidget):
    """A name, its path (its middle left out where room is short), and what can be done with it.

    Signals:
        copy_asked(name, path), open_asked(path): the person pressed a button.
    """

    copy_asked = Signal(str, str)
    open_asked = Signal(str)

    def __init__(self, name: str, help_: str, *, folder: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self.path = name, ""
        title = Text(name, "body")
        title.setFixedWidth(NAME)
        self._path = ElidedLabel("", "mono", mode=Qt.TextElideMode.ElideMiddle)
        self._path.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._path.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        copy = QuietButton("", "mdi6.content-copy", tip=f"Copy the path of {name.lower()}")
        copy.clicked.connect(lambda: self.copy_asked.emit(self._name, self.path))
        self.open = QuietButton("", "mdi6.folder-open-outline", tip=f"Open the folder of {name.lower()}")
        self.open.clicked.connect(lambda: self.open_asked.emit(self.path))
        policy = self.open.sizePolicy()
        policy.setRetainSizeWhenHidden(True)  # the buttons of all rows stand in one column
        self.open.setSizePolicy(policy)
        words = column(self._path, Text(help_, "detail", Tone.MUTED), spacing=0)
        line = row(spacing=Space.S)
        line.addWidget(title, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(words, 1)
        line.addWidget(copy)
        line.addWidget(self.open)
        self.setLayout(line)
        self.open.setVisible(folder)  # not before it has a parent: it would be a window for a moment

    def show_path(self, path: str) -> None:
        self.path = path
        self._path.set_text(path)
        self.setAccessibleName(f"{self._name}: {path}")

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(320, super().minimumSizeHint().height())
