"""What a step of the flow is to the page that shows it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui.models.flow import FlowFacts


class Step(QWidget):
    """One step. `show_facts` comes again whenever the plan was made anew, and keeps what the person gave.

    Signals:
        changed(): what `problem` says may be different now.
    """

    changed = Signal()

    title = ""

    def show_facts(self, facts: FlowFacts) -> None:
        """Show what was read."""

    def problem(self) -> str:
        """Why one cannot go on from here, in words; "" when one can."""
        return ""

    @property
    def keys(self) -> tuple[QWidget, ...]:
        """What it made anew for these facts and the keys go to, in order."""
        return ()
