"""The single values inside a value: leaves of a document, elements of an array, fields of a row, bounds of a range.

Each may be somebody's name by itself, and can stand in the copy apart from the rest. What is not taken apart here is
its own only leaf, so that a type nobody thought of is searched for as a whole.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Final, TypeAlias

from app.databases.postgresql.masks.arrays import array_elements, row_fields
from app.databases.postgresql.shapes import ColumnShape
from app.domain.plan import ColumnPlan
from app.ports.databases import RowValue

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

_DOCUMENTS: Final = frozenset({"json", "jsonb"})
_IN_QUOTES: Final = frozenset({"hstore", "tsvector"})
_TOGETHER: Final = frozenset({"composite", "range", "multirange", "xml", "bytea"}) | _DOCUMENTS | _IN_QUOTES
_QUOTED = re.compile(r'"((?:[^"\\]|\\.|"")*)"|\'((?:[^\']|\'\')*)\'', re.DOTALL)
_BOUND = re.compile(r'"((?:[^"\\]|""|\\.)*)"|([^"\[\](){},\\]+)', re.DOTALL)
_ESCAPED = re.compile(r'\\(.)|""', re.DOTALL)
_ATTRIBUTE = re.compile(r"""=\s*(?:"([^"<]*)"|'([^'<]*)')""")
_TAG = re.compile(r"<!\[CDATA\[(.*?)\]\]>|<!--(.*?)-->|<[^>]*>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Leaf:
    """One value; `document` is a JSON document that holds it alone, at the place where it was found."""

    value: RowValue
    document: str = ""


def single(plan: ColumnPlan, shape: ColumnShape) -> bool:
    """Whether each value of the masked column is its own only leaf."""
    return not shape.array and shape.base not in _TOGETHER and plan.mask != "json"


def leaves(plan: ColumnPlan, shape: ColumnShape, value: RowValue) -> Iterator[Leaf]:
    """What a field's value is made of. `value` is as `masks.values.reader` reads it."""
    if single(plan, shape):
        yield Leaf(value)
    elif isinstance(value, bytes):
        yield from _of_bytes(value)
    elif not isinstance(value, str):
        yield Leaf(value)
    elif shape.array:
        for element in array_elements(value, ";" if shape.base == "box" else ","):
            if element is not None:
                yield from _of_text(plan, shape.base, element)
    else:
        yield from _of_text(plan, shape.base, value)


def _of_text(plan: ColumnPlan, base: str, text: str) -> Iterator[Leaf]:
    if base in _DOCUMENTS or plan.mask == "json":
        yield from _of_document(text)
    elif base == "composite":
        for field in row_fields(text):
            if field is not None:
                yield from _inside(field)
    elif base in ("range", "multirange"):
        for match in _BOUND.finditer(text):
            yield Leaf(match[2] if match[1] is None else _ESCAPED.sub(_plain, match[1]))
    elif base == "xml":
        yield from _of_markup(text)
    elif base in _IN_QUOTES:
        for match in _QUOTED.finditer(text):
            yield Leaf(_ESCAPED.sub(_plain, match[1]) if match[1] is not None else match[2].replace("''", "'"))
    elif base == "bytea":
        yield from _of_bytes(bytes.fromhex(text[2:]))
    else:
        yield Leaf(text)


def _inside(field: str) -> Iterator[Leaf]:
    """The leaves of a composite's field, whose own type may be anything: by what it looks like."""
    if field.startswith("{") and field.endswith("}"):
        try:
            yield from _of_document(field, strict=True)
        except ValueError:
            yield from (Leaf(element) for element in array_elements(field) if element is not None)
    elif field.startswith("(") and field.endswith(")"):
        for part in row_fields(field):
            if part is not None:
                yield from _inside(part)
    else:
        yield Leaf(field)


def _of_document(text: str, *, strict: bool = False) -> Iterator[Leaf]:
    try:
        parsed: Json = json.loads(text)
    except (ValueError, RecursionError):
        if strict:
            raise ValueError from None
        yield Leaf(text)
        return
    waiting: list[tuple[Json, tuple[str, ...]]] = [(parsed, ())]
    while waiting:
        value, path = waiting.pop()
        if isinstance(value, dict):
            waiting.extend((inner, (*path, key)) for key, inner in value.items())
        elif isinstance(value, list):
            waiting.extend((inner, (*path, str(at))) for at, inner in enumerate(value))
        elif value is not None and not isinstance(value, bool):
            yield Leaf(value, _alone(value, path))


def _alone(value: Json, path: tuple[str, ...]) -> str:
    for key in reversed(path):
        value = {key: value}
    return json.dumps(value)


def _of_markup(text: str) -> Iterator[Leaf]:
    for match in _TAG.finditer(text):
        for inner in (match[1], match[2]):
            if inner:
                yield Leaf(inner.strip())
        for attribute in _ATTRIBUTE.finditer(match[0] if match[1] is None else ""):
            yield Leaf(unescape(attribute[1] if attribute[1] is not None else attribute[2]).strip())
    for part in _TAG.sub("\x1f", text).split("\x1f"):
        if part.strip():
            yield Leaf(unescape(part).strip())


def _of_bytes(value: bytes) -> Iterator[Leaf]:
    """The text that the bytes are, where they are one."""
    try:
        text = value.decode()
    except UnicodeDecodeError:
        yield Leaf(value)
        return
    yield Leaf(text if text.replace("\n", " ").replace("\r", " ").replace("\t", " ").isprintable() else value)


def _plain(match: re.Match[str]) -> str:
    return match[1] or '"'
