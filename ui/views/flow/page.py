"""The flow: from what a person wants to the run of it, step by step, on a whole page."""

from collections.abc import Callable, Collection

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QWidget
from typing_extensions import override

from app.domain.operations import Operation, OperationKind
from app.domain.policy import ColumnPolicy, Gone
from app.errors import SandkeeperError
from app.services.reviews import RunApproval
from ui.actions.flow import decide, read_flow
from ui.actions.policies import accept, approve, follow
from ui.actions.runs import RunWatch
from ui.bridge.desk import Desk
from ui.models.flow import COPYING, FlowFacts
from ui.models.kinds import KIND_BAND, KIND_GLYPH, KIND_TONE, OPERATION_WORDS
from ui.models.navigation import FlowRequest, Go
from ui.theme.tokens import Space, Tone
from ui.views.flow.footer import Footer
from ui.views.flow.impact import ImpactStep
from ui.views.flow.options import OptionsStep
from ui.views.flow.preview import PreviewStep
from ui.views.flow.source import SourceStep
from ui.views.flow.step import Step
from ui.widgets.badge import Badge, KindBand
from ui.widgets.forms import Chosen
from ui.widgets.header import StepHeader
from ui.widgets.layouts import column, holder, row, tab_after
from ui.widgets.page import Page
from ui.widgets.states import EmptyState, Skeleton
from ui.widgets.text import ElidedLabel

_LONG = ("Source", "Options", "Preview", "Warnings", "Run")
_SHORT = ("Warnings", "Run")


class FlowPage(Page):
    """Provision and refresh take five steps; reset and wipe, which copy nothing, take two.

    Nothing happens before the start button was pressed, decisions about columns excepted. Leaving the page loses
    nothing: it comes back as it was, and a run goes on without it.
    """

    title = "Flow"
    icon = "mdi6.transit-connection-variant"

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._request: FlowRequest | None = None
        self._facts: FlowFacts | None = None
        self._options: dict[str, Chosen] = {}
        self._at = 0
        self._busy, self._again = "", False
        self._acted: Callable[[], None] = self._on_left
        self._band, self._kind = KindBand(), Badge()
        self._title, self._tenant = ElidedLabel("", "title"), ElidedLabel("", "body", Tone.MUTED)
        self.source, self.options = SourceStep(desk.now), OptionsStep()
        self.preview, self.impact = PreviewStep(), ImpactStep(desk.now)
        self.watch = RunWatch(desk, self)
        self._steps: tuple[Step, ...] = ()
        self._heads = {len(names): StepHeader(names) for names in (_LONG, _SHORT)}
        self.trouble = EmptyState()
        self._waiting = Skeleton(8)
        self._run = holder(column(self.watch.view, margins=(0, 0, Space.PAGE, Space.L)))
        self._stack = QStackedWidget()
        for part in (self._waiting, self.trouble, self.source, self.options, self.preview, self.impact, self._run):
            self._stack.addWidget(part)
        self.footer = Footer()
        self._lay_out()
        self._connect()
        self._say_nothing_chosen()

    @override
    def activate(self, subject: object | None = None) -> None:
        if isinstance(subject, FlowRequest):
            self._begin(subject)
        elif self._stack.currentWidget() is self._run:
            self.watch.refresh()
        elif self._request is not None and not self._busy:
            self._load()

    @override
    def catalog_changed(self, kinds: Collection[str], refs: Collection[str]) -> None:
        if self._stack.currentWidget() is self._run:
            self.watch.catalog_changed(kinds, refs)
        elif self._facts is not None and "environment" in kinds:
            environment = self._facts.environment
            if environment.ref in refs or environment.id in refs:
                self._load()

    @property
    def step(self) -> QWidget | None:
        """What is on screen: a step, the run, or why there is none."""
        return self._stack.currentWidget()

    @property
    def facts(self) -> FlowFacts | None:
        """What was read last."""
        return self._facts

    def _lay_out(self) -> None:
        head = column(spacing=Space.XS, margins=(Space.PAGE, Space.L, Space.PAGE, Space.L))
        head.addLayout(row(self._title, self._kind, None, spacing=Space.M))
        head.addWidget(self._tenant)
        head.addSpacing(Space.S)
        for steps in self._heads.values():
            head.addWidget(steps)
            steps.step_chosen.connect(self._on_step_chosen)
        body = column(self._stack, margins=(Space.PAGE, 0, 0, 0), spacing=0)
        outer = column(spacing=0)
        outer.addWidget(self._band)
        outer.addLayout(head)
        outer.addLayout(body, 1)
        outer.addWidget(self.footer)
        self.setLayout(outer)

    def _connect(self) -> None:
        self.footer.left.connect(self._on_left)
        self.footer.back.connect(lambda: self._go(self._at - 1))
        self.footer.on.connect(self._on_continue)
        self.footer.started.connect(self._on_start)
        for step in (self.source, self.options, self.preview, self.impact):
            step.changed.connect(self._show_footer)
        self.preview.decided.connect(self._on_decided)
        self.preview.beside.accept_asked.connect(self._on_accept)
        self.preview.beside.follow_asked.connect(self._on_follow)
        self.preview.beside.approve_asked.connect(self._on_approve)
        self.trouble.acted.connect(self._on_trouble_acted)
        self.watch.view.environment_asked.connect(self._on_left)
        self.watch.run_read.connect(self._on_run_read)
        self.watch.read_failed.connect(self._on_not_read)

    def _begin(self, request: FlowRequest) -> None:
        """Another operation: nothing of the one before is kept."""
        self._request, self._facts, self._options, self._at = request, None, {}, 0
        self.options.forget()
        self.impact.forget()
        copying = request.kind in COPYING
        self._steps = (self.source, self.options, self.preview, self.impact) if copying else (self.impact,)
        tenant, _, name = request.ref.rpartition("/")
        verb = OPERATION_WORDS[request.kind][0]
        self._title.set_text(f"{verb} {name}")
        self._tenant.set_text(tenant)
        self._kind.show_as("", Tone.NEUTRAL)
        for count, head in self._heads.items():
            head.setVisible(count == len(self._steps) + 1)
            head.show_step(0)
        destroys = request.kind in (OperationKind.RESET, OperationKind.WIPE)
        self.footer.start.show_verb(f"{verb} {name}" if len(name) < 24 else verb, destroys=destroys)
        self._stack.setCurrentWidget(self._waiting)
        self._busy = ""
        self._load()

    def _load(self, busy: str = "Reading the databases and making the plan…") -> None:
        """Make the plan, or make it anew."""
        if self._request is None:
            return
        if self._busy and self._facts is not None:
            self._again = True
            return
        self._busy, self._again = busy, False
        self._show_footer()
        self._desk.bridge.submit(
            read_flow,
            self._desk.services,
            self._request.ref,
            self._request.kind,
            dict(self._options),
            owner=self,
            topic="plan",
            on_done=self._on_read,
            on_error=self._on_not_read,
        )

    def _on_read(self, facts: FlowFacts) -> None:
        first, self._facts, self._busy = self._facts is None, facts, ""
        environment = facts.environment
        self._band.show_kind(KIND_BAND[environment.kind])
        self._kind.show_as(environment.kind.upper(), KIND_TONE[environment.kind], KIND_GLYPH[environment.kind])
        if facts.running is not None:
            self._say_running(facts.running)
            return
        for step in self._steps:
            step.show_facts(facts)
        keys = [key for step in self._steps for key in step.keys]
        tab_after(self._heads[len(self._steps) + 1].buttons[-1], keys)
        if first or self.step in (self._waiting, self.trouble):
            self._go(self._at)
        self._show_footer()
        if self._again:
            self._load()

    def _on_not_read(self, error: Exception) -> None:
        self._busy = ""
        if self._facts is not None and self.step not in (self._waiting, self.trouble):
            self._desk.dialogs.error(self, error)
            self._show_footer()
            return
        title, detail = "The plan could not be made", type(error).__name__
        if isinstance(error, SandkeeperError):
            title, detail = error.title, "\n".join(part for part in (error.detail, error.hint) if part)
        self._acted = self._load
        self.trouble.say(title, detail, "mdi6.alert-octagon-outline", "Try again", Tone.DANGER)
        self._stack.setCurrentWidget(self.trouble)
        self._show_footer()

    def _say_running(self, running: Operation) -> None:
        """Nothing can be started here now: offer to watch what runs."""
        doing = OPERATION_WORDS[running.kind][1].lower()
        self._acted = lambda: self._show_run(running)
        self.trouble.say(
            f"{running.environment.rpartition('/')[2]} is busy",
            f"{running.requested_by or 'Somebody'} is {doing} it. One operation runs at a time.",
            "mdi6.progress-clock",
            "Watch it",
            Tone.ACCENT,
        )
        self._stack.setCurrentWidget(self.trouble)
        self._show_footer()

    def _say_nothing_chosen(self) -> None:
        self._acted = self._on_left
        self.trouble.say(
            "Nothing was chosen",
            "Choose an environment, and what to do with it.",
            "mdi6.database-outline",
            "Environments",
        )
        for head in self._heads.values():
            head.hide()
        self._stack.setCurrentWidget(self.trouble)
        self._show_footer()

    def _go(self, index: int) -> None:
        """Show that step; the run has no number here, since nobody steps into it."""
        self._at = min(max(0, index), len(self._steps) - 1)
        step = self._steps[self._at]
        self._heads[len(self._steps) + 1].show_step(self._at)
        self._stack.setCurrentWidget(step)
        self._show_footer()
        wanted = {self.preview: self.preview.columns, self.impact: next(iter(self.impact.ticks), self.impact.name)}.get(
            step, self.footer.next
        )
        wanted.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_footer(self) -> None:
        stepping = self._facts is not None and self.step in self._steps
        self.footer.setVisible(self.step is not self._run)
        last = stepping and self._at == len(self._steps) - 1
        problem = self._steps[self._at].problem() if stepping else ""
        self.footer.show_step(
            first=not stepping or self._at == 0, last=last, problem=problem, busy=self._busy if stepping else ""
        )
        self.footer.next.setVisible(stepping and not last)
        if not stepping:
            self.footer.words.set_text(self._busy)

    def _on_continue(self) -> None:
        if self.step is self.options and self.options.values() != self._options:
            self._options = self.options.values()
            self._load("Making the plan with these options…")
        self._go(self._at + 1)

    def _on_step_chosen(self, index: int) -> None:
        if self.step in self._steps:
            self._go(index)

    def _on_decided(self, table: str, column_: str, decision: ColumnPolicy) -> None:
        if self._request is None:
            return
        self._busy = f"Recording the decision about {table}.{column_}…"
        self._show_footer()
        self._desk.bridge.submit(
            decide,
            self._desk.services,
            self._request.ref,
            self._request.kind,
            dict(self._options),
            (table, column_, decision),
            owner=self,
            topic="plan",
            on_done=self._on_read,
            on_error=self._on_not_decided,
        )

    def _on_not_decided(self, error: Exception) -> None:
        self._busy = ""
        self._desk.dialogs.error(self, error)
        self.preview.decision.let_decide_again()
        self._show_footer()

    def _on_accept(self, places: list[str] | None) -> None:
        if self._request is not None:
            accept(owner=self, desk=self._desk, ref=self._request.ref, places=places, on_settled=self._load)

    def _on_follow(self, table: str, column_: str, gone: Gone) -> None:
        if self._request is not None:
            ref = self._request.ref
            follow(owner=self, desk=self._desk, ref=ref, table=table, column=column_, gone=gone, on_settled=self._load)

    def _on_approve(self, run: RunApproval) -> None:
        if self._request is not None:
            approve(owner=self, desk=self._desk, ref=self._request.ref, run=run, on_settled=self._load)

    def _on_start(self) -> None:
        if self._request is None or self._facts is None or self._busy or self.impact.problem():
            return
        self._busy = "Starting…"
        self._show_footer()
        self._desk.bridge.submit(
            self._desk.services.operations.start,
            self._request.ref,
            self._request.kind,
            self.impact.choices(dict(self._options)),
            owner=self,
            topic="start",
            on_done=self._show_run,
            on_error=self._on_not_started,
        )

    def _on_not_started(self, error: Exception) -> None:
        """Refused, or no worker came up: say why, and show what stands in the way now."""
        self._busy = ""
        self._desk.dialogs.error(self, error)
        self._load()

    def _show_run(self, operation: Operation) -> None:
        self._busy, self._again = "", False
        doing = OPERATION_WORDS[operation.kind][1]
        self._title.set_text(f"{doing} {operation.environment.rpartition('/')[2]}")
        head = self._heads[len(self._steps) + 1]
        head.show_step(len(self._steps))
        self.watch.watch(operation.id)
        self._stack.setCurrentWidget(self._run)
        self._show_footer()
        self.watch.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_run_read(self, operation: Operation) -> None:
        if operation.state.ended:
            name = operation.environment.rpartition("/")[2]
            self._title.set_text(f"{OPERATION_WORDS[operation.kind][0]} {name}")

    def _on_trouble_acted(self) -> None:
        self._acted()

    def _on_left(self) -> None:
        self.navigate.emit(Go.ENVIRONMENTS, self._request.ref if self._request is not None else None)
