"""How the rows of one table are asked for and handed over: masks inside the query that reads the source (invariant 2).

A row travels the fast way when each of its masked values is one that its SQL mask is right for; then nobody but the
two servers looks at it. The other rows come as text, masked by SQL as far as it is right. Values that it is not right
for stand behind the columns: they are masked in our memory and put in their places. Which of the two ways a row goes is
decided by one condition and its opposite, so that none is lost and none comes twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from app.databases.postgresql.conditions import where_constant
from app.databases.postgresql.connections import quoted
from app.databases.postgresql.masks import Keys, SqlMask, compose, sql_mask
from app.databases.postgresql.shapes import MaskedColumn, Shapes, TableShape
from app.databases.postgresql.slices import Slice
from app.databases.postgresql.unfitting import MaskedField
from app.domain.plan import TablePlan

_Selected = tuple[str, SqlMask | None]


@dataclass(frozen=True, slots=True)
class Query:
    """What is selected, from what (the table is called `t` there), and for which rows."""

    select: str
    source: str
    where: str = "true"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One table's queries. `name` is how policies call it, `table` how the server does; it is called the same on both.

    `fast` is None when a masked column has no SQL mask, `slow` when every value fits. `fields` are what the slow way
    may have to replace, in the order of the values behind the columns. Of the masked columns, `counted` may hold NULL,
    so that their values are counted afterwards; `filled` hold a value in every row.
    """

    name: str
    table: str
    columns: tuple[str, ...]
    binary: bool
    condition: str
    fast: Query | None
    slow: Query | None
    fields: tuple[MaskedField, ...] = ()
    counted: tuple[str, ...] = ()
    filled: tuple[str, ...] = ()

    def copy_out(self, query: Query, piece: Slice, *, binary: bool) -> str:
        rows = f"SELECT {query.select} FROM {query.source} WHERE {self._which(piece)} AND ({query.where})"
        return f"COPY ({rows}) TO STDOUT{_format(binary)}"

    def copy_in(self, *, binary: bool, freeze: bool) -> str:
        """`freeze` where the same transaction emptied the table."""
        columns = f" ({', '.join(map(quoted, self.columns))})" if self.columns else ""
        return f"COPY {self.table}{columns} FROM STDIN{_format(binary, freeze=freeze)}"

    def total(self, piece: Slice) -> str:
        return f"SELECT count(*) FROM ONLY {self.table} AS t WHERE {self._which(piece)}"

    def counting(self) -> str:
        """Run in the copy."""
        return f"SELECT {', '.join(f'count({quoted(name)})' for name in self.counted)} FROM ONLY {self.table}"

    def _which(self, piece: Slice) -> str:
        return f"{piece.sql('t')} AND ({self.condition})"


def reading_of(
    table: TableShape, plan: TablePlan, masked: Sequence[MaskedColumn], keys: Keys, shapes: Shapes
) -> Reading:
    """The queries for a table, which may be a partition of the one the plan names. Columns go by name: partitions may
    have them in another order. Raises UserError for a condition that does not fit the table."""
    by_name = {m.plan.column.casefold(): m for m in masked}
    columns = [column for column in table.columns if column.copied]
    mine = [by_name.get(column.name.casefold()) for column in columns]
    names = [f"t.{quoted(column.name)}" for column in columns]
    masks = [None if m is None else sql_mask(m.plan, c, n, keys) for c, n, m in zip(columns, names, mine, strict=True)]
    possible = all(mask is not None for mask, masking in zip(masks, mine, strict=True) if masking is not None)
    selected, raw, fields = list[_Selected](), list[str](), list[MaskedField]()
    for position, (column, name, masking, mask) in enumerate(zip(columns, names, mine, masks, strict=True)):
        selected.append((name if masking is None or mask is not None else "NULL", mask))
        if masking is not None and (mask is None or mask.fits is not None):
            fields.append(MaskedField(position, masking.plan, column))
            raw.append(
                name if mask is None or mask.fits is None else f"CASE WHEN {mask.fits} THEN NULL ELSE {name} END"
            )
    made = compose(table.sql, selected)
    partly = compose(table.sql, [(name, None if mask is None else mask.guarded()) for name, mask in selected])
    values = [c for c, masking in zip(columns, mine, strict=True) if masking is not None and not masking.constant]
    return Reading(
        name=table.policy_name,
        table=table.sql,
        columns=tuple(column.name for column in columns),
        binary=table.portable,
        condition=where_constant(plan.condition if plan.copied == "where" else (), table, shapes),
        fast=Query(made.select, made.source, made.fits) if possible else None,
        slow=(
            Query(", ".join((partly.select, *raw)), partly.source, f"NOT ({made.fits})" if possible else "true")
            if fields
            else None
        ),
        fields=tuple(fields),
        counted=tuple(c.name for c in values if c.nullable),
        filled=tuple(c.name for c in values if not c.nullable),
    )


def _format(binary: bool, *, freeze: bool = False) -> str:
    options = [*(["FORMAT binary"] if binary else []), *(["FREEZE"] if freeze else [])]
    return f" ({', '.join(options)})" if options else ""
