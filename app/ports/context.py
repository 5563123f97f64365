"""How long work reports, throttles and lets the person out."""

from typing import Protocol


class PhaseContext(Protocol):
    def checkpoint(self, table: str = "", done: int = 0, of: int | None = None, bytes_: int = 0) -> None:
        """Report progress of a table (written at most a few times a second); raises CancelledError when the person
        asked to stop, StaleFenceError when another attempt took over. Call it at least every half second."""
        ...

    def should_stop(self) -> bool:
        """Whether to break off now; cheap and safe inside a database's progress callback. After breaking off, call
        `checkpoint`, which raises the right error."""
        ...

    def log(self, text: str) -> None:
        """One line for the operation's log. Never a value of a source row."""
        ...

    def assert_current(self) -> None:
        """Compare the fence in the catalog now; raises StaleFenceError. Before publish, every drop and settle."""
        ...
