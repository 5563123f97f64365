"""Step 4: what will be lost, each warning acknowledged by itself, and the environment's name typed."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QLineEdit, QWidget
from typing_extensions import override

from app.domain.findings import Severity
from app.domain.operations import Choices, OperationKind
from app.domain.plan import Impact
from app.domain.policy import Scalar
from ui.models.flow import FlowFacts, missing
from ui.models.words import ago, count, size
from ui.theme.tokens import Space, Tone
from ui.views.flow.source import finding_notice
from ui.views.flow.step import Step
from ui.widgets.facts import FactRow, KeyValue, Notice
from ui.widgets.fields import WORDS_AT, Check
from ui.widgets.layouts import Card, Scrolled, clear, column, row
from ui.widgets.text import ElidedLabel, Text

SHOWN_CHANGES = 12

_INTRO = {
    OperationKind.PROVISION: "A scrubbed copy is made and checked aside, and takes the environment's name at the end.",
    OperationKind.REFRESH: "A new copy is made and checked aside. The old one stays in use until the new one is good.",
    OperationKind.RESET: "The environment goes back to the state it was published in.",
    OperationKind.WIPE: "Everything Sandkeeper made for this environment is destroyed. Production is not touched.",
}


class ImpactStep(Step):
    """Ticks survive a new plan as long as their fingerprints do; the name typed survives too."""

    title = "Warnings and impact"

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._now = now
        self._facts: FlowFacts | None = None
        self._ticks: dict[str, Check] = {}
        self.name = QLineEdit()
        self.name.setMaxLength(20_000)
        self.name.textChanged.connect(self.changed)
        self._expected = ElidedLabel("", "mono")
        self.blocks = Card("Stands in the way")
        self._intro = Text("", "body", wrap=True)
        self._asked = column(spacing=Space.S)
        self.asked = Card("Please acknowledge")
        self.asked.body.addWidget(self._intro)
        self.asked.body.addLayout(self._asked)
        ask = Text("Type the environment's name to confirm:", "strong")
        ask.setBuddy(self.name)
        self.confirm = Card()
        self.confirm.body.addLayout(row(ask, self._expected, None))
        self.confirm.body.addWidget(self.name)
        self.impact = Card("What it costs")
        self._cost = KeyValue()
        self._lost = column(spacing=0)
        self.impact.body.addWidget(self._cost)
        self.impact.body.addLayout(self._lost)
        left = column(self.blocks, self.asked, self.confirm, None, spacing=Space.L)
        right = column(self.impact, None, spacing=Space.L)
        self._pair = row(spacing=Space.L)
        self._pair.addLayout(left, 3)
        self._pair.addLayout(right, 2)
        content = QWidget()
        content.setLayout(column(self._pair, None, margins=(0, 0, Space.PAGE, Space.L)))
        self.setLayout(column(Scrolled(content), spacing=0))

    def forget(self) -> None:
        """Another operation begins: nothing is ticked or typed."""
        self._ticks = {}
        self.name.clear()
        self._facts = None

    @override
    def show_facts(self, facts: FlowFacts) -> None:
        self._facts = facts
        self._expected.set_text(facts.environment.name)
        self.name.setAccessibleName(f"Type {facts.environment.name} to confirm")
        self._intro.setText(_INTRO[facts.kind])
        self._show_blocks(facts)
        self._show_asked(facts)
        self._show_impact(facts)
        self.changed.emit()

    @override
    def problem(self) -> str:
        return missing(self._facts, self.ticked, self.name.text()) if self._facts is not None else "Not read yet"

    @property
    @override
    def keys(self) -> tuple[QWidget, ...]:
        return (*self._ticks.values(), self.name)

    @property
    def ticked(self) -> frozenset[str]:
        return frozenset(key for key, tick in self._ticks.items() if tick.isChecked())

    @property
    def ticks(self) -> tuple[Check, ...]:
        """One per thing to acknowledge, in order."""
        return tuple(self._ticks.values())

    def choices(self, options: dict[str, Scalar | tuple[Scalar, ...]]) -> Choices:
        """What the person gave, as the services take it."""
        return Choices(options=options, acknowledged=tuple(sorted(self.ticked)), confirm=self.name.text().strip())

    def _show_blocks(self, facts: FlowFacts) -> None:
        clear(self.blocks.body)
        errors = facts.findings(Severity.ERROR)
        for finding in errors[:50]:
            self.blocks.body.addWidget(finding_notice(finding))
        if len(errors) > 50:
            self.blocks.body.addWidget(Text(f"and {count(len(errors) - 50)} more", "detail", Tone.MUTED))
        self.blocks.setVisible(bool(errors))
        self.confirm.setVisible(not errors)

    def _show_asked(self, facts: FlowFacts) -> None:
        before = self.ticked
        clear(self._asked)
        self._ticks = {}
        for asked in facts.asked():
            tick = Check(asked.text)
            tick.setChecked(asked.id in before)
            tick.toggled.connect(self.changed)
            self._ticks[asked.id] = tick
            part = column(tick, spacing=0)
            self._asked.addLayout(part)
            detail = " · ".join(part for part in (asked.where, asked.hint) if part)
            if detail:
                words = Text(detail, "detail", Tone.MUTED, wrap=True)
                words.setContentsMargins(WORDS_AT, 0, 0, 0)
                tick.setAccessibleDescription(detail)
                part.addWidget(words)
        if not self._ticks:
            self._asked.addWidget(Notice("There is nothing to acknowledge.", "", Tone.GOOD))

    def _show_impact(self, facts: FlowFacts) -> None:
        impact = facts.plan.impact
        cost = [("Last copied", ago(impact.last_copied_at or facts.environment.copied_at, self._now()))]
        if impact.exists:
            cost.append(("Size", size(impact.size_bytes or facts.environment.size_bytes) or "unknown"))
            cost.append(("Rows changed since", _changed(impact)))
        cost.append(("Connected now", count(len(impact.connected)) if impact.connected else "nobody"))
        self._cost.set_facts(cost, {"Rows changed since": Tone.WARNING} if impact.rows_changed else {})
        clear(self._lost)
        if impact.note:
            self._lost.addWidget(Text(impact.note, "detail", Tone.MUTED, wrap=True))
        if impact.connected:
            self._head("Have it open")
            for program in impact.connected[:6]:
                self._lost.addWidget(FactRow(program, glyph="mdi6.account-outline", tone=Tone.WARNING))
        changes = sorted(impact.changes, key=lambda c: -(c.added + c.changed + c.removed))
        if changes:
            self._head("Will be lost")
            for change in changes[:SHOWN_CHANGES]:
                words = [
                    f"{count(number)} {word}"
                    for number, word in (
                        (change.added, "added"),
                        (change.changed, "changed"),
                        (change.removed, "removed"),
                    )
                    if number
                ]
                self._lost.addWidget(FactRow(change.table, ", ".join(words)))
            if len(changes) > SHOWN_CHANGES:
                more = count(len(changes) - SHOWN_CHANGES, "more table")
                self._lost.addWidget(Text(f"and {more}", "detail", Tone.MUTED))
        if facts.kind is OperationKind.WIPE and impact.destroys:
            self._head("Will be destroyed")
            for thing in impact.destroys:
                self._lost.addWidget(FactRow(thing, glyph="mdi6.trash-can-outline", tone=Tone.DANGER))

    def _head(self, words: str) -> None:
        self._lost.addSpacing(Space.M)
        self._lost.addWidget(Text(words, "strong"))
        self._lost.addSpacing(Space.XS)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        beside = event.size().width() >= 720
        wanted = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        if self._pair.direction() != wanted:
            self._pair.setDirection(wanted)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(480, 240)


def _changed(impact: Impact) -> str:
    if not impact.exact:
        return "could not be counted"
    return f"{count(impact.rows_changed)} in {count(len(impact.changes), 'table')}" if impact.rows_changed else "none"
