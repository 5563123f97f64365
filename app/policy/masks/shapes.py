"""The shape of an identifier: where its digits and letters stand, and everything else as it is.

`reshaped` takes the digits and letters out, has them replaced, and puts the new ones in the old places, in the old
case. What is known of a shape is remembered: a column of identifiers has few.
"""

import re
from collections.abc import Callable, Iterator
from itertools import repeat
from operator import itemgetter
from struct import Struct
from typing import NamedTuple

from app.policy.masks.permutation import Digits, Letters

_SHAPE = bytes(57 if 48 <= b <= 57 else 65 if 65 <= b <= 90 else 97 if 97 <= b <= 122 else b for b in range(256))
DIGIT_SHAPE = bytes(57 if 48 <= b <= 57 else b for b in range(256))
NOT_DIGITS = bytes(b for b in range(256) if not 48 <= b <= 57)
_NOT_LETTERS = bytes(b for b in range(256) if not (65 <= b <= 90 or 97 <= b <= 122))
_RUNS = re.compile(rb"9+|[Aa]+|[^9Aa]+")
_LETTERS_AND_DIGITS = b"9Aa"
_MANY = 4096
_WORTH_IT = 512
"""So many shapes of codes get a filler of their own, which costs as much as filling in twenty of them."""

Filler = Callable[[bytes], bytes]


def shape_of(value: bytes) -> bytes:
    """Digits become 9, letters A or a, the rest stays."""
    return value.translate(_SHAPE)


def shape_only_digits(value: bytes) -> bytes:
    """Digits become 9, the rest stays."""
    return value.translate(DIGIT_SHAPE)


def digits_in(value: bytes) -> bytes:
    return value.translate(None, NOT_DIGITS)


def letters_in(value: bytes) -> bytes:
    return value.translate(None, _NOT_LETTERS)


def digit_filler(shape: bytes) -> Filler:
    """A function that puts digits, as many as the shape has, in their places."""
    groups: list[int] = []
    template = bytearray()
    for place, byte in enumerate(shape):
        if byte != 57:
            template += b"%%" if byte == 37 else bytes((byte,))
        elif place and shape[place - 1] == 57:
            groups[-1] += 1
        else:
            groups.append(1)
            template += b"%b"
    if len(groups) == 1 and bytes(template) == b"%b":
        return bytes
    split = Struct("".join(f"{size}s" for size in groups)).unpack
    pattern = bytes(template)
    return lambda digits: pattern % split(digits)


class Form(NamedTuple):
    """What is known of a digit shape: how many digits, how to put others in, whether anything else than ASCII
    punctuation stands beside them."""

    size: int
    fill: Filler
    words: bool


class Forms(dict[bytes, Form]):
    """Forms by digit shape (`shape_only_digits`), remembered; emptied when there are too many."""

    def __missing__(self, shape: bytes) -> Form:
        if len(self) >= _MANY:
            self.clear()
        words = not shape.isascii() or len(letters_in(shape)) > 0
        form = self[shape] = Form(shape.count(b"9"), digit_filler(shape), words)
        return form


def merger() -> Callable[[bytes, bytes, bytes], bytes]:
    """A function that puts letters and digits, as many as the shape has, in their places in any shape."""
    sources: list[Iterator[int]] = [repeat(byte) for byte in range(256)]
    source = sources.__getitem__

    def merged(shape: bytes, letters: bytes, digits: bytes) -> bytes:
        sources[65] = sources[97] = iter(letters)
        sources[57] = iter(digits)
        return bytes(map(next, map(source, shape)))

    return merged


def code_filler(shape: bytes) -> Filler:
    """A function that puts letters followed by digits, as many as the shape has of each, in their places."""
    letters: list[int] = []
    digits: list[int] = []
    order: list[tuple[bool, int]] = []
    template = bytearray()
    for match in _RUNS.finditer(shape):
        run = match[0]
        if run[0] not in _LETTERS_AND_DIGITS:
            template += run.replace(b"%", b"%%")
            continue
        template += b"%b"
        sizes = digits if run[0] == 57 else letters
        order.append((run[0] == 57, len(sizes)))
        sizes.append(len(run))
    split = Struct("".join(f"{size}s" for size in (*letters, *digits))).unpack
    places = [number + len(letters) * is_digit for is_digit, number in order]
    pattern = bytes(template)
    if places == sorted(places):
        return lambda new: pattern % split(new)
    reorder = itemgetter(*places)
    return lambda new: pattern % reorder(split(new))


def cased_like(new: bytes, old: bytes) -> bytes:
    """Lower-case letters in the case of the ones they replace."""
    if old.islower():
        return new
    if old.isupper():
        return new.upper()
    return bytes(n if o >= 97 else n - 32 for n, o in zip(new, old, strict=True))


def reshaper(digits: Digits, letters: Letters) -> Callable[[str], str | None]:
    """A function that replaces the digits and letters of a text by permuted ones of the same number, or gives None.

    Zeros alone say nothing and stay, and so does ASCII punctuation alone. None means there is nothing to go by:
    letters, digits or symbols of other scripts.
    """
    fillers: dict[bytes, Filler] = {}
    permute_digits, permute_letters, merged = digits.text, letters.text, merger()

    def reshape(value: str) -> str | None:
        try:
            data = value.encode()
        except UnicodeEncodeError:
            return None
        shape = data.translate(_SHAPE)
        fill = fillers.get(shape)
        if fill is None:
            if not value.isascii() and any(not c.isascii() and not c.isspace() for c in value):
                return None
            if len(fillers) < _WORTH_IT:
                fill = fillers[shape] = code_filler(shape)
        words, numbers = data.translate(None, _NOT_LETTERS), data.translate(None, NOT_DIGITS)
        if numbers:
            numbers = permute_digits(numbers.decode()).encode()
        if words:
            words = cased_like(permute_letters(words.lower().decode()).encode(), words)
        return (merged(shape, words, numbers) if fill is None else fill(words + numbers)).decode()

    return reshape
