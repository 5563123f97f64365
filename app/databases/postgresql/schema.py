"""A PostgreSQL database's structure in the words of `app.domain.schema`, for planning."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Final

from app.databases.postgresql.catalogue import policy_name
from app.databases.postgresql.comments import Comments, read_comments
from app.databases.postgresql.connections import Session
from app.databases.postgresql.estimates import estimated_rows
from app.databases.postgresql.masks.fitness import fits
from app.databases.postgresql.rules import Rules, read_rules
from app.databases.postgresql.shapes import ColumnShape, Shapes, TableShape
from app.databases.postgresql.types import USER_SCHEMA
from app.domain.schema import Column, Schema, Table, TypeFamily
from app.policy.masks import MASKS

LARGE_OBJECTS: Final = "pg_largeobject"
"""How policies name the large objects, which stand in no table of people's own."""

_LENGTH: Final = re.compile(
    r"""\b(?:char_|character_)?length\(\(?(?P<name>"(?:[^"]|"")*"|\w+)\)?(?:::[\w ]+)?\)"""
    r"""\s*(?P<operator><=|<|=)\s*(?P<most>\d+)"""
)


def schema_of(session: Session, shapes: Shapes) -> Schema:
    """The structure as policies see it: a partitioned table is one, those of extensions are left out."""
    rules = read_rules(session, shapes)
    comments = read_comments(session)
    rows = estimated_rows(session, shapes.stored)
    parts: dict[str, list[TableShape]] = {}
    for shape in shapes.tables:
        if not shape.of_extension:
            parts.setdefault(shape.policy_name, []).append(shape)
    tables = [_table(members, rules[name], rows, comments) for name, members in parts.items()]
    if shapes.large_objects:
        tables.append(_large_objects(shapes.large_objects))
    return Schema(
        tables=tuple(tables),
        views=_names(session, "c.relkind IN ('v', 'm')"),
        triggers=tuple(name for (name,) in session.execute(_TRIGGERS).fetchall()),
        indexes=_names(session, "c.relkind IN ('i', 'I')"),
        fingerprint=shapes.fingerprint,
        engine=engine(shapes.version),
    )


def engine(version: int) -> str:
    """The server in words, from `server_version_num`."""
    return f"postgresql {version // 10000}.{version % 10000}"


def _table(members: list[TableShape], rules: Rules, rows: Mapping[int, int | None], comments: Comments) -> Table:
    top = next((m for m in members if m.root is None), members[0])
    checks = tuple(rules.checks)
    keys = tuple(rules.unique)
    return Table(
        name=top.policy_name,
        columns=tuple(
            _column(column, checks, comments.of(top.oid, column.number), foreign=top.kind == "f")
            for column in top.columns
        ),
        primary_key=next((key.columns for key in keys if key.primary), ()),
        unique_keys=keys,
        foreign_keys=tuple(rules.foreign),
        checks=checks,
        rows=_total(rows[m.oid] for m in members if m.oid in rows) if top.kind != "f" else None,
        virtual="foreign" if top.kind == "f" else None,
        exclusions=tuple(rules.exclusions),
        partition_key=tuple(rules.partition_key),
        comment=comments.of(top.oid),
    )


def _total(counts: Iterable[int | None]) -> int | None:
    total = 0
    for count in counts:
        if count is None:
            return None
        total += count
    return total


def _column(column: ColumnShape, checks: tuple[str, ...], comment: str, *, foreign: bool) -> Column:
    """What stands on a foreign server is computed there, as far as a copy goes: it never travels."""
    insensitive = column.base == "citext" and column.collation is None
    return Column(
        name=column.name,
        type=column.type,
        family=column.family,
        nullable=column.nullable,
        length=_longest(column, checks),
        default=None if column.generated else column.default,
        generated=bool(column.generated) or foreign,
        collation="NOCASE" if insensitive else column.collation,
        identity=bool(column.identity) or (column.default or "").startswith("nextval("),
        expression=column.default if column.generated else None,
        comment=comment,
        masks=_masks(column.base),
    )


@cache
def _masks(base: str) -> frozenset[str] | None:
    fitting = frozenset(mask for mask in MASKS if fits(mask, base))
    return None if len(fitting) == len(MASKS) or base == "composite" else fitting


def _longest(column: ColumnShape, checks: tuple[str, ...]) -> int | None:
    """The most characters a text may have: what the type says, or less where a CHECK does."""
    limits = [] if column.length is None else [column.length]
    for check in checks:
        if re.search(r"\b(?:OR|NOT|CASE)\b", check):
            continue
        for match in _LENGTH.finditer(check):
            name = match["name"]
            if column.name == (name[1:-1].replace('""', '"') if name.startswith('"') else name):
                limits.append(int(match["most"]) - (match["operator"] == "<"))
    return min(limits, default=None)


def _large_objects(number: int) -> Table:
    data = Column(name="data", type="large object", family=TypeFamily.BINARY, nullable=False, masks=frozenset())
    return Table(name=LARGE_OBJECTS, columns=(data,), rows=number)


_TRIGGERS: Final = (
    "SELECT t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
    f"JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {USER_SCHEMA} AND NOT t.tgisinternal AND t.tgparentid = 0 "
    'ORDER BY t.tgname COLLATE "C"'
)


def _names(session: Session, which: str) -> tuple[str, ...]:
    rows = session.execute(
        "SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        f"WHERE {which} AND c.relpersistence <> 't' AND {USER_SCHEMA} AND NOT EXISTS (SELECT FROM pg_depend d "
        "WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e') "
        'ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"'
    ).fetchall()
    return tuple(policy_name(schema, name) for schema, name in rows)
