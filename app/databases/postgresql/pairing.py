"""Two columns compared with each other: the forms in which equal values are equal, whatever their types.

Only types and operators of the server's own are asked: people can define casts for the types they make.
"""

from typing import Final

from app.databases.postgresql.shapes import ColumnShape

_WHOLE: Final = frozenset({"int2", "int4", "int8"})
_FLOATS: Final = frozenset({"float4", "float8"})
_NUMBERS: Final = _WHOLE | _FLOATS | {"numeric", "money", "oid"}
_TEXTS: Final = frozenset({"text", "varchar", "bpchar", "name", "char", "citext"})
_MOMENTS: Final = frozenset({"date", "timestamp", "timestamptz"})
_ADDRESSES: Final = frozenset({"inet", "cidr"})
_PLAIN: Final = frozenset({"bool", "uuid", "bytea", "time", "timetz", "interval", "macaddr", "macaddr8", "jsonb"})
"""Types of which equal values are equal as they are."""
_LOOKS_LIKE_NUMBER: Final = r"^ *[+-]?([0-9]{1,200}([.][0-9]{0,200})?|[.][0-9]{1,200}) *$"


def keys(left: ColumnShape, left_sql: str, right: ColumnShape, right_sql: str) -> tuple[str, str] | None:
    """Both columns as SQL of one type that can be hashed; None where nothing of the one can equal anything of the
    other. NULL stays NULL; so does a text that is no number where it is compared with numbers."""
    kinds = {_kind(left), _kind(right)}
    if kinds == {"text"} and "citext" in (left.base, right.base):
        return f"lower({left_sql}::text)", f"lower({right_sql}::text)"
    if kinds == {"text"}:
        same = left.collation == right.collation and left.base == right.base
        collate = "" if same else ' COLLATE "C"'
        if same and not (left.domain or right.domain) and left.base == "text":
            return left_sql, right_sql
        return f"{left_sql}::text{collate}", f"{right_sql}::text{collate}"
    if kinds <= {"number", "text"}:
        return _number(left, right, left_sql), _number(right, left, right_sql)
    if kinds == {"moment"}:
        kind = next(k for k in ("timestamptz", "timestamp", "date") if k in (left.base, right.base))
        return f"{left_sql}::{kind}", f"{right_sql}::{kind}"
    if kinds == {"address"}:
        return f"{left_sql}::inet", f"{right_sql}::inet"
    if kinds == {"plain"} and left.base == right.base:
        return f"{left_sql}::{left.base}", f"{right_sql}::{right.base}"
    if "text" in kinds or left.type == right.type:
        return _written(left_sql), _written(right_sql)
    return None


def _kind(column: ColumnShape) -> str:
    if column.array:
        return "other"
    for name, bases in (
        ("number", _NUMBERS),
        ("text", _TEXTS),
        ("moment", _MOMENTS),
        ("address", _ADDRESSES),
        ("plain", _PLAIN),
    ):
        if column.base in bases:
            return name
    return "other"


def _number(column: ColumnShape, other: ColumnShape, name: str) -> str:
    if column.base in _TEXTS:
        text = f'{name}::text COLLATE "C"'
        return f"CASE WHEN {text} ~ '{_LOOKS_LIKE_NUMBER}' THEN ({text})::numeric END"
    if column.base in _WHOLE and other.base in _WHOLE:
        same = column.base == other.base and not (column.domain or other.domain)
        return name if same else f"{name}::int8"
    if other.base not in _TEXTS and (column.base in _FLOATS or other.base in _FLOATS):
        return f"{_whole(column, name)}::float8"
    return f"{_whole(column, name)}::numeric"


def _whole(column: ColumnShape, name: str) -> str:
    """An oid becomes a number by way of a whole one, money by way of an exact one."""
    return name + {"oid": "::int8", "money": "::numeric"}.get(column.base, "")


def _written(name: str) -> str:
    """The value as its type's output function writes it."""
    return f'(CASE WHEN num_nulls({name}) = 0 THEN concat({name}) END) COLLATE "C"'
