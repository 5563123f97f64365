"""Rows whose masks SQL cannot compute, as lines of COPY's text format: those fields are made in our memory.

Only they are looked at; all others travel as the bytes they are. Server encodings never use a tabulator's,
a newline's or a backslash's byte inside a character, so lines can be cut before they are understood.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from app.databases.postgresql.masks.reference import TextMask, text_mask, values_in
from app.databases.postgresql.shapes import ColumnShape
from app.databases.postgresql.streams import HUGE, Piece
from app.domain.plan import ColumnPlan
from app.errors import OutsideError
from app.policy import masks
from app.ports.secrets import MaskKey

_NULL: Final = b"\\N"
_LOOKED_AT: Final = 10_000
"""So many values that came out unchanged are looked at per column; beyond that the verdict is clear."""

_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)
_LETTERS: Final = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_ESCAPES: Final = str.maketrans({"\\": "\\\\", **{char: f"\\{letter}" for letter, char in _LETTERS.items()}})
_LONE: Final = re.compile("[\udc80-\udcff]")
_TAB: Final = re.compile(rb"\t")
_TO_ESCAPE: Final = re.compile(r"[\\\b\f\n\r\t\v]")


@dataclass(frozen=True, slots=True)
class MaskedField:
    """A field that may have to be masked here: where it stands in the line, and what it is."""

    position: int
    plan: ColumnPlan
    shape: ColumnShape


class MaskedLines:
    """Lines of one table. Behind its columns stands a value for each of `fields`: one that is not NULL is masked and
    takes the field's place, and none of them comes along. `unchanged` counts by field the values that came out as
    they went in without the mask being able to make them. For one thread: masks remember.

    A byte that is no text in `codec` is masked as the letters it is written with: masks leave alone what is neither
    letter nor digit, and in a database that knows no encoding it may be either.
    """

    def __init__(self, table: str, fields: Sequence[MaskedField], key: MaskKey, codec: str) -> None:
        self._table = table
        self._codec = codec
        self._fields = tuple(fields)
        self._changes = tuple((f.position, self._change(number, key)) for number, f in enumerate(fields))
        self.unchanged = [0] * len(fields)

    def __call__(self, rows: Sequence[memoryview]) -> Sequence[Piece]:
        """Lines as the server sent them, each with its newline, to lines for the server."""
        lines, number = [], len(self._changes)
        huge = rows[-1] if len(rows[-1]) > HUGE else None
        for row in rows if huge is None else rows[:-1]:
            cells = bytes(row[:-1]).split(b"\t")
            values = cells[-number:]
            del cells[-number:]
            for (position, change), value in zip(self._changes, values, strict=True):
                if value != _NULL:
                    cells[position] = change(value)
            lines.append(b"\t".join(cells))
        lines.append(b"")
        whole = b"\n".join(lines)
        return (whole,) if huge is None else (whole, *self._huge(huge))

    def _huge(self, row: memoryview) -> Iterator[Piece]:
        """The same for one line that is not to be copied in memory: its cells are looked at where they are."""
        edges = [-1, *(match.start() for match in _TAB.finditer(row)), len(row) - 1]
        cells: list[Piece] = [row[begin + 1 : end] for begin, end in pairwise(edges)]
        values = cells[-len(self._changes) :]
        del cells[-len(self._changes) :]
        for (position, change), value in zip(self._changes, values, strict=True):
            if value != _NULL:
                cells[position] = change(bytes(value))
        for number, cell in enumerate(cells):
            if number:
                yield b"\t"
            yield cell
        yield b"\n"

    def _change(self, number: int, key: MaskKey) -> Callable[[bytes], bytes]:
        field, codec = self._fields[number], self._codec
        mask: TextMask = text_mask(field.plan, field.shape, key)

        def change(cell: bytes) -> bytes:
            try:
                text = cell.decode(codec)
            except UnicodeDecodeError:
                text = _LONE.sub(_spelt, cell.decode(codec, "surrogateescape"))
            if "\\" in text:
                text = _ESCAPED.sub(_unescaped, text)
            try:
                new = mask(text)
            except Exception as error:  # noqa: BLE001  # its text may hold the value
                raise RuntimeError(
                    f"mask {field.plan.mask} failed on {self._table}.{field.plan.column}: {type(error).__name__}"
                ) from None
            if new == text:
                self._came_out_unchanged(number, text)
            if new is None:
                return _NULL
            if _TO_ESCAPE.search(new):
                new = new.translate(_ESCAPES)
            try:
                return new.encode(codec)
            except UnicodeEncodeError:
                raise self._unwritable(field.plan) from None

        return change

    def _came_out_unchanged(self, number: int, text: str) -> None:
        field = self._fields[number]
        if self.unchanged[number] < _LOOKED_AT and not all(
            value is None or masks.could_produce(field.plan, value)
            for value in values_in(field.plan, field.shape, text)
        ):
            self.unchanged[number] += 1

    def _unwritable(self, plan: ColumnPlan) -> OutsideError:
        return OutsideError(
            f"The mask {plan.mask} makes texts that the database's encoding does not have",
            f"It is used on {self._table}.{plan.column}; the encoding is {self._codec}.",
            "Choose another mask for the column.",
        )


def _unescaped(match: re.Match[str]) -> str:
    return _LETTERS.get(match[1], match[1])


def _spelt(match: re.Match[str]) -> str:
    return f"x{ord(match[0]) - 0xDC00:02x}"
