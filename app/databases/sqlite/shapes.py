"""The bare structure of a SQLite database, as the copy needs it: what to create, which columns to read and write."""

import hashlib
import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from app.databases.sqlite.marker import TABLE as MARKER_TABLE
from app.databases.sqlite.quoting import policy_name, quoted
from app.databases.sqlite.statements import module_call
from app.errors import OutsideError


class Content(Enum):
    """Where a virtual table's rows are."""

    OWN = "own"  # in its shadow tables: read through the table, written anew
    EXTERNAL = "external"  # in another table: rebuilt from it
    NONE = "none"  # nowhere (contentless): cannot be rebuilt
    DERIVED = "derived"  # a window onto another virtual table: nothing to copy


@dataclass(frozen=True, slots=True)
class ColumnShape:
    """`hidden` as SQLite numbers it: 0 ordinary, 1 a virtual table's own, 2 and 3 generated."""

    name: str
    type: str
    not_null: bool
    default: str | None
    key: int
    hidden: int

    @property
    def generated(self) -> bool:
        return self.hidden in (2, 3)


@dataclass(frozen=True, slots=True)
class TableShape:
    """One table. `integer_key` is the column that is another name of the rowid, None when there is none."""

    name: str
    sql: str
    columns: tuple[ColumnShape, ...]
    without_rowid: bool = False
    strict: bool = False
    integer_key: str | None = None
    module: str | None = None
    content: Content | None = None
    shadow_of: str | None = None

    @property
    def policy_name(self) -> str:
        return policy_name(self.name)

    @property
    def stored(self) -> tuple[ColumnShape, ...]:
        """The columns a row is written with."""
        return tuple(c for c in self.columns if c.hidden == 0)

    @property
    def rowid(self) -> str | None:
        """A name that means the rowid here and nothing else; None when there is none."""
        if self.without_rowid:
            return None
        taken = {c.name.casefold() for c in self.columns}
        free = next((name for name in ("rowid", "_rowid_", "oid") if name not in taken), None)
        return free or self.integer_key

    @property
    def ordinary(self) -> bool:
        """Whether it is a table of rows, no virtual one and no virtual one's storage."""
        return self.module is None and self.shadow_of is None

    @property
    def copied(self) -> bool:
        """Whether rows are read from it and written to the copy, so that the plan must speak of it."""
        return self.shadow_of is None and self.content in (None, Content.OWN)


@dataclass(frozen=True, slots=True)
class ObjectShape:
    """An index, view or trigger with the statement that makes it."""

    kind: str
    name: str
    table: str
    sql: str


@dataclass(frozen=True, slots=True)
class Shapes:
    tables: tuple[TableShape, ...]
    indexes: tuple[ObjectShape, ...]
    views: tuple[ObjectShape, ...]
    triggers: tuple[ObjectShape, ...]
    fingerprint: str
    marked: bool  # whether Sandkeeper's own table stands in it
    analysed: bool  # whether the planner's statistics were ever gathered
    counters: bool  # whether AUTOINCREMENT counters exist

    def rebuildable(self, table: TableShape) -> bool:
        """Whether a full-text index has what it is built from: a table or view of this database."""
        call = module_call(table.sql)
        source = call.options.get("content", "").casefold() if call and table.content is Content.EXTERNAL else ""
        return bool(source) and (
            self.table(source) is not None or any(view.name.casefold() == source for view in self.views)
        )

    def table(self, name: str) -> TableShape | None:
        folded = name.casefold()
        return next((t for t in self.tables if t.name.casefold() == folded), None)


def read_shapes(connection: sqlite3.Connection, database: str = "main") -> Shapes:
    """The structure of `main` or of the attached database `source`, in the snapshot the connection is in."""
    rows = connection.execute(
        f"SELECT type, name, tbl_name, sql FROM {quoted(database)}.sqlite_master ORDER BY rowid"
    ).fetchall()
    if any(isinstance(part, bytes) for row in rows for part in row):
        raise OutsideError(
            "The database's structure cannot be read",
            "A name or statement in it is no valid text.",
            "Open it with its own program and rename what has broken characters in its name.",
        )
    kinds = {row[1]: row for row in connection.execute(f"PRAGMA {quoted(database)}.table_list") if row[0] == database}
    names = {row[1] for row in rows}
    kept = [row for row in rows if not _internal(row[1]) and _lower(row[2]) != MARKER_TABLE and row[3]]
    calls = {name: module_call(str(sql)) for kind, name, _, sql in kept if kind == "table"}
    virtual = {name: _content(call.module, call.options) for name, call in calls.items() if call}
    tables = []
    for kind, name, _, sql in kept:
        if kind == "table":
            tables.append(_table(connection, database, name, sql, kinds.get(name), virtual))

    def objects(wanted: str) -> tuple[ObjectShape, ...]:
        return tuple(ObjectShape(*row) for row in kept if row[0] == wanted)

    text = json.dumps(sorted(list(row) for row in kept), ensure_ascii=True)
    return Shapes(
        tables=tuple(tables),
        indexes=objects("index"),
        views=objects("view"),
        triggers=objects("trigger"),
        fingerprint=hashlib.sha256(text.encode()).hexdigest(),
        marked=any(_lower(name) == MARKER_TABLE for name in names),
        analysed="sqlite_stat1" in names,
        counters="sqlite_sequence" in names,
    )


def _table(
    connection: sqlite3.Connection,
    database: str,
    name: str,
    sql: str,
    facts: tuple[object, ...] | None,
    virtual: Mapping[str, Content],
) -> TableShape:
    columns = tuple(
        ColumnShape(row[1], row[2] or "", bool(row[3]), row[4], int(row[5]), int(row[6]))
        for row in connection.execute("SELECT * FROM pragma_table_xinfo(?, ?)", (name, database))
    )
    without_rowid = bool(facts and facts[4])
    call = module_call(sql)
    return TableShape(
        name=name,
        sql=sql,
        columns=columns,
        without_rowid=without_rowid,
        strict=bool(facts and facts[5]),
        integer_key=None if without_rowid or call else _integer_key(connection, database, name, columns),
        module=call.module if call else None,
        content=_content(call.module, call.options) if call else None,
        shadow_of=_owner(name, virtual) if facts and facts[2] == "shadow" else None,
    )


def _integer_key(
    connection: sqlite3.Connection, database: str, table: str, columns: tuple[ColumnShape, ...]
) -> str | None:
    keys = [c for c in columns if c.key]
    if len(keys) != 1 or keys[0].type.casefold() != "integer":
        return None
    indexed = connection.execute("SELECT 1 FROM pragma_index_list(?, ?) WHERE origin = 'pk'", (table, database))
    return None if indexed.fetchone() else keys[0].name


def _content(module: str, options: dict[str, str]) -> Content:
    if module in ("fts5vocab", "fts4aux", "fts3tokenize"):
        return Content.DERIVED
    if module.startswith("fts") and "content" in options:
        return Content.EXTERNAL if options["content"] else Content.NONE
    return Content.OWN


def _owner(shadow: str, virtual: Mapping[str, Content]) -> str | None:
    """Whose storage a table is that SQLite takes for one by its name alone: an index over another table's text has no
    `_content` of its own, so one that is there is a person's."""
    folded = shadow.casefold()
    owners = [name for name in virtual if folded.startswith(name.casefold() + "_")]
    owner = max(owners, key=len, default=None)
    if owner is not None and folded == f"{owner}_content".casefold() and virtual[owner] is not Content.OWN:
        return None
    return owner


def _internal(name: str) -> bool:
    return _lower(name).startswith("sqlite_")


def _lower(name: object) -> str:
    return str(name).casefold()
