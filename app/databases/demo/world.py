"""What a world of the demo is: a database's structure for either kind of database, and the rows that go into it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from app.errors import UserError

SEED = 20_261_101
TODAY = date(2026, 11, 1)
"""The day the demo's worlds stand still at: content depends on the seed and the number of rows, never on the clock."""

MOST_ROWS = 1_000_000

Row = tuple[object, ...]
Insert = Callable[[str, list[Row]], None]
"""Takes a table's name and some rows of it, in the order of its columns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """A kind of source system that never was.

    `before` and `after` give the statements for an engine, "sqlite" or "postgresql", that are run before and after the
    rows are in: indexes are far quicker to build than to keep up, and on a server rows may then come in any order.
    `make_rows(rows, seed, insert)` hands over the rows of a world with `rows` customers, the same ones for the same
    seed: dates and moments as ISO text (moments in UTC), truths as 0 and 1, JSON as text.
    """

    name: str
    before: Callable[[str], str]
    after: Callable[[str], str]
    make_rows: Callable[[int, int, Insert], None]


def sensible(rows: int) -> None:
    """Raises UserError for a number of customers outside 1 to 1,000,000."""
    if not 1 <= rows <= MOST_ROWS:
        raise UserError("That is not a number of customers", f"{rows} was asked for.", f"Choose 1 to {MOST_ROWS:,}.")
