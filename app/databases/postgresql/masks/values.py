"""Values between PostgreSQL's text form and the plain ones that masks work on.

`row_value` reads what the server writes (ISO dates, hexadecimal bytes, UTC: the settings of every session of ours) as
the values another database would hold: whole numbers, fractions, texts, bytes. `text_of` writes such a value as
something a column of a type accepts, or says that there is no such text.
"""

import json
import math
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from functools import partial
from ipaddress import ip_interface, ip_network
from struct import Struct
from typing import Final
from xml.parsers.expat import ExpatError, ParserCreate

from app.databases.postgresql.shapes import ColumnShape
from app.ports.databases import RowValue

Read = Callable[[str], RowValue]
Write = Callable[[RowValue], str | None]

TEXTS: Final = frozenset({"text", "varchar", "bpchar", "citext", "name"})
"""Types that hold any text."""

MOMENTS: Final = frozenset({"date", "timestamp", "timestamptz"})

WHOLE: Final[Mapping[str, int]] = {"int2": (1 << 15) - 1, "int4": (1 << 31) - 1, "int8": (1 << 63) - 1}
_LARGEST: Final = (1 << 63) - 1
_EXACT: Final = 15
"""So many decimal digits survive a double and come back."""

_SINGLE = Struct("f")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,4})?", re.ASCII)
_TYPMOD = re.compile(r"numeric\((\d+),(-?\d+)\)")
_BITS = re.compile(r"bit\((\d+)\)")
_UUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_MAC = re.compile(r"[0-9a-f]{2}(?::[0-9a-f]{2}){5}(?:(?::[0-9a-f]{2}){2})?")
_DECIMAL = Context(prec=20_000, rounding=ROUND_HALF_UP)
_NEVER = {"infinity": math.inf, "-infinity": -math.inf}
_DAY, _CLOCK = r"\d{4}-\d\d-\d\d", r"\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d(?::?\d\d)?)?"
_WRITTEN: Final[Mapping[type, re.Pattern[str]]] = {
    date: re.compile(_DAY, re.ASCII),
    datetime: re.compile(f"{_DAY}(?:[ T]{_CLOCK})?", re.ASCII),
    time: re.compile(_CLOCK, re.ASCII),
}
_TRUE, _FALSE = frozenset({"t", "true", "yes", "on", "1"}), frozenset({"f", "false", "no", "off", "0"})


def row_value(shape: ColumnShape, text: str) -> RowValue:
    """The value of a field that is not NULL. Arrays and rows stay the texts they are."""
    return reader(shape)(text)


def text_of(shape: ColumnShape, value: RowValue) -> str | None:
    """What to give the server for a value, None for NULL and for what a column of the type cannot hold."""
    return writer(shape)(value)


def reader(shape: ColumnShape) -> Read:
    return str if shape.array else _READERS.get(shape.base, str)


def writer(shape: ColumnShape) -> Write:
    base = shape.base
    if shape.array or base in TEXTS:
        return _as_text
    if base in WHOLE:
        return partial(_whole, WHOLE[base])
    if base in ("numeric", "money"):
        return partial(_fraction, *precision(shape))
    if base in ("bit", "varbit"):
        size = _BITS.match(shape.type)
        return partial(_bits, int(size[1]) if size and base == "bit" else None)
    return _WRITERS.get(base, _as_text)


def precision(shape: ColumnShape) -> tuple[Decimal | None, int | None]:
    """What a decimal column's values stay below, and their decimals; None where the type does not say."""
    if shape.base == "money":
        return Decimal(_LARGEST + 1) / 100, 2
    declared = _TYPMOD.match(shape.type)
    if declared is None:
        return None, shape.scale
    return Decimal(10) ** (int(declared[1]) - int(declared[2])), int(declared[2])


def decimals(text: str) -> RowValue:
    """A decimal number as other databases hold it: whole, or a double where that loses nothing, else its text."""
    number = float(text)
    if not math.isfinite(number):
        return number if text[-1].isalpha() else text
    if number.is_integer() and abs(number) <= 2.0**53:
        return int(number) if len(text) <= _EXACT or Decimal(text) == int(number) else text
    if "." not in text and len(text) <= 20 and abs(number) <= 2.0**63:
        whole = int(text)
        return whole if abs(whole) <= _LARGEST else text
    return number if len(text) <= _EXACT or Decimal(text) == Decimal(repr(number)) else text


def single(value: float) -> float:
    """The value as four bytes hold it; infinite where it is too large for them."""
    try:
        return float(_SINGLE.unpack(_SINGLE.pack(value))[0])
    except OverflowError:
        return math.inf


def _money(text: str) -> RowValue:
    return decimals(text.replace("$", "").replace(",", ""))


def _moment(text: str) -> RowValue:
    """A date or timestamp as its text; the infinite ones, which are no time at all, as the infinite numbers."""
    return _NEVER.get(text, text)


def _bytes(text: str) -> RowValue:
    return bytes.fromhex(text[2:])


def _as_text(value: RowValue) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return value.decode("utf-8", "replace").replace("\0", "") if isinstance(value, bytes) else str(value)


def number_in(value: RowValue) -> Decimal | None:
    if isinstance(value, str):
        return Decimal(value.strip()) if _NUMBER.fullmatch(value.strip()) else None
    if isinstance(value, int):
        return Decimal(value)
    return Decimal(repr(value)) if isinstance(value, float) and math.isfinite(value) else None


def _whole(largest: int, value: RowValue) -> str | None:
    if isinstance(value, float | str):
        number = number_in(value)
        if number is None or number.adjusted() > 20:
            return None
        value = int(number) if number == number.to_integral_value() else None
    return str(value) if isinstance(value, int) and -largest - 1 <= value <= largest else None


def _fraction(bound: Decimal | None, scale: int | None, value: RowValue) -> str | None:
    number = number_in(value)
    if number is None:
        return None
    if scale is not None:
        try:
            number = number.quantize(Decimal(1).scaleb(-scale), context=_DECIMAL)
        except InvalidOperation:  # more digits than any of them has
            return None
    return None if bound is not None and abs(number) >= bound else format(number, "f")


def _single(value: RowValue) -> str | None:
    number = number_in(value)
    if number is None:
        return None
    held = single(float(number))
    return repr(held) if math.isfinite(held) else None


def _double(value: RowValue) -> str | None:
    number = number_in(value)
    held = math.inf if number is None else float(number)
    return repr(held) if math.isfinite(held) else None


def _truth(value: RowValue) -> str | None:
    if isinstance(value, str):
        word = value.strip().lower()
        return "t" if word in _TRUE else "f" if word in _FALSE else None
    return ("t" if value else "f") if isinstance(value, int | float) else None


def _of_kind(kind: type[date] | type[time], value: RowValue) -> str | None:
    """ISO alone: what else the server reads depends on its settings, or on today."""
    if isinstance(value, float) and kind is not time:
        return next((word for word, number in _NEVER.items() if number == value), None)
    if not isinstance(value, str) or not _WRITTEN[kind].fullmatch(value):
        return None
    try:
        kind.fromisoformat(value)
    except ValueError:
        return None
    return value


def _octets(value: RowValue) -> str | None:
    data = value.encode("utf-8", "replace") if isinstance(value, str) else value
    return "\\x" + data.hex() if isinstance(data, bytes) else None


def _uuid(value: RowValue) -> str | None:
    return value if isinstance(value, str) and _UUID.fullmatch(value) else None


def _mac(groups: int, value: RowValue) -> str | None:
    fits = isinstance(value, str) and _MAC.fullmatch(value.lower()) and value.count(":") == groups - 1
    return str(value) if fits else None


def _host(value: RowValue) -> str | None:
    try:
        return str(value) if isinstance(value, str) and "%" not in value and ip_interface(value) else None
    except ValueError:
        return None


def _network(value: RowValue) -> str | None:
    try:
        return str(ip_network(value, strict=False)) if isinstance(value, str) and "%" not in value else None
    except ValueError:
        return None


def _refuse(name: str) -> None:
    raise ValueError(name)


def _json(value: RowValue) -> str | None:
    """The document; a text that is none becomes a JSON string."""
    if value is None or isinstance(value, bytes):
        return None if value is None else json.dumps(_as_text(value))
    text = str(value)
    try:
        json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return json.dumps(text)
    return text


def _xml(value: RowValue) -> str | None:
    """Well-formed content: markup stays where it is, and is text where it is not."""
    text = _as_text(value)
    if text is None:
        return None
    if "<" in text or "&" in text:
        try:
            ParserCreate().Parse(f"<x>{text}</x>", True)
        except ExpatError:
            text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return "".join(c for c in text if c in "\t\n\r" or (c >= " " and c not in "\ufffe\uffff"))


def _bits(size: int | None, value: RowValue) -> str | None:
    text = str(value)
    return text if not text.strip("01") and size in (None, len(text)) else None


_READERS: Final[Mapping[str, Read]] = {
    **dict.fromkeys(WHOLE, int),
    "bpchar": lambda text: text.rstrip(" "),  # padding is no part of the value
    "bool": lambda text: int(text == "t"),
    "numeric": decimals,
    "money": _money,
    "float4": float,
    "float8": float,
    **dict.fromkeys(("date", "timestamp", "timestamptz"), _moment),
    "bytea": _bytes,
}
_WRITERS: Final[Mapping[str, Write]] = {
    "bool": _truth,
    "float4": _single,
    "float8": _double,
    "date": partial(_of_kind, date),
    "timestamp": partial(_of_kind, datetime),
    "timestamptz": partial(_of_kind, datetime),
    "time": partial(_of_kind, time),
    "timetz": partial(_of_kind, time),
    "bytea": _octets,
    "uuid": _uuid,
    "inet": _host,
    "cidr": _network,
    "macaddr": partial(_mac, 6),
    "macaddr8": partial(_mac, 8),
    "json": _json,
    "jsonb": _json,
    "xml": _xml,
}
CHECKED: Final = frozenset((*TEXTS, *WHOLE, "numeric", "money", "bit", "varbit", *_WRITERS))
"""Types of which `text_of` knows what they hold; of others (enums, ranges, geometry) the server alone does."""
