"""One policy: head and tabs, for a pack as for an environment's own."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.domain.policy import Treatment
from app.domain.versions import PolicyDiff, VersionEntry
from app.errors import SandkeeperError
from app.services.reviews import RunApproval
from ui.actions.policies import accept, approve, export, import_policy, restore, waive
from ui.actions.policy_reading import FileRead, read_pack, read_policy, read_review
from ui.actions.shortcuts import Shortcut
from ui.bridge.desk import Desk
from ui.models.navigation import Go
from ui.models.policies import PolicyFacts, PolicyLine
from ui.models.policies_columns import PolicyColumn, Review, declared
from ui.models.words import ago, count
from ui.theme.tokens import Space, Tone
from ui.views.policies.columns import ColumnsTab
from ui.views.policies.drift import DriftTab
from ui.views.policies.outward import OutwardTab
from ui.views.policies.scripts import ScriptsTab
from ui.views.policies.sheet import DecisionSheet
from ui.views.policies.uses import UsesTab
from ui.views.policies.versions import VersionsTab
from ui.views.policies.wrong_file import WrongFileDialog
from ui.widgets.badge import Badge
from ui.widgets.layouts import Card, Scrolled, column, holder, row
from ui.widgets.listing import Listing
from ui.widgets.tabs import TabStrip
from ui.widgets.text import ElidedLabel

COLUMNS, DRIFT, VERSIONS, USES, OUTWARD, SCRIPTS, TEXT = range(7)
TITLES = ("Columns", "Drift", "Versions", "Used by", "Ways out", "Scripts", "Text")


class PolicyDetail(QWidget):
    """What the catalog knows comes first; the columns follow as soon as production was looked at.

    Signals:
        navigate(key, subject): as `Page.navigate`.
        looked(ref, unreviewed): production was looked at, and so many columns wait for somebody.
        changed(): something was decided here; the list may say something else now.
    """

    navigate = Signal(str, object)
    looked = Signal(str, int)
    changed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._line: PolicyLine | None = None
        self._facts: PolicyFacts | None = None
        self._review: Review | None = None
        self._name, self._sentence = ElidedLabel("", "title"), ElidedLabel("", "body", Tone.MUTED)
        self._kind, self._state = Badge(), Badge()
        self.tabs = TabStrip("Parts of this policy")
        for title in TITLES:
            self.tabs.addTab(title)
        now = desk.now
        self.columns, self.drift, self.versions = ColumnsTab(now), DriftTab(now), VersionsTab(now)
        self.uses, self.outward, self.scripts = UsesTab(now), OutwardTab(), ScriptsTab()
        self.text = Listing("Text of this policy")
        text = holder(column(Card.around(self.text), margins=(Space.PAGE, Space.L, Space.PAGE, Space.L)))
        self._stack = QStackedWidget()
        parts: tuple[QWidget, ...] = (self.columns, self.drift, self.versions, self.uses)
        for part in (*parts, Scrolled(self.outward), Scrolled(self.scripts), text):
            self._stack.addWidget(part)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        head = column(spacing=Space.XS, margins=(Space.PAGE, Space.XL, Space.PAGE, 0))
        head.addLayout(row(self._name, self._kind, self._state, None, spacing=Space.M))
        head.addWidget(self._sentence)
        head.addSpacing(Space.S)
        head.addWidget(self.tabs)
        outer = column(head, spacing=0)
        outer.addWidget(self._stack, 1)
        self.setLayout(outer)

    def _connect(self) -> None:
        self.tabs.currentChanged.connect(self._stack.setCurrentIndex)
        self.columns.decide_asked.connect(self._on_decide)
        self.columns.accept_asked.connect(self._on_accept)
        self.columns.retry_asked.connect(self.look)
        self.drift.accept_asked.connect(self._on_accept)
        self.drift.decide_asked.connect(self._on_decide_place)
        self.versions.compare_asked.connect(self._on_compare)
        self.versions.restore_asked.connect(self._on_restore)
        self.versions.export_asked.connect(lambda: export(owner=self, desk=self._desk, ref=self._ref))
        self.versions.import_asked.connect(self._on_import)
        self.uses.environment_asked.connect(lambda ref: self.navigate.emit(Go.ENVIRONMENTS, ref))
        self.outward.waive_asked.connect(self._on_waive)
        self.scripts.approve_asked.connect(self._on_approve)
        for keys, step in ((Shortcut.NEXT_TAB, 1), (Shortcut.PREVIOUS_TAB, -1)):
            QShortcut(QKeySequence(keys), self).activated.connect(lambda step=step: self._step(step))

    @property
    def line(self) -> PolicyLine | None:
        """What is shown."""
        return self._line

    @property
    def review(self) -> Review | None:
        """What looking at production said; None for a pack, and until it was looked at."""
        return self._review

    @property
    def _ref(self) -> str:
        return self._line.ref if self._line is not None else ""

    def show_line(self, line: PolicyLine) -> None:
        """Another policy, or the same one changed in the catalog."""
        same = self._line is not None and self._line.key == line.key
        self._line = line
        if not same:
            self._facts, self._review = None, None
            self.columns.forget()
            self.tabs.setTabVisible(DRIFT, False)
            self.tabs.setCurrentIndex(COLUMNS)
            self.tabs.set_count(DRIFT, "")
            self._desk.bridge.forget(self, "review")
            self._desk.bridge.forget(self, "difference")
        self._show_head()
        own = bool(line.ref)
        for tab in (VERSIONS, OUTWARD, SCRIPTS):
            self.tabs.setTabVisible(tab, own)
        self.load()

    def load(self) -> None:
        """What the catalog knows, anew; production only where another version of the policy is in force now."""
        line = self._line
        if line is None:
            return
        read, which = (read_policy, line.ref) if line.ref else (read_pack, line.policy)
        self._desk.bridge.submit(
            read,
            self._desk.services,
            which,
            owner=self,
            topic="facts",
            on_done=self._on_facts,
            on_error=self._on_no_facts,
        )

    def look(self) -> None:
        """Look at production anew."""
        if not self._ref:
            return
        if self._review is None:
            self.columns.show_waiting()
        self._desk.bridge.submit(
            read_review,
            self._desk.services,
            self._ref,
            owner=self,
            topic="review",
            on_done=self._on_review,
            on_error=self._on_no_review,
        )

    def _on_facts(self, facts: PolicyFacts) -> None:
        before, self._facts = self._facts, facts
        own = facts.environment is not None
        self._show_head()
        self.text.show_text(facts.text)
        self.uses.show_uses(facts.uses)
        self.outward.show_policy(facts.policy, decidable=own)
        self.scripts.show_runs(facts.runs)
        self.tabs.setTabVisible(OUTWARD, facts.policy is not None and (own or bool(facts.policy.outward)))
        self.tabs.setTabVisible(SCRIPTS, own and bool(facts.runs))
        self.tabs.set_count(USES, count(len(facts.uses)) if facts.uses else "")
        if not own:
            self.columns.show_columns(declared(facts.policy) if facts.policy else (), decidable=False)
            return
        if before is None or before.history != facts.history:
            self.versions.show_history(facts.history)
        self.tabs.set_count(VERSIONS, count(len(facts.history)))
        if facts.policy is None:
            self.columns.show_failure("This policy cannot be read any more", facts.problem)
        elif before is None or before.newest != facts.newest or self._review is None:
            self.look()

    def _on_no_facts(self, error: Exception) -> None:
        if isinstance(error, SandkeeperError):
            self.columns.show_failure(error.title, f"{error.detail}\n{error.hint}".strip())
        else:
            self._desk.dialogs.error(self, error)

    def _on_review(self, review: Review) -> None:
        self._review = review
        self.columns.show_columns(review.columns, decidable=True)
        drift = review.drift
        changed = len(drift.items) if drift is not None else 0
        if not changed and self.tabs.currentIndex() == DRIFT:
            self.tabs.setCurrentIndex(COLUMNS)
        self.tabs.setTabVisible(DRIFT, bool(changed))
        self.tabs.set_count(DRIFT, count(changed) if changed else "")
        if drift is not None and changed:
            self.drift.show_report(drift)
        self._show_head()
        self.looked.emit(self._ref, review.unreviewed)

    def _on_no_review(self, error: Exception) -> None:
        if isinstance(error, SandkeeperError):
            self._review = None
            self.columns.show_failure(error.title, f"{error.detail}\n{error.hint}".strip())
        else:
            self._desk.dialogs.error(self, error)

    def _show_head(self) -> None:
        line, facts, review = self._line, self._facts, self._review
        if line is None:
            return
        self._name.set_text(f"{line.tenant} / {line.name}" if line.ref else line.name)
        self._kind.show_as("" if line.ref else "PACK", Tone.MUTED)
        parts = [line.policy]
        if facts is not None and facts.newest:
            parts.append(f"version {facts.newest}, {ago(facts.history[0].at, self._desk.now())}")
        of_copy = next((v.number for v in facts.history if v.of_copy), 0) if facts is not None else 0
        environment = facts.environment if facts is not None else None
        if environment is not None and environment.policy_outdated:
            parts.append(f"its copy was made with {f'version {of_copy}' if of_copy else 'another one'}")
        if facts is not None and facts.policy is not None and not line.ref:
            parts += [f"version {facts.policy.version}", count(len(facts.policy.tables), "table")]
        self._sentence.set_text(" · ".join(parts))
        if review is not None and review.unreviewed:
            self._state.show_as(f"{count(review.unreviewed)} to review", Tone.WARNING, "mdi6.alert-outline")
        elif environment is not None and environment.policy_outdated:
            self._state.show_as("Older version in use", Tone.WARNING, "mdi6.alert-outline")
        elif review is not None and not (review.drift and review.drift.items):
            self._state.show_as("Reviewed", Tone.GOOD, "mdi6.check-circle-outline")
        else:
            self._state.show_as("", Tone.MUTED)

    def _on_decide(self, columns: tuple[PolicyColumn, ...], treatment: Treatment) -> None:
        if self._facts is None:
            return
        sheet = DecisionSheet(
            self._desk, self._ref, columns, self._facts.masks, treatment, owner=self, settled=self._on_settled
        )
        self._desk.dialogs.show(sheet)

    def _on_decide_place(self, place: str) -> None:
        found = tuple(c for c in self._review.columns if c.place == place) if self._review is not None else ()
        if found:
            self._on_decide(found, Treatment.MASK)

    def _on_accept(self, places: tuple[str, ...] | None) -> None:
        accept(owner=self, desk=self._desk, ref=self._ref, places=places, on_settled=self._on_settled)

    def _on_settled(self) -> None:
        """A verb ended, whichever way: also what was reviewed may be another without another version."""
        self.load()
        self.look()
        self.changed.emit()

    def _on_compare(self, old: int, new: int) -> None:
        self._desk.bridge.submit(
            self._desk.services.policy_versions.diff,
            self._ref,
            old,
            new,
            owner=self,
            topic="difference",
            on_done=self._on_difference,
        )

    def _on_difference(self, diff: PolicyDiff) -> None:
        self.versions.show_difference(diff)

    def _on_restore(self, entry: VersionEntry | None) -> None:
        if entry is not None:
            restore(owner=self, desk=self._desk, ref=self._ref, entry=entry, on_settled=self._on_settled)

    def _on_import(self) -> None:
        import_policy(
            owner=self, desk=self._desk, ref=self._ref, on_wrong=self._on_wrong_file, on_settled=self._on_settled
        )

    def _on_wrong_file(self, found: FileRead) -> None:
        self._desk.dialogs.show(WrongFileDialog(found, self.window()))

    def _on_waive(self, way: str, title: str) -> None:
        waive(owner=self, desk=self._desk, ref=self._ref, way=way, title=title, on_settled=self._on_settled)

    def _on_approve(self, run: RunApproval) -> None:
        approve(owner=self, desk=self._desk, ref=self._ref, run=run, on_settled=self._on_settled)

    def _step(self, by: int) -> None:
        """The next tab that is to be seen."""
        number = self.tabs.count()
        at = self.tabs.currentIndex()
        for _ in range(number):
            at = (at + by) % number
            if self.tabs.isTabVisible(at):
                self.tabs.setCurrentIndex(at)
                return
