"""Digits as SQL: numbers and texts of up to eight digits, by tables of the permutation's round values.

A permutation of so few numbers has some ten thousand round values. They are computed here, once, and told to the
session as lists; three look-ups in them are cheaper than one hash. Longer ones, and texts with letters or separators,
are left to the reference.
"""

from collections.abc import Mapping
from functools import cache, partial
from types import MappingProxyType
from typing import Final

from app.databases.postgresql.masks.kernel import Builder, Keys, Rows, SqlMask, given, staged, text_in
from app.databases.postgresql.masks.values import WHOLE
from app.databases.postgresql.shapes import ColumnShape
from app.domain.plan import ColumnPlan
from app.policy.masks.keyed import Subkeys
from app.policy.masks.permutation import digit_ranges, digit_rounds

_LONGEST: Final = 8
_RANGES: Final = tuple(bounds for count in range(_LONGEST + 1) for bounds in digit_ranges(count))
"""What is permuted apart from other numbers; the first is that of a single digit behind zeros."""


def _list(numbers: list[int]) -> str:
    return f"('{{{','.join(map(str, numbers))}}}'::int4[])[x.c]"


def _rights() -> list[int]:
    return [(last - first + 1) // left for first, last, left in _RANGES]


def _before(sizes: list[int]) -> list[int]:
    return [sum(sizes[:number]) for number in range(len(sizes))]


def _rounds(keys: Subkeys) -> tuple[Rows, Rows]:
    """The round values of all ranges, one range after the other: by left half (first and last), by right half."""
    made = [digit_rounds(keys, *bounds) for bounds in _RANGES]
    by_left = [[value for rounds in made for value in rounds[turn]] for turn in (0, 2)]
    return by_left, [[value for rounds in made for value in rounds[1]]]


def _permuted(keys: Keys, number: str, single: str = "2") -> str:
    """The image of a number (int4) below ten to the power of eight; `single` is the range of one digit, from 1."""
    rounds, lefts = cache(partial(_rounds, keys.subkeys)), [left for _, _, left in _RANGES]
    by_left = keys.array("digits_left", "int2", lambda: rounds()[0])
    by_right = keys.array("digits_right", "int2", lambda: rounds()[1])
    first, right = _list([first for first, _, _ in _RANGES]), _list(_rights())
    left_at, right_at = _list(_before(lefts)), _list(_before(_rights()))
    edges = [(last, place) for place, (_, last, _) in enumerate(_RANGES, 1)][2:]
    chosen = " ".join(f"WHEN x.v <= {last} THEN {place}" for last, place in edges)
    kept = {"c": "x.c", "r": "x.r"}
    return staged(
        f"{first} + x.a * x.r + (x.b + {by_left}[1][{left_at} + x.a]) % x.r",
        {"v": number},
        {"v": "x.v", "c": f"CASE WHEN x.v < 10 THEN {single} {chosen} END"},
        {"c": "x.c", "u": f"x.v - {first}", "r": right},
        {**kept, "a": "x.u / x.r", "b": f"(x.u % x.r + {by_left}[0][{left_at} + x.u / x.r]) % x.r"},
        {**kept, "a": f"(x.a + {by_right}[0][{right_at} + x.b]) % {_list(lefts)}", "b": "x.b"},
    )


def _digits(plan: ColumnPlan, shape: ColumnShape, column: str, keys: Keys) -> SqlMask | None:
    if shape.base in WHOLE and not shape.array:
        most = min(WHOLE[shape.base], 10**_LONGEST - 1)
        fits = f"{column} BETWEEN {-most} AND {most}"
        # A negative number never becomes zero; a postcode is masked as the text that spells it.
        single = f"CASE WHEN {column} < 0 THEN 1 ELSE 2 END" if plan.mask == "digits" else "2"
        image = _permuted(keys, f"abs({column})::int4", single)
        masked = f"(CASE WHEN {column} < 0 THEN -1 ELSE 1 END * {image})::{shape.base}"
        return SqlMask(f"CASE WHEN {fits} THEN {masked} END", given(fits))
    text = text_in(column, shape)
    if text is None:
        return None
    size, single = f"octet_length({text})", f"CASE WHEN octet_length({text}) > 1 THEN 1 ELSE 2 END"
    masked = f"lpad({_permuted(keys, f'{text}::int4', single)}::text, {size}, '0')"
    zeros = f"({text} = '' OR ({size} > 1 AND ltrim({text}, '0') = ''))"
    fits = f"{text} = '' OR ({size} <= {_LONGEST} AND {text} ~ '^[0-9]+$')"
    return SqlMask(f"CASE WHEN {zeros} THEN {text} ELSE {masked} END", given(fits))


BUILDERS: Mapping[str, Builder] = MappingProxyType({"digits": _digits, "postcode": _digits})
