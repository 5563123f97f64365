"""Rows collected by table and handed on many at a time: one at a time would take most of the time."""

from app.databases.demo.world import Insert, Row

_BATCH = 20_000


class Batches:
    """Takes row after row of any table; `flush` hands on what is left."""

    def __init__(self, insert: Insert) -> None:
        self._insert = insert
        self._rows: dict[str, list[Row]] = {}

    def add(self, table: str, row: Row) -> None:
        """Tables are first handed on in the order of their first full batch, so parents may come after children."""
        rows = self._rows.setdefault(table, [])
        rows.append(row)
        if len(rows) >= _BATCH:
            self._hand_on(table)

    def flush(self) -> None:
        for table in self._rows:
            self._hand_on(table)

    def _hand_on(self, table: str) -> None:
        if rows := self._rows[table]:
            self._insert(table, rows)
            rows.clear()
