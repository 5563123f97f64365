"""Blurred numbers as SQL: whole ones and those of up to four decimals, exactly as the reference computes them.

For whole numbers the reference multiplies 63 random bits, the number and the percentage, which needs more than 64 bits.
Here the random bits are taken in three pieces of 21; carrying the quotients over gives the same whole number, as long
as number times percentage stays below 2 to the power of 41.

Fractions are doubles to the reference. Here they are whole numbers of their last place; dividing them by a power of ten
gives the same double, and what is then rounded to that place is looked at closely where it lies half-way.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from app.databases.postgresql.masks.kernel import Builder, Keys, SqlMask, given, hashed, staged
from app.databases.postgresql.masks.values import WHOLE, precision
from app.databases.postgresql.shapes import ColumnShape
from app.domain.plan import ColumnPlan
from app.policy.masks.numbers import PERCENT

_PIECE: Final = (1 << 21) - 1
_PLACES: Final = 4
"""Decimals that a number may have here."""
_MOST: Final = 4_000_000_000
"""How many of their last place fractions may be: up to here the half-way test leaves nothing out."""


def _blurred(size: str, percent: int, keys: Keys) -> str:
    """A number from 1 on (int8), moved by at least one."""
    low, middle, high = f"(abs(x.d) & {_PIECE})", f"(abs(x.d) >> 21 & {_PIECE})", "(abs(x.d) >> 42)"
    product = f"({size} * {percent})"
    share = f"((({low} * {product} >> 21) + {middle} * {product} >> 21) + {high} * {product} >> 21) / 100"
    crosses = " OR ".join(f"({size} <= {edge} AND {size} + x.by > {edge})" for edge in (32_767, (1 << 31) - 1))
    return staged(
        f"CASE WHEN (x.d > 0 OR x.by >= {size}) AND NOT ({crosses}) THEN {size} + x.by ELSE {size} - x.by END",
        {"h": hashed(keys, "number_noise", f"{size}::text")},
        {"d": _signed("x.h")},
        {"d": "x.d", "by": f"greatest({share}, 1)"},
    )


def _signed(digest: str) -> str:
    """The first 64 bits of a digest, less 2 to the power of 63: from -(2^63 - 1) on."""
    high = f"((get_byte({digest}, 0) - 128)::int8 << 56)"
    rest = " | ".join(f"(get_byte({digest}, {i})::int8 << {56 - 8 * i})" for i in range(1, 8))
    return f"greatest({high} | {rest}, -9223372036854775807)"


def _as_double(digest: str) -> str:
    """The first 64 bits of a digest as the nearest double: two halves are exact, and their sum is rounded once."""
    high, low = (
        " + ".join(f"get_byte({digest}, {first + i})::int8 * {1 << (24 - 8 * i)}" for i in range(4)) for first in (0, 4)
    )
    return f"(({high})::float8 * 4294967296 + ({low})::float8)"


def _fraction(units: str, places: str, written: str, percent: int, keys: Keys) -> str:
    """A number of `places` decimals, blurred: from and to how many of its last place it is (int8).

    `written` is how the reference writes it.
    """
    scale = percent / 100 / 2.0**63
    power = f"('{{{','.join(str(10**n) for n in range(_PLACES + 1))}}}'::float8[])[{places} + 1]"
    return staged(
        f"CASE WHEN x.r = {units} THEN x.r + 1 ELSE x.r END",
        {"h": hashed(keys, "number_noise", written)},
        {"y": f"{units}::float8 / {power} * (1 + ({_as_double('x.h')} - 9223372036854775808) * {scale!r}::float8)"},
        {"y": "x.y", "t": f"x.y * {power}"},
        {
            "r": f"CASE WHEN abs(x.t - floor(x.t) - 0.5) > 0.00001 THEN floor(x.t + 0.5) "
            f"ELSE round(x.y::text::numeric, {places}) * {power}::numeric END::int8"
        },
    )


def _decimal(plan: ColumnPlan, shape: ColumnShape, column: str, keys: Keys) -> SqlMask | None:
    """`x.i` is the number in its column's last place, `x.p` how many decimals it has without zeros at the end."""
    percent = PERCENT.integer(plan)
    if shape.base == "numeric":
        bound, places = precision(shape)
        if bound is None or places is None or not 0 <= places <= _PLACES:
            return None
        one = 10**places
        most = min(_MOST, (int(bound) * one - one - 1) * 100 // (100 + percent))
        units, written, result = (
            f"({column} * {one})::int8",
            f"trim_scale({column})::text",
            f"x.o * {1 / 10**places:.{places}f}",
        )
        fits = f"{column} BETWEEN {-most} / {one}.0 AND {most} / {one}.0"
    else:
        places, one, most = _PLACES, 10**_PLACES, _MOST
        units, written, result = f"round({column} * {one})::int8", f"{column}::text", f"x.o / {one}::float8"
        inside = f"{column} BETWEEN {-most // one} AND {most // one}"
        fits = f"CASE WHEN {inside} THEN {units} / {one}::float8 = {column} AND {column}::text <> '-0' ELSE false END"
    powers = f"('{{{','.join(str(10**n) for n in range(places + 1))}}}'::int8[])"
    decimals = " ".join(f"WHEN x.i % {10 ** (places - n)} = 0 THEN {n}" for n in range(places))
    size = f"(abs(x.i) / {one})"
    whole = f"{_inside('x', _blurred(size.replace('x.', 'n.'), percent, keys))} * sign(x.i)::int8 * {one}"
    last = f"(n.i / {powers}[{places} - n.p + 1])"
    part = f"{_inside('x', _fraction(last, 'n.p', written, percent, keys))} * {powers}[{places} - x.p + 1]"
    masked = staged(
        result,
        {"i": units},
        {"i": "x.i", "p": f"CASE {decimals} ELSE {places} END" if places else "0"},
        {"o": f"CASE WHEN x.i = 0 THEN 0 WHEN x.p = 0 THEN {whole} ELSE {part} END"},
    )
    return SqlMask(f"CASE WHEN {fits} THEN {masked} END", given(fits))


def _inside(name: str, expression: str) -> str:
    """An expression of stages in which the stage around it is called `n`: the names of both would be one."""
    return f"(SELECT {expression} FROM (SELECT {name}.i, {name}.p) AS n)"


def _noise(plan: ColumnPlan, shape: ColumnShape, column: str, keys: Keys) -> SqlMask | None:
    if shape.array or shape.domain:
        return None
    if shape.base in ("numeric", "float8"):
        return _decimal(plan, shape, column, keys)
    if shape.base not in WHOLE:
        return None
    percent = PERCENT.integer(plan)
    largest = min(WHOLE[shape.base], (1 << 41) // percent)
    masked = f"({_blurred(f'abs({column}::int8)', percent, keys)} * sign({column})::int8)::{shape.base}"
    inside = f"{column} BETWEEN {-largest} AND {largest}"
    return SqlMask(f"CASE WHEN {column} <> 0 AND {inside} THEN {masked} ELSE {column} END", given(inside))


BUILDERS: Mapping[str, Builder] = MappingProxyType({"number_noise": _noise})
