"""Rows given by the names of their columns, numbered, sealed and signed as the application would."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import TypeVar

from app.databases.demo.batches import Batches
from app.databases.demo.crm.schema import schema
from app.databases.demo.world import TODAY, Insert

T = TypeVar("T")

_LETTERS = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"


@dataclass(slots=True)
class _Sheet:
    key: str
    number: int
    defaults: dict[str, object]
    audited: bool
    sealed: bool
    last: int = 0


class Filling:
    """Collects rows of all tables, and holds the one random stream they are drawn from.

    What is not given is none: NULL, no text, 0, or the value that means no reference in that column.
    """

    def __init__(self, random: Random, insert: Insert) -> None:
        self.random = random
        self.associates = [1]
        """Who may have written a row; users are the first rows, so there is one from the start."""
        self._batches = Batches(insert)
        self._days = [(TODAY - timedelta(days=n)).isoformat() for n in range(4000)]
        self._coming = [(TODAY + timedelta(days=n)).isoformat() for n in range(800)]
        self._sheets: dict[str, _Sheet] = {}
        for name, table in schema().tables.items():
            defaults: dict[str, object] = {}
            for column in table.c:
                if "none" in column.info:
                    defaults[column.name] = column.info["none"][0]
                elif column.nullable:
                    defaults[column.name] = None
                else:
                    defaults[column.name] = "" if column.type.python_type is str else 0
            columns = list(defaults)
            self._sheets[name] = _Sheet(
                columns[0],
                table.info["number"],
                defaults,
                audited="updatedCount" in defaults,
                sealed="encryptedCheck" in defaults,
            )

    def add(self, table: str, /, **values: object) -> int:
        """Add a row; its number, one more than the last unless `values` gives it. KeyError for an unknown column."""
        sheet, random = self._sheets[table], self.random
        given = values.get(sheet.key)
        sheet.last = given if isinstance(given, int) else sheet.last + 1
        row: dict[str, object] = {**sheet.defaults, sheet.key: sheet.last}
        if sheet.audited:
            age = int(random.random() * 3000)
            row["registered"] = f"{self._days[age]} 08:{age % 60:02d}:00"
            row["registered_associate_id"] = self.pick(self.associates)
            if age % 3:
                row["updated"] = f"{self._days[int(age * random.random())]} 14:{age % 60:02d}:00"
                row["updated_associate_id"] = self.pick(self.associates)
                row["updatedCount"] = age % 3
        if sheet.sealed:
            row["encryptedCheck"] = f"{random.getrandbits(256):064X}"
        row.update(values)
        if len(row) != len(sheet.defaults):
            raise KeyError(table, sorted(set(values) - set(sheet.defaults)))
        self._batches.add(table, tuple(row.values()))
        return sheet.last

    def coming(self, table: str) -> int:
        """The number that the next row of a table will have: for two rows that know each other."""
        return self._sheets[table].last + 1

    def finish(self) -> None:
        """Write down what number each table goes on with, and hand over what still waits."""
        for name, sheet in self._sheets.items():
            if name != "sequence":
                self.add("sequence", id=sheet.number + 10, next_id=sheet.last + 1, TableName=name,
                         TableNumber=sheet.number)  # fmt: skip
        last = max(sheet.number for sheet in self._sheets.values()) + 10
        self.add("sequence", id=10, next_id=last + 1, TableName="sequence", TableNumber=0)
        self._batches.flush()

    def pick(self, values: Sequence[T]) -> T:
        return values[int(self.random.random() * len(values))]

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def below(self, limit: int) -> int:
        """A number from 0 to `limit` - 1."""
        return int(self.random.random() * limit)

    def ago(self, days: int, hour: int = 9, minute: int = 0) -> str:
        """The moment so many days before the demo's today."""
        return f"{self._days[days]} {hour:02d}:{minute:02d}:00"

    def ahead(self, days: int, hour: int = 9, minute: int = 0) -> str:
        """The moment so many days after it."""
        return f"{self._coming[days]} {hour:02d}:{minute:02d}:00"

    def secret(self, length: int) -> str:
        """A credential as a password safe would make it."""
        return "".join(self.random.choices(_LETTERS, k=length))

    def hexadecimal(self, length: int) -> str:
        return f"{self.random.getrandbits(4 * length):0{length}x}"
