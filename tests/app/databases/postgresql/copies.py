"""Copies from one database into another, for tests of the copying itself: no staging, no policy, no other phase."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from app.databases.postgresql.archive import Archive
from app.databases.postgresql.catalogue import read_shapes
from app.databases.postgresql.connections import connect, quoted
from app.databases.postgresql.copying import copy_tables
from app.databases.postgresql.restoring import restore_pre_data
from app.databases.postgresql.shapes import ColumnShape, Copied, Shapes, TableShape
from app.databases.postgresql.snapshot import Snapshot
from app.databases.postgresql.tools import tools_for
from app.domain.plan import ColumnPlan, Plan, TablePlan
from app.domain.policy import Condition, Treatment
from app.ports.context import PhaseContext
from app.ports.secrets import MaskKey
from tests.app.databases.postgresql.servers import READER, WORKER, Server, create_source
from tests.app.databases.sqlite.line import Context

KEY = MaskKey(b"k" * 32, stable=True)
Masks = Mapping[str, str | tuple[str, Mapping[str, Any]]]
"""By `table.column`: a mask, or one with its parameters."""


@dataclass
class Copying:
    """A source, and a database with its tables in it, empty."""

    server: Server
    source: str
    other: Server
    target: str
    copied: Copied | None = None
    ready: list[str] = field(default_factory=list)

    def copy(
        self,
        masks: Masks | None = None,
        *,
        rows: Mapping[str, str | Condition] | None = None,
        without: str | None = None,
        lanes: int = 2,
        keys_may_travel: bool = True,
        ctx: PhaseContext | None = None,
        during: Callable[[Snapshot, Shapes], None] | None = None,
        on_table: Callable[[TableShape], None] | None = None,
    ) -> Copied:
        with Snapshot(self.server.place(self.source, *READER)) as snapshot:
            shapes = read_shapes(snapshot.main)
            if during is not None:
                during(snapshot, shapes)
            self.copied = copy_tables(
                snapshot,
                self.other.place(self.target, *WORKER),
                shapes,
                plan_for(shapes, masks or {}, rows or {}, without),
                KEY,
                lanes=lanes,
                keys_may_travel=keys_may_travel,
                ctx=ctx or Context(),
                on_table=on_table or (lambda table: self.ready.append(table.name)),
            )
        return self.copied

    def read(self, sql: str) -> list[tuple[Any, ...]]:
        """From the source."""
        return self.server.run(sql, self.source)

    def found(self, sql: str) -> list[tuple[Any, ...]]:
        """In the copy."""
        return self.other.run(sql, self.target)

    def same(self, table: str, *columns: str) -> bool:
        """Whether these columns hold the same rows on both ends."""
        what = ", ".join(quoted(c) for c in columns) or "1"
        sql = (
            "SET extra_float_digits = 1; SET timezone = 'UTC'; "
            f"SELECT count(*), md5(string_agg(r::text, chr(10) ORDER BY r::text)) FROM (SELECT {what} FROM {table}) r"
        )
        return self.read(sql) == self.found(sql)


@contextmanager
def copying(server: Server, sql: str, other: Server | None = None, *, encoding: str | None = None) -> Iterator[Copying]:
    """A source made by `sql`, and its empty tables in a database of the worker's."""
    other = other or server
    locale = "C" if encoding else None
    source = create_source(server, sql, encoding=encoding, locale=locale)
    target = other.create_database(owner=WORKER[0], encoding=encoding, locale=locale)
    try:
        pair = Copying(server, source, other, target)
        prepare(pair)
        yield pair
    finally:
        server.drop_database(source)
        other.drop_database(target)


def prepare(pair: Copying) -> None:
    with (
        Snapshot(pair.server.admin(pair.source)) as snapshot,
        connect(pair.other.place(pair.target, *WORKER), read_only=False) as session,
    ):
        tools = tools_for(pair.server.version * 10_000, pair.other.version * 10_000)
        restore_pre_data(session, Archive.read(snapshot, tools, Context()), Context())


def plan_for(shapes: Shapes, masks: Masks, rows: Mapping[str, str | Condition], without: str | None = None) -> Plan:
    """Everything is kept but what is masked; about the column `without` nothing is said."""
    tables = {t.policy_name: t for t in shapes.tables if not t.partition and t.kind in "rp"}
    return Plan(
        operation="provision",
        environment="Harbor/sandbox",
        source="Harbor/production",
        policy="x",
        policy_hash="x",
        tables=tuple(
            TablePlan(
                table=name,
                rows=table.rows,
                copied=copied if isinstance(copied := rows.get(name, "all"), str) else "where",
                condition=() if isinstance(copied, str) else copied,
                columns=tuple(
                    _column(name, column, masks) for column in table.columns if f"{name}.{column.name}" != without
                ),
            )
            for name, table in tables.items()
        ),
    )


def _column(table: str, column: ColumnShape, masks: Masks) -> ColumnPlan:
    given = masks.get(f"{table}.{column.name}")
    mask, parameters = given if isinstance(given, tuple) else (given, {})
    return ColumnPlan(
        column=column.name,
        type=column.type,
        family=column.family,
        treatment=Treatment.GENERATED if column.generated else Treatment.MASK if mask else Treatment.KEEP,
        mask=mask,
        parameters=parameters,
        nullable=column.nullable,
        length=column.length,
    )
