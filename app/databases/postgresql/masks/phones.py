"""Telephone numbers as SQL: those of North America in the usual forms, and others written without separators.

Numbers that begin with 00 and a country's code are left to the reference."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from app.databases.postgresql.masks.kernel import Builder, Keys, SqlMask, given, hashed, remainder, staged, text_in
from app.databases.postgresql.shapes import ColumnShape
from app.domain.plan import ColumnPlan
from app.policy.masks.phone import calling_code

_BEFORE: Final = ("", "+1", "1", "+1 ", "1 ", "+1-", "1-", "+1.", "1.")
"""What may stand before an area of North America or its parenthesis."""
_AFTER: Final = (") ", ")", "-", ".", " ")

_CODES: Final = ",".join(str(len(calling_code(f"{two:02d}0"))) for two in range(100))
"""How long the calling code is that begins with each two digits."""
_POWERS: Final = ",".join(str(10**n) for n in range(16))
_LINES: Final = 8_000_000
_MOST: Final = 10**12
"""Random digits a number takes at most; a multiple of all smaller numbers of them, and of the lines above."""


def _drawn(digest: str) -> str:
    """The first 64 bits of a digest modulo `_MOST`, as int8."""
    total = " + ".join(f"get_byte({digest}, {i})::int8 * {(1 << (56 - 8 * i)) % _MOST}" for i in range(8))
    return f"mod({total}, {_MOST})"


def _area(text: str) -> str:
    """Where the area begins in a number such as (415) 234-5678 or 415.234.5678; the exchange is eight from the end."""
    return f"(octet_length({text}) - CASE WHEN {text} LIKE '%) ________' THEN 12 ELSE 11 END)"


def _digits(text: str, area: str) -> str:
    return f"substr({text}, {area}, 3) || substr({text}, octet_length({text}) - 7, 3) || right({text}, 4)"


def _is_american(text: str) -> str:
    """Neither area nor exchange begins with 0 or 1; 555, the area of masked numbers, is left to the reference."""
    area, length = _area(text), f"octet_length({text})"
    before = ", ".join(f"'{start}{sign}'" for start in _BEFORE for sign in ("", "("))
    after = ", ".join(f"'{sign}'" for sign in _AFTER)
    return (
        f"{length} BETWEEN 12 AND 18 AND substr({text}, {length} - 4, 1) IN ('-', '.', ' ') AND "
        f"substr({text}, {area} + 3, {length} - 10 - {area}) IN ({after}) AND left({text}, {area} - 1) IN ({before}) "
        f"AND substr({text}, {area}, 1) > '1' AND substr({text}, {length} - 7, 1) > '1' AND "
        f"substr({text}, {area}, 3) <> '555' AND {_digits(text, area)} ~ '^[0-9]*$'"
    )


def _american(text: str, keys: Keys) -> str:
    """`a` is where the area begins; what stands around the three groups of digits stays."""
    length = f"octet_length({text})"
    line = f"overlay(({remainder('x.h', _LINES)} + 2000000)::text PLACING substr({text}, {length} - 4, 1) FROM 4 FOR 0)"
    return staged(
        f"left({text}, x.a - 1) || '555' || substr({text}, x.a + 3, {length} - 10 - x.a) || {line}",
        {"a": _area(text)},
        {"a": "x.a", "h": hashed(keys, "phone", _digits(text, "x.a"))},
    )


def _bare(text: str, keys: Keys) -> str:
    """`n` is the number, `k` how many digits it has, `p` whether a plus stands before it."""
    kept = {"e": "x.e", "p": "x.p", "k": "x.k", "n": "x.n"}
    power = f"('{{{_POWERS}}}'::int8[])"
    codes = f"('{{{_CODES}}}'::int2[])"
    american = "x.n / 1000000 % 10 > 1"
    new = (
        "CASE WHEN x.p THEN CASE "
        f"WHEN x.c = 1 AND x.k = 11 AND x.n / 10000000000 = 1 THEN 15552000000 + x.d % {_LINES} "
        f"ELSE x.n / {power}[x.k - x.c + 1] * {power}[x.k - x.c + 1] + x.d % {power}[x.k - x.c - 1] END "
        f"WHEN x.k = 10 AND x.n > 1999999999 AND {american} THEN 5552000000 + x.d % {_LINES} "
        f"WHEN x.k = 11 AND x.n BETWEEN 12000000000 AND 19999999999 AND {american} "
        f"THEN 15552000000 + x.d % {_LINES} "
        "WHEN x.k <= 6 THEN 0 "
        f"WHEN x.k = 7 THEN 5550100 + x.d % 100 ELSE x.d % {power}[x.k - 2] END"
    )
    digits = "ltrim(x.e, '+')"
    return staged(
        "CASE WHEN x.p THEN '+' ELSE '' END || lpad((CASE WHEN x.m = x.n THEN x.m - x.m % 10 + (x.m + 1) % 10 "
        "ELSE x.m END)::text, x.k, '0')",
        {"e": text, "p": f"left({text}, 1) = '+'", "n": f"{text}::int8"},
        {"e": digits, "p": "x.p", "k": f"octet_length({digits})", "n": "x.n"},
        {
            **kept,
            "h": hashed(keys, "phone", "CASE WHEN x.k = 11 AND left(x.e, 1) = '1' THEN substr(x.e, 2) ELSE x.e END"),
        },
        {
            **kept,
            "c": f"CASE WHEN x.p THEN {codes}[left(x.e, 2)::int4 + 1] END",
            "d": _drawn("x.h"),
        },
        {"p": "x.p", "k": "x.k", "n": "x.n", "m": new},
    )


def _dashed(text: str) -> tuple[str, str, str]:
    """The commonest form, 415-234-5678, for less than half the price of the others: whether a text has it, whether it
    then fits, and its digits."""
    digits = f"substr({text}, 1, 3) || substr({text}, 5, 3) || right({text}, 4)"
    fits = f"{text} > '2' AND substr({text}, 5, 1) > '1' AND {text} NOT LIKE '555%' AND {digits} ~ '^[0-9]*$'"
    return f"{text} LIKE '___-___-____'", fits, digits


def _mask(plan: ColumnPlan, shape: ColumnShape, column: str, keys: Keys) -> SqlMask | None:
    text = text_in(column, shape)
    if text is None or plan.unique:
        return None
    size = f"octet_length({text})"
    bare = (
        f"{text} ~ '^[+]?[0-9]+$' AND {size} <= 15 AND {text} NOT LIKE '00%' AND {text} NOT LIKE '+00%' AND "
        f"({size} >= 8 OR {text} NOT LIKE '+%')"
    )
    dashed, dashed_fits, digits = _dashed(text)
    quick = staged(
        "'555-' || left(x.l, 3) || '-' || right(x.l, 4)",
        {"h": hashed(keys, "phone", digits)},
        {"l": f"({remainder('x.h', _LINES)} + 2000000)::text"},
    )
    return SqlMask(
        f"CASE WHEN {dashed} THEN {quick} WHEN {text} = '' THEN {text} "
        f"WHEN {text} ~ '^[+0-9]*$' THEN {_bare(text, keys)} ELSE {_american(text, keys)} END",
        given(f"CASE WHEN {dashed} THEN {dashed_fits} ELSE {text} = '' OR ({bare}) OR ({_is_american(text)}) END"),
    )


BUILDERS: Mapping[str, Builder] = MappingProxyType({"phone": _mask})
