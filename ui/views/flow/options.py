"""Step 2: what a person may choose, in a form made from the policy's own declarations."""

from PySide6.QtWidgets import QStackedWidget, QWidget
from typing_extensions import override

from app.domain.policy import Option, Policy
from ui.models.flow import FlowFacts
from ui.models.options import idle_options
from ui.theme.tokens import Space
from ui.views.flow.step import Step
from ui.widgets.forms import Chosen, FormFromOptions
from ui.widgets.layouts import Card, Scrolled, clear, column
from ui.widgets.states import EmptyState


class OptionsStep(Step):
    """The form keeps what was chosen while the policy declares the same options."""

    title = "Options"

    def __init__(self) -> None:
        super().__init__()
        self.form: FormFromOptions | None = None
        self._options: tuple[Option, ...] | None = None
        self._offers: dict[str, tuple[tuple[str, str], ...]] = {}
        self._policy: Policy | None = None
        self._card = Card()
        content = QWidget()
        content.setLayout(column(self._card, None, margins=(0, 0, Space.PAGE, Space.L)))
        self._stack = QStackedWidget()
        self._stack.addWidget(Scrolled(content))
        self._stack.addWidget(
            EmptyState(
                "Nothing to choose", "This policy has no options: every copy is made alike.", "mdi6.tune-variant"
            )
        )
        self.setLayout(column(self._stack, spacing=0))

    def forget(self) -> None:
        """Another operation begins: its options start from their defaults."""
        self._options = None

    @override
    def show_facts(self, facts: FlowFacts) -> None:
        self._policy = facts.policy
        offers = {id_: tuple((o.value, o.label) for o in given) for id_, given in facts.plan.offers.items()}
        if (facts.plan.options, offers) == (self._options, self._offers):
            return
        chosen = {**facts.plan.chosen, **(self.values() if facts.plan.options == self._options else {})}
        self._options, self._offers = facts.plan.options, offers
        clear(self._card.body)
        self.form = None
        self._stack.setCurrentIndex(0 if self._options else 1)
        if self._options:
            self.form = FormFromOptions(self._options, chosen, offers=offers)
            self.form.changed.connect(self._on_changed)
            self._card.body.addWidget(self.form)
            self._on_changed()

    @property
    @override
    def keys(self) -> tuple[QWidget, ...]:
        return self.form.fields if self.form is not None else ()

    def values(self) -> dict[str, Chosen]:
        """What was chosen, by option id; what was left empty is left out, so that its default holds."""
        if self.form is None:
            return {}
        return {key: value for key, value in self.form.values().items() if value not in (None, "")}

    def _on_changed(self) -> None:
        if self.form is not None:
            self.form.hide_options(idle_options(self._policy, self.form.values()))
        self.changed.emit()

    @override
    def problem(self) -> str:
        return "Something is not right in the form" if self.form is not None and self.form.problems() else ""
