"""A masked column while it is being copied: the mask as an SQLite function, and what went through it.

The wrapper sees each value once, on its way from the source to the copy, and is independent of the mask: it counts,
compares what comes out with what went in, and notices how often the originals chosen for the proof occur.
"""

import sqlite3

from app.databases.sqlite.connections import text_or_bytes
from app.databases.sqlite.quoting import quoted
from app.domain.plan import ColumnPlan
from app.policy import masks
from app.ports.databases import RowValue
from app.ports.secrets import MaskKey

_LOOKED_AT = 10_000
"""So many values that came out unchanged are looked at per column; beyond that the verdict is clear."""


class MaskedColumn:
    """One masked column. `originals` maps the values the proof will look for to how often they were seen."""

    def __init__(self, table: str, plan: ColumnPlan, key: MaskKey, number: int) -> None:
        self.table = table
        self.plan = plan
        self.originals: dict[RowValue, int] = {}
        self.values = 0
        self.unchanged = 0
        self.failure = ""
        self._mask = masks.bind(plan, key)
        self._function = f"sandkeeper_mask_{number}"

    @property
    def constant(self) -> bool:
        """Whether the mask is a plain NULL, which needs no function."""
        return self.plan.mask == "null"

    def expression(self, connection: sqlite3.Connection, *, utf8: bool) -> str:
        """The column masked, as SQL. In a UTF-8 database text travels as bytes: SQLite stores any, valid or not, and
        an invalid one must be masked too instead of ending the copy."""
        if self.constant:
            return "NULL"
        column = quoted(self.plan.column)
        connection.create_function(self._function, 2, self._call, deterministic=True)
        text = f"{self._function}(CAST({column} AS BLOB), 1)" if utf8 else f"{self._function}({column}, 0)"
        other = f"{self._function}({column}, 0)"
        return f"CASE typeof({column}) WHEN 'null' THEN NULL WHEN 'text' THEN {text} ELSE {other} END"

    def _call(self, value: RowValue, encoded: int) -> RowValue:
        if encoded and isinstance(value, bytes):
            value = text_or_bytes(value)
        self.values += 1
        if value in self.originals:
            self.originals[value] += 1
        try:
            result = self._mask(value)
        except Exception as error:
            self.failure = type(error).__name__  # the text of the error may hold the value
            raise
        if result == value and self.unchanged < _LOOKED_AT and not masks.could_produce(self.plan, value):
            self.unchanged += 1
        return result
