"""How many sessions may be open on a server at once: a person's choice, so that production stays responsive."""

from typing import Final, Protocol

EVERY_SERVER: Final = "*"
"""Stands for all servers without a number of their own."""


class Limits(Protocol):
    def __call__(self, server: str) -> int:
        """How many sessions may read from a server (HOST:PORT) at once, and as many write to it."""
        ...

    def all(self) -> dict[str, int]:
        """What was chosen, by server."""
        ...

    def set(self, server: str, number: int | None) -> None:
        """Choose; None forgets a choice. Raises UserError for a number that makes no sense."""
        ...
