"""What stands in for a value when a mask's result does not fit the column's type: keyed, and of that type.

A UUID stays a UUID, an address an address, a number keeps its number of digits. Types with no personal meaning of
their own (geometry, ranges, search vectors) get their empty value; where a type has none, NULL.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from ipaddress import ip_network
from typing import Final

from app.databases.postgresql.masks.values import WHOLE, number_in, writer
from app.databases.postgresql.shapes import ColumnShape
from app.domain.plan import ColumnPlan
from app.policy import masks
from app.policy.masks.keyed import Subkeys
from app.policy.masks.permutation import Digits, permutation
from app.policy.masks.shapes import DIGIT_SHAPE, NOT_DIGITS, digit_filler
from app.ports.secrets import MaskKey

Instead = Callable[[str], str | None]
"""From the text of a value to another that the column accepts, None for NULL."""

_EMPTY: Final[Mapping[str, str]] = {
    "bool": "f",
    "time": "00:00:00",
    "timetz": "00:00:00+00",
    "interval": "00:00:00",
    "char": "x",
    "json": '""',
    "jsonb": '""',
    "xml": "",
    "range": "empty",
    "multirange": "{}",
    "tsvector": "",
    "tsquery": "",
    "oid": "0",
    "pg_lsn": "0/0",
    "varbit": "",
    "hstore": "",
    "point": "(0,0)",
    "box": "(0,0),(0,0)",
    "lseg": "[(0,0),(0,0)]",
    "path": "[(0,0)]",
    "polygon": "((0,0))",
    "circle": "<(0,0),0>",
    "date": "1900-01-01",
    "timestamp": "1900-01-01 00:00:00",
    "timestamptz": "1900-01-01 00:00:00+00",
    "bytea": "\\x",
}


def instead(plan: ColumnPlan, shape: ColumnShape, key: MaskKey) -> Instead:
    """The replacement for a column's type. Whole numbers, decimals, UUIDs and hardware addresses stay different where
    they were; so do network addresses in a unique column."""
    keys = Subkeys(key)
    match shape.base:
        case "int2" | "int4" | "int8":
            return _whole(keys, WHOLE[shape.base])
        case "numeric" | "money" | "float4" | "float8":
            return _digits(keys, shape)
        case "uuid":
            return _other_mask(plan, key, "token")
        case "inet":
            return _six(keys) if plan.unique else _other_mask(plan, key, "ip")
        case "cidr":
            return _six(keys) if plan.unique else _network(keys)
        case "macaddr" | "macaddr8":
            return _hardware(keys, 6 if shape.base == "macaddr" else 8)
        case "bit":
            return lambda text: "0" * len(text)
    empty = _EMPTY.get(shape.base)
    return lambda text: empty


def _whole(keys: Subkeys, largest: int) -> Instead:
    digits = Digits(keys)

    def whole(text: str) -> str:
        return str(digits.signed(max(-largest, min(int(text), largest))))

    return whole


def _digits(keys: Subkeys, shape: ColumnShape) -> Instead:
    """Other digits in the same places; zero for what a column of fractions holds that is no number."""
    digits, write = Digits(keys), writer(shape)
    zero = write(0)
    value = float if shape.base.startswith("float") else Decimal

    def masked(text: str) -> str | None:
        if number_in(text.replace("$", "").replace(",", "")) is None:
            return zero
        mantissa, power, exponent = text.replace("$", "").replace(",", "").partition("e")
        data = mantissa.encode()
        new = digits.text(data.translate(None, NOT_DIGITS).decode())
        shown = digit_filler(data.translate(DIGIT_SHAPE))(new.encode()).decode()
        other = write(shown + power + exponent)
        return zero if other is None or value(other) == value(mantissa + power + exponent) else other

    return masked


def _other_mask(plan: ColumnPlan, key: MaskKey, name: str) -> Instead:
    mask = masks.bind(
        ColumnPlan(column=plan.column, type=plan.type, family="text", treatment=plan.treatment, mask=name), key
    )
    return lambda text: str(mask(text))


def _six(keys: Subkeys) -> Instead:
    number = keys.number("inet")

    def six(text: str) -> str:
        drawn = number(text.encode())
        return "2001:db8:0:0:" + ":".join(f"{drawn >> shift & 0xFFFF:x}" for shift in (48, 32, 16, 0))

    return six


def _network(keys: Subkeys) -> Instead:
    """Another network of the same size; the one that is everything stays."""
    stream = keys.stream("cidr")

    def network(text: str) -> str:
        old = ip_network(text)
        size, length = old.max_prefixlen, old.prefixlen
        mine, drawn = int(old.network_address) >> size - length, int.from_bytes(stream(text.encode(), 16), "big")
        new = drawn % (1 << length)
        if new == mine and length:
            new ^= 1
        return f"{type(old.network_address)(new << size - length)}/{length}"

    return network


def _hardware(keys: Subkeys, size: int) -> Instead:
    """A locally administered address; two bits of the first byte say so, all others are permuted."""
    bits = 8 * size - 2
    permute = permutation(1 << bits, 1 << 17, keys.state("macaddr"), b"%d" % size)

    def hardware(text: str) -> str:
        first, rest = int(text[:2], 16), int(text[2:].replace(":", ""), 16)
        value = permute(first >> 2 << 8 * (size - 1) | rest)
        first, rest = value >> 8 * (size - 1), value & (1 << 8 * (size - 1)) - 1
        data = bytes((first << 2 | 2,)) + rest.to_bytes(size - 1, "big")
        return data.hex(":")

    return hardware
