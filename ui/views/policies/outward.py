"""The ways out: how the data of a copy could reach the world, and what closes each."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.domain.policy import Outward, OutwardKind, Policy
from ui.models.policies_columns import day
from ui.models.words import count
from ui.theme.tokens import Space, Tone
from ui.widgets.badge import Badge, Glyph
from ui.widgets.buttons import Button
from ui.widgets.layouts import Card, Line, clear, column, row
from ui.widgets.states import EmptyState
from ui.widgets.text import Text

_GLYPH = {
    OutwardKind.MAILBOX: "mdi6.email-outline",
    OutwardKind.TASK: "mdi6.clock-outline",
    OutwardKind.WEBHOOK: "mdi6.webhook",
    OutwardKind.TOKEN: "mdi6.key-outline",
    OutwardKind.ENDPOINT: "mdi6.connection",
    OutwardKind.ADDRESS: "mdi6.at",
    OutwardKind.OTHER: "mdi6.export",
}


class OutwardTab(QWidget):
    """Each way out with the check that proves it closed, or with the waiver and its reason.

    Signals:
        waive_asked(way, title): the person wants to let that one stay open.
    """

    waive_asked = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[tuple[Outward, ...], bool] | None = None
        self._body = column(spacing=Space.L)
        self.setLayout(column(self._body, None, margins=(Space.PAGE, Space.L, Space.PAGE, Space.PAGE)))

    def show_policy(self, policy: Policy | None, *, decidable: bool) -> None:
        ways = policy.outward if policy is not None else ()
        if (ways, decidable) == self._shown:
            return
        self._shown = (ways, decidable)
        clear(self._body)
        if policy is None or not ways:
            self._body.addWidget(
                EmptyState("No ways out", "The policy names nothing that could reach the world.", "mdi6.export")
            )
            return
        checks = {check.id: check.title for check in policy.checks}
        waived = sum(way.waived is not None for way in ways)
        told = f"{count(len(ways) - waived)} closed" + (f", {count(waived)} waived" if waived else "")
        card = Card("Ways out", aside=told)
        card.body.setSpacing(Space.M)
        for number, way in enumerate(ways):
            if number:
                card.body.addWidget(Line())
            card.body.addWidget(_Way(way, checks.get(way.check or "", way.check or ""), self, decidable=decidable))
        self._body.addWidget(card)


class _Way(QWidget):
    def __init__(self, way: Outward, check: str, tab: OutwardTab, *, decidable: bool) -> None:
        super().__init__()
        waived = way.waived is not None
        said = "waived" if waived else "closed, as a check proves" if way.check else "open"
        self.setAccessibleName(f"{way.title}: {said}")
        tone = Tone.WARNING if waived or not way.check else Tone.GOOD
        words = column(Text(way.title, "body", wrap=True), spacing=2)
        by = ", ".join(part for part in (way.decided_by.partition("@")[0], day(way.decided_at)) if part)
        why = f"{way.waived} ({by})" if waived and by else way.waived or f"Checked in every copy: {check}"
        words.addWidget(Text(why, "detail", Tone.MUTED, wrap=True))
        line = row(spacing=Space.M)
        line.addWidget(Glyph(_GLYPH[way.kind], Tone.MUTED))
        line.addLayout(words, 1)
        line.addWidget(Badge("waived" if waived else "closed" if way.check else "open", tone))
        if decidable and not waived:
            waive = Button("Waive…")
            waive.setAccessibleName(f"Waive {way.title}")
            waive.clicked.connect(lambda: tab.waive_asked.emit(way.id, way.title))
            line.addWidget(waive)
        self.setLayout(line)
