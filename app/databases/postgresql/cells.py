"""Every value of a database's relations as text, in pieces of a few megabytes, column by column.

The server joins the cells of a column for a range of pages: one answer instead of thousands of rows costs a third of
reading them by COPY, needs no unescaping, and says by itself which column it is. What a type's output function writes
is what is read; casts, which people can define, are asked only where they are the server's own. Large values come one
by one, the largest in slices, so that memory stays flat.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import psycopg

from app.databases.postgresql.connections import Session, quoted
from app.databases.proof.patterns import SEPARATOR

_PIECE: Final = 2 * 1024**2
_FIRST: Final = 16
_MOST: Final = 2_048
"""Pages of the first piece of a range, and of the largest."""
RANGE: Final = 8_192
"""Pages that are dealt out at once."""
_ABREAST: Final = 500
_LARGE: Final = 4_096
"""Bytes, as stored, of a value that is not joined with others without looking; only a TOAST table holds such."""
_HUGE: Final = 256 * 1024
_SLICE: Final = 4 * 1024**2

_CAST: Final = frozenset(
    {"text", "varchar", "bpchar", "int2", "int4", "int8", "numeric", "float8", "date", "timestamp", "timestamptz"}
    | {"uuid", "jsonb", "json", "bytea"}
)
"""Types of the server whose cast to text is their output function, and quicker. The others are written by it too."""

_RELATIONS: Final = """
    SELECT c.oid, n.nspname, c.relname, c.relkind::text,
        pg_relation_size(c.oid) / current_setting('block_size')::int,
        c.reltoastrelid <> 0 AND pg_relation_size(c.reltoastrelid) > 0
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'm') AND c.relpersistence <> 't' AND n.nspname !~ '^pg_'
        AND n.nspname <> 'information_schema' AND (%(oids)s::oid[] IS NULL OR c.oid = ANY(%(oids)s))
    ORDER BY 5 DESC"""

_COLUMNS: Final = """
    WITH RECURSIVE under AS (
        SELECT oid AS type, oid, typname, typnamespace, typbasetype, typtype FROM pg_type
        UNION ALL
        SELECT u.type, t.oid, t.typname, t.typnamespace, t.typbasetype, t.typtype
        FROM under u JOIN pg_type t ON t.oid = u.typbasetype WHERE u.typtype = 'd'
    )
    SELECT a.attrelid, a.attname, u.typname, u.typnamespace = 'pg_catalog'::regnamespace, a.attlen = -1,
        a.attgenerated::text
    FROM pg_attribute a JOIN under u ON u.type = a.atttypid AND u.typtype <> 'd'
    WHERE a.attrelid = ANY(%s) AND a.attnum > 0 AND NOT a.attisdropped
    ORDER BY a.attrelid, a.attnum"""


@dataclass(frozen=True, slots=True)
class Column:
    """`text` is its value as text in SQL; `slice_` a part of that, with places for the first and the length."""

    name: str
    text: str
    slice_: str
    long: bool
    generated: str


@dataclass(frozen=True, slots=True)
class Relation:
    """A table, partition or materialised view. `toasted` when values lie outside its pages."""

    schema: str
    name: str
    kind: str
    pages: int
    toasted: bool
    columns: tuple[Column, ...]

    @property
    def sql(self) -> str:
        return quoted(self.schema, self.name)

    def only(self, columns: tuple[Column, ...]) -> "Relation":
        """The same with these columns alone."""
        return replace(self, columns=columns)


@dataclass(frozen=True, slots=True)
class Piece:
    """`values` cells of one column, the filled ones joined by SEPARATOR; or one large value, or a slice of it, among
    cells that were counted already."""

    column: Column
    values: int
    text: bytes


def relations(session: Session, oids: Sequence[int] | None = None) -> list[Relation]:
    """What holds rows in the session's database, the largest first; those of these oids alone where some are given."""
    found = session.execute(_RELATIONS, {"oids": None if oids is None else list(oids)}).fetchall()
    columns: dict[int, list[Column]] = {}
    for oid, name, type_, of_server, long, generated in session.execute(_COLUMNS, ([row[0] for row in found],)):
        columns.setdefault(oid, []).append(_column(name, type_ if of_server else "", long, generated))
    return [
        Relation(schema, name, kind, int(pages or 0), bool(toasted), tuple(columns.get(oid, ())))
        for oid, schema, name, kind, pages, toasted in found
    ]


def pieces(session: Session, relation: Relation, first: int, last: int, overlap: int) -> Iterator[Piece]:
    """All cells of the relation's pages from `first` to before `last`. Slices of a value overlap by so many
    characters. Computed columns that cannot be computed for a row are left out where that is."""
    page, step = first, _FIRST
    while page < last:
        until = min(page + step, last)
        size = 0
        for begin in range(0, max(len(relation.columns), 1), _ABREAST):
            columns = relation.columns[begin : begin + _ABREAST]
            for piece in _read(session, relation, columns, page, until, overlap):
                size += len(piece.text)
                yield piece
        page = until
        step = max(1, min(_MOST, step * 4, int(step * _PIECE / max(size, 1))))


def _read(
    session: Session, relation: Relation, columns: Sequence[Column], page: int, until: int, overlap: int
) -> Iterator[Piece]:
    here = f"ctid >= '({page},0)' AND ctid < '({until},0)'"
    joined = [_joined(column, relation.toasted) for column in columns]
    longs = [f"max(pg_column_size({quoted(c.name)}))" for c in columns if relation.toasted and c.long]
    select = f"SELECT {', '.join(['count(*)', *joined, *longs])} FROM ONLY {relation.sql} WHERE {here}"
    try:
        rows, *found = _values(session, select)
    except psycopg.DataError:
        stored = [column for column in columns if column.generated != "v"]
        if len(stored) == len(columns):
            raise
        yield from _read(session, relation, stored, page, until, overlap)
        return
    count = int(rows or 0)
    for column, text in zip(columns, found, strict=False):
        yield Piece(column, count, text or b"")
    sizes = found[len(columns) :]
    for column, size in zip((c for c in columns if relation.toasted and c.long), sizes, strict=True):
        if int(size or 0) > _LARGE:
            yield from _large(session, relation, column, here, overlap)


def _joined(column: Column, toasted: bool) -> str:
    text = column.text
    if toasted and column.long:
        text = f"CASE WHEN pg_column_size({quoted(column.name)}) <= {_LARGE} THEN {text} END"
    return f"string_agg({text}, '{SEPARATOR}')"


def _large(session: Session, relation: Relation, column: Column, here: str, overlap: int) -> Iterator[Piece]:
    size = f"pg_column_size({quoted(column.name)})"
    rows = session.execute(
        f"SELECT ctid::text, {size} FROM ONLY {relation.sql} WHERE {here} AND {size} > {_LARGE}"
    ).fetchall()
    some: list[str] = []
    total = 0
    for ctid, stored in rows:
        if stored > _HUGE:
            yield from _slices(session, relation, column, ctid, overlap)
            continue
        some.append(ctid)
        total += stored
        if total > _HUGE:
            yield _together(session, relation, column, some)
            some, total = [], 0
    if some:
        yield _together(session, relation, column, some)


def _together(session: Session, relation: Relation, column: Column, ctids: Sequence[str]) -> Piece:
    listed = ", ".join(f"'{ctid}'" for ctid in ctids)
    select = f"SELECT string_agg({column.text}, '{SEPARATOR}') FROM ONLY {relation.sql} WHERE ctid IN ({listed})"
    return Piece(column, 0, _values(session, select)[0] or b"")


def _slices(session: Session, relation: Relation, column: Column, ctid: str, overlap: int) -> Iterator[Piece]:
    at = 1
    while True:
        part = column.slice_.format(at=at, length=_SLICE + overlap)
        select = f"SELECT {part} FROM ONLY {relation.sql} WHERE ctid = '{ctid}'"
        text = _values(session, select)[0] or b""
        if not text or text == b"\\x":
            return
        yield Piece(column, 0, text)
        at += _SLICE


def _values(session: Session, select: str) -> list[bytes | None]:
    """The one row of the query, as the server wrote it."""
    result: Any = session.execute(select.encode()).pgresult
    return [result.get_value(0, at) for at in range(result.nfields)]


def _column(name: str, type_: str, long: bool, generated: str) -> Column:
    sql = quoted(name)
    text = f"{sql}::text" if type_ in _CAST else f"CASE WHEN num_nulls({sql}) = 0 THEN concat({sql}) END"
    braces = text.replace("{", "{{").replace("}", "}}")
    slice_ = f"substr({braces}, {{at}}, {{length}})"
    if type_ == "bytea":
        inside = sql.replace("{", "{{").replace("}", "}}")
        slice_ = f"substr({inside}::bytea, {{at}}, {{length}})::text"
    return Column(name, text, slice_, long, generated)
