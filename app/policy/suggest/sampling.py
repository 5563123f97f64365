"""Taking a small sample of each table, however wide its rows are."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.domain.schema import Column, Schema, Table, TypeFamily
from app.errors import OutsideError
from app.policy.suggest.together import made_from
from app.policy.suggest.values import ValueFacts, look_at
from app.ports.databases import RowValue

Sample = Callable[[str, Sequence[str], int], list[tuple[RowValue, ...]]]

_ROWS = 300
_FIRST_ROWS = 25
_BINARY_ROWS = 5
_BYTES = 4_000_000  # of one table that are read, about
_ELEMENT = re.compile(r'"((?:[^"\\]|\\.)*)"|([^{},"]+)')
_MOST_ELEMENTS = 20  # of one array that are looked at


@dataclass(frozen=True, slots=True)
class Sampled:
    """What was learnt of one table; the rows themselves are forgotten."""

    facts: Mapping[str, ValueFacts]
    made_from: Mapping[str, set[str]]


def sampled(schema: Schema, sample: Sample) -> dict[str, Sampled]:
    """A look at every table. Raises OutsideError where the database cannot be read: what could not be looked at is
    never taken for harmless."""
    return {
        table.name: _look(table, sample)
        for table in schema.tables
        if table.shadow_of is None and table.virtual != "foreign"  # whose rows stay on another server
    }


def _look(table: Table, sample: Sample) -> Sampled:
    binary = [c.name for c in table.columns if c.family is TypeFamily.BINARY]
    other = [c.name for c in table.columns if c.family is not TypeFamily.BINARY]
    facts: dict[str, ValueFacts] = {}
    origins: dict[str, set[str]] = {}
    if other:
        rows = _rows(table, other, sample, _ROWS)
        arrays = {c.name: c for c in table.columns if c.type.endswith("[]")}
        for at, name in enumerate(other):
            values: Iterable[RowValue] = (row[at] for row in rows)
            facts[name] = look_at(_elements(arrays[name], values) if name in arrays else values)
        origins = made_from(table, other, rows)
    if binary:
        rows = _rows(table, binary, sample, _BINARY_ROWS)
        facts.update((name, look_at(row[at] for row in rows)) for at, name in enumerate(binary))
    return Sampled(facts, origins)


def _elements(column: Column, values: Iterable[RowValue]) -> Iterator[RowValue]:
    """What stands in arrays, which come as `{one,"two"}`; numbers as numbers."""
    for value in values:
        if not isinstance(value, str) or not value.startswith("{"):
            yield value
            continue
        for match in list(_ELEMENT.finditer(value[:_BYTES]))[:_MOST_ELEMENTS]:
            text = match[2] if match[1] is None else re.sub(r"\\(.)", r"\1", match[1])
            try:
                yield float(text) if column.family in (TypeFamily.INTEGER, TypeFamily.NUMBER) else text
            except ValueError:
                yield text


def _rows(table: Table, columns: Sequence[str], sample: Sample, most: int) -> list[tuple[RowValue, ...]]:
    """Up to `most` rows, fewer where a few of them already weigh much."""
    try:
        first = sample(table.name, columns, min(most, _FIRST_ROWS))
        if len(first) < _FIRST_ROWS or most <= _FIRST_ROWS:
            return first
        each = sum(_size(value) for row in first for value in row) // len(first) + 1
        wanted = min(most, _BYTES // each)
        return sample(table.name, columns, wanted) if wanted > len(first) else first
    except OutsideError:
        if table.virtual is None:
            raise
        return []  # the module of a virtual table may be missing here; its columns are then judged by name alone


def _size(value: RowValue) -> int:
    return len(value) if isinstance(value, str | bytes) else 8
