"""The real clock."""

import time
from datetime import UTC, datetime


class SystemClock:
    """Implements `ports.clock.Clock`. On one machine `monotonic` counts the same for every process."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()
