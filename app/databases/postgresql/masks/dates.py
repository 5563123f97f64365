"""Dates as SQL: days and moments as the server has them, and texts that spell them in ISO form.

Moments are read in the session's zone, which is UTC, as the reference reads them. The masks of texts must not be
computed where `fits` is false: the server refuses to read what is no day.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final

from app.databases.postgresql.masks.kernel import Builder, Keys, SqlMask, given, hashed, remainder, staged, text_in
from app.databases.postgresql.masks.values import MOMENTS
from app.databases.postgresql.shapes import ColumnShape
from app.domain.plan import ColumnPlan
from app.policy.masks.dates import DAYS

_SHORT: Final = r"(?:[T ][0-9:.,]*(?:Z|[+-][0-9]{2}(?::?[0-9]{2})?)?)?"
"""A time of day, whose zone may be any."""
_ZERO: Final = r"(?:[T ][0-9:.,]*(?:Z|[+-]00(?::?00)?)?)?"
"""A time of day, whose zone stays the same when all digits become zeros."""


def _spelled(text: str, clock: str) -> str:
    """Whether a text is a day that exists, but for the 29th of February, and a time of day; or empty.

    Signs are told apart by LIKE and by expressions without structure, which the server runs many times faster.
    """
    year, month, day = f"left({text}, 4)", f"substr({text}, 6, 2)", f"substr({text}, 9, 2)"
    return (
        f"{text} = '' OR ({text} LIKE '____-__-__%' AND left({text}, 10) ~ '^[-0-9]*$' AND "
        f"left({text}, 10) NOT LIKE '%-%-%-%' AND {year} <> '0000' AND {month} BETWEEN '01' AND '12' AND "
        f"({day} BETWEEN '01' AND '28' OR ({day} IN ('29', '30') AND {month} <> '02') OR "
        f"({day} = '31' AND {month} IN ('01', '03', '05', '07', '08', '10', '12'))) AND "
        f"(octet_length({text}) = 10 OR substr({text}, 11) ~ '^{clock}$'))"
    )


def _known(column: str, base: str, days: int = 0) -> str:
    """Whether a day or moment lies in the years 1 to 9999, so many days from the ends of them, or is endless."""
    first, last = date(1, 1, 1) + timedelta(days=days), date(9999, 12, 31) - timedelta(days=days)
    return f"({column} BETWEEN '{first}'::{base} AND '{last}'::{base} OR NOT isfinite({column}))"


def _by(plan: ColumnPlan, keys: Keys, day: str, kind: str) -> str:
    """The days that `day` (a date) moves by, as a number or an interval: a keyed one of all that may be."""
    days = DAYS.integer(plan)
    data = "'all values alike'" if plan.unique else f"({day} - '0001-01-01'::date + 1)::text"
    unit = "" if kind == "int4" else " days"
    shifts = ",".join(f"{by}{unit}" for by in range(-days, days + 1) if by)
    chosen = f"('{{{shifts}}}'::{kind}[])[{remainder('x.h', 2 * days)} + 1]"
    return staged(chosen, {"h": hashed(keys, "date_shift", data)})


def _shift(plan: ColumnPlan, shape: ColumnShape, column: str, keys: Keys) -> SqlMask | None:
    if shape.array:
        return None
    days = DAYS.integer(plan)
    if shape.base in MOMENTS:
        known = _known(column, shape.base, days)
        by = _by(plan, keys, column if shape.base == "date" else f"{column}::date", _UNITS[shape.base])
        moved = f"CASE WHEN isfinite({column}) AND {known} THEN {column} + {by} ELSE {column} END"
        return SqlMask(moved, given(known))
    text = text_in(column, shape)
    if text is None:
        return None
    day = f"left({text}, 10)::date"
    moved = f"({day} + {_by(plan, keys, day, 'int4')})::text || substr({text}, 11)"
    far = f"({text} = '' OR (left({text}, 4) BETWEEN '0011' AND '9988' AND ({_spelled(text, _SHORT)})))"
    return SqlMask(f"CASE WHEN {text} <> '' THEN {moved} ELSE {text} END", given(far))


def _year(plan: ColumnPlan, shape: ColumnShape, column: str, keys: Keys) -> SqlMask | None:
    if shape.array:
        return None
    if shape.base in MOMENTS:
        known = _known(column, shape.base)
        first = f"date_trunc('year', {column})"
        if shape.base == "date":
            first = f"make_date(date_part('year', {column})::int4, 1, 1)"
        return SqlMask(f"CASE WHEN isfinite({column}) AND {known} THEN {first} ELSE {column} END", given(known))
    text = text_in(column, shape)
    if text is None:
        return None
    first = f"left({text}, 4) || '-01-01' || translate(substr({text}, 11), '123456789', '000000000')"
    return SqlMask(f"CASE WHEN {text} <> '' THEN {first} ELSE {text} END", given(_spelled(text, _ZERO)))


_UNITS: Final = {"date": "int4", "timestamp": "interval", "timestamptz": "interval"}
BUILDERS: Mapping[str, Builder] = MappingProxyType({"date_shift": _shift, "year_only": _year})
