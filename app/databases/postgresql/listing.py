"""Names out of the catalogs, as they stand in a sentence."""

from collections.abc import Sequence, Sized
from typing import Final

from app.databases.postgresql.connections import Session

_SHOWN: Final = 3


def listed(session: Session, query: str) -> list[str]:
    """The first column of a query's rows, as texts in order."""
    return sorted(str(row[0]) for row in session.execute(query).fetchall())


def some(names: Sequence[str]) -> str:
    """The first few, and how many more there are."""
    first = ", ".join(names[:_SHOWN])
    return f"{first} and {len(names) - _SHOWN} more" if len(names) > _SHOWN else first


def number(things: Sized, word: str) -> str:
    """`1 view`, `2 views`, `2 policies`."""
    count = len(things)
    if count == 1:
        return f"1 {word}"
    return f"{count} {word[:-1]}ies" if word.endswith("y") else f"{count} {word}s"
