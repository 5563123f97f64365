"""From the rows there were to the rows there are, in the fewest signals a view can follow."""

import operator
from collections.abc import Callable, Hashable, Iterable, Sequence
from itertools import islice
from typing import Generic, TypeVar

from PySide6.QtCore import QAbstractItemModel, QModelIndex

Row = TypeVar("Row")

MANY_RUNS = 64  # beyond this many separate insertions and removals, one reset is quicker for every view


class Rows(Generic[Row]):
    """The rows of a flat model, replaced as a whole and told as the smallest change.

    Rows are compared by key for being the same and by value for having changed. Surviving rows keep their persistent
    indexes, so selection and scrolling stay where they were. A change in the order of survivors is a reset.
    """

    def __init__(self, model: QAbstractItemModel, key: Callable[[Row], Hashable], *, columns: int = 1) -> None:
        self._model, self._key, self._columns = model, key, columns
        self.items: list[Row] = []

    def __len__(self) -> int:
        return len(self.items)

    def reset(self, rows: list[Row]) -> None:
        """Take this list over and say no more than that: for when comparing would take longer than showing."""
        self._model.beginResetModel()
        self.items = rows
        self._model.endResetModel()

    def set(self, rows: Sequence[Row]) -> bool:
        """Replace all rows. True when views had to be reset and selections are lost."""
        new = list(rows)
        start, end = _alike(self.items, new)
        if start + end >= max(len(self.items), len(new)):
            return False
        old, middle = self.items[start : len(self.items) - end], new[start : len(new) - end]
        old_keys = [self._key(row) for row in old]
        new_keys = [self._key(row) for row in middle]
        removals = _runs_missing(old_keys, set(new_keys))
        insertions = _runs_missing(new_keys, set(old_keys))
        kept, staying = set(new_keys), set(old_keys)
        in_order = [k for k in old_keys if k in kept] == [k for k in new_keys if k in staying]
        unique = len(kept) == len(new_keys)
        if not in_order or not unique or len(removals) + len(insertions) > MANY_RUNS:
            self.reset(new)
            return True
        parent = QModelIndex()
        for first, last in reversed(removals):
            self._model.beginRemoveRows(parent, start + first, start + last)
            del self.items[start + first : start + last + 1]
            self._model.endRemoveRows()
        for first, last in insertions:
            self._model.beginInsertRows(parent, start + first, start + last)
            self.items[start + first : start + first] = middle[first : last + 1]
            self._model.endInsertRows()
        now = self.items[start : start + len(middle)]
        for first, last in _runs([a is not b and a != b for a, b in zip(now, middle, strict=True)]):
            self.items[start + first : start + last + 1] = middle[first : last + 1]
            top, bottom = self._model.index(start + first, 0), self._model.index(start + last, self._columns - 1)
            self._model.dataChanged.emit(top, bottom)
        return False


def _alike(old: list[Row], new: list[Row]) -> tuple[int, int]:
    """How many rows at the beginning, and how many of the others at the end, are the very same ones: those need no
    look. With 40,000 lines of which few changed, this is what makes the comparison quick."""
    start = _leading(map(operator.is_, old, new), min(len(old), len(new)))
    rest = min(len(old), len(new)) - start
    return start, _leading(map(operator.is_, reversed(old), reversed(new)), rest)


def _leading(same: Iterable[bool], most: int) -> int:
    flags = list(islice(same, most))
    return flags.index(False) if False in flags else len(flags)


def _runs_missing(keys: Sequence[Hashable], present: set[Hashable]) -> list[tuple[int, int]]:
    return _runs([key not in present for key in keys])


def _runs(flags: Sequence[bool]) -> list[tuple[int, int]]:
    """First and last position of each stretch of True."""
    found: list[tuple[int, int]] = []
    start: int | None = None
    for position, flag in enumerate(flags):
        if flag and start is None:
            start = position
        elif not flag and start is not None:
            found.append((start, position - 1))
            start = None
    if start is not None:
        found.append((start, len(flags) - 1))
    return found
