"""Keys, indexes and statistics objects, made from scrubbed rows: side by side, and beside the copy where that helps."""

from collections.abc import Iterator
from dataclasses import replace
from types import TracebackType
from typing import Final

import psycopg

from app.databases.postgresql.archive import Archive
from app.databases.postgresql.connections import Session
from app.databases.postgresql.contents import Entry
from app.databases.postgresql.lanes import NOT_YET, Lanes, Work
from app.databases.postgresql.restoring import failure
from app.databases.postgresql.shapes import Shapes, TableShape
from app.databases.postgresql.urls import Place
from app.errors import OutsideError
from app.ports.context import PhaseContext

_KINDS: Final = frozenset({"CONSTRAINT", "INDEX", "INDEX ATTACH", "STATISTICS"})
_WITH_ROWS: Final = ("TABLE", "MATERIALIZED VIEW", "FOREIGN TABLE")
_TWICE: Final = ("23505", "23P01")
_MISSING: Final = "23502"


class IndexBuilder:
    """Builds on `lanes` sessions what can be built on the tables that are `ready`, the largest first.

    Use as a context: leaving it stops what still runs. What a statement failed at is raised by the next `ready` and by
    `finish`, as OutsideError naming the index and its table.
    """

    def __init__(self, place: Place, archive: Archive, shapes: Shapes, lanes: int) -> None:
        self._shapes = shapes
        # A partitioned table is one with all its partitions: making its key locks them all.
        self._awaited = {oid: set(_leaves(shapes, oid)) or {oid} for oid in _trees(shapes)}
        held = {table.oid for table in shapes.stored} | set(self._awaited)
        self._place, self._count = place, lanes
        self._settings = {"search_path": f"pg_catalog, {archive.search_path}"}
        self._lanes = Lanes(place, lanes, index_works(archive, shapes), held=held)

    def __enter__(self) -> "IndexBuilder":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def ready(self, table: TableShape) -> None:
        """The table has all its rows. Safe to call from any thread."""
        released = [table.oid]
        if table.root is not None and table.root in self._awaited:
            self._awaited[table.root].discard(table.oid)
            if not self._awaited[table.root]:
                released.append(table.root)
        self._lanes.release(released)

    def finish(self, ctx: PhaseContext) -> None:
        """All tables are ready; wait for the rest. Raises OutsideError, or what `ctx.checkpoint` raises."""
        self._lanes.finish(ctx)
        if left := self._lanes.postponed:
            works = [replace(work, later=frozenset()) for work in left]
            with Lanes(self._place, self._count, works, settings=self._settings) as again:
                again.finish(ctx)

    def close(self) -> None:
        self._lanes.close()


def build(place: Place, archive: Archive, shapes: Shapes, lanes: int, ctx: PhaseContext) -> None:
    """All of it at once, after the copy."""
    with IndexBuilder(place, archive, shapes, lanes) as builder:
        builder.finish(ctx)


def built_before_rows_change(archive: Archive) -> frozenset[int]:
    """The ids of entries that `build` makes; all others of the post-data section are `finish`'s."""
    chosen: set[int] = set()
    after = {entry.id for entry in archive.entries("post-data")}
    for entry in archive.entries("post-data"):
        on_built = (after & set(entry.needs)) <= chosen
        if on_built and (_is_built(entry) or (entry.kind == "COMMENT" and chosen & set(entry.needs))):
            chosen.add(entry.id)
    return frozenset(chosen)


def index_works(archive: Archive, shapes: Shapes) -> list[Work]:
    chosen = built_before_rows_change(archive)
    return [work_of(entry, archive, shapes) for entry in archive.entries("post-data") if entry.id in chosen]


def work_of(entry: Entry, archive: Archive, shapes: Shapes, *sql: str) -> Work:
    """The work that makes an entry, with statements of its own or those given, and the tables it holds."""
    alone: set[int] = set()
    beside: set[int] = set()
    weight = 0
    for oid in _tables(entry, archive):
        table = shapes.by_oid.get(oid)
        if table is not None and table.kind == "p":
            # It touches all tables of the tree: none of those may be worked on meanwhile. Negative, for the tree is
            # not its topmost table, which has to have its rows first.
            alone.add(-(table.root or table.oid))
            beside.add(table.root or table.oid)
        else:
            (beside if entry.kind in ("INDEX", "COMMENT") else alone).add(oid)
            beside |= {-table.root} if table is not None and table.root is not None else set()
        weight += table.pages if table is not None else 0

    def refused(session: Session, error: psycopg.Error) -> OutsideError:
        return _refused(session, entry, archive, error)

    return Work(
        id=entry.id,
        title=entry.title,
        sql=sql or (entry.sql,),
        needs=_needs(entry, archive),
        alone=frozenset(alone),
        beside=frozenset(beside - alone),
        weight=weight,
        refused=refused,
        later=NOT_YET if _is_built(entry) or entry.kind == "COMMENT" else frozenset(),
    )


def _is_built(entry: Entry) -> bool:
    return entry.kind in _KINDS and not entry.sql.rstrip().endswith("NOT VALID;")


def _needs(entry: Entry, archive: Archive) -> frozenset[int]:
    """What it waits for. pg_dump lets a partition's index wait for that of the table above, which is only a name until
    both are attached: the rows of a partition need no waiting."""
    if entry.kind not in ("INDEX", "CONSTRAINT"):
        return frozenset(entry.needs)
    return frozenset(entry.needs) - {needed.id for needed in archive.needed(entry, "INDEX", "CONSTRAINT")}


def _tables(entry: Entry, archive: Archive, depth: int = 3) -> Iterator[int]:
    """The oids of the tables an entry is about: those it rests on, else those of the indexes or keys it rests on."""
    direct = [needed.oid for needed in archive.needed(entry, *_WITH_ROWS)]
    if direct or not depth:
        yield from direct
        return
    for needed in (archive.by_id[i] for i in entry.needs if i in archive.by_id):
        if needed.section == "post-data":
            yield from _tables(needed, archive, depth - 1)


def _trees(shapes: Shapes) -> Iterator[int]:
    return (table.oid for table in shapes.tables if table.kind == "p" and table.root is None)


def _leaves(shapes: Shapes, root: int) -> Iterator[int]:
    return (table.oid for table in shapes.stored if table.root == root)


def _refused(session: Session, entry: Entry, archive: Archive, error: psycopg.Error) -> OutsideError:
    names = {needed.oid: f"{needed.schema}.{needed.name}" for needed in archive.contents if needed.kind in _WITH_ROWS}
    tables = [names[oid] for oid in dict.fromkeys(_tables(entry, archive)) if oid in names]
    where = f" of {tables[0]}" if tables else ""
    name = entry.name.rpartition(" ")[2] if entry.kind == "CONSTRAINT" else entry.name
    if error.sqlstate in _TWICE:
        return OutsideError(
            f"The unique index {name}{where} cannot be built",
            "Two masked rows have the same values in its columns.",
            "Choose a mask that keeps values apart (such as token, digits or email) for the columns of that index.",
        )
    if error.sqlstate == _MISSING:
        return OutsideError(
            f"The key {name}{where} cannot be built",
            "Masked rows have no value in one of its columns.",
            "Choose a mask other than null for the columns of that key.",
        )
    return failure(session, entry, error)
