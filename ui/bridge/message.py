"""The dialog that tells of an error."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QPlainTextEdit, QWidget

from ui.theme.tokens import Space, Tone
from ui.widgets.badge import Glyph
from ui.widgets.buttons import Button, PrimaryButton
from ui.widgets.layouts import column, row
from ui.widgets.text import Text


class MessageDialog(QDialog):
    """What happened, what state things are in, what to do about it; and a report to copy where it is a bug."""

    def __init__(self, title: str, detail: str, hint: str, *, report: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setWindowTitle("Sandkeeper")
        self.setAccessibleName(title)
        self.setAccessibleDescription(f"{detail} {hint}".strip())
        self.setFixedWidth(520)
        words = column(Text(title, "section", wrap=True, selectable=True), spacing=Space.S)
        if detail:
            words.addWidget(Text(detail, "body", wrap=True, selectable=True))
        if hint:
            words.addWidget(Text(hint, "body", Tone.MUTED, wrap=True, selectable=True))
        if report:
            text = QPlainTextEdit(report)
            text.setReadOnly(True)
            text.setProperty("look", "log")
            text.setFixedHeight(160)
            text.setAccessibleName("Report")
            words.addWidget(text)
        symbol = Glyph("mdi6.alert-octagon-outline" if not report else "mdi6.bug-outline", Tone.DANGER, 24)
        body = row(spacing=Space.L)
        body.addWidget(symbol, 0, Qt.AlignmentFlag.AlignTop)
        body.addLayout(words, 1)
        close = PrimaryButton("Close")
        close.clicked.connect(self.accept)
        copy = Button("Copy report" if report else "Copy text", "mdi6.content-copy")
        everything = report or "\n".join(part for part in (title, detail, hint) if part)
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(everything))
        outer = column(body, row(copy, None, close), spacing=Space.XL, margins=(Space.XL,) * 4)
        self.setLayout(outer)
        close.setDefault(True)
        close.setFocus()
