"""Keyed permutations of numbers, digit strings and letter strings: two different inputs never give one output.

A permutation of 0 .. size-1 is a Feistel network of three rounds over (left, right) with left * right = size, so that
no cycle walking is needed. The middle round adds something that is never zero to the left half, which the last round
leaves alone: no value is ever mapped to itself. Round values are hashes, kept where there are few of them.
"""

from collections.abc import Callable
from functools import cache
from itertools import product
from typing import Final

from app.policy.masks.keyed import Hash, Subkeys, number_of

_FEW = 1 << 17
_LONGEST = 40
"""Digit and letter strings longer than this are hashed: collisions are out of reach, and so is `int`'s limit."""

_AFTER_ZEROS: Final = 0
"""Stands for the length of a single digit behind zeros, which must not become one more."""

_AS_DIGITS: Final = str.maketrans("abcdefghijklmnopqrstuvwxyz", "0123456789abcdefghijklmnop")
"""How `int` spells the digits of base 26."""

_LARGEST: Final = (1 << 63) - 1
_SPLITS: Final[dict[int, tuple[tuple[int, int, int], ...]]] = {
    # digits: (first, last, left half), so that a small integer stays one: 2, 4 and 8 bytes
    5: ((10_000, 32_767, 16), (32_768, 99_999, 352)),
    10: ((10**9, (1 << 31) - 1, 8929), (1 << 31, 10**10 - 1, 3908)),
    19: ((10**18, _LARGEST, 65_536), (1 << 63, 10**19 - 1, 65_536)),
}


class _Rounds(dict[int, int]):
    """Round values, from `low` to below `low + size`; those of a half with few values are computed once."""

    __slots__ = ("_copy", "_keep", "_low", "_size")

    def __init__(self, state: Hash, tweak: bytes, low: int, size: int, *, keep: bool) -> None:
        super().__init__()
        tweaked = state.copy()
        tweaked.update(tweak)
        self._copy, self._low, self._size, self._keep = tweaked.copy, low, size, keep

    def __missing__(self, part: int) -> int:
        state = self._copy()
        state.update(b"%d" % part)
        value: int = self._low + number_of(state.digest())[0] % self._size
        if self._keep:
            self[part] = value
        return value


def permutation(size: int, left: int, state: Hash, name: bytes, start: int = 0) -> Callable[[int], int]:
    """A keyed permutation of `size` numbers from `start` on, without a fixed point.

    `left` divides `size` and is from 2 to 131,072.
    """
    right = size // left
    first = _Rounds(state, b"%b/1/" % name, 0, right, keep=True)
    last = _Rounds(state, b"%b/3/" % name, 0, right, keep=True)
    shifts = _Rounds(state, b"%b/2/" % name, 1, left - 1, keep=right <= _FEW)

    def permute(value: int) -> int:
        a, b = divmod(value - start, right)
        b = (b + first[a]) % right
        a = (a + shifts[b]) % left
        return start + a * right + (b + last[a]) % right

    return permute


def digit_ranges(count: int) -> tuple[tuple[int, int, int], ...]:
    """The numbers of so many digits, in ranges that are permuted apart: first, last, and how many left halves.

    No digits stand for a single one behind zeros.
    """
    if count <= 1:
        return ((0, 9, 10),) if count else ((1, 9, 9),)
    return _SPLITS.get(count, ((10 ** (count - 1), 10**count - 1, 9 * 10 ** (min(4, count // 2) - 1)),))


def digit_rounds(keys: Subkeys, first: int, last: int, left: int) -> tuple[list[int], list[int], list[int]]:
    """All round values of the permutation of one range: the first and the last by left half, the middle by right."""
    state, right = keys.state("digits"), (last - first + 1) // left
    one, two, three = (
        _Rounds(state, b"%d/%d/" % (first, turn), low, size, keep=False)
        for turn, low, size in ((1, 0, right), (2, 1, left - 1), (3, 0, right))
    )
    return [one[a] for a in range(left)], [two[b] for b in range(right)], [three[a] for a in range(left)]


class Digits:
    """Permutes strings of ASCII digits and whole numbers, by number of digits.

    A leading zero stays one and no other becomes one; a number that fits 2, 4 or 8 bytes still does. A digit string
    and the number it spells are mapped alike.
    """

    __slots__ = ("_images", "_state", "_stream")

    def __init__(self, keys: Subkeys) -> None:
        self._state = keys.state("digits")
        self._stream = keys.stream("digits/long")
        self._images: dict[int, Callable[[int], int]] = {}

    def _of_length(self, count: int) -> Callable[[int], int]:
        bounds = digit_ranges(count)
        made = [permutation(last - first + 1, left, self._state, b"%d" % first, first) for first, last, left in bounds]
        self._images[count] = made[0] if len(made) == 1 else _either(bounds[0][1], made[0], made[1])
        return self._images[count]

    def integer(self, value: int, count: int) -> int:
        """The image of a number of `count` digits, at most 40."""
        return (self._images.get(count) or self._of_length(count))(value)

    def signed(self, value: int) -> int:
        """The image of a whole number of at most 40 digits, sign and length kept. A negative one never becomes zero, as
        a positive one may: two of them would be one number."""
        if value >= 0:
            return self.integer(value, len(str(value)))
        count = len(str(-value))
        return -self.integer(-value, count if count > 1 else _AFTER_ZEROS)

    def text(self, digits: str) -> str:
        """The image of a string of ASCII digits."""
        count = len(digits)
        if count > _LONGEST:
            stream = self._stream(digits.encode(), count)
            return "".join("0123456789"[byte % 10] for byte in stream)
        if digits[0] != "0" or count == 1:
            return str((self._images.get(count) or self._of_length(count))(int(digits)))
        size = len(digits.lstrip("0"))
        if not size:
            return digits
        if size == 1:
            size = _AFTER_ZEROS
        return str((self._images.get(size) or self._of_length(size))(int(digits))).rjust(count, "0")


def _either(edge: int, upto: Callable[[int], int], beyond: Callable[[int], int]) -> Callable[[int], int]:
    """Two permutations side by side: of the numbers up to `edge`, and of those beyond it."""
    return lambda value: upto(value) if value <= edge else beyond(value)


class Letters:
    """Permutes strings of lower-case ASCII letters, by length."""

    __slots__ = ("_by_length", "_short", "_state", "_stream")

    def __init__(self, keys: Subkeys) -> None:
        self._state = keys.state("letters")
        self._stream = keys.stream("letters/long")
        self._by_length: dict[int, Callable[[int], int]] = {}
        self._short: dict[str, str] = {}

    def text(self, word: str) -> str:
        """The image of a string of the letters a to z."""
        known = self._short.get(word)
        if known is not None:
            return known
        count = len(word)
        if count > _LONGEST:
            return "".join(chr(97 + byte % 26) for byte in self._stream(word.encode(), count))
        permute = self._by_length.get(count)
        if permute is None:
            left = 26 ** max(1, min(2, count // 2))
            permute = self._by_length[count] = permutation(26**count, left, self._state, b"%d" % count)
        image = spelled(permute(int(word.translate(_AS_DIGITS), 26)), count)
        if count <= 3:
            self._short[word] = image  # there are 18,278 of them at most
        return image


def spelled(rank: int, count: int) -> str:
    """The word of `count` letters that stands at `rank` in the alphabetical list of all of them."""
    triples, out = _triples(), ""
    while count > 3:
        rank, low = divmod(rank, 17_576)
        out, count = triples[low] + out, count - 3
    return triples[rank][3 - count :] + out


@cache
def _triples() -> tuple[str, ...]:
    return tuple("".join(letters) for letters in product("abcdefghijklmnopqrstuvwxyz", repeat=3))
