"""A SQLite database's structure in the words of `app.domain.schema`, for planning."""

import re
import sqlite3

from app.databases.sqlite.clone import Clone
from app.databases.sqlite.quoting import policy_name, quoted
from app.databases.sqlite.shapes import ColumnShape, Content, Shapes, TableShape
from app.databases.sqlite.statements import checks, comments, longest
from app.domain.schema import Column, ForeignKey, Schema, Table, TypeFamily, UniqueKey

_EXACT: dict[str, TypeFamily] = {
    "": TypeFamily.ANY,
    "any": TypeFamily.ANY,
    "date": TypeFamily.DATE,
    "datetime": TypeFamily.TIMESTAMP,
    "json": TypeFamily.JSON,
    "jsonb": TypeFamily.JSON,
}

_PATTERNS: tuple[tuple[str, TypeFamily], ...] = (
    ("bool", TypeFamily.BOOLEAN),
    ("timestamp|datetime", TypeFamily.TIMESTAMP),
    ("interval|point", TypeFamily.ANY),
    ("int", TypeFamily.INTEGER),
    ("char|clob|text|string|uuid|guid", TypeFamily.TEXT),
    ("blob|binary|image|bytea", TypeFamily.BINARY),
    ("real|floa|doub|num|dec|money|currency", TypeFamily.NUMBER),
    ("time", TypeFamily.TEXT),
)


def family_of(type_: str) -> TypeFamily:
    """What kind of value a column declared so is meant to hold. SQLite itself enforces little of it."""
    text = re.sub(r"\(.*", "", type_).strip().casefold()
    if text in _EXACT:
        return _EXACT[text]
    return next((family for pattern, family in _PATTERNS if re.search(pattern, text)), TypeFamily.ANY)


def read_schema(connection: sqlite3.Connection, shapes: Shapes, clone: Clone, *, count: bool = True) -> Schema:
    """The structure with exact row counts (None where `count` is False)."""
    return Schema(
        tables=tuple(_table(connection, shapes, table, clone, count) for table in shapes.tables),
        views=tuple(v.name for v in shapes.views),
        triggers=tuple(t.name for t in shapes.triggers),
        indexes=tuple(i.name for i in shapes.indexes),
        fingerprint=shapes.fingerprint,
        engine=f"sqlite {sqlite3.sqlite_version}",
    )


def _table(connection: sqlite3.Connection, shapes: Shapes, table: TableShape, clone: Clone, count: bool) -> Table:
    expressions = checks(table.sql) if table.module is None else ()
    collations = clone.collations(table)
    said = comments(table.sql) if table.module is None else {}
    rows = None
    if count and table.copied:
        rows = int(connection.execute(f"SELECT count(*) FROM {quoted(table.name)}").fetchone()[0])
    return Table(
        name=table.policy_name,
        columns=tuple(
            _column(table, c, expressions, collations, said.get(c.name.casefold(), ""))
            for c in table.columns
            if c.hidden != 1
        ),
        primary_key=tuple(c.name for c in sorted(table.columns, key=lambda c: c.key) if c.key),
        unique_keys=_unique_keys(connection, table),
        foreign_keys=_foreign_keys(connection, shapes, table),
        checks=expressions,
        rows=rows,
        virtual=table.module,
        comment=said.get("", ""),
        shadow_of=policy_name(table.shadow_of) if table.shadow_of else None,
    )


def _column(
    table: TableShape, column: ColumnShape, expressions: tuple[str, ...], collations: dict[str, str], comment: str
) -> Column:
    computed = column.generated or table.content in (Content.EXTERNAL, Content.NONE, Content.DERIVED)
    family = family_of(column.type)
    if table.module is not None and family is TypeFamily.ANY:
        family = TypeFamily.TEXT if table.module.startswith("fts") else TypeFamily.NUMBER
    key = column.name == table.integer_key
    return Column(
        name=column.name,
        type=column.type,
        family=family,
        nullable=not (column.not_null or key or (column.key and table.without_rowid)),
        length=longest(column.type, column.name, expressions),
        default=column.default,
        generated=computed,
        collation=collations.get(column.name),
        identity=key,
        comment=comment,
    )


def _unique_keys(connection: sqlite3.Connection, table: TableShape) -> tuple[UniqueKey, ...]:
    if table.module is not None:
        first = table.columns[0].name if table.columns and table.module.startswith("rtree") else None
        return (UniqueKey(name="", columns=(first,), primary=True),) if first else ()
    keys = [UniqueKey(name="", columns=(table.integer_key,), primary=True)] if table.integer_key else []
    indexes = connection.execute(
        'SELECT name, origin, partial FROM pragma_index_list(?) WHERE "unique" ORDER BY seq', (table.name,)
    ).fetchall()
    for name, origin, partial in indexes:
        columns = [
            row[0] for row in connection.execute("SELECT name FROM pragma_index_info(?) ORDER BY seqno", (name,))
        ]
        if any(column is None for column in columns):
            continue  # on an expression: what stands in it is not known by column
        keys.append(
            UniqueKey(
                name="" if name.startswith("sqlite_autoindex_") else name,
                columns=tuple(columns),
                primary=origin == "pk",
                condition=_condition(connection, name) if partial else None,
            )
        )
    return tuple(keys)


def _condition(connection: sqlite3.Connection, index: str) -> str:
    row = connection.execute("SELECT sql FROM sqlite_master WHERE type = 'index' AND name = ?", (index,)).fetchone()
    return re.split(r"\bWHERE\b", row[0], maxsplit=1, flags=re.IGNORECASE)[-1].strip() if row else ""


def _foreign_keys(connection: sqlite3.Connection, shapes: Shapes, table: TableShape) -> tuple[ForeignKey, ...]:
    found: dict[int, tuple[str, str, list[tuple[str, str | None]]]] = {}
    for number, _, parent, column, referred, _, on_delete, _ in connection.execute(
        "SELECT * FROM pragma_foreign_key_list(?) ORDER BY id, seq", (table.name,)
    ):
        found.setdefault(number, (parent, on_delete, []))[2].append((column, referred))
    keys = []
    for parent, on_delete, pairs in found.values():
        shape = shapes.table(parent)
        primary = [c.name for c in sorted(shape.columns, key=lambda c: c.key) if c.key] if shape else []
        referred = [to or (primary[i] if i < len(primary) else "") for i, (_, to) in enumerate(pairs)]
        keys.append(
            ForeignKey(
                columns=tuple(own for own, _ in pairs),
                table=policy_name(shape.name if shape else parent),
                referred=tuple(referred),
                on_delete="" if on_delete == "NO ACTION" else on_delete,
            )
        )
    return tuple(keys)
