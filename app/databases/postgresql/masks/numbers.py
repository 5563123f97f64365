"""Blurred numbers as SQL: whole ones exactly as the reference computes them, in 64 bits.

The reference multiplies 63 random bits, the number and the percentage, which needs more than 64 bits. Here the random
bits are taken in three pieces of 21; carrying the quotients over gives the same whole number, as long as number times
percentage stays below 2 to the power of 41.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from app.databases.postgresql.masks.kernel import Builder, Keys, SqlMask, given, hashed, staged
from app.databases.postgresql.masks.values import WHOLE
from app.databases.postgresql.shapes import ColumnShape
from app.domain.plan import ColumnPlan
from app.policy.masks.numbers import PERCENT

_PIECE: Final = (1 << 21) - 1


def _signed(digest: str) -> str:
    """The first 64 bits of a digest, less 2 to the power of 63: from -(2^63 - 1) on."""
    high = f"((get_byte({digest}, 0) - 128)::int8 << 56)"
    rest = " | ".join(f"(get_byte({digest}, {i})::int8 << {56 - 8 * i})" for i in range(1, 8))
    return f"greatest({high} | {rest}, -9223372036854775807)"


def _noise(plan: ColumnPlan, shape: ColumnShape, column: str, keys: Keys) -> SqlMask | None:
    if shape.array or shape.base not in WHOLE:
        return None
    percent = PERCENT.integer(plan)
    largest = min(WHOLE[shape.base], (1 << 41) // percent)
    size, product = f"abs({column}::int8)", f"(abs({column}::int8) * {percent})"
    low, middle, high = f"(abs(x.d) & {_PIECE})", f"(abs(x.d) >> 21 & {_PIECE})", "(abs(x.d) >> 42)"
    share = f"((({low} * {product} >> 21) + {middle} * {product} >> 21) + {high} * {product} >> 21) / 100"
    crosses = " OR ".join(f"({size} <= {edge} AND {size} + x.by > {edge})" for edge in (32_767, (1 << 31) - 1))
    masked = staged(
        f"(CASE WHEN (x.d > 0 OR x.by >= {size}) AND NOT ({crosses}) THEN {size} + x.by ELSE {size} - x.by END "
        f"* sign({column})::int8)::{shape.base}",
        {"h": hashed(keys, "number_noise", f"{size}::text")},
        {"d": _signed("x.h")},
        {"d": "x.d", "by": f"greatest({share}, 1)"},
    )
    inside = f"{column} BETWEEN {-largest} AND {largest}"
    return SqlMask(f"CASE WHEN {column} <> 0 AND {inside} THEN {masked} ELSE {column} END", given(inside))


BUILDERS: Mapping[str, Builder] = MappingProxyType({"number_noise": _noise})
