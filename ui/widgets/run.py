"""One run of an operation as it goes: progress, phases, tables, checklist, log, and what came of it.

The widget knows plain values alone (`RunPicture`) and shows them wherever a run is watched.
"""

from dataclasses import dataclass

from PySide6.QtCore import QAbstractItemModel, Qt, Signal
from PySide6.QtWidgets import QPlainTextEdit, QProgressBar, QStackedWidget, QVBoxLayout, QWidget

from ui.theme.tokens import Space, Tone
from ui.widgets.badge import Badge
from ui.widgets.bars import BarDelegate
from ui.widgets.buttons import Button, PrimaryButton
from ui.widgets.facts import Notice
from ui.widgets.layouts import Card, Scrolled, clear, column, holder, row
from ui.widgets.phases import PhaseColumn
from ui.widgets.progress import Step
from ui.widgets.states import EmptyState
from ui.widgets.tables import Table
from ui.widgets.tabs import TabStrip
from ui.widgets.text import Text

WHOLE = 10_000  # steps of the bar


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What came of it, in words a person can act on."""

    title: str
    detail: str = ""
    hint: str = ""
    tone: Tone = Tone.GOOD


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPicture:
    """Everything the view shows at one moment. `share` is from 0 to 1; `left` says about how long it will take."""

    state: str
    tone: Tone
    glyph: str
    share: float
    progress: str
    left: str = ""
    phases: tuple[Step, ...] = ()
    tables: str = ""
    checklist: str = ""
    log: tuple[str, ...] = ()
    can_stop: bool = False
    stopping: bool = False
    can_resume: bool = False
    certificate: bool = False
    copies: bool = True  # rows are copied and checked; a reset or a wipe has neither
    ending: Ending | None = None


class RunView(QWidget):
    """A run, live or ended. It shows what it is given and asks for nothing by itself.

    Signals:
        stop_asked(), resume_asked(), certificate_asked(), pdf_asked(), environment_asked(): what the person wants.
    """

    stop_asked = Signal()
    resume_asked = Signal()
    certificate_asked = Signal()
    pdf_asked = Signal()
    environment_asked = Signal()

    def __init__(
        self, tables: QAbstractItemModel, checklist: QAbstractItemModel, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._picture: RunPicture | None = None
        self.badge = Badge()
        self.progress, self.left = Text("", "strong"), Text("", "body", Tone.MUTED)
        self._bar = QProgressBar()
        self._bar.setRange(0, WHOLE)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName("Progress of the whole")
        self.stop = Button("Stop", "mdi6.stop-circle-outline")
        self.stop.clicked.connect(self.stop_asked)
        self.phases = PhaseColumn()
        self.tabs = TabStrip("Parts of this run")
        for title in ("Tables", "Checklist", "Log"):
            self.tabs.addTab(title)
        self.tables = Table("Tables being copied", tables)
        self.tables.setItemDelegate(BarDelegate(self.tables))
        self.tables.widths((208, 120, 192), stretch=1)
        self.checklist = Table("Checklist", checklist)
        self.checklist.widths((320, 160), stretch=0)
        self.log = QPlainTextEdit()
        self.log.setReadOnly(True)
        self.log.setProperty("look", "tail")
        self.log.setAccessibleName("Log")
        self.log.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self.log.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self.ending = Card()
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAccessibleName("Run")
        self._buttons()
        self._lay_out()
        self.tabs.currentChanged.connect(lambda _index: self._show_part())

    def show_picture(self, picture: RunPicture) -> None:
        """Show this moment; what did not change stays untouched."""
        before, self._picture = self._picture, picture
        self.badge.show_as(picture.state, picture.tone, picture.glyph)
        self.progress.setText(picture.progress)
        self.left.setText(picture.left)
        self._bar.setValue(round(WHOLE * picture.share))
        self._bar.setVisible(picture.ending is None)
        self.stop.setVisible(picture.can_stop or picture.stopping)
        self.stop.setEnabled(picture.can_stop and not picture.stopping)
        self.stop.setText("Stopping…" if picture.stopping else "Stop")
        self.phases.set_steps(picture.phases)
        for index, count in enumerate((picture.tables, picture.checklist)):
            self.tabs.set_count(index, count)
            self.tabs.setTabVisible(index, picture.copies or bool(count))
        if not self.tabs.isTabVisible(self.tabs.currentIndex()):
            self.tabs.setCurrentIndex(2)
        if before is None or before.log != picture.log:
            self._show_log(picture.log)
        if before is None or before.ending != picture.ending:
            self._show_ending(picture.ending)
            self.tables.scrollToTop()
        self._resume.setVisible(picture.can_resume)
        self._open.setVisible(picture.certificate)
        self._pdf.setVisible(picture.certificate)
        self._show_part()

    @property
    def picture(self) -> RunPicture | None:
        """What is shown."""
        return self._picture

    def _buttons(self) -> None:
        self._resume = PrimaryButton("Resume", "mdi6.play-circle-outline")
        self._open = Button("Open certificate", "mdi6.certificate-outline")
        self._pdf = Button("Save as PDF…", "mdi6.file-pdf-box")
        self._environment = Button("Show the environment", "mdi6.database-outline")
        for button, signal in (
            (self._resume, self.resume_asked),
            (self._open, self.certificate_asked),
            (self._pdf, self.pdf_asked),
            (self._environment, self.environment_asked),
        ):
            button.clicked.connect(signal)

    def _lay_out(self) -> None:
        self._words: QVBoxLayout = column(spacing=Space.S)
        self.ending.body.addLayout(self._words)
        self.ending.body.addLayout(row(self._open, self._pdf, self._resume, self._environment, None))
        head = row(self.badge, self.progress, None, self.left, self.stop, spacing=Space.M)
        phases = Card("Phases")
        inside = QWidget()
        inside.setLayout(column(self.phases, None, spacing=0))
        phases.body.addWidget(Scrolled(inside))
        phases.setFixedWidth(256)
        self._nothing = EmptyState("", "", "mdi6.table-arrow-right")
        self._stack = QStackedWidget()
        logged = holder(column(self.log, margins=(Space.S, Space.XS, Space.S, Space.XS)))
        for part in (self.tables, self.checklist, logged, self._nothing):
            self._stack.addWidget(part)
        parts = Card.around(self._stack)
        right = column(self.tabs, parts, spacing=Space.S)
        right.setStretch(1, 1)
        both = row(spacing=Space.L)
        both.addWidget(phases)
        both.addLayout(right, 1)
        outer = column(spacing=Space.M)
        outer.addLayout(head)
        outer.addWidget(self._bar)
        outer.addWidget(self.ending)
        outer.addLayout(both, 1)
        self.setLayout(outer)
        self.ending.hide()

    def _show_log(self, lines: tuple[str, ...]) -> None:
        bar = self.log.verticalScrollBar()
        at_end = bar.value() >= bar.maximum() - 4
        self.log.setPlainText("\n".join(lines))
        if at_end:
            bar.setValue(bar.maximum())

    def _show_ending(self, ending: Ending | None) -> None:
        clear(self._words)
        self.ending.setVisible(ending is not None)
        if ending is None:
            return
        self._words.addWidget(Notice(ending.title, ending.detail, ending.tone))
        if ending.hint:
            hint = Text(ending.hint, "body", wrap=True)
            hint.setContentsMargins(Space.L + Space.M, 0, 0, 0)
            self._words.addWidget(hint)
        self.ending.setAccessibleName(ending.title)

    def _show_part(self) -> None:
        """The chosen tab, or why there is nothing in it yet."""
        index = self.tabs.currentIndex()
        empty = {
            0: self.tables.model().rowCount() == 0,
            1: self.checklist.model().rowCount() == 0,
            2: not self.log.toPlainText(),
        }[index]
        if not empty:
            self._stack.setCurrentIndex(index)
            return
        running = self._picture is not None and self._picture.ending is None
        title, detail, glyph = {
            0: ("No tables", "Rows of each table show here while they are copied.", "mdi6.table-arrow-right"),
            1: ("No checklist", "Each item is checked in the finished copy, with its evidence.", "mdi6.check-all"),
            2: ("Nothing logged", "What the worker does is told here, line by line.", "mdi6.text-long"),
        }[index]
        self._nothing.say(f"{title} yet" if running else title, detail if running else "", glyph)
        self._stack.setCurrentIndex(3)

    def keep_in_sight(self, table: int) -> None:
        """Scroll the table being copied into view, unless the person is looking around in the list."""
        if not self.tables.underMouse() and not self.tables.hasFocus():
            index = self.tables.model().index(table, 0)
            self.tables.scrollTo(index, Table.ScrollHint.EnsureVisible)
