"""Choosing the originals the proof will search for, inside the copy's own snapshot. They live in memory alone."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from app.databases.postgresql.cells import pieces, relations
from app.databases.postgresql.connections import Session, quoted
from app.databases.postgresql.leaves import Leaf, leaves, single
from app.databases.postgresql.sampling import spread
from app.databases.postgresql.shapes import MaskedColumn, TableShape
from app.databases.postgresql.spellings import matches_in
from app.databases.proof.fitness import PRODUCIBLE, RARE, unfitness
from app.databases.proof.patterns import Original, Searcher, fold, gather
from app.domain.plan import ColumnPlan
from app.policy import masks
from app.ports.databases import RowValue

_LONGEST: Final = 500
"""Characters of an original; of a longer text its beginning is searched for."""

_ABREAST: Final = 50
"""Columns counted in one pass."""

_LEAVES: Final = 4
"""Leaves of documents that are originals, for each row looked at."""


@dataclass(slots=True)
class _Chosen:
    seen: set[RowValue] = field(default_factory=set)
    unfit: Counter[str] = field(default_factory=Counter)


def choose(
    session: Session, tables: Sequence[TableShape], masked: Sequence[MaskedColumn], limit: int
) -> dict[str, Counter[str]]:
    """Give each masked column of a table the originals of up to `limit` of its rows; `tables` are the table, or the
    partitions that hold its rows. Returns by column how many values are no evidence, and why."""
    chosen = {column.plan.column: _Chosen() for column in masked}
    for row in spread(session, tables, [column.plan.column for column in masked], limit):
        for column, value in zip(masked, row, strict=True):
            if value is not None:
                _take(column, chosen[column.plan.column], value, limit)
    return {name: kept.unfit for name, kept in chosen.items()}


def count(session: Session, tables: Sequence[TableShape], masked: Sequence[MaskedColumn]) -> None:
    """Count the rows that each original stands in, so that what many share is told apart: in the query where a value
    is an original itself, else by the search that the proof uses, which ends for an original once it is common."""
    readable = [table for table in tables if table.stored and not table.hides_rows]
    counted = [column for column in masked if column.originals]
    values = [column for column in counted if single(column.plan, column.shape)]
    for table in readable:
        for begin in range(0, len(values), _ABREAST):
            _count_values(session, table, values[begin : begin + _ABREAST])
    for column in counted:
        if column not in values:
            _count_leaves(session, readable, column)


def text_of_column(column: MaskedColumn) -> str:
    """The column's value in SQL, as the text of an original is; for statements that take parameters."""
    name = quoted(column.plan.column).replace("%", "%%")
    if column.shape.base in ("numeric", "money"):
        return f"trim_scale({name}::numeric)::text"
    if column.shape.base in ("text", "varchar", "bpchar", "citext"):
        cut = any(isinstance(value, str) and len(value) == _LONGEST for value in column.originals)
        return f"left({name}::text, {_LONGEST})" if cut else f"{name}::text"
    return f"concat({name})"  # as its output function writes it; inet's cast, for one, writes otherwise


def _take(column: MaskedColumn, chosen: _Chosen, value: RowValue, limit: int) -> None:
    for leaf in leaves(column.plan, column.shape, value):
        if leaf.value is None or leaf.value in chosen.seen:
            continue
        chosen.seen.add(leaf.value)
        why = _unfitness(column.plan, leaf)
        if why:
            chosen.unfit[why] += 1
        elif len(column.originals) < limit * _LEAVES:
            text = leaf.value
            column.originals[text[:_LONGEST] if isinstance(text, str) else text] = 0


def _unfitness(plan: ColumnPlan, leaf: Leaf) -> str:
    why = unfitness(plan, leaf.value)
    if not why and leaf.document and masks.could_produce(plan, leaf.document):
        return PRODUCIBLE  # its place in the document is one that the mask keeps
    return why


def _count_values(session: Session, table: TableShape, columns: Sequence[MaskedColumn]) -> None:
    """All columns in one pass over the table."""
    wanted = [{str(value): value for value in column.originals} for column in columns]
    names = [f"k{at}" for at in range(len(columns))]
    texts = ", ".join(f"{text_of_column(column)} AS {name}" for column, name in zip(columns, names, strict=True))
    picked = ", ".join(f"CASE WHEN {name} = ANY(%s) THEN {name} END AS {name}" for name in names)
    place = table.sql.replace("%", "%%")
    rows = session.execute(
        f"SELECT {', '.join(names)}, count(*) "
        f"FROM (SELECT {picked} FROM (SELECT {texts} FROM ONLY {place} OFFSET 0) AS t OFFSET 0) AS t "
        f"GROUP BY GROUPING SETS ({', '.join(f'({name})' for name in names)})".encode(),
        [list(each) for each in wanted],
    )
    for *found, times in rows:
        for column, known, value in zip(columns, wanted, found, strict=True):
            if value in known:
                column.originals[known[value]] += times


def _count_leaves(session: Session, tables: Sequence[TableShape], column: MaskedColumn) -> None:
    found: Counter[str] = Counter()
    originals = gather([column], RARE)
    searcher, common = Searcher(originals), set[str]()
    for relation in relations(session, [table.oid for table in tables]):
        wanted = tuple(c for c in relation.columns if c.name == column.plan.column)
        for piece in pieces(session, relation.only(wanted), 0, relation.pages, searcher.longest):
            cells: set[tuple[int, Original]] = {(m.at, m.original) for m in matches_in(searcher, piece.text)}
            found.update(original.text for _, original in cells)
            now = {text for text, times in found.items() if times > RARE}
            if now - common:
                common = now
                searcher = Searcher({t: o for t, o in originals.items() if t not in common})
    for value in column.originals:
        column.originals[value] = found[fold(value)]
