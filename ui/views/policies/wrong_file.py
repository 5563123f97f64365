"""What is wrong with a policy file: the problems by line and column over the text they stand in."""

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QDialog, QWidget

from app.policy.parse import Problem
from ui.actions.policy_reading import FileRead
from ui.models.table import Column, RowTableModel
from ui.models.words import count
from ui.theme.tokens import Space, Tone
from ui.widgets.buttons import PrimaryButton
from ui.widgets.layouts import Card, column, row
from ui.widgets.listing import Listing
from ui.widgets.tables import Table
from ui.widgets.text import Text

SIZE = (760, 520)  # pixels


class WrongFileDialog(QDialog):
    """Choosing a problem shows its line. Nothing was changed by this file."""

    def __init__(self, found: FileRead, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        title = f"{found.path.name} is not a valid policy"
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.resize(*SIZE)
        self.model: RowTableModel[Problem] = RowTableModel(
            (
                Column("Line", lambda p: f"{p.line:,}", lambda p: p.line, numeric=True),
                Column("Column", lambda p: f"{p.column:,}", lambda p: p.column, numeric=True),
                Column("What is wrong", lambda p: p.message, tip=lambda p: p.message),
            ),
            lambda p: (p.line, p.column, p.message),
            self,
        )
        self.table = Table("What is wrong with the file", self.model)
        self.table.widths((72, 80, 400), stretch=2)
        self.text = Listing(f"The text of {found.path.name}")
        self.text.show_text(found.text)
        self.model.set_rows(found.problems)
        self.table.selectionModel().currentRowChanged.connect(self._on_chosen)
        close = PrimaryButton("Close")
        close.clicked.connect(self.accept)
        said = f"{count(len(found.problems), 'problem')}. Nothing was changed: mend the file, then import it again."
        body = column(
            Text(title, "section", wrap=True), Text(said, "body", Tone.MUTED), spacing=Space.XS, margins=(Space.XL,) * 4
        )
        body.addSpacing(Space.M)
        body.addWidget(Card.around(self.table), 2)
        body.addSpacing(Space.S)
        body.addWidget(Card.around(self.text), 3)
        body.addSpacing(Space.M)
        body.addLayout(row(None, close))
        self.setLayout(body)
        self.table.selectRow(0)
        self.table.setFocus()

    def _on_chosen(self, now: QModelIndex, _before: QModelIndex) -> None:
        if now.isValid():
            self.text.go_to(self.model.row_at(now.row()).line)
