"""What every mask falls back on: a value of another class than it expects, or one it cannot make sense of.

A mask never raises and never hands through what it does not recognise. Text in a number column, numbers as text, text
in a BLOB: the class of the value stays, the meaning goes.
"""

import math
from collections.abc import Callable

from app.domain.plan import ColumnPlan
from app.policy.masks.keyed import Subkeys, encoded, token_of
from app.policy.masks.permutation import Digits
from app.ports.databases import RowValue

LARGEST = (1 << 63) - 1


def meaningless(value: RowValue) -> bool:
    """Whether a value says nothing of anyone, so that a mask may leave it: NULL, white space, ASCII punctuation,
    zeros."""
    if value is None or isinstance(value, int | float):
        return not value
    text = value.decode("latin-1") if isinstance(value, bytes) else value
    return not any((c.isalnum() and c != "0") or (not c.isascii() and not c.isspace()) for c in text)


def wordy(text: str) -> bool:
    """Whether a text is neither a number nor a date: an address of mail, or words without a digit."""
    return "@" in text or (any(c.isalpha() for c in text) and not any(c.isdigit() for c in text))


class Spare:
    """Replacements that fit any column of a class: opaque, keyed, no longer than the column allows."""

    __slots__ = ("_digits", "_length", "_number", "_stream", "_token")

    def __init__(self, column: ColumnPlan, keys: Subkeys) -> None:
        self._length = column.length
        self._token = token_of(keys.state("token"))
        self._stream = keys.stream("spare")
        self._number = keys.number("spare")
        self._digits = Digits(keys)

    def text(self, value: str) -> str:
        if meaningless(value):
            return value[: self._length]
        token = self._token(value)[: self._length]
        return token if token != value else token[::-1]

    def blob(self, value: bytes) -> bytes:
        """As many keyed bytes as there were, at most 16."""
        masked = self._stream(value, min(len(value), 16))
        return masked if masked != value else bytes(255 - byte for byte in masked)

    def integer(self, value: int) -> int:
        """A number of as many digits and the same sign, within 64 bits; different numbers stay different."""
        return self._digits.signed(max(-LARGEST, min(value, LARGEST)))

    def real(self, value: float) -> float:
        """A number between half and one and a half of it, never itself; what is not finite becomes zero."""
        if not math.isfinite(value):
            return 0.0
        share = (self._number(repr(value).encode()) + 1) / 2.0**65
        masked = value * (0.5 + share if share < 0.25 else 1.0 + share)
        return masked if math.isfinite(masked) else value / 2


def otherwise(text: Callable[[str], str], column: ColumnPlan, keys: Subkeys) -> Callable[[RowValue], RowValue]:
    """What a mask of texts makes of everything else: NULL stays NULL, the empty text stays empty.

    Numbers are masked as the text that spells them and come back as numbers where the result is one. A BLOB that
    holds UTF-8 is masked as text, any other becomes keyed bytes.
    """
    spare = Spare(column, keys)

    def other(value: RowValue) -> RowValue:
        if value is None or value == "" or value == b"":
            return value
        if isinstance(value, str):
            return text(value)
        if isinstance(value, bytes):
            try:
                return encoded(text(value.decode()))
            except UnicodeDecodeError:
                return spare.blob(value)
        if isinstance(value, int):
            return whole(text(str(value)), value, spare)
        if not math.isfinite(value) or not value.is_integer() or abs(value) > 2.0**53:
            return spare.real(value)
        return float(whole(text(str(int(value))), int(value), spare))

    return other


def whole(text: str, value: int, spare: Spare) -> int:
    """The number that `text` spells, or a spare one where it spells none that a database can hold."""
    if len(text) <= 20 and text.isascii() and text.lstrip("-").isdigit():
        number = int(text) if text.rfind("-") <= 0 else LARGEST + 1
        if -LARGEST <= number <= LARGEST and number != value:
            return number
    return spare.integer(value)
