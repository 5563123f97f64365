"""A production database, opened for reading and nothing else, in one snapshot (invariant 1)."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Final

from app.databases.postgresql.catalogue import read_shapes
from app.databases.postgresql.conditions import where_constant
from app.databases.postgresql.connections import quoted
from app.databases.postgresql.failures import told
from app.databases.postgresql.findings import plan_findings, source_findings
from app.databases.postgresql.sampling import ordered, spread
from app.databases.postgresql.schema import LARGE_OBJECTS, engine, schema_of
from app.databases.postgresql.shapes import Shapes, TableShape
from app.databases.postgresql.snapshot import Snapshot
from app.databases.postgresql.urls import Place
from app.domain.environments import Identity
from app.domain.findings import Finding
from app.domain.plan import Plan
from app.domain.policy import Condition
from app.domain.schema import Schema
from app.errors import OutsideError, UserError
from app.ports.databases import RowValue

OLDEST: Final = 140000
"""The oldest server that is read (`server_version_num`): its successors' catalogs are the ones we know."""


class PostgresqlSource:
    """Implements `SourceDatabase`. Use as a context; the snapshot lasts until it is left.

    Raises OutsideError when the database cannot be reached, or its server is too old.
    """

    def __init__(self, place: Place) -> None:
        self.place = place
        self.snapshot = Snapshot(place)
        try:
            version = self.snapshot.main.info.server_version
            if version < OLDEST:
                raise OutsideError(
                    f"The server of {place} is too old",
                    f"It is {engine(version)}; Sandkeeper reads PostgreSQL 14 and newer.",
                    "Upgrade the server, or copy from a newer standby of it.",
                )
            with self._reading("its structure"):
                self.shapes: Shapes = read_shapes(self.snapshot.main)
        except BaseException:
            self.snapshot.close()
            raise

    def __enter__(self) -> "PostgresqlSource":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.snapshot.close()

    @property
    def identity(self) -> Identity:
        return self.snapshot.identity

    def schema(self) -> Schema:
        with self._reading("its structure"):
            return schema_of(self.snapshot.main, self.shapes)

    def findings(self) -> tuple[Finding, ...]:
        with self._reading("its structure"):
            return source_findings(self.snapshot.main, self.shapes, self.place)

    def plan_findings(self, plan: Plan) -> tuple[Finding, ...]:
        return plan_findings(plan, self.shapes)

    def sample(self, table: str, columns: Sequence[str], limit: int) -> list[tuple[RowValue, ...]]:
        """Large objects are never looked into. Raises OutsideError where row-level security hides rows from the role:
        what cannot be looked at is not taken for harmless."""
        if self._means_large_objects(table):
            return []
        shapes = self._named(table)
        self._refuse_hidden(table, shapes)
        with self._reading("a sample of its rows"):
            return spread(self.snapshot.main, shapes, columns, limit)

    def count(self, table: str, condition: Condition = ()) -> int:
        """Exact, however long it takes."""
        if self._means_large_objects(table):
            return self.shapes.large_objects
        total = 0
        for shape in self._named(table):
            if shape.stored:
                text = where_constant(condition, shape, self.shapes)
                with self._reading("its rows"):
                    total += self._one(f"SELECT count(*) FROM ONLY {shape.sql} WHERE {text}")
        return total

    def values(
        self, table: str, columns: Sequence[str], condition: Condition = (), limit: int = 1000
    ) -> list[tuple[RowValue, ...]]:
        """Raises as `sample` does, and UserError for a column that is not there."""
        shapes = self._named(table)
        self._refuse_hidden(table, shapes)
        top = self.shapes.topmost(table)
        found = [top.column(name) for name in columns] if top is not None else []
        wanted = [column for column in found if column is not None]
        if top is None or len(wanted) < len(columns):
            missing = next((n for n, c in zip(columns, found, strict=False) if c is None), "rows of its own")
            raise UserError(f"{table} has no {missing}", f"{self.place} holds none of that name.", "")
        with self._reading("what can be chosen"):
            text = where_constant(condition, top, self.shapes)
            return ordered(self.snapshot.main, self.shapes.reading(top), wanted, text, limit)

    def size_bytes(self) -> int:
        """Of the whole database where the role may ask for it, else of its tables."""
        with self._reading("its size"):
            size = self._one(
                "SELECT CASE WHEN has_database_privilege(current_database(), 'CONNECT') "
                "THEN pg_database_size(current_database()) END"
            )
        return size or sum(table.size_bytes for table in self.shapes.stored)

    def _refuse_hidden(self, table: str, shapes: Sequence[TableShape]) -> None:
        if any(shape.stored and shape.hides_rows for shape in shapes):
            raise OutsideError(
                f"Row-level security keeps rows of {table} from the role {self.shapes.role}",
                "So nobody can tell what they hold.",
                f"As a superuser: ALTER ROLE {quoted(self.shapes.role)} BYPASSRLS;",
            )

    def _one(self, text: str) -> int:
        row = self.snapshot.main.execute(text).fetchone()
        return int(row[0] or 0) if row else 0

    def _means_large_objects(self, table: str) -> bool:
        return bool(self.shapes.large_objects) and table == LARGE_OBJECTS

    def _named(self, table: str) -> tuple[TableShape, ...]:
        shapes = tuple(shape for shape in self.shapes.named(table) if not shape.of_extension)
        if not shapes:
            raise UserError(f"There is no table {table}", f"{self.place} has none of that name.", "")
        return shapes

    @contextmanager
    def _reading(self, what: str) -> Iterator[None]:
        with told(self.place, f"while reading {what}"):
            yield
