"""Time, so that a test can set it back."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """The current time in UTC, aware."""
        ...

    def monotonic(self) -> float:
        """Seconds that never go back; for durations."""
        ...
