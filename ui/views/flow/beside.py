"""The preview's other half: changes in production, rows that would lose their parent, what runs and what survives."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.domain.plan import Plan
from app.domain.policy import Gone
from app.services.drifting import DriftItem
from app.services.reviews import RunApproval
from ui.models.beside import Loss, checklist_figures, coming_words, losses_of, parted_lines, survivors
from ui.models.flow import FlowFacts
from ui.models.policies_columns import acceptable, fact_words, suggestion_words
from ui.models.words import count, duration, moment
from ui.theme.tokens import Space, Tone
from ui.widgets.badge import Glyph
from ui.widgets.buttons import Button
from ui.widgets.disclosure import Disclosure
from ui.widgets.facts import Figures, KeyValue
from ui.widgets.layouts import Card, Line, Scrolled, clear, column, holder, row
from ui.widgets.listing import Listing
from ui.widgets.text import ElidedLabel, Text

SHOWN = 100  # of a kind; the policies page has all
MOST_LINES = 14


class BesideColumns(QWidget):
    """What waits for a person stands first, with the buttons that settle it.

    Signals:
        accept_asked(places): take the suggestions for these places, None for all.
        follow_asked(table, column, gone): what happens to rows whose parent stays behind; a `Gone`.
        approve_asked(run): a `RunApproval` whose text somebody wants to approve.
    """

    accept_asked = Signal(object)
    follow_asked = Signal(str, str, object)
    approve_asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: object = None
        self._cards = column(spacing=Space.L)
        content = QWidget()
        content.setLayout(column(self._cards, None, margins=(0, 0, Space.PAGE, Space.L)))
        self.setLayout(column(Scrolled(content), spacing=0))

    def show_facts(self, facts: FlowFacts) -> None:
        plan, losses = facts.plan, losses_of(facts.plan)
        shown = (plan.tables, losses, facts.drift, facts.runs, plan.preserve, plan.preserved, checklist_figures(plan))
        if shown == self._shown:
            return
        self._shown = shown
        clear(self._cards)
        if facts.drift:
            self._cards.addWidget(self._drift(facts.drift))
        if losses:
            self._cards.addWidget(self._losses(losses))
        if facts.runs:
            self._cards.addWidget(self._runs(facts.runs))
        for card in (_survivors(plan), _rows(plan), _checklist(plan)):
            if card is not None:
                self._cards.addWidget(card)

    def _drift(self, items: tuple[DriftItem, ...]) -> Card:
        card = Card("Changed in production since somebody reviewed it", aside=count(len(items), "change"))
        all_ = Button("Accept all suggestions", "mdi6.check-all")
        all_.setEnabled(any(map(acceptable, items)))
        all_.clicked.connect(lambda: self.accept_asked.emit(None))
        words = "Accepting never makes a treatment weaker; what is unclear gets a mask."
        line = row(spacing=Space.M)
        line.addWidget(Text(words, "detail", Tone.MUTED, wrap=True), 1)
        line.addWidget(all_)
        card.body.addLayout(line)
        for item in items[:SHOWN]:
            take = Button("Accept")
            take.setAccessibleName(f"Accept the suggestion for {item.place}")
            take.setEnabled(acceptable(item))
            take.clicked.connect(lambda _checked=False, place=item.place: self.accept_asked.emit([place]))
            suggested = f"{fact_words(item)} · {suggestion_words(item)}"
            _add(card, item.place, ": ".join(p for p in (suggested, item.reason) if p), (take,))
        if len(items) > SHOWN:
            card.body.addWidget(Text(f"and {count(len(items) - SHOWN)} more", "detail", Tone.MUTED))
        return card

    def _losses(self, losses: tuple[Loss, ...]) -> Card:
        card = Card("Rows that would lose their parent", aside=count(len(losses), "reference"))
        advice = "Follow: such rows stay behind too. Detach: they come along, and the reference is emptied in the copy."
        card.body.addWidget(Text(advice, "detail", Tone.MUTED, wrap=True))
        for loss in losses[:SHOWN]:
            follow, detach = Button("Follow"), Button("Detach")
            detach.setEnabled(loss.can_detach)
            if not loss.can_detach:
                detach.setToolTip("It must have a value, and the policy names none that means nothing")
            for button, gone in ((follow, Gone.FOLLOW), (detach, Gone.DETACH)):
                button.setAccessibleName(f"{button.text()} {loss.table}.{loss.column}")
                button.clicked.connect(
                    lambda _checked=False, loss=loss, gone=gone: self.follow_asked.emit(loss.table, loss.column, gone)
                )
            _add(card, f"{loss.table}.{loss.column}", loss.said, (follow, detach))
        return card

    def _runs(self, runs: tuple[RunApproval, ...]) -> Card:
        card = Card("What runs on the copy, before it is checked", aside=count(len(runs), "script"))
        card.body.setSpacing(0)
        for number, run in enumerate(runs):
            if number:
                card.body.addWidget(Line())
            card.body.addWidget(self._run(run))
        return card

    def _run(self, run: RunApproval) -> QWidget:
        entry, approval = run.run, run.approval
        what = count(len(entry.sql), "SQL statement") if entry.sql else "a command"
        said = f"approved by {approval.by}, {moment(approval.at)}" if approval is not None else "nobody approved it"
        line = Disclosure(
            entry.title,
            lambda: _script(run),
            detail=f"{what}, at most {duration(float(entry.timeout))} · {said}",
            glyph="mdi6.check-circle-outline" if approval is not None else "mdi6.alert-outline",
            tone=Tone.GOOD if approval is not None else Tone.WARNING,
        )
        parts = row(spacing=Space.M)
        parts.addWidget(line, 1)
        if approval is None:
            line.open()  # nobody approves what they have not seen
            approve = Button("Approve…", "mdi6.check")
            approve.setAccessibleName(f"Approve {entry.title}")
            approve.clicked.connect(lambda: self.approve_asked.emit(run))
            parts.addWidget(holder(column(approve, None)))
        return holder(parts)


def _script(run: RunApproval) -> QWidget:
    """The exact text, and what it is known by."""
    entry = run.run
    text = Listing(f"What {entry.title} runs")
    text.show_text(entry.text)
    lines = min(MOST_LINES, entry.text.count("\n") + 1)
    text.setFixedHeight(lines * text.fontMetrics().lineSpacing() + Space.L)
    return holder(column(text, ElidedLabel(f"SHA-256 {entry.digest}", "mono", Tone.MUTED), spacing=Space.XS))


def _add(card: Card, place: str, said: str, buttons: tuple[Button, ...]) -> None:
    card.body.addWidget(Line())
    words = column(ElidedLabel(place, "strong"), Text(said, "detail", Tone.MUTED, wrap=True), spacing=0)
    line = row(spacing=Space.S)
    line.addLayout(words, 1)
    for button in buttons:
        line.addWidget(button)
    card.body.addLayout(line)


def _survivors(plan: Plan) -> Card | None:
    if not plan.preserve:
        return None
    card = Card("Survives from the sandbox as it is", aside=count(len(plan.preserve), "kind", "kinds"))
    card.body.addWidget(KeyValue(survivors(plan)))
    return card


def _rows(plan: Plan) -> Card | None:
    """Tables that do not come along whole, and references that lead to rows which stay behind."""
    some = [t for t in plan.tables if t.copied == "where" or (t.copied != "none" and parted_lines(t))]
    empty = [t.table for t in plan.tables if t.copied == "none"]
    if not some and not empty:
        return None
    card = Card("Rows that stay behind", aside=f"{count(len(empty), 'table')} empty" if empty else "")
    card.body.setSpacing(Space.XS)
    for table in some[:SHOWN]:
        line = row(Glyph("mdi6.table-filter" if table.copied == "where" else "mdi6.table", Tone.MUTED), spacing=Space.M)
        line.addWidget(ElidedLabel(table.table, "detail"), 1)
        said = "; ".join(p for p in (coming_words(table), *parted_lines(table)) if p)
        line.addWidget(ElidedLabel(said, "detail", Tone.MUTED), 3)
        card.body.addLayout(line)
    if empty:
        said = f"Empty: {', '.join(empty[:SHOWN])}" + (
            f" and {count(len(empty) - SHOWN)} more" if empty[SHOWN:] else ""
        )
        card.body.addWidget(Text(said, "detail", Tone.MUTED, wrap=True))
    return card


def _checklist(plan: Plan) -> Card | None:
    figures = checklist_figures(plan)
    if not figures:
        return None
    card = Card("On the checklist afterwards")
    shown = Figures()
    shown.show_figures(figures)
    card.body.addWidget(shown)
    return card
