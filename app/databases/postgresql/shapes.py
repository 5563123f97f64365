"""A PostgreSQL database's structure as copying needs it. Values only; `catalogue` reads them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from app.databases.postgresql.connections import quoted
from app.domain.environments import Identity
from app.domain.operations import TableRun
from app.domain.plan import ColumnPlan, TablePlan
from app.domain.schema import TypeFamily
from app.ports.databases import RowValue


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldShape:
    """One field of a composite type."""

    name: str
    type: str
    base: str
    family: TypeFamily
    array: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnShape:
    """One column.

    `type` is the declared type as `format_type` writes it; `base` is the type underneath domains and arrays, as
    `pg_type.typname` spells it (`text`, `varchar`, `bpchar`, `citext`, `int4`, `numeric`, `timestamptz`, `jsonb`,
    `inet` ...), or `enum`, `composite`, `range`, `multirange` for types people make. `array` says that it is an array
    of them. `family` is that of the element. `generated` is `s` (stored), `v` (virtual) or empty; `identity` is `a`,
    `d` or empty. `default` of a generated column is its expression. `portable` says that binary COPY carries it
    between servers.
    """

    number: int
    name: str
    type: str
    base: str
    family: TypeFamily
    array: bool = False
    domain: bool = False
    nullable: bool = True
    length: int | None = None
    scale: int | None = None
    default: str | None = None
    generated: str = ""
    identity: str = ""
    collation: str | None = None
    portable: bool = True
    fields: tuple[FieldShape, ...] = ()
    domains: tuple[int, ...] = ()  # oids, outermost first
    labels: tuple[str, ...] = ()  # of an enum, in its order

    @property
    def copied(self) -> bool:
        """Whether its values travel: what the database computes is computed again."""
        return not self.generated


@dataclass(frozen=True, slots=True, kw_only=True)
class TableShape:
    """One relation that holds rows, or a partitioned table above such.

    `kind` is `pg_class.relkind`: r, p (partitioned), f (foreign). `root` is the oid of the topmost partitioned table
    of a partition, None for all others. `policy_name` is how policies name it; a partition has its root's. `rows` is
    the server's estimate, None before the first ANALYZE; `pages` are 8 kB pages of the main fork
    (`pages_estimated` those it had when `rows` was estimated). `row_security` says
    that policies protect its rows, and `hides_rows` that they do so from the reading role.
    """

    oid: int
    schema: str
    name: str
    kind: str
    policy_name: str
    columns: tuple[ColumnShape, ...]
    root: int | None = None
    partition: bool = False
    rows: int | None = None
    pages: int = 0
    pages_estimated: int = 0
    size_bytes: int = 0
    row_security: bool = False
    hides_rows: bool = False
    unlogged: bool = False
    of_extension: bool = False

    @property
    def sql(self) -> str:
        return quoted(self.schema, self.name)

    @property
    def stored(self) -> bool:
        """Whether rows stand in it itself."""
        return self.kind == "r"

    @property
    def portable(self) -> bool:
        """Whether binary COPY carries all its columns."""
        return all(column.portable for column in self.columns if column.copied)

    def column(self, name: str) -> ColumnShape | None:
        return next((c for c in self.columns if c.name == name), None)


@dataclass(frozen=True, kw_only=True)
class Shapes:
    """The whole structure. `version` is `server_version_num`; `fingerprint` changes when anything of it does.

    `locale` and `locale_rules` are those of a database with another `locale_provider` than the system's C library.
    `role` is the one that reads.
    """

    database: str
    version: int
    encoding: str
    collate: str
    ctype: str
    tables: tuple[TableShape, ...]
    fingerprint: str
    locale_provider: str = "c"
    locale: str | None = None
    locale_rules: str | None = None
    large_objects: int = 0
    large_objects_unreadable: int = 0
    role: str = ""
    standby: bool = False

    @cached_property
    def by_oid(self) -> Mapping[int, TableShape]:
        return {table.oid: table for table in self.tables}

    @property
    def stored(self) -> tuple[TableShape, ...]:
        """Tables rows are copied from, partitions among them; those of extensions left out."""
        return tuple(t for t in self.tables if t.stored and not t.of_extension)

    def named(self, policy_name: str) -> tuple[TableShape, ...]:
        """The table a policy means, and its partitions, exact name first, else compared without case."""
        exact = tuple(t for t in self.tables if t.policy_name == policy_name)
        folded = policy_name.casefold()
        return exact or tuple(t for t in self.tables if t.policy_name.casefold() == folded)

    def topmost(self, policy_name: str) -> TableShape | None:
        """The table a policy means, of a partitioned one the topmost; None where none of that name holds rows."""
        found = next((table for table in self.named(policy_name) if not table.partition), None)
        return found if found is not None and found.kind in ("r", "p") else None

    def reading(self, table: TableShape) -> str:
        """The table after FROM, with the rows that a copy takes: a partitioned one with those of all partitions that
        are no foreign tables, any other without those that inherit."""
        if table.kind != "p":
            return f"ONLY {table.sql}"
        parts = [part for part in self.tables if part.root == table.oid]
        if all(part.kind != "f" for part in parts):
            return table.sql
        names = ", ".join(quoted(column.name) for column in table.columns)
        each = [f"SELECT {names} FROM ONLY {part.sql}" for part in parts if part.stored]
        return f"({' UNION ALL '.join(each) or f'SELECT {names} FROM {table.sql} WHERE false'}) AS r"


@dataclass(slots=True, kw_only=True, eq=False)
class MaskedColumn:
    """One masked column of a table a policy names. `originals` maps the values the proof will look for to the number
    of rows they stand in; `values` counts what was masked."""

    table: str
    plan: ColumnPlan
    shape: ColumnShape
    originals: dict[RowValue, int] = field(default_factory=dict)
    values: int = 0
    unchanged: int = 0

    @property
    def constant(self) -> bool:
        return self.plan.mask == "null"


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """What the copy took from the source's snapshot, for the phases after it.

    `plans` and `masked` are by policy name; `unfit` counts, by table and column, originals the proof cannot use.
    """

    shapes: Shapes
    plans: Mapping[str, TablePlan]
    masked: tuple[MaskedColumn, ...]
    runs: tuple[TableRun, ...]
    unfit: Mapping[tuple[str, str], Counter[str]]
    source_identity: Identity
    broken: Mapping[str, int] = field(default_factory=dict)
