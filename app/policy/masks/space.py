"""Whether a mask has room for different outputs: said before anything starts, never at row 900,000."""

from collections.abc import Iterable

from app.domain.findings import Finding, error
from app.domain.plan import ColumnPlan

_UNKNOWN_ROWS = 10_000_000


def crowded(rows: int | None, space: int) -> bool:
    """Whether among that many random values out of `space` two equal ones are likelier than one in a million.

    For unknown rows ten million are assumed. 64 bits are enough for any of them in practice, and count as such.
    """
    if space >= 1 << 64:
        return False
    number = _UNKNOWN_ROWS if rows is None else rows
    return number * number / 2 > space / 1_000_000


def needs_unique(column: ColumnPlan, rows: int | None, space: int, instead: str) -> Iterable[Finding]:
    """An error where the column is unique and `space` outputs are too few for its rows."""
    if column.unique and (rows is None or rows > 1) and crowded(rows, space):
        yield error(
            "mask.unique",
            f"The mask {column.mask} can give two rows the same value, and the column is unique.",
            column.column,
            instead,
        )


def needs_room(column: ColumnPlan, rows: int | None, letters: int, fixed: int) -> Iterable[Finding]:
    """An error where `fixed` characters leave no room for the token of `letters` beside them in the column.

    A column that is not unique is content with 8 letters, 32 bits.
    """
    room = letters if column.length is None else min(letters, column.length - fixed)
    least = 8 if not column.unique else next((n for n in range(8, letters) if not crowded(rows, 16**n)), letters)
    if room < least:
        yield error(
            "mask.length",
            f"The mask {column.mask} needs {fixed + least} characters here and the column holds {column.length}.",
            column.column,
            "Use a shorter parameter, or the mask null, fixed or digits.",
        )
