"""A database's structure as planning needs it: what kind of database it is does not show here."""

from dataclasses import dataclass, field
from enum import StrEnum


class TypeFamily(StrEnum):
    """What kind of value a column holds, as far as masks care."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"  # floating point or decimal
    BOOLEAN = "boolean"
    DATE = "date"  # a calendar date, as ISO text where the database has no type for it
    TIMESTAMP = "timestamp"
    BINARY = "binary"
    JSON = "json"
    ANY = "any"  # the database does not say (SQLite columns without a type)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column; `length` is the longest text in characters the declared type or a CHECK allows, None when unbounded.

    `generated` columns are computed by the database and never copied. `type` is the text the database declared.
    `collation` matters for uniqueness: under NOCASE two values that differ in case alone collide.
    """

    name: str
    type: str
    family: TypeFamily
    nullable: bool = True
    length: int | None = None
    default: str | None = None
    generated: bool = False
    collation: str | None = None
    identity: bool = False  # numbered by the database (INTEGER PRIMARY KEY, IDENTITY, serial)
    expression: str | None = None  # what a generated column is computed with
    comment: str = field(default="", compare=False, repr=False)  # what people wrote about it in the database
    masks: frozenset[str] | None = None  # those that make values of its type; None where the family alone decides


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignKey:
    columns: tuple[str, ...]
    table: str  # the table referred to
    referred: tuple[str, ...]  # its columns
    on_delete: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UniqueKey:
    """A primary key, unique constraint or unique index. `condition` is a partial index's WHERE.

    Where it is over an `expression`, `columns` are all that stand in it. Without `nulls_distinct`, two rows without
    a value are alike too.
    """

    name: str
    columns: tuple[str, ...]
    primary: bool = False
    condition: str | None = None
    expression: str | None = None
    nulls_distinct: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """Rows that may not stand together (EXCLUDE). `equal` are the columns compared for equality, `others` those
    compared otherwise (that overlap, for example) or inside an expression."""

    name: str
    equal: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table. `name` is as policies write it (`schema.table`, the default schema left out).

    `rows` is exact or the server's estimate, None when unknown. `checks` are the CHECK expressions as texts.
    `shadow_of` names the virtual table whose implementation this is: such tables are rebuilt, never copied.
    `virtual` is the module of a virtual table (`fts5`, `rtree`, `foreign`), None otherwise. `partition_key` are the
    columns whose values choose the partition a row stands in, on every level.
    """

    name: str
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...] = ()
    unique_keys: tuple[UniqueKey, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    checks: tuple[str, ...] = ()
    rows: int | None = None
    virtual: str | None = None
    shadow_of: str | None = None
    exclusions: tuple[Exclusion, ...] = ()
    partition_key: tuple[str, ...] = ()
    comment: str = field(default="", compare=False, repr=False)  # what people wrote about it in the database

    def column(self, name: str) -> Column | None:
        """The column of that name, compared without case where no exact match exists; None when there is none."""
        folded = name.casefold()
        exact = next((c for c in self.columns if c.name == name), None)
        return exact or next((c for c in self.columns if c.name.casefold() == folded), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """All tables of a database, with the names of its other objects.

    `fingerprint` changes when anything of the structure does; the copy compares it inside its own snapshot with what
    was planned.
    """

    tables: tuple[Table, ...]
    views: tuple[str, ...] = ()
    triggers: tuple[str, ...] = ()
    indexes: tuple[str, ...] = ()
    fingerprint: str = ""
    engine: str = ""  # "sqlite 3.40.1", "postgresql 16.4"
    notes: tuple[str, ...] = field(default=())

    def table(self, name: str) -> Table | None:
        folded = name.casefold()
        exact = next((t for t in self.tables if t.name == name), None)
        return exact or next((t for t in self.tables if t.name.casefold() == folded), None)
