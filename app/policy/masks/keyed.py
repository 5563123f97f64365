"""Keyed hashing: where every mask gets its determinism from.

A tenant's key never hashes a value itself. Each *domain* of values (e-mail addresses, first names, digit strings ...)
has a subkey made with HMAC-SHA256, so that masks which mean the same thing share it and all others are unrelated. A
value is hashed as SHA-256(subkey block, value) and at most half of the digest is ever used: with half of it withheld
the hash cannot be continued by someone who does not know the key (as in SHA-512/256), one pass costs half of HMAC's
two, and every server database can compute it with the `sha256` it was born with.
"""

import hashlib
import hmac
from binascii import b2a_hex
from collections.abc import Callable
from struct import Struct
from typing import Protocol, TypeVar

from app.ports.databases import RowValue
from app.ports.secrets import MaskKey


class Hash(Protocol):
    def copy(self) -> "Hash": ...
    def update(self, data: bytes, /) -> None: ...
    def digest(self) -> bytes: ...


number_of = Struct(">Q24x").unpack
"""The first 64 bits of a digest as a tuple of one number."""

TOKEN_LETTERS = 16
_LETTERS = bytes.maketrans(b"0123456789abcdef", b"bcdfghjkmnpqrstv")


class Subkeys:
    """The subkeys of one tenant's key, one per domain."""

    __slots__ = ("_secret",)

    def __init__(self, key: MaskKey) -> None:
        self._secret = key.reveal()

    def __repr__(self) -> str:
        return "Subkeys(...)"

    def block(self, domain: str) -> bytes:
        """The domain's subkey: 64 bytes, one block of SHA-256, to be hashed before a value. As secret as the key."""
        return b"".join(
            hmac.digest(self._secret, b"sandkeeper mask %d %s" % (half, domain.encode()), "sha256") for half in (1, 2)
        )

    def state(self, domain: str) -> Hash:
        """A SHA-256 that has taken in the domain's subkey and awaits a value: `copy`, `update`, `digest`."""
        return hashlib.sha256(self.block(domain))

    def number(self, domain: str) -> Callable[[bytes], int]:
        """A function from a value's bytes to 64 keyed bits."""
        copy = self.state(domain).copy

        def number(data: bytes) -> int:
            state = copy()
            state.update(data)
            return int(number_of(state.digest())[0])

        return number

    def stream(self, domain: str) -> Callable[[bytes, int], bytes]:
        """A function from a value's bytes to as many keyed bytes as asked for."""
        copy = self.state(domain).copy

        def stream(data: bytes, size: int) -> bytes:
            state = copy()
            state.update(data)
            seed, parts = state.digest()[:16], []
            for counter in range((size + 15) // 16):
                state = copy()
                state.update(b"%s%d" % (seed, counter))
                parts.append(state.digest()[:16])
            return b"".join(parts)[:size]

        return stream


def encoded(value: str) -> bytes:
    """UTF-8, also of text no database should hold (lone surrogates)."""
    try:
        return value.encode()
    except UnicodeEncodeError:
        return value.encode("utf-8", "surrogatepass")


def letters(digest: bytes, count: int = TOKEN_LETTERS) -> str:
    """`count` lower-case consonants, four bits each, at most 32: too few vowels to spell a word."""
    return b2a_hex(digest[: (count + 1) // 2])[:count].translate(_LETTERS).decode()


def token_of(state: Hash) -> Callable[[str], str]:
    """A function from text to a 64-bit token that keeps the equalities people and databases see.

    Texts that differ in the case of ASCII letters alone get tokens that differ in case alone: equal where case does
    not count (a NOCASE column, a comparison by `lower`), different where it does (a unique column).
    """
    copy = state.copy

    def token(value: str) -> str:
        exact = encoded(value)
        folded = exact.lower()
        hashed = copy()
        hashed.update(folded)
        text = letters(hashed.digest())
        return text if exact == folded else cased(text, exact, folded, copy)

    return token


def cased(text: str, exact: bytes, folded: bytes, copy: Callable[[], Hash]) -> str:
    """The token `text` in the case that belongs to `exact`, whose lower-case form is `folded`."""
    if exact == folded:
        return text
    if exact == exact.upper():
        return text.upper()
    hashed = copy()
    hashed.update(b"case " + exact)
    bits = number_of(hashed.digest())[0] % 0xFFFE + 1  # neither all lower nor all upper
    return "".join(c.upper() if bits >> (i % 16) & 1 else c for i, c in enumerate(text))


LETTERS_ONLY = frozenset(_LETTERS[i : i + 1].decode() for i in b"0123456789abcdef")


def is_token(text: str, count: int = TOKEN_LETTERS) -> bool:
    """Whether `letters` could have written it, in whatever case."""
    return len(text) == count and LETTERS_ONLY.issuperset(text.lower())


V = TypeVar("V", bound=RowValue)


class Memo(dict[V, V]):
    """Remembers what a mask made of short texts, so that a repeated value costs one dictionary look-up in C.

    Bounded: emptied when full. Numbers are not remembered, because 1 and 1.0 are one key and two values.
    """

    __slots__ = ("_derive", "_limit")

    def __init__(self, derive: Callable[[V], V], limit: int = 65_536) -> None:
        super().__init__()
        self._derive: Callable[[V], V] = derive
        self._limit = limit

    def __missing__(self, value: V) -> V:
        masked = self._derive(value)
        if isinstance(value, str) and len(value) <= 64:
            if len(self) >= self._limit:
                self.clear()
            self[value] = masked
        return masked


def remembered(derive: Callable[[RowValue], RowValue]) -> Callable[[RowValue], RowValue]:
    """The same function with a bounded memory, for columns with few different values."""
    return Memo(derive).__getitem__
