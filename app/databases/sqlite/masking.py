"""A masked column while it is being copied: the mask as SQLite functions, and what went through it.

The wrapper sees each value once, on its way from the source to the copy, and is independent of the mask: it counts,
compares what comes out with what went in, and notices how often the originals chosen for the proof occur.
"""

import sqlite3
from collections.abc import Callable, Sequence

from app.databases.sqlite.quoting import quoted
from app.domain.plan import ColumnPlan
from app.policy import masks
from app.ports.databases import RowValue
from app.ports.secrets import MaskKey

_LOOKED_AT = 10_000
"""So many values that came out unchanged are looked at per column; beyond that the verdict is clear."""

_REMEMBERED = 50_000


_SHORT = 64


class _Remembered(dict[bytes, RowValue]):
    """What a mask made of each text, so that a repeated one costs a look-up in C. What `counted` picks out is never
    remembered: it is to be counted each time. Bounded, short texts only."""

    __slots__ = ("_counted", "_derive")

    def __init__(self, derive: Callable[[bytes], RowValue], counted: Callable[[bytes], bool]) -> None:
        super().__init__()
        self._derive, self._counted = derive, counted

    def __missing__(self, raw: bytes) -> RowValue:
        result = self._derive(raw)
        if len(self) < _REMEMBERED and len(raw) <= _SHORT and not self._counted(raw):
            self[raw] = result
        return result


class MaskedColumn:
    """One masked column. `originals` maps the values the proof will look for to how often they were seen; `values`
    counts what went through the mask, `unchanged` what came out as it went in without the mask being able to make it.
    `repeats` tells, before the copy, that the column has few different values. The functions are `forget`ten after it.
    """

    def __init__(self, table: str, plan: ColumnPlan, key: MaskKey, number: int) -> None:
        self.table = table
        self.plan = plan
        self.originals: dict[RowValue, int] = {}
        self.unchanged = 0
        self.failure = ""
        self.repeats = False
        self.values = 0
        self._mask: Callable[[RowValue], RowValue] = masks.bind(plan, key)
        self._number = number

    @property
    def constant(self) -> bool:
        """Whether the mask is a plain NULL, which needs no function."""
        return self.plan.mask == "null"

    def expression(self, connection: sqlite3.Connection, *, utf8: bool) -> str:
        """The column masked, as SQL. In a UTF-8 database text travels as bytes: SQLite stores any, valid or not, and
        an invalid one must be masked too instead of ending the copy."""
        if self.constant:
            return "NULL"
        column, text, other = quoted(self.plan.column), f"sandkeeper_text_{self._number}", f"sandkeeper_{self._number}"
        connection.create_function(text, 1, self._of_text() if utf8 else self._of_any(), deterministic=True)
        connection.create_function(other, 1, self._of_any(), deterministic=True)
        as_text = f"{text}(CAST({column} AS BLOB))" if utf8 else f"{text}({column})"
        return f"CASE typeof({column}) WHEN 'text' THEN {as_text} WHEN 'null' THEN NULL ELSE {other}({column}) END"

    def forget(self, connection: sqlite3.Connection) -> None:
        """Take the functions away again, with all they remember."""
        if not self.constant:
            for name in (f"sandkeeper_text_{self._number}", f"sandkeeper_{self._number}"):
                connection.create_function(name, 1, None)

    def _of_text(self) -> Callable[[bytes], RowValue]:
        """The mask of a text that SQLite hands over as bytes; with a memory where values repeat."""
        originals, mask, masked = self.originals, self._mask, self._of_any()

        def call(raw: bytes) -> RowValue:
            try:
                value = raw.decode()
            except UnicodeDecodeError:
                return masked(raw)  # text that is none
            if value in originals:
                originals[value] += 1
            try:
                result = mask(value)
            except Exception as error:
                self.failure = type(error).__name__  # the text of the error may hold the value
                raise
            if result == value:
                self._came_out_unchanged(value)
            return result

        if not self.repeats:
            return call
        return _Remembered(call, lambda raw: raw.decode("utf-8", "replace") in originals).__getitem__

    def _of_any(self) -> Callable[[RowValue], RowValue]:
        originals, mask = self.originals, self._mask

        def call(value: RowValue) -> RowValue:
            if value in originals:
                originals[value] += 1
            try:
                result = mask(value)
            except Exception as error:
                self.failure = type(error).__name__
                raise
            if result == value:
                self._came_out_unchanged(value)
            return result

        return call

    def _came_out_unchanged(self, value: RowValue) -> None:
        if self.unchanged < _LOOKED_AT and not masks.could_produce(self.plan, value):
            self.unchanged += 1


def count_values(connection: sqlite3.Connection, table: str, masked: Sequence[MaskedColumn]) -> None:
    """Count what the masks wrote into a table of the copy: cheaper once for all than at every call."""
    columns = [column for column in masked if not column.constant]
    if columns:
        counts = ", ".join(f"count({quoted(column.plan.column)})" for column in columns)
        found = connection.execute(f"SELECT {counts} FROM main.{quoted(table)}").fetchone()
        for column, values in zip(columns, found, strict=True):
            column.values = int(values)
