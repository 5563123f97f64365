"""A question that is asked once, before something that has consequences."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLineEdit, QWidget

from ui.theme.tokens import Space, Tone
from ui.widgets.buttons import Button, PrimaryButton
from ui.widgets.layouts import column, row
from ui.widgets.text import Text


class QuestionDialog(QDialog):
    """Says what will happen and waits for its verb or *Cancel*. With `asks`, a sentence must be typed as well.

    `on_yes` gets that sentence, stripped ("" where none is asked for).
    """

    def __init__(
        self,
        title: str,
        detail: str,
        verb: str,
        on_yes: Callable[[str], None],
        *,
        asks: str = "",
        facts: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._on_yes = on_yes
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.setAccessibleDescription(detail)
        self.setFixedWidth(520)
        words = column(Text(title, "section", wrap=True), spacing=Space.S)
        words.addWidget(Text(detail, "body", Tone.MUTED, wrap=True))
        if facts:
            words.addWidget(Text(facts, "mono", wrap=True, selectable=True))
        self.field = QLineEdit()
        self.field.setMaxLength(400)
        self.field.setPlaceholderText(asks)
        self.field.setAccessibleName(asks)
        words.addWidget(self.field)
        self.field.setVisible(bool(asks))  # after the layout took it: it would be a window for a moment
        self.yes, cancel = PrimaryButton(verb), Button("Cancel")
        self.yes.setEnabled(not asks)
        self.field.textChanged.connect(lambda text: self.yes.setEnabled(bool(text.strip())))
        self.yes.clicked.connect(self._on_pressed)
        cancel.clicked.connect(self.reject)
        self.setLayout(column(words, row(None, cancel, self.yes), spacing=Space.XL, margins=(Space.XL,) * 4))
        (self.field if asks else cancel).setFocus()

    def _on_pressed(self) -> None:
        self.accept()
        self._on_yes(self.field.text().strip())
