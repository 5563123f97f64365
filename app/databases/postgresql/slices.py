"""Dealing out tables: which are read in one go, and which in several pieces so that all lanes end together.

A piece is a range of pages of the table's file. A table that is filled by one stream is better off afterwards (its
rows are frozen and known to be visible to all), so only those too large for one lane are cut.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.databases.postgresql.shapes import TableShape

_LARGE: Final = 0.6
"""Part of a lane's share from which on a table is cut."""
_PIECES: Final = 4
"""Pieces per share: more end closer together, and each costs a few statements."""
_LEAST_PAGES: Final = 2048
_MASKED_VALUE: Final = 400
"""Bytes that take as long to copy as one value to mask."""


@dataclass(frozen=True, slots=True)
class Slice:
    """Pages from `first` up to but not including `end`; to the end of the file where that is None."""

    first: int = 0
    end: int | None = None

    @property
    def whole(self) -> bool:
        return self.first == 0 and self.end is None

    def sql(self, table: str) -> str:
        """The condition for rows of the piece; `table` is the name the query knows it by. A range of row addresses is
        read as such since server 14."""
        parts = [f"{table}.ctid >= '({self.first},0)'::tid"] if self.first else []
        parts += [f"{table}.ctid < '({self.end},0)'::tid"] if self.end is not None else []
        return " AND ".join(parts) or "true"


def weight(table: TableShape, masked: int) -> int:
    """About how much work a table is, in bytes; `masked` are its masked columns."""
    return table.size_bytes + (table.rows or 0) * masked * _MASKED_VALUE


def divide(tables: Sequence[tuple[TableShape, int]], lanes: int) -> list[tuple[TableShape, Slice]]:
    """All tables with their weights, the heaviest first, in pieces that can be copied side by side."""
    share = sum(weight for _, weight in tables) / max(lanes, 1)
    dealt = []
    for table, heavy in sorted(tables, key=lambda pair: -pair[1]):
        dealt += [(table, piece) for piece in _pieces(table.pages, heavy / share if share and lanes > 1 else 0)]
    return dealt


def _pieces(pages: int, shares: float) -> list[Slice]:
    """A table of so many pages and so many lanes' shares of work."""
    number = min(round(shares * _PIECES), pages // _LEAST_PAGES) if shares > _LARGE else 1
    if number < 2:  # nothing to cut
        return [Slice()]
    edges = [pages * part // number for part in range(1, number)]
    return [Slice(first, end) for first, end in zip((0, *edges), (*edges, None), strict=True)]
