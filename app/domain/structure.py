"""What of a database's structure a review covers: tables, columns, their types and whether they may be empty."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.schema import Schema


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnFact:
    """`type` is the text the database declared, as `Column.type` has it."""

    type: str
    nullable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Structure:
    """Columns by table, both under the names the database spells, in its order.

    No row counts, keys or defaults: they change without anything new to decide about a column.
    """

    tables: Mapping[str, Mapping[str, ColumnFact]]


def structure_of(schema: Schema) -> Structure:
    """The part of a schema that somebody reviews; the tables a virtual one is made of are its own business."""
    return Structure(
        tables={
            table.name: {c.name: ColumnFact(type=c.type, nullable=c.nullable) for c in table.columns}
            for table in schema.tables
            if table.shadow_of is None
        }
    )
