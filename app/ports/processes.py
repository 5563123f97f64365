"""Starting workers and knowing whether one runs."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerStatus:
    """`running` when a worker of this home is alive and beating; `stalled` when it holds its lock without beating."""

    running: bool
    stalled: bool = False
    process: int | None = None


class Workers(Protocol):
    def status(self) -> WorkerStatus: ...

    def ensure(self) -> None:
        """Start a worker in the background when none runs. Raises OutsideError when it does not come up."""
        ...
