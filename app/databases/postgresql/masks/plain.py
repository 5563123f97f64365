"""Removal and tokens as SQL: `null`, `fixed`, `token`."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from app.databases.postgresql.connections import literal
from app.databases.postgresql.masks.kernel import (
    ENCODINGS,
    Builder,
    Keys,
    SqlMask,
    constant,
    given,
    hashed,
    staged,
    text_in,
    token,
)
from app.databases.postgresql.masks.values import CHECKED, TEXTS, text_of
from app.databases.postgresql.shapes import ColumnShape
from app.domain.plan import ColumnPlan
from app.policy.masks.codes import PREFIX
from app.policy.masks.keyed import TOKEN_LETTERS
from app.policy.masks.text import fixed_value

_INK: Final = (
    r"[!-\u0084\u0086-\u009f\u00a1-\u167f\u1681-\u1fff\u200b-\u2027\u202a-\u202e\u2030-\u205e\u2060-\u2fff"
    r"\u3001-\U0010ffff]"
)
"""What Python does not strip from the ends of a text."""
_TRIMMED: Final = (
    rf"CASE WHEN {ENCODINGS} THEN %s ~ '^(?:{_INK}(?:.*{_INK})?)?$' ELSE %s ~ '^(?:[!-~](?:[\x01-\x7f]*[!-~])?)?$' END"
)
_UUID: Final = f"'{'-'.join('_' * size for size in (8, 4, 4, 4, 12))}'"


def _null(column: ColumnPlan, shape: ColumnShape, column_sql: str, keys: Keys) -> SqlMask | None:
    return SqlMask("NULL")


def _fixed(column: ColumnPlan, shape: ColumnShape, column_sql: str, keys: Keys) -> SqlMask | None:
    if shape.array or shape.base not in CHECKED:
        return None
    text = text_of(shape, fixed_value(column))
    if text is None:
        return None
    value = constant(text) if shape.base in TEXTS else f"{literal(text).strip()}::{shape.type}"
    return SqlMask(f"CASE WHEN {column_sql} IS NOT NULL THEN {value} END")


def uuid_of(keys: Keys, value: str) -> str:
    """A uuid for an expression of that type, of the same version. `value` is repeated, so it should be a column.

    The sixteen bytes are drawn as the reference draws them, then get the version and the variant of a UUID.
    """
    block = keys.block("token/uuid")
    return staged(
        "encode(set_byte(set_byte(x.d, 6, (get_byte(x.d, 6) & 15) | (get_byte(x.v, 6) & 240)), "
        "8, (get_byte(x.d, 8) & 63) | 128), 'hex')::uuid",
        {
            "v": f"uuid_send({value})",
            "d": f"substring(sha256({block} || substring({hashed(keys, 'token/uuid', f'{value}::text')}, 1, 16) "
            f"|| '0'::bytea), 1, 16)",
        },
    )


def _uuid_text(keys: Keys, text: str) -> str:
    """A UUID written as text, in small letters or capitals."""
    masked = f"{uuid_of(keys, f'{text}::uuid')}::text"
    return f"CASE WHEN {text} = upper({text}) AND {text} <> lower({text}) THEN upper({masked}) ELSE {masked} END"


def _is_uuid(text: str) -> str:
    """Whether a text is a UUID, without the one regular expression, which would take longer than its hash."""
    return f"({text} LIKE {_UUID} AND length(replace({text}, '-', '')) = 32 AND {text} !~ '[^0-9A-Fa-f-]')"


def _token(column: ColumnPlan, shape: ColumnShape, column_sql: str, keys: Keys) -> SqlMask | None:
    if shape.array:
        return None
    prefix = PREFIX.text(column)
    if shape.base == "int8":
        return SqlMask(_number(column_sql, keys))
    if shape.base == "uuid" and not prefix and column.length is None:
        return SqlMask(uuid_of(keys, f"{column_sql}::uuid"))
    text = text_in(column_sql, shape)
    return None if text is None else _text(column, text, prefix, keys)


def _number(column_sql: str, keys: Keys) -> str:
    """A whole number of 63 bits, never the same."""
    drawn = " | ".join(f"((get_byte(x.h, {i}){' & 127' if i == 0 else ''})::int8 << {56 - 8 * i})" for i in range(8))
    return staged(
        "CASE WHEN x.d <> x.v THEN x.d ELSE x.d # 1 END",
        {"v": f"{column_sql}::int8", "h": hashed(keys, "token", f"{column_sql}::text")},
        {"v": "x.v", "d": drawn},
    )


def _text(column: ColumnPlan, text: str, prefix: str, keys: Keys) -> SqlMask:
    """A prefix and a token, cut to the column's length; a UUID for a UUID, where there is room."""
    limit, whole = column.length, token(keys, "token", text, ascii_only=False)
    fits = _TRIMMED.replace("%s", text)
    if limit is None or limit >= len(prefix) + TOKEN_LETTERS:
        masked = f"{constant(prefix)} || {whole}" if prefix else whole
    elif limit > len(prefix):
        ours, bare = f"{constant(prefix)} || left(x.o, {limit - len(prefix)})", f"left(x.o, {limit})"
        masked = staged(
            f"CASE WHEN {ours} <> {text} THEN {ours} WHEN {bare} <> {text} THEN {bare} ELSE reverse({bare}) END",
            {"o": whole},
        )
    else:
        masked, fits = constant(prefix[:limit]), f"{fits} AND {text} <> {constant(prefix[:limit])}"
    if not prefix and (limit is None or limit >= 36):
        # a UUID in capitals and small letters keeps the case of its version where that is a letter
        cased = f"substr({text}, 15, 1) < 'A' OR {text} IN (lower({text}), upper({text}))"
        fits = f"{fits} AND (length({text}) <> 36 OR {cased})"
        masked = (
            f"CASE WHEN length({text}) = 36 AND {_is_uuid(text)} THEN {_uuid_text(keys, text)} "
            f"WHEN {text} <> '' THEN {masked} ELSE {text} END"
        )
    else:
        masked = f"CASE WHEN {text} <> '' THEN {masked} ELSE {text} END"
    return SqlMask(masked, given(fits))


BUILDERS: Mapping[str, Builder] = MappingProxyType({"null": _null, "fixed": _fixed, "token": _token})
