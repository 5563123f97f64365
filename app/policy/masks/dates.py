"""Dates: moved by a keyed number of days, or cut to their year."""

import re
from collections.abc import Callable, Iterable
from datetime import date
from typing import Final

from app.domain.findings import Finding, error, note
from app.domain.plan import ColumnPlan
from app.domain.policy import OptionType
from app.domain.schema import TypeFamily
from app.policy.masks.declarations import MOMENTS, Example, Mask, MaskDeclaration, Parameter
from app.policy.masks.keyed import Subkeys, encoded, remembered
from app.policy.masks.values import LARGEST, Spare, wordy
from app.ports.databases import RowValue

_ISO = re.compile(r"(\s*)(\d{4})(-|/|\.|)(\d\d)(\3)(\d\d)((?:[T ].*)?\s*)", re.DOTALL)
_OTHER = re.compile(r"(\s*)(\d{1,2})([./-])(\d{1,2})(\3)(\d{4})((?:[T ,].*)?\s*)", re.DOTALL)
_CLOCK = re.compile(r"\s*[T ,]?\s*[\d:.,]*\s*(?:[AaPp][Mm])?\s*(?:Z|UTC|[+-]\d\d:?\d\d|[+-]\d\d)?\s*")
_TIME = re.compile(r"(\s*[T ,]?\s*[\d:.,]*\s*)([AaPp][Mm])?")
_YEAR = re.compile(r"\s*\d{4}\s*")
_MORNING = str.maketrans("Pp", "Aa")
_FIRST, _LAST = date(1, 1, 1).toordinal(), date(9999, 12, 31).toordinal()
_EPOCH = date(1970, 1, 1).toordinal()
_DAY: Final = 86_400
_UNITS: Final = (1, 1_000, 1_000_000, 1_000_000_000)
_JULIAN = 1_721_424.5

DAYS = Parameter(
    name="days",
    type=OptionType.INTEGER,
    title="Days at most",
    help="How far a date may move, forwards or backwards.",
    default=45,
    minimum=1,
    maximum=3650,
)
ORDER = Parameter(
    name="order",
    type=OptionType.CHOICE,
    title="Order of day and month",
    help="For dates written with the year last. `auto` reads 31.12.1999 and 12/31/1999, and dashes like dots.",
    default="auto",
    choices=("auto", "day_first", "month_first"),
)

Mover = Callable[[int, bytes], int]
"""From a day's ordinal and what identifies the value to another day's ordinal."""


class Written:
    """A date as it was written: its ordinal, and how to write another one the same way."""

    __slots__ = ("_match", "_places", "ordinal")

    def __init__(self, match: re.Match[str], places: tuple[int, int, int], ordinal: int) -> None:
        self._match, self._places, self.ordinal = match, places, ordinal

    def other(self, ordinal: int, rest: str | None = None) -> str:
        """The text with another day in it, and `rest` in place of the time of day when given."""
        day = date.fromordinal(ordinal)
        parts = list(self._match.groups(""))
        for place, number in zip(self._places, (day.year, day.month, day.day), strict=True):
            parts[place] = f"{number:0{len(parts[place])}d}"
        if rest is not None:
            parts[6] = rest
        return "".join(parts)

    @property
    def rest(self) -> str:
        return self._match[7]


def read(text: str, order: str) -> Written | None:
    """The date a text begins with, when nothing but a time of day follows it."""
    match, places = _ISO.fullmatch(text), (1, 3, 5)
    if match is None:
        match = _OTHER.fullmatch(text)
        if match is None:
            return None
        first_is_day = order == "day_first" or (order == "auto" and match[3] != "/")
        if order == "auto" and int(match[4] if first_is_day else match[2]) > 12:
            first_is_day = not first_is_day
        places = (5, 3, 1) if first_is_day else (5, 1, 3)
    if not _CLOCK.fullmatch(match[7]):
        return None
    parts = match.groups("")
    try:
        day = date(*(int(parts[place]) for place in places))
    except ValueError:
        return None
    return Written(match, places, day.toordinal())


def plain_iso(value: str) -> bool:
    """Whether a text is an existing day written like 1984-01-31, and nothing else."""
    if len(value) != 10 or value[4] != "-" or value[7] != "-" or not value.isascii():
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def midnight(rest: str) -> str:
    """What follows a date, with the time of day set to midnight; the zone stays."""
    match = _TIME.match(rest)
    if match is None:
        return rest
    clock = re.sub(r"\d", "0", match[1])
    if match[2]:
        clock = clock.replace("00", "12", 1) if "00" in clock else clock.replace("0", "12", 1)
    return clock + (match[2] or "").translate(_MORNING) + rest[match.end() :]


def within(ordinal: int) -> int:
    """The ordinal, brought back between the years 1 and 9999."""
    return min(max(ordinal, _FIRST), _LAST)


def _number_as_days(value: float) -> tuple[float, Callable[[float], float]] | None:
    """A number that counts time, as days since 1970, and the way back; None for one that does not.

    Whole numbers are Unix time in seconds, milliseconds, microseconds or nanoseconds by their size; fractions below
    ten million are Julian days.
    """
    if isinstance(value, float) and not value.is_integer():
        if 1_000_000 < value < 6_000_000:
            return value - _JULIAN - _EPOCH, lambda days: days + _JULIAN + _EPOCH
        if abs(value) < 2.5e11:
            return value / _DAY, lambda days: days * _DAY
    return None


def unit_of(value: int) -> int:
    """How many of a whole number's units make a second."""
    size = abs(value)
    return next((unit for unit in _UNITS if size < 32_503_680_000 * unit), _UNITS[-1])


def _calendar(value: int) -> date | None:
    """The date that eight digits such as 19840131 spell."""
    if 10_000_101 <= value <= 99_991_231:
        try:
            return date(value // 10_000, value // 100 % 100, value % 100)
        except ValueError:
            return None
    return None


def _moved(column: ColumnPlan, keys: Subkeys) -> Mask:
    days, order, limit = DAYS.integer(column), str(ORDER.of(column)), column.length
    number, spare = keys.number("date_shift"), Spare(column, keys)
    constant = number(b"all values alike") % (2 * days)

    def shift(data: bytes) -> int:
        """From -days to +days, never 0; the same for all values where the column is unique."""
        drawn = constant if column.unique else number(data) % (2 * days)
        return drawn - days if drawn < days else drawn - days + 1

    def moved(ordinal: int, data: bytes) -> int:
        by = shift(data)
        return ordinal + by if _FIRST <= ordinal + by <= _LAST else ordinal - by

    def invented(value: str) -> str:
        day = date.fromordinal(date(1950, 1, 1).toordinal() + number(encoded(value)) % 21_000).isoformat()
        return day[:limit]

    def text(value: str) -> str:
        if not value.strip():
            return value[:limit]
        written = read(value, order)
        if written is not None:
            return written.other(moved(written.ordinal, b"%d" % written.ordinal))
        if _YEAR.fullmatch(value):
            year = int(value)
            return value.replace(
                f"{year:04d}", f"{min(max(year + (1 if number(value.encode()) & 1 else -1), 1), 9998):04d}"
            )
        if value.strip().lstrip("-").isdecimal() and value.isascii() and len(value) <= 19:
            return str(whole(int(value)))[: limit or 20]
        return invented(value)

    def whole(value: int) -> int:
        day = _calendar(value)
        if day is not None:
            other = date.fromordinal(moved(day.toordinal(), b"%d" % day.toordinal()))
            return other.year * 10_000 + other.month * 100 + other.day
        if 1000 <= value <= 9999:
            return value + (1 if number(b"%d" % value) & 1 else -1)
        step = _DAY * unit_of(value)
        masked = value + shift(b"%d" % (_EPOCH + value // step)) * step
        return masked if -LARGEST <= masked <= LARGEST else spare.integer(value)

    def mask(value: RowValue) -> RowValue:
        if isinstance(value, str):
            return text(value)
        if value is None:
            return None
        if isinstance(value, bytes):
            try:
                return encoded(text(value.decode()))
            except UnicodeDecodeError:
                return spare.blob(value)
        if isinstance(value, int):
            return whole(value)
        read_as = _number_as_days(value)
        if read_as is None:
            return float(whole(int(value))) if value.is_integer() and abs(value) < 2**53 else spare.real(value)
        since, back = read_as
        return back(since + shift(b"%d" % (_EPOCH + since // 1)))

    return remembered(mask)


def _year(column: ColumnPlan, keys: Subkeys) -> Mask:
    order, limit, spare = str(ORDER.of(column)), column.length, Spare(column, keys)

    def text(value: str) -> str:
        if not value.strip() or _YEAR.fullmatch(value):
            return value[:limit]
        written = read(value, order)
        if written is not None:
            first = date(date.fromordinal(written.ordinal).year, 1, 1).toordinal()
            return written.other(first, midnight(written.rest))
        if value.strip().lstrip("-").isdecimal() and value.isascii() and len(value) <= 19:
            return str(whole(int(value)))[: limit or 20]
        return "1900-01-01"[:limit]

    def whole(value: int) -> int:
        day = _calendar(value)
        if day is not None:
            return day.year * 10_000 + 101
        if 1000 <= value <= 9999:
            return value
        unit = unit_of(value)
        ordinal = within(_EPOCH + value // (_DAY * unit))
        first = date(date.fromordinal(ordinal).year, 1, 1).toordinal()
        masked = (first - _EPOCH) * _DAY * unit
        return masked if -LARGEST <= masked <= LARGEST else 0

    def mask(value: RowValue) -> RowValue:
        if isinstance(value, str):
            if plain_iso(value) and (limit is None or limit >= 10):
                return value[:4] + "-01-01"  # what `text` says of it, sooner
            return text(value)
        if value is None:
            return None
        if isinstance(value, bytes):
            try:
                return encoded(text(value.decode()))
            except UnicodeDecodeError:
                return spare.blob(value)
        if isinstance(value, int):
            return whole(value)
        read_as = _number_as_days(value)
        if read_as is None:
            return float(whole(int(value))) if value.is_integer() and abs(value) < 2**53 else 0.0
        since, back = read_as
        ordinal = within(_EPOCH + int(since // 1))
        return float(back(date(date.fromordinal(ordinal).year, 1, 1).toordinal() - _EPOCH))

    return mask


def _any(column: ColumnPlan, value: RowValue) -> bool:
    """Dates are few: any can come out, and meeting one proves nothing. A text with words is no date."""
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
    return not isinstance(text, str) or not wordy(text)


def _shift_limits(column: ColumnPlan, rows: int | None) -> Iterable[Finding]:
    if column.unique:
        yield note(
            "mask.one_shift",
            "The column is unique, so all its dates move by the same number of days.",
            column.column,
        )


def _year_limits(column: ColumnPlan, rows: int | None) -> Iterable[Finding]:
    if column.unique:
        yield error(
            "mask.unique",
            "The mask year_only gives every date of a year the same value, and the column is unique.",
            column.column,
            "Use date_shift.",
        )


DATE_SHIFT = MaskDeclaration(
    name="date_shift",
    title="Shifted date",
    help="Moves a date by a keyed number of days. Texts, Unix times, eight digits and Julian days are understood.",
    keeps="The way it is written, the time of day, and roughly the season; the same date moves alike everywhere.",
    breaks="Days of the week, the order of close dates and the days between two dates.",
    families=MOMENTS,
    parameters=(DAYS, ORDER),
    examples=(
        Example(before="1984-01-31", after="1984-01-09"),
        Example(before="2024-02-29T12:00:01Z", after="2024-02-22T12:00:01Z"),
        Example(before="31.12.1999", after="28.01.2000"),
        Example(before=1700000000, after=1697580800, family=TypeFamily.INTEGER),
    ),
    make=_moved,
    produces=_any,
    limits=_shift_limits,
)
YEAR_ONLY = MaskDeclaration(
    name="year_only",
    title="Year only",
    help="Keeps the year and replaces the rest by the 1st of January, midnight. A value that is no date becomes 1900.",
    keeps="The year and the way it is written. A year alone stays.",
    breaks="Birthdays, ages to the day, and the order within a year.",
    families=MOMENTS,
    parameters=(ORDER,),
    examples=(
        Example(before="1984-01-31", after="1984-01-01"),
        Example(before="2024-02-29 12:00:01", after="2024-01-01 00:00:00"),
        Example(before="31.12.1999", after="01.01.1999"),
        Example(before=1700000000, after=1672531200, family=TypeFamily.INTEGER),
    ),
    make=_year,
    produces=_any,
    limits=_year_limits,
)
DECLARATIONS = (DATE_SHIFT, YEAR_ONLY)
