"""Step 2: what a person may choose, in a form made from the policy's own declarations."""

from PySide6.QtWidgets import QStackedWidget, QWidget
from typing_extensions import override

from app.domain.policy import Option
from ui.models.flow import FlowFacts
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
        if facts.plan.options == self._options:
            return
        self._options = facts.plan.options
        clear(self._card.body)
        self.form = None
        self._stack.setCurrentIndex(0 if self._options else 1)
        if self._options:
            self.form = FormFromOptions(self._options, facts.plan.chosen)
            self.form.changed.connect(self.changed)
            self._card.body.addWidget(self.form)

    @property
    @override
    def keys(self) -> tuple[QWidget, ...]:
        return self.form.fields if self.form is not None else ()

    def values(self) -> dict[str, Chosen]:
        """What was chosen, by option id; what was left empty is left out, so that its default holds."""
        if self.form is None:
            return {}
        return {key: value for key, value in self.form.values().items() if value not in (None, "")}

    @override
    def problem(self) -> str:
        return "Something is not right in the form" if self.form is not None and self.form.problems() else ""
