"""The shape of an identifier: where its digits and letters stand, and everything else as it is.

`reshaped` takes the digits and letters out, has them replaced, and puts the new ones in the old places, in the old
case. What is known of a shape is remembered: a column of identifiers has few.
"""

from collections.abc import Callable
from struct import Struct
from typing import NamedTuple

from app.policy.masks.keyed import encoded
from app.policy.masks.permutation import Digits, Letters

_SHAPE = bytes(57 if 48 <= b <= 57 else 65 if 65 <= b <= 90 else 97 if 97 <= b <= 122 else b for b in range(256))
DIGIT_SHAPE = bytes(57 if 48 <= b <= 57 else b for b in range(256))
NOT_DIGITS = bytes(b for b in range(256) if not 48 <= b <= 57)
_NOT_LETTERS = bytes(b for b in range(256) if not (65 <= b <= 90 or 97 <= b <= 122))
_MANY = 4096

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


def filled(value: bytes, letters: str, digits: str) -> bytes:
    """`value` with its letters and digits replaced one by one, each letter in the case of the one it replaces."""
    out, letter, digit = bytearray(value), iter(letters.encode()), iter(digits.encode())
    for index, byte in enumerate(value.translate(_SHAPE)):
        if byte == 57:
            out[index] = next(digit)
        elif byte == 97:
            out[index] = next(letter)
        elif byte == 65:
            out[index] = next(letter) - 32
    return bytes(out)


def reshaper(digits: Digits, letters: Letters) -> Callable[[str], str | None]:
    """A function that replaces the digits and letters of a text by permuted ones of the same number, or gives None.

    Zeros alone say nothing and stay, and so does ASCII punctuation alone. None means there is nothing to go by:
    letters, digits or symbols of other scripts.
    """
    fillers: dict[bytes, Filler | None] = {}
    permute_digits, permute_letters = digits.text, letters.text

    def known(shape: bytes) -> Filler | None:
        if len(fillers) >= _MANY:
            fillers.clear()
        simple = b"9" in shape and b"a" not in shape.lower() and shape.isascii()
        made = fillers[shape] = digit_filler(shape) if simple else None
        return made

    def reshape(value: str) -> str | None:
        data = encoded(value)
        shape = data.translate(_SHAPE)
        fill = fillers.get(shape) or known(shape)
        if fill is not None:
            old = data if fill is bytes else data.translate(None, NOT_DIGITS)
            return fill(permute_digits(old.decode()).encode()).decode()
        if not data.isascii() and any(not c.isascii() and not c.isspace() for c in value):
            return None
        words, numbers = letters_in(data).lower().decode(), digits_in(data).decode()
        new_words = permute_letters(words) if words else ""
        new_numbers = permute_digits(numbers) if numbers else ""
        return filled(data, new_words, new_numbers).decode()

    return reshape
