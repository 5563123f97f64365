"""Values made of values, as PostgreSQL spells them: arrays `{a,"b c",NULL}` and rows `(a,"b c",)`."""

import re
from collections.abc import Callable, Sequence

Change = Callable[[str], str | None]
"""From the text of one element that is not NULL to another's, None for NULL."""

_ELEMENTS = {separator: re.compile(rf'"((?:[^"\\]|\\.)*)"|[^{{}}"{separator}]+', re.DOTALL) for separator in (",", ";")}
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_TO_ESCAPE = re.compile(r'(["\\])')
_FIELD = re.compile(r'"((?:[^"\\]|""|\\.)*)"|([^,"()\\]*)', re.DOTALL)
_DOUBLED = re.compile(r'""|\\(.)', re.DOTALL)


def array_elements(text: str, separator: str = ",") -> list[str | None]:
    """The elements of an array of any depth, in the order they stand."""
    found: list[str | None] = []

    def note(element: str) -> str:
        found.append(element)
        return element

    def empty() -> None:
        found.append(None)

    _over(text, note, separator, empty)
    return found


def array_of(change: Change, separator: str = ",") -> Callable[[str], str]:
    """A function that changes every element of an array, NULL apart. Bounds and depth stay.

    `separator` is the element type's: a comma, except for `box`.
    """
    return lambda text: _over(text, change, separator)


def _over(text: str, change: Change, separator: str, empty: Callable[[], None] | None = None) -> str:
    bounds, _, elements = text.partition("=") if text.startswith("[") else ("", "", text)

    def changed(match: re.Match[str]) -> str:
        inside: str | None = match[1]
        if inside is None:
            inside = match[0]
            if inside == "NULL":  # a text of these letters stands in quotes
                if empty is not None:
                    empty()
                return inside
        elif "\\" in inside:
            inside = _ESCAPED.sub(r"\1", inside)
        new = change(inside)
        return "NULL" if new is None else '"' + _TO_ESCAPE.sub(r"\\\1", new) + '"'

    masked = _ELEMENTS[separator].sub(changed, elements)
    return f"{bounds}={masked}" if bounds else masked


def row_fields(text: str) -> list[str | None]:
    """The fields of a row, None for those that are NULL."""
    inside, at, fields = text[1:-1], 0, list[str | None]()
    while True:
        match = _FIELD.match(inside, at)
        if match is None:
            return fields
        if match[1] is not None:
            fields.append(_DOUBLED.sub(lambda m: m[1] or '"', match[1]))
        else:
            fields.append(match[2] or None)
        at = match.end() + 1
        if at > len(inside):
            return fields


def row_text(fields: Sequence[str | None]) -> str:
    """A row as the server reads it."""
    return "(" + ",".join("" if f is None else '"' + _TO_ESCAPE.sub(r"\1\1", f) + '"' for f in fields) + ")"
