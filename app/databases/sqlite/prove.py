"""The proof: originals searched in every value of the finished copy, independent of the masks."""

import sqlite3
from collections.abc import Iterator

from app.databases.proof.fitness import RARE
from app.databases.proof.patterns import Searcher, gather
from app.databases.proof.verdict import STRUCTURE, Spot, Verdict
from app.databases.sqlite.cells import pieces
from app.databases.sqlite.copied import Copied
from app.databases.sqlite.shapes import ColumnShape, Content, Shapes, TableShape, read_shapes
from app.databases.sqlite.staging import Staging
from app.domain.operations import Proof
from app.domain.plan import Plan
from app.domain.policy import Treatment
from app.ports.context import PhaseContext


def search(staging: Staging, copied: Copied, plan: Plan, ctx: PhaseContext) -> Proof:
    """Every value of every column, BLOBs, index storage and the structure's own texts. Counts, never values."""
    originals = gather(copied.masked, RARE)
    searcher = Searcher(originals)
    ctx.checkpoint()
    verdict = Verdict()
    connection, factory = staging.connection, staging.connection.text_factory
    with staging.working(ctx, "while searching the copy for originals"):
        shapes = read_shapes(connection)  # as it is now: a script of the policy may have made tables and columns
        connection.text_factory = bytes
        try:
            for table in _tables(connection, shapes):
                for piece in pieces(connection, table):
                    spot = _spot(copied, table, piece.column)
                    found = searcher.in_text(piece.text) if piece.blob is None else searcher.in_bytes(piece.blob)
                    verdict.look(spot, piece.values, len(piece.text) + len(piece.blob or b""), found)
                    ctx.checkpoint(table.policy_name, verdict.values)
            texts = connection.execute("SELECT sql FROM main.sqlite_master WHERE sql IS NOT NULL")
            for (text,) in texts:
                verdict.look(STRUCTURE, 1, len(text), searcher.in_text(text))
        finally:
            connection.text_factory = factory
    return verdict.proof(originals, copied)


def _spot(copied: Copied, table: TableShape, column: str) -> Spot:
    shape = next((c for c in table.columns if c.name == column), None)
    plan = copied.plans.get(table.name)
    if table.shadow_of is not None or (shape is not None and shape.generated):
        return Spot(table.policy_name, column, storage=True)  # nobody decided to keep it
    if plan is None or plan.copied == "none":
        return Spot(table.policy_name, column)
    treated = next((c for c in plan.columns if c.column.casefold() == column.casefold()), None)
    if treated is None:
        return Spot(table.policy_name, column)
    kept = treated.treatment is Treatment.KEEP
    return Spot(table.policy_name, column, kept=kept, mask=None if kept else treated)


def _tables(connection: sqlite3.Connection, shapes: Shapes) -> Iterator[TableShape]:
    """Tables of rows and, of virtual ones, what stores them: their own rows where they have any, then the index."""
    virtual = {t.name: t for t in shapes.tables if t.module is not None}
    for table in shapes.tables:
        if table.ordinary or table.content is Content.OWN:
            yield table
        elif table.shadow_of is not None:
            owner = virtual.get(table.shadow_of)
            if not (owner and owner.content is Content.OWN and table.name == f"{owner.name}_content"):
                yield table
    for name in ("sqlite_stat1", "sqlite_stat4"):
        columns = connection.execute("SELECT name FROM pragma_table_xinfo(?)", (name,)).fetchall()
        if columns:
            told = tuple(ColumnShape(str(c, "utf-8"), "", False, None, 0, 0) for (c,) in columns)
            yield TableShape(name=name, sql="", columns=told, shadow_of=name)
