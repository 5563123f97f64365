"""A production database, opened for reading and nothing else, in one snapshot (invariant 1)."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from app.databases.sqlite.clone import Clone
from app.databases.sqlite.connections import open_readonly, sidecars
from app.databases.sqlite.failures import in_words, told
from app.databases.sqlite.findings import of_plan, source_findings
from app.databases.sqlite.quoting import quoted, where
from app.databases.sqlite.schema import read_schema
from app.databases.sqlite.shapes import Shapes, TableShape, read_shapes
from app.domain.environments import Identity
from app.domain.findings import Finding
from app.domain.plan import Plan
from app.domain.policy import Condition
from app.domain.schema import Schema
from app.errors import OutsideError, UserError
from app.ports.databases import RowValue


class SqliteSource:
    """Implements `SourceDatabase`. Use as a context; the snapshot lasts until it is left."""

    def __init__(self, path: Path, *, busy_seconds: float = 3.0) -> None:
        self.path = path
        self._connection, self._identity = open_readonly(path, busy_seconds=busy_seconds)
        # A file attached without a mode would open for writing, and VACUUM INTO, which attaches too, writes a raw copy.
        self._connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        try:
            self._connection.execute("BEGIN")
            self._shapes = read_shapes(self._connection)
        except sqlite3.Error as error:
            self._connection.close()
            raise in_words(error, path, "while reading its structure") from None
        except OutsideError:
            self._connection.close()
            raise
        self._clone: Clone | None = None

    def __enter__(self) -> "SqliteSource":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._clone is not None:
            self._clone.close()
        self._connection.close()

    @property
    def identity(self) -> Identity:
        return self._identity

    @property
    def connection(self) -> sqlite3.Connection:
        """For readers of this package; SQLite itself keeps it from writing."""
        return self._connection

    @property
    def shapes(self) -> Shapes:
        return self._shapes

    def schema(self) -> Schema:
        with self._reading("its structure"):
            return read_schema(self._connection, self._shapes, self._twin())

    def findings(self) -> tuple[Finding, ...]:
        with self._reading("its structure"):
            return source_findings(self.path, self._shapes, self._twin().misfits, self.pragma("journal_mode"))

    def plan_findings(self, plan: Plan) -> tuple[Finding, ...]:
        return of_plan(self._shapes, plan)

    def sample(self, table: str, columns: Sequence[str], limit: int) -> list[tuple[RowValue, ...]]:
        shape = self._shape(table)
        names = ", ".join(f"{quoted(shape.name)}.{quoted(column)}" for column in columns)
        with self._reading("a sample of its rows"):
            return list(spread(self._connection, "main", shape, names, limit))

    def count(self, table: str, condition: Condition = ()) -> int:
        name = self._shape(table).name
        text, values = where(condition, name)
        sql = f"SELECT count(*) FROM {quoted(name)} WHERE {text}"
        with self._reading("its rows"):
            return int(self._connection.execute(sql, values).fetchone()[0])

    def values(
        self, table: str, columns: Sequence[str], condition: Condition = (), limit: int = 1000
    ) -> list[tuple[RowValue, ...]]:
        name = self._shape(table).name
        text, values = where(condition, name)
        names = ", ".join(f"{quoted(name)}.{quoted(column)}" for column in columns)
        sql = f"SELECT {names} FROM {quoted(name)} WHERE {text} ORDER BY {names} LIMIT ?"
        with self._reading("what can be chosen"):
            return self._connection.execute(sql, (*values, limit)).fetchall()

    def size_bytes(self) -> int:
        wal = sidecars(self.path)[0]
        return self.path.stat().st_size + (wal.stat().st_size if wal.exists() else 0)

    def pragma(self, name: str) -> str:
        """One of the file's own settings, as text."""
        return str(self._connection.execute(f"PRAGMA main.{name}").fetchone()[0])

    def _twin(self) -> Clone:
        if self._clone is None:
            self._clone = Clone(self._shapes)
        return self._clone

    def _shape(self, table: str) -> TableShape:
        folded = table.casefold()
        shape = next((t for t in self._shapes.tables if folded in (t.policy_name.casefold(), t.name.casefold())), None)
        if shape is None:
            raise UserError(f"There is no table {table}", f"{self.path.name} has none of that name.", "")
        return shape

    @contextmanager
    def _reading(self, what: str) -> Iterator[None]:
        with told(self.path, f"while reading {what}"):
            yield


def spread(
    connection: sqlite3.Connection, database: str, table: TableShape, columns: str, limit: int
) -> Iterator[tuple[RowValue, ...]]:
    """Up to `limit` rows from all over the table; `columns` is SQL. Cheap on a table of any size: rows are found by
    rowid, where there is one."""
    place = f"{quoted(database)}.{quoted(table.name)}"
    rowid = table.rowid
    ends = None
    if rowid is not None and table.module is None:
        ends = connection.execute(f"SELECT min({rowid}), max({rowid}) FROM {place}").fetchone()
    if ends is None or ends[0] is None or ends[1] - ends[0] < limit:
        yield from connection.execute(f"SELECT {columns} FROM {place} LIMIT ?", (limit,))
        return
    name = quoted(rowid or "")
    sought = f"SELECT t.{name} FROM {place} AS t WHERE t.{name} >= n.at ORDER BY t.{name} LIMIT 1"
    yield from connection.execute(
        "WITH RECURSIVE n (i, at) AS "
        "(SELECT 0, ?1 UNION ALL SELECT i + 1, ?1 + CAST((i + 1) * ?2 AS INTEGER) FROM n WHERE i + 1 < ?3) "
        f"SELECT {columns} FROM {place} WHERE {quoted(table.name)}.{name} IN (SELECT ({sought}) FROM n)",
        (ends[0], (ends[1] - ends[0]) / limit, limit),
    )
