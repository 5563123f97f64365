"""Keyed permutations of numbers, digit strings and letter strings: two different inputs never give one output.

A permutation of 0 .. size-1 is a Feistel network of three rounds over (left, right) with left * right = size, so that
no cycle walking is needed. The middle round adds something that is never zero to the left half, which the last round
leaves alone: no value is ever mapped to itself. Round values are hashes, kept where there are few of them.
"""

from collections.abc import Callable
from typing import Final

from app.policy.masks.keyed import Subkeys

_FEW = 1 << 17
_LONGEST = 40
"""Digit and letter strings longer than this are hashed: collisions are out of reach, and so is `int`'s limit."""

_AFTER_ZEROS: Final = 0
"""Stands for the length of a single digit behind zeros, which must not become one more."""

_LARGEST: Final = (1 << 63) - 1
_SPLITS: Final[dict[int, tuple[tuple[int, int, int], ...]]] = {
    # digits: (first, last, left half), so that a small integer stays one: 2, 4 and 8 bytes
    5: ((10_000, 32_767, 16), (32_768, 99_999, 352)),
    10: ((10**9, (1 << 31) - 1, 8929), (1 << 31, 10**10 - 1, 62_528)),
    19: ((10**18, _LARGEST, 65_536), (1 << 63, 10**19 - 1, 65_536)),
}


class _Rounds(dict[int, int]):
    """Round values computed once; the dictionary of a left half is at most `_FEW` long."""

    __slots__ = ("_low", "_number", "_size", "_tweak")

    def __init__(self, number: Callable[[bytes], int], tweak: bytes, low: int, size: int) -> None:
        super().__init__()
        self._number, self._tweak, self._low, self._size = number, tweak, low, size

    def __missing__(self, part: int) -> int:
        value = self[part] = self._low + self._number(b"%b%d" % (self._tweak, part)) % self._size
        return value


def permutation(size: int, left: int, number: Callable[[bytes], int], name: bytes) -> Callable[[int], int]:
    """A keyed permutation of 0 .. size-1 without a fixed point; `left` divides `size` and is from 2 to 131,072."""
    right = size // left
    first = _Rounds(number, b"%b/1/" % name, 0, right)
    last = _Rounds(number, b"%b/3/" % name, 0, right)
    shifts = _Rounds(number, b"%b/2/" % name, 1, left - 1)

    def small(value: int) -> int:
        a, b = divmod(value, right)
        b = (b + first[a]) % right
        a = (a + shifts[b]) % left
        return a * right + (b + last[a]) % right

    tweak, moves = b"%b/2/" % name + b"%d", left - 1

    def large(value: int) -> int:
        a, b = divmod(value, right)
        b = (b + first[a]) % right
        a = (a + 1 + number(tweak % b) % moves) % left
        return a * right + (b + last[a]) % right

    return small if right <= _FEW else large


class Digits:
    """Permutes strings of ASCII digits and whole numbers, by number of digits.

    A leading zero stays one and no other becomes one; a number that fits 2, 4 or 8 bytes still does. A digit string
    and the number it spells are mapped alike.
    """

    __slots__ = ("_number", "_ranges", "_stream")

    def __init__(self, keys: Subkeys) -> None:
        self._number = keys.number("digits")
        self._stream = keys.stream("digits/long")
        self._ranges: dict[int, tuple[tuple[int, int, Callable[[int], int]], ...]] = {}

    def _of_length(self, count: int) -> tuple[tuple[int, int, Callable[[int], int]], ...]:
        bounds: tuple[tuple[int, int, int], ...]
        if count <= 1:
            bounds = ((0, 9, 10),) if count else ((1, 9, 9),)
        else:
            bounds = _SPLITS.get(count, ((10 ** (count - 1), 10**count - 1, 9 * 10 ** (min(5, count // 2) - 1)),))
        made = tuple(
            (first, last, permutation(last - first + 1, left, self._number, b"%d" % first))
            for first, last, left in bounds
        )
        self._ranges[count] = made
        return made

    def integer(self, value: int, count: int) -> int:
        """The image of a number of `count` digits, at most 40."""
        for first, last, permute in self._ranges.get(count) or self._of_length(count):
            if value <= last:
                return first + permute(value - first)
        return value  # more digits than `count`: not a call this module makes

    def text(self, digits: str) -> str:
        """The image of a string of ASCII digits."""
        count = len(digits)
        if count > _LONGEST:
            stream = self._stream(digits.encode(), count)
            return "".join("0123456789"[byte % 10] for byte in stream)
        if digits[0] != "0" or count == 1:
            return str(self.integer(int(digits), count))
        body = digits.lstrip("0")
        zeros = count - len(body)
        if not body:
            return digits
        return "0" * zeros + str(self.integer(int(body), count - zeros if count - zeros > 1 else _AFTER_ZEROS))


class Letters:
    """Permutes strings of lower-case ASCII letters, by length."""

    __slots__ = ("_by_length", "_number", "_stream")

    def __init__(self, keys: Subkeys) -> None:
        self._number = keys.number("letters")
        self._stream = keys.stream("letters/long")
        self._by_length: dict[int, Callable[[int], int]] = {}

    def text(self, word: str) -> str:
        """The image of a string of the letters a to z."""
        count = len(word)
        if count > _LONGEST:
            return "".join(chr(97 + byte % 26) for byte in self._stream(word.encode(), count))
        permute = self._by_length.get(count)
        if permute is None:
            left = 26 ** max(1, min(3, count // 2))
            permute = self._by_length[count] = permutation(26**count, left, self._number, b"%d" % count)
        rank = 0
        for letter in word.encode():
            rank = rank * 26 + letter - 97
        rank, out = permute(rank), bytearray(count)
        for place in range(count - 1, -1, -1):
            rank, digit = divmod(rank, 26)
            out[place] = 97 + digit
        return out.decode()
