"""Streets and cities as SQL, for values of printable ASCII."""

from collections.abc import Mapping
from types import MappingProxyType

from app.databases.postgresql.masks.kernel import (
    Builder,
    Keys,
    SqlMask,
    given,
    hashed,
    remainder,
    staged,
    text_in,
    token,
)
from app.databases.postgresql.masks.names import PRINTABLE, pick, style, word_list
from app.databases.postgresql.shapes import ColumnShape
from app.domain.plan import ColumnPlan
from app.policy.masks.addresses import HOUSE_ROOM, HOUSES
from app.policy.masks.keyed import TOKEN_LETTERS
from app.policy.masks.words import words


def _street(column: ColumnPlan, shape: ColumnShape, column_sql: str, keys: Keys) -> SqlMask | None:
    text, limit = text_in(column_sql, shape), column.length
    chosen = tuple(w for w in words("streets") if limit is None or len(w) <= limit - HOUSE_ROOM)
    room = None if limit is None else limit - TOKEN_LETTERS - 1
    if text is None or not chosen or (column.unique and room is not None and room <= 0):
        return None
    own = "streets" if chosen == words("streets") else f"streets_{limit}"
    name = "x.w[x.s][x.i]"
    masked = staged(
        f"CASE WHEN x.e >= '0' AND x.e < ':' THEN x.n || ' ' || {name} "
        f"WHEN right(x.e, 4) ~ '[0-9] *[A-Za-z]?$' THEN {name} || ' ' || x.n ELSE {name}::text END",
        {"e": text, "k": f"lower({text})", "h": hashed(keys, "street", f"lower({text})")},
        {
            "e": "x.e",
            "s": style("x.e", "x.k"),
            "i": remainder("x.h", len(chosen)),
            "n": f"{remainder('x.h', HOUSES, len(chosen))} + 1",
            "w": word_list(keys, own, chosen),
        },
    )
    mark = token(keys, "street token", text)
    if column.unique:
        value = f"{masked if room is None else f'left({masked}, {room})'} || ' ' || {mark}"
    else:
        mark = mark if limit is None or limit >= TOKEN_LETTERS else f"left({mark}, {limit})"
        value = staged(f"CASE WHEN m.m <> {text} THEN m.m ELSE {mark} END", {"m": masked}, name="m")
    return _of_text(text, value, repeats=not column.unique)


def _city(column: ColumnPlan, shape: ColumnShape, column_sql: str, keys: Keys) -> SqlMask | None:
    text, limit = text_in(column_sql, shape), column.length
    if text is None:
        return None
    value = pick(keys, "cities", "city", text, limit)
    if column.unique:
        mark = token(keys, "city token", text)
        room = None if limit is None else limit - TOKEN_LETTERS - 1
        if room is None or room > 0:
            value = f"{value if room is None else f'left({value}, {room})'} || ' ' || {mark}"
        else:
            value = mark if limit is None or limit >= TOKEN_LETTERS else f"left({mark}, {limit})"
    return _of_text(text, value, repeats=not column.unique)


def _of_text(text: str, value: str, *, repeats: bool) -> SqlMask:
    return SqlMask(f"CASE WHEN {text} <> '' THEN {value} ELSE {text} END", given(f"{text} ~ {PRINTABLE}"), repeats)


BUILDERS: Mapping[str, Builder] = MappingProxyType({"street": _street, "city": _city})
