"""The reference masks on PostgreSQL's values, in our own memory: for rows whose masks SQL cannot compute.

What comes out is what the same mask gives in every other database, written so that the column accepts it. Arrays are
masked element by element, rows of composite types field by field.
"""

import operator
import re
from collections.abc import Callable
from dataclasses import replace
from typing import cast

from app.databases.postgresql.masks.arrays import array_elements, array_of, row_fields, row_text
from app.databases.postgresql.masks.fitness import fits, separator_of, takes
from app.databases.postgresql.masks.spare import instead
from app.databases.postgresql.masks.values import (
    MOMENTS,
    TEXTS,
    Write,
    number_in,
    reader,
    single,
    writer,
)
from app.databases.postgresql.shapes import ColumnShape, FieldShape
from app.domain.plan import ColumnPlan
from app.policy import masks
from app.policy.masks import Mask
from app.policy.masks.dates import midnight
from app.policy.masks.keyed import Memo
from app.ports.databases import RowValue
from app.ports.secrets import MaskKey

TextMask = Callable[[str], str | None]


def text_mask(plan: ColumnPlan, shape: ColumnShape, key: MaskKey) -> TextMask:
    """From a value that is not NULL, as the server writes it in a session of ours, to its masked form as the server
    reads it; None for NULL.

    It never raises on what a server can write, and what the mask does not fit becomes another value of the type
    (`spare`), never the original. Keeps a bounded memory: one thread each. Raises UserError for a mask that does not
    exist.
    """
    if plan.mask == "null":
        return lambda text: None
    derive = cast("Callable[[RowValue], RowValue]", _unremembered(plan, shape, key))
    return cast("TextMask", Memo(derive).__getitem__)


def values_in(plan: ColumnPlan, shape: ColumnShape, text: str) -> tuple[RowValue, ...]:
    """The single values in a field that the column's mask replaces one by one: itself, or its elements and fields."""
    if shape.array:
        one = replace(shape, array=False)
        elements = array_elements(text, separator_of(shape))
        return tuple(value for e in elements if e is not None for value in values_in(plan, one, e))
    if shape.base == "composite":
        found = zip(shape.fields, row_fields(text), strict=False)
        return tuple(
            value
            for field, inside in found
            if inside is not None and takes(plan, field)
            for value in values_in(*_of_field(plan, shape, field), inside)
        )
    return (reader(shape)(text),)


def _unremembered(plan: ColumnPlan, shape: ColumnShape, key: MaskKey) -> TextMask:
    if shape.array:
        return array_of(_unremembered(plan, replace(shape, array=False), key), separator_of(shape))
    if shape.base == "composite":
        return _row(plan, shape, key)
    if not fits(plan.mask, shape.base):
        return instead(plan, shape, key)
    if shape.base in TEXTS and plan.mask != "fixed":
        return _text(plan, shape, key)
    return _value(plan, shape, key)


def _text(plan: ColumnPlan, shape: ColumnShape, key: MaskKey) -> TextMask:
    mask = masks.bind(plan, key)
    change = cast("TextMask", mask)  # which gives a text for a text
    return (lambda text: change(text.rstrip(" "))) if shape.base == "bpchar" else change


def _value(plan: ColumnPlan, shape: ColumnShape, key: MaskKey) -> TextMask:
    mask, read, write, other = masks.bind(plan, key), reader(shape), writer(shape), instead(plan, shape, key)
    if plan.mask == "fixed":
        constant = write(mask(""))
        return lambda text: constant
    if plan.mask == "token" and shape.base in ("int2", "int4"):
        return other  # the mask's own numbers have 63 bits
    if shape.base in MOMENTS:
        return _moment(mask, write, other, plan.mask == "year_only")
    if shape.base in ("json", "jsonb") and plan.mask == "json":
        return lambda text: str(mask(text))
    reflects, alike = plan.mask == "number_noise", _same_single if shape.base == "float4" else operator.eq
    tiny = plan.mask != "year_only"  # beside which no other number stands near enough
    unbounded = shape.base == "numeric" and shape.domain  # its precision is not known here

    def masked(text: str) -> str | None:
        value = read(text)
        new = mask(value)
        written = write(new)
        if unbounded and written is not None and _longer(written, text):
            written = None
        if written is None and reflects:
            written = _reflected(value, new, write)
        if written is None or (
            alike(read(written), value) and (new != value or (tiny and isinstance(value, float) and value != 0))
        ):
            return other(text)  # too large, or the type has no place for the difference
        return written

    return masked


def _moment(mask: Mask, write: Write, other: TextMask, to_midnight: bool) -> TextMask:
    """Days are masked alike whatever the time of day, and there are few of them: they are remembered."""
    days: Memo[str] = Memo(lambda day: str(mask(day)))

    def masked(text: str) -> str | None:
        if text[4:5] == "-" and len(text) > 10 and text[-1] != "C":
            clock = text[10:]
            return days[text[:10]] + (midnight(clock) if to_midnight else clock)
        if text.endswith("infinity"):
            return text  # the end of time says nothing of anyone
        return write(mask(text)) or other(text)  # a day alone, and years that other databases do not have

    return masked


def _same_single(one: RowValue, another: RowValue) -> bool:
    return isinstance(one, float) and isinstance(another, float) and single(one) == single(another)


def _longer(written: str, text: str) -> bool:
    """Whether a number has more digits before the point than another."""
    return len(written.lstrip("-").partition(".")[0]) > len(text.lstrip("-").partition(".")[0])


def _reflected(value: RowValue, new: RowValue, write: Write) -> str | None:
    """As far on the other side of the original, for an amount that grew out of its column."""
    before, after = number_in(value), number_in(new)
    return None if before is None or after is None else write(str(2 * before - after))


def _row(plan: ColumnPlan, shape: ColumnShape, key: MaskKey) -> TextMask:
    changes = [
        _unremembered(*_of_field(plan, shape, field), key) if takes(plan, field) else None for field in shape.fields
    ]

    def masked(text: str) -> str:
        fields = zip(row_fields(text), changes, strict=False)
        return row_text([None if old is None or change is None else change(old) for old, change in fields])

    return masked


def _of_field(plan: ColumnPlan, shape: ColumnShape, field: FieldShape) -> tuple[ColumnPlan, ColumnShape]:
    """Plan and shape of a field, as if it were a column."""
    length = re.search(r"char(?:acter)?(?: varying)?\((\d+)\)", field.type) if field.base in TEXTS else None
    room = int(length[1]) if length else None
    return (
        replace(plan, type=field.type, family=field.family, length=room),
        replace(
            shape,
            type=field.type,
            base=field.base,
            family=field.family,
            array=field.array,
            domain=False,
            length=room,
            scale=None,
            fields=(),
        ),
    )
