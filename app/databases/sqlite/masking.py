"""A masked column while it is being copied: the mask as SQLite functions, and what went through it.

The wrapper sees each value once, on its way from the source to the copy, and is independent of the mask: it counts,
compares what comes out with what went in, and notices how often the originals chosen for the proof occur.
"""

import sqlite3
from collections.abc import Callable

from app.databases.sqlite.quoting import quoted
from app.domain.plan import ColumnPlan
from app.policy import masks
from app.ports.databases import RowValue
from app.ports.secrets import MaskKey

_LOOKED_AT = 10_000
"""So many values that came out unchanged are looked at per column; beyond that the verdict is clear."""


class MaskedColumn:
    """One masked column. `originals` maps the values the proof will look for to how often they were seen; `values`
    counts what went through the mask, `unchanged` what came out as it went in without the mask being able to make it.
    """

    def __init__(self, table: str, plan: ColumnPlan, key: MaskKey, number: int) -> None:
        self.table = table
        self.plan = plan
        self.originals: dict[RowValue, int] = {}
        self.unchanged = 0
        self.failure = ""
        self._mask: Callable[[RowValue], RowValue] = masks.bind(plan, key)
        self._number = number
        self._counters: list[Callable[[], int]] = []

    @property
    def values(self) -> int:
        return sum(counter() for counter in self._counters)

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
        connection.create_function(text, 1, self._function(encoded=utf8), deterministic=True)
        connection.create_function(other, 1, self._function(encoded=False), deterministic=True)
        as_text = f"{text}(CAST({column} AS BLOB))" if utf8 else f"{text}({column})"
        return f"CASE typeof({column}) WHEN 'null' THEN NULL WHEN 'text' THEN {as_text} ELSE {other}({column}) END"

    def _function(self, *, encoded: bool) -> Callable[[RowValue], RowValue]:
        """The mask for SQLite to call; written out in one piece, because it is called for every value there is."""
        calls = 0
        originals, mask = self.originals, self._mask

        def call(value: RowValue) -> RowValue:
            nonlocal calls
            calls += 1
            if encoded:
                try:  # noqa: SIM105  # suppress() would cost as much as the mask
                    value = value.decode()  # type: ignore[union-attr]  # SQLite was asked to hand over bytes
                except UnicodeDecodeError:
                    pass  # text that is none: the mask gets its bytes
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

        self._counters.append(lambda: calls)
        return call

    def _came_out_unchanged(self, value: RowValue) -> None:
        if self.unchanged < _LOOKED_AT and not masks.could_produce(self.plan, value):
            self.unchanged += 1
