"""What masks written as SQL are made of: keyed hashes, the numbers and letters drawn from them, and lists by number.

Every expression gives exactly what the reference mask gives (`app.policy.masks`), on PostgreSQL 14 and later, with
functions of pg_catalog alone and whatever the database's encoding and collation. How it is fast: SHA-256 is computed
once per value, because its digest passes through a subselect that the planner must not flatten (`OFFSET 0`); numbers
are drawn byte by byte, which costs less than any cast; lists are arrays of `name`, whose elements all have one size,
so that the thousandth is found as quickly as the first.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from app.databases.postgresql.connections import literal
from app.databases.postgresql.masks.values import TEXTS
from app.databases.postgresql.shapes import ColumnShape
from app.domain.plan import ColumnPlan
from app.policy.masks.keyed import TOKEN_LETTERS, Subkeys, letters
from app.ports.secrets import MaskKey

ENCODINGS: Final = "(SELECT getdatabaseencoding() IN ('UTF8', 'LATIN1'))"
"""Whether the database's characters beyond ASCII are known to be Unicode's, by number."""


Rows = Sequence[Sequence[str | int]]

_WESTERN: Final = frozenset({"UTF8", "SQL_ASCII", "LATIN1", "LATIN9", "WIN1252"})
"""Encodings that hold every letter of the word lists, or take any byte."""


@dataclass(frozen=True, slots=True)
class SqlMask:
    """A mask as SQL.

    `value` is the masked value, on the wire what the column's own type is (texts of all kinds are alike there); NULL
    gives NULL. It is right where `fits` is true; elsewhere it may be anything, an error too. `fits` is a
    condition that is never NULL and true for NULL; None means that it is right for every value. `repeats` says that
    columns of this kind tend to hold few different values, so that remembering results may pay.
    """

    value: str
    fits: str | None = None
    repeats: bool = False

    def guarded(self) -> "SqlMask":
        """The same with NULL where it is not right, for queries that meet values it is not made for."""
        if self.fits is None:
            return self
        return SqlMask(f"CASE WHEN {self.fits} THEN {self.value} END", self.fits, self.repeats)


class KeysRefused(Exception):  # noqa: N818  # no error: caught by who asked
    """A mask needs what the session cannot be told: a key where none may be set, or a list with letters it lacks."""


class Keys:
    """What a reading session must be told before it can mask: subkeys, and lists that are too long for a query.

    `settings` are names and values for `set_config(name, value, false)`, bound as parameters so that no key stands in
    a query's text. With `allowed` False, masks that need a key cannot be had (`KeysRefused`): for servers that write
    parameters to their log. `encoding` is the database's: one that lacks the letters of a list cannot be told the list.
    """

    def __init__(self, key: MaskKey, *, allowed: bool = True, encoding: str = "UTF8") -> None:
        self._subkeys = Subkeys(key)
        self._allowed = allowed
        self._western = encoding in _WESTERN
        self._blocks: dict[str, str] = {}
        self._settings: dict[str, str] = {}

    def __repr__(self) -> str:
        return "Keys(...)"

    @property
    def settings(self) -> Mapping[str, str]:
        return MappingProxyType(self._settings)

    @property
    def subkeys(self) -> Subkeys:
        """For lists made with a key."""
        if not self._allowed:
            raise KeysRefused("list")
        return self._subkeys

    def block(self, domain: str) -> str:
        """SQL of the 64 bytes that are hashed before a value of the domain; evaluated once per query."""
        if not self._allowed:
            raise KeysRefused(domain)
        name = self._blocks.get(domain)
        if name is None:
            name = self._blocks[domain] = f"sandkeeper.k{len(self._blocks) + 1}"
            self._settings[name] = self._subkeys.block(domain).hex()
        return f"(SELECT decode(current_setting('{name}'), 'hex'))"

    def array(self, name: str, type: str, rows: Rows | Callable[[], Rows]) -> str:
        """SQL of a two-dimensional array, both bounds from 0; `name` is an identifier and tells it from others.

        Rows that take long to make are given as a function, called once.
        """
        setting = f"sandkeeper.list_{name}"
        if setting not in self._settings:
            rows = rows() if callable(rows) else rows
            if not self._western and not all(str(item).isascii() for row in rows for item in row):
                raise KeysRefused(setting)
            texts = ("{" + ",".join(f'"{item}"' for item in row) + "}" for row in rows)
            bounds = f"[0:{len(rows) - 1}][0:{len(rows[0]) - 1}]"
            self._settings[setting] = f"{bounds}={{{','.join(texts)}}}"
        return f"(SELECT current_setting('{setting}')::{type}[])"


Builder = Callable[[ColumnPlan, ColumnShape, str, Keys], SqlMask | None]
"""From plan, shape and SQL of a column, such as `t."email"`. None: SQL cannot do this column."""


def text_in(column: str, shape: ColumnShape) -> str | None:
    """SQL of the text that the reference sees, compared byte by byte; None for a column that holds no single text.

    The padding of `char(n)` falls off. The collation is explicit, so that no other rules of letters can come in.
    """
    return None if shape.array or shape.base not in TEXTS else byte_by_byte(column)


def byte_by_byte(value: str) -> str:
    """The value as text that is compared, lowered and matched by ASCII's rules alone."""
    return f'({value}::text COLLATE "C")'


def given(condition: str) -> str:
    """The condition, true for NULL."""
    return f"({condition}) IS NOT FALSE"


def staged(value: str, *stages: Mapping[str, str], name: str = "x") -> str:
    """A value computed in stages, each expression once: `x.NAME` is an expression of the stage before."""
    source = ""
    for stage in stages:
        columns = ", ".join(f"{sql} AS {alias}" for alias, sql in stage.items())
        source = f" FROM (SELECT {columns}{source} OFFSET 0) AS {name}"
    return f"(SELECT {value}{source})"


def hashed(keys: Keys, domain: str, text: str, *, ascii_only: bool = True) -> str:
    """The keyed digest of a text. `ascii_only` texts need no look at encodings, which is quicker."""
    data = f"textsend({text})" if ascii_only else f"convert_to({text}, 'UTF8')"
    return f"sha256({keys.block(domain)} || {data})"


def remainder(digest: str, modulus: int, divisor: int = 1) -> str:
    """The first 64 bits of a digest modulo `modulus`, as int4; `digest` is repeated, so it should be a column.

    With a divisor, the quotient's remainder is taken: the bits divided by it, modulo `modulus`.
    """
    whole = modulus * divisor
    kind = "" if whole * 255 * 8 < 1 << 31 else "::int8"
    total = " + ".join(f"get_byte({digest}, {i}){kind} * {(1 << (56 - 8 * i)) % whole}" for i in range(8))
    rest = f"mod({total}, {whole})"
    rest = rest if divisor == 1 else f"{rest} / {divisor}"
    return f"({rest}){'::int4' if kind else ''}"


def _pairs(shift: int) -> list[int]:
    """For each byte, the two letters of a token that stand for it, as bytes of an int8 from bit `shift` on."""
    return [int.from_bytes(letters(bytes((byte,)), 2).encode()) << shift for byte in range(256)]


def _capitals() -> list[int]:
    """For each byte, an int8 of the bits that set letters apart from capitals: in its nth byte for the nth bit."""
    return [sum(0x20 << (56 - 8 * i) for i in range(8) if byte >> i & 1) for byte in range(256)]


def token(keys: Keys, domain: str, text: str, count: int = TOKEN_LETTERS, *, ascii_only: bool = True) -> str:
    """`keyed.token_of`: letters of a text, in capitals where the text is. `text` is repeated, so it should be a column.

    A text without capitals, as most are, goes a quick way of its own.
    """
    table = keys.array("letters", "int8", [*(_pairs(shift) for shift in (48, 32, 16, 0)), _capitals()])
    one, two = (" | ".join(f"x.t[{i}][get_byte(x.h, {first + i})]" for i in range(4)) for first in (0, 4))
    small = f"encode(int8send({one}) || int8send({two}), 'escape')"
    mixed = staged(
        f"encode(int8send(({one}) & ~x.t[4][y.b & 255]) || int8send(({two}) & ~x.t[4][y.b >> 8]), 'escape')",
        {"h": hashed(keys, domain, f"'case ' || {text}", ascii_only=ascii_only)},
        {"b": f"{remainder('y.h', 0xFFFE)} + 1"},
        name="y",
    )
    quick = staged(small, {"h": hashed(keys, domain, text, ascii_only=ascii_only), "t": table})
    other = staged(
        f"CASE WHEN {text} = upper({text}) THEN upper({small}) ELSE {mixed} END",
        {"h": hashed(keys, domain, f"lower({text})", ascii_only=ascii_only), "t": table},
    )
    whole = f"CASE WHEN {text} = lower({text}) THEN {quick} ELSE {other} END"
    return f"({whole})" if count >= TOKEN_LETTERS else f"left({whole}, {count})"


def constant(text: str) -> str:
    """A text constant, compared byte by byte."""
    return f"{literal(text).strip()}::text"
