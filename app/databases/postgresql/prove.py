"""The proof: originals searched in every value of the finished copy, independent of the masks.

Several sessions read, each in a thread: servers and the search itself work outside the interpreter.
"""

import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from types import TracebackType
from typing import Final

import psycopg

from app.databases.postgresql import structure
from app.databases.postgresql.catalogue import policy_name
from app.databases.postgresql.cells import RANGE, Column, Relation, pieces, relations
from app.databases.postgresql.connections import Session, connect
from app.databases.postgresql.copying import column_of
from app.databases.postgresql.failures import in_words, told
from app.databases.postgresql.leaves import leaves, single
from app.databases.postgresql.masks.values import reader
from app.databases.postgresql.schema import LARGE_OBJECTS
from app.databases.postgresql.shapes import ColumnShape, Copied, TableShape
from app.databases.postgresql.spellings import EDGE, matches_in
from app.databases.postgresql.urls import Place
from app.databases.proof.fitness import RARE
from app.databases.proof.patterns import Match, Searcher, fold, gather
from app.databases.proof.verdict import STRUCTURE, Spot, Verdict
from app.domain.operations import Proof
from app.domain.plan import ColumnPlan, Plan
from app.domain.policy import Treatment
from app.ports.context import PhaseContext

_GLANCE: Final = 0.2
_CANCEL_SECONDS: Final = 0.7
_DOING: Final = "while searching the copy for originals"
_ESCAPED_SIZE: Final = 8
"""So many characters one of an original may take, escaped or in hex, at the edge between two slices."""


def search(place: Place, copied: Copied, plan: Plan, ctx: PhaseContext, lanes: int) -> Proof:
    """Every value of every table and materialised view, large objects, statistics, and the structure's own texts.
    Counts, never values."""
    originals = gather(copied.masked, RARE)
    searching = _Searching(place, copied, plan, Searcher(originals))
    ctx.checkpoint()
    with (
        told(place, _DOING, ctx),
        connect(place, read_only=True, doing=_DOING) as session,
        _Lanes(searching, _shares(relations(session)), lanes) as running,
    ):
        searching.beside_rows(session, ctx)
        running.finish(ctx)
        searching.statistics(session)
    return searching.verdict.proof(originals, copied)


Share = tuple[Relation, int, int]
"""A range of a relation's pages."""


def _shares(found: Iterable[Relation]) -> list[Share]:
    """All pages of all relations, dealt out so that the last ones are small."""
    return [
        (relation, first, min(first + RANGE, relation.pages))
        for relation in found
        for first in range(0, relation.pages, RANGE)
    ]


class _Searching:
    """What the lanes share. `verdict` is guarded by the lock."""

    def __init__(self, place: Place, copied: Copied, plan: Plan, searcher: Searcher) -> None:
        self.place, self.verdict, self._searcher = place, Verdict(), searcher
        self._copied, self._lock = copied, threading.Lock()
        self._tables = {(t.schema, t.name): t for t in copied.shapes.tables}
        self._large_objects = _of_large_objects(plan)
        self._overlap = searcher.longest * _ESCAPED_SIZE

    def relation(self, session: Session, share: Share) -> Iterator[int]:
        """Search it; tells after each piece how many values were looked at in all."""
        relation, first, last = share
        for piece in pieces(session, relation, first, last, self._overlap):
            self._look(self._spot(relation, piece.column), piece.values, piece.text)
            yield self.verdict.values

    def beside_rows(self, session: Session, ctx: PhaseContext) -> None:
        """Search what is no row of a table."""
        found = list(structure.texts(session))
        self._look((STRUCTURE, None), len(found), EDGE.join(found))
        ctx.checkpoint()
        for objects, data in structure.large_objects(session, self._searcher.longest * 4):
            matches = list(self._searcher.in_bytes(data))
            with self._lock:
                self.verdict.look(self._large_objects, objects, len(data), matches)
            ctx.checkpoint()

    def statistics(self, session: Session) -> None:
        """Search what the server keeps of the columns' values, after the rows."""
        for known in structure.statistics(session):
            table = self._tables.get((known.schema, known.table))
            named = Column(known.column, "", "", long=False, generated="")
            self._look(
                self._of(known.schema, known.table, table, named), known.text.count(EDGE) + 1, known.text, again=True
            )

    def _look(self, where: tuple[Spot, ColumnShape | None], values: int, text: bytes, *, again: bool = False) -> None:
        spot, shape = where
        matches = matches_in(self._searcher, text)
        if shape is not None and spot.mask is not None and not single(spot.mask, shape):
            matches = [inner for match in matches for inner in _in_leaves(spot.mask, shape, match)]
        with self._lock:
            self.verdict.look(spot, values, len(text), matches, again=again)

    def _spot(self, relation: Relation, column: Column) -> tuple[Spot, ColumnShape | None]:
        return self._of(relation.schema, relation.name, self._tables.get((relation.schema, relation.name)), column)

    def _of(self, schema: str, name: str, table: TableShape | None, column: Column) -> tuple[Spot, ColumnShape | None]:
        """Where a column's values stand, and what they are. A materialised view repeats what stands in tables, and
        what is an extension's own came with it."""
        shape = table.column(column.name) if table is not None else None
        if table is None or table.of_extension or shape is None or shape.generated or column.generated:
            return Spot(table.policy_name if table else policy_name(schema, name), column.name, storage=True), None
        plan = self._copied.plans.get(table.policy_name)
        if plan is None or plan.copied == "none":
            return Spot(table.policy_name, column.name), None
        treated = column_of(plan, column.name)
        if treated.treatment is Treatment.KEEP:
            return Spot(table.policy_name, column.name, kept=True), None
        return Spot(table.policy_name, column.name, mask=treated), shape


def _of_large_objects(plan: Plan) -> Spot:
    """Where their bytes stand; kept when a person decided that they come along."""
    columns = [column for table in plan.tables if table.table == LARGE_OBJECTS for column in table.columns]
    kept = any(column.treatment is Treatment.KEEP for column in columns)
    return Spot(LARGE_OBJECTS, columns[0].column if columns else "data", kept=kept)


def _in_leaves(plan: ColumnPlan, shape: ColumnShape, match: Match) -> Iterator[Match]:
    """The match in the leaves of a value that holds several: each is what the mask made, and may be a whole one."""
    text = match.original.text
    try:
        found = [str(leaf.value) for leaf in leaves(plan, shape, reader(shape)(match.cell))]
    except ValueError:  # a slice of a large value
        found = []
    inside = [leaf for leaf in found if text in fold(leaf)]
    for leaf in inside:
        yield replace(match, cell=leaf, whole=fold(leaf) == text)
    if not inside:
        yield match


class _Lanes:
    """Sessions that take one share after the other. Use as a context: left early, what still runs is broken off."""

    def __init__(self, searching: _Searching, shares: list[Share], lanes: int) -> None:
        self._searching, self._shares = searching, iter(shares)
        self._lock, self._stopping = threading.Lock(), False
        self._failure: BaseException | None = None
        self._table, self._values = "", 0
        self._sessions: list[Session] = []
        count = min(max(lanes, 1), len(shares))
        try:
            for _ in range(count):
                self._sessions.append(connect(searching.place, read_only=True, doing=_DOING))
        except BaseException:
            self._close()
            raise
        self._threads = [threading.Thread(target=self._lane, args=(s,), name="proof") for s in self._sessions]
        for thread in self._threads:
            thread.start()

    def __enter__(self) -> "_Lanes":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stopping = True
        while any(thread.is_alive() for thread in self._threads):
            for session in self._sessions:
                with suppress(psycopg.Error):  # asked again a moment later, or done
                    session.cancel_safe(timeout=_CANCEL_SECONDS)
            for thread in self._threads:
                thread.join(_GLANCE)
        self._close()

    def finish(self, ctx: PhaseContext) -> None:
        """Wait for the end. Raises what a lane failed with, or what `ctx` raises."""
        for thread in self._threads:
            while thread.is_alive():
                thread.join(_GLANCE)
                ctx.checkpoint(self._table, self._values)
        if self._failure is not None:
            raise self._failure

    def _lane(self, session: Session) -> None:
        try:
            while not self._stopping:
                with self._lock:
                    share = next(self._shares, None)
                if share is None:
                    return
                self._table = policy_name(share[0].schema, share[0].name)
                for values in self._searching.relation(session, share):
                    self._values = values
                    if self._stopping:
                        return
        except psycopg.Error as error:
            self._failed(in_words(error, self._searching.place, _DOING))
        except BaseException as error:  # noqa: BLE001  # raised again by whoever waits
            self._failed(error)

    def _failed(self, error: BaseException) -> None:
        self._failure = self._failure or error
        self._stopping = True

    def _close(self) -> None:
        for session in self._sessions:
            session.close()
