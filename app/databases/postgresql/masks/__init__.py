"""Masks on PostgreSQL: as SQL in the query that reads, and as the reference in our memory for what SQL cannot do.

`sql_mask` says how a column is masked on the source's server, `compose` puts a table's columns into a query, and
`reference.text_mask` masks the rows that a mask's `fits` leaves out.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final, NamedTuple

from app.databases.postgresql.masks import (
    addresses,
    codes,
    dates,
    ids,
    mail,
    names,
    network,
    numbers,
    phones,
    plain,
    texts,
)
from app.databases.postgresql.masks.kernel import Builder, Keys, KeysRefused, SqlMask
from app.databases.postgresql.shapes import ColumnShape
from app.domain.plan import ColumnPlan

__all__ = ("Composed", "Keys", "KeysRefused", "SqlMask", "compose", "sql_mask")

BUILDERS: Mapping[str, Builder] = MappingProxyType(
    {
        name: builder
        for module in (plain, names, mail, addresses, phones, dates, numbers, network, texts, codes, ids)
        for name, builder in module.BUILDERS.items()
    }
)
"""Masks that can be SQL, by name."""

_VALUE: Final = '"masked value"'
"""The column of a LATERAL subselect; conditions name the table's columns without the table."""


def sql_mask(plan: ColumnPlan, shape: ColumnShape, column_sql: str, keys: Keys) -> SqlMask | None:
    """The mask of a column as SQL, None where SQL cannot do it, or must not be told the key.

    `column_sql` is the column in the query's terms, such as `t."email"`.
    """
    builder = BUILDERS.get(plan.mask or "")
    if builder is None:
        return None
    try:
        return builder(plan, shape, column_sql, keys)
    except KeysRefused:
        return None


class Composed(NamedTuple):
    """A masking query's parts.

    Masked rows: `SELECT {select} FROM {source} WHERE {fits}`. The others, unmasked, for our own memory:
    `SELECT ... FROM ONLY table AS t WHERE NOT ({fits})`. Every row is in exactly one of the two. `fits` speaks of
    the table's own columns alone, so more conditions on `t` (ranges of `ctid`, too) may be added with AND to both, and
    the server looks at all of them before it masks anything.
    """

    select: str
    source: str
    fits: str


def compose(table_sql: str, columns: Sequence[tuple[str, SqlMask | None]]) -> Composed:
    """Put columns, each with its mask or None for one that is kept, into a query of a table called `t`.

    `table_sql` is the table's name, quoted; `columns` are SQL such as `t."email"`, in the order they travel.

    A mask whose column tends to repeat its values becomes a LATERAL subselect: there the planner may remember results
    (Memoize, where its statistics say that values repeat), which halves the cost of names and cities.
    """
    select, laterals, fits = list[str](), list[str](), list[str]()
    for number, (column, mask) in enumerate(columns, 1):
        if mask is None:
            select.append(column)
            continue
        if mask.fits is not None:
            fits.append(f"({mask.fits})")
        if mask.repeats:
            laterals.append(f" CROSS JOIN LATERAL (SELECT {mask.value} AS {_VALUE} OFFSET 0) AS m{number}")
            select.append(f"m{number}.{_VALUE}")
        else:
            select.append(mask.value)
    return Composed(", ".join(select), f"ONLY {table_sql} AS t{''.join(laterals)}", " AND ".join(fits) or "true")
