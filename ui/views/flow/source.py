"""Step 1: what is copied from where to where, and what was noticed about both."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QWidget
from typing_extensions import override

from app.domain.environments import Environment, EnvironmentKind
from app.domain.findings import Finding, Severity
from ui.models.flow import FlowFacts
from ui.models.kinds import KIND_BAND, KIND_GLYPH, KIND_TONE, STATE_WORDS
from ui.models.words import ago, count, duration, size
from ui.theme.tokens import Space, Tone
from ui.views.flow.step import Step
from ui.widgets.badge import Badge, Glyph, KindBand
from ui.widgets.facts import Figures, KeyValue, Notice
from ui.widgets.layouts import Card, Scrolled, clear, column, row
from ui.widgets.text import ElidedLabel, Text


class SourceStep(Step):
    """Two cards with an arrow between them, then the findings."""

    title = "Source and target"

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._now = now
        self._from, self._to = _End("From"), _End("To")
        self._arrow = Glyph("mdi6.arrow-right-thick", Tone.MUTED, 24)
        self._pair = row(spacing=Space.L)
        self._pair.addWidget(self._from, 1)
        self._pair.addWidget(self._arrow, 0, Qt.AlignmentFlag.AlignCenter)
        self._pair.addWidget(self._to, 1)
        self._what = Figures()
        self._plan = Card("What is copied")
        self._plan.body.addWidget(self._what)
        self.findings = Card("What was noticed")
        self._found = column(spacing=Space.M)
        self.findings.body.addLayout(self._found)
        content = QWidget()
        content.setLayout(
            column(self._pair, self._plan, self.findings, None, spacing=Space.L, margins=(0, 0, Space.PAGE, Space.L))
        )
        self.setLayout(column(Scrolled(content), spacing=0))

    @override
    def show_facts(self, facts: FlowFacts) -> None:
        now, plan, impact = self._now(), facts.plan, facts.plan.impact
        environment = facts.environment
        if facts.source is not None:
            self._from.show_environment(
                facts.source,
                [
                    ("Database", facts.source.database),
                    ("Size", size(facts.source.size_bytes) or "unknown"),
                    ("Access", "read only, never changed"),
                ],
            )
        self._from.setVisible(facts.source is not None)
        self._arrow.setVisible(facts.source is not None)
        self._to.show_environment(
            environment,
            [
                ("Database", environment.database),
                ("Size", size(impact.size_bytes or environment.size_bytes) or "nothing yet"),
                ("Last copied", ago(impact.last_copied_at or environment.copied_at, now)),
            ],
        )
        whole = facts.preview.whole
        copied = sum(t.copied != "none" for t in plan.tables)
        what = [
            ("Tables", f"{count(copied)} of {count(len(plan.tables))}" if plan.tables else "could not be read"),
            ("Rows", "unknown" if whole.rows is None else count(whole.rows)),
            ("Masked columns", count(len(plan.masked_columns))),
            ("Policy", plan.policy or "none"),
        ]
        if facts.last is not None:
            what.append(("Last run took", duration(facts.last.seconds)))
        self._what.show_figures(what)
        self._show_findings(plan.findings)

    def _show_findings(self, findings: tuple[Finding, ...]) -> None:
        clear(self._found)
        order = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}
        for finding in sorted(findings, key=lambda f: order[f.severity])[:200]:
            self._found.addWidget(finding_notice(finding))
        if not findings:
            self._found.addWidget(Notice("Nothing stands in the way.", "", Tone.GOOD))
        elif len(findings) > 200:
            self._found.addWidget(Text(f"and {count(len(findings) - 200)} more", "detail", Tone.MUTED))
        self.findings.aside.setText(count(len(findings), "finding") if findings else "")
        self.findings.aside.show()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        beside = event.size().width() >= 640
        wanted = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        if self._pair.direction() != wanted:
            self._pair.setDirection(wanted)


def finding_notice(finding: Finding) -> Notice:
    """A finding in its own words, with where it stands and what helps."""
    tone = {Severity.ERROR: Tone.DANGER, Severity.WARNING: Tone.WARNING, Severity.NOTE: Tone.MUTED}[finding.severity]
    detail = " · ".join(part for part in (finding.where, finding.hint) if part)
    return Notice(finding.message, detail, tone)


class _End(QFrame):
    """One end of the copy: band, kind, name and facts."""

    def __init__(self, label: str) -> None:
        super().__init__()
        self.setProperty("surface", "card")
        self._label = label
        self._band = KindBand()
        self._badge, self._name = Badge(), ElidedLabel("", "section")
        self._tenant = ElidedLabel("", "detail", Tone.MUTED)
        self._facts = KeyValue()
        head = row(Text(label, "detail", Tone.MUTED), None, self._badge)
        body = column(head, self._name, self._tenant, Space.S, self._facts, None, spacing=Space.XS)
        body.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        outer = column(spacing=0, margins=(1, 1, 1, 1))
        outer.addWidget(self._band)
        outer.addLayout(body)
        self.setLayout(outer)

    def show_environment(self, environment: Environment, facts: list[tuple[str, str]]) -> None:
        kind = environment.kind
        self._band.show_kind(KIND_BAND[kind])
        self._badge.show_as(kind.upper(), KIND_TONE[kind], KIND_GLYPH[kind])
        self._name.set_text(environment.name)
        state = "" if kind is EnvironmentKind.PRODUCTION else f" · {STATE_WORDS[environment.state]}"
        self._tenant.set_text(f"{environment.tenant}{state}")
        self._facts.set_facts(facts)
        self.setAccessibleName(f"{self._label} {environment.ref}, {kind}")

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(240, super().minimumSizeHint().height())
