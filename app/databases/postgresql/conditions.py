"""A policy's conditions as SQL: each value is compared as what its column holds.

Values travel bound (`where`), or as constants where a statement takes no parameters, as COPY does (`where_constant`).
Either way they are written by the driver, never pasted. Texts are compared as texts (those of citext without case, as
the type does), numbers as numbers, dates and times in ISO form, whatever else by the text the server shows.

Comparisons with rows of other tables are written as joins that work for tables of any size: a subselect beside an OR,
or a NOT IN, is looked through once for every row as soon as it does not fit the server's memory.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from ipaddress import ip_interface
from typing import Final
from uuid import UUID

from app.databases.postgresql.connections import literal, quoted
from app.databases.postgresql.pairing import keys
from app.databases.postgresql.shapes import ColumnShape, Shapes, TableShape
from app.domain.policy import Condition, Operator, OptionRef, RowSet, Scalar, Value
from app.errors import UserError

Hole = Callable[[str], str]
"""Where a value goes: gives the SQL that stands for it."""

_ORDERS: Final[Mapping[Operator, str]] = {
    Operator.BELOW: "<",
    Operator.ABOVE: ">",
    Operator.AT_MOST: "<=",
    Operator.AT_LEAST: ">=",
}
_LIKES: Final[Mapping[Operator, str]] = {Operator.LIKE: "LIKE", Operator.NOT_LIKE: "NOT LIKE"}
_TEXTS: Final = frozenset({"text", "varchar", "bpchar", "name", "char", "citext"})
_NUMBERS: Final = frozenset({"int2", "int4", "int8", "oid", "numeric", "money", "float4", "float8"})
_TRUTHS: Final[Mapping[str, bool]] = {
    **dict.fromkeys(("true", "t", "yes", "on", "1"), True),
    **dict.fromkeys(("false", "f", "no", "off", "0"), False),
}
_INFINITE: Final = frozenset({"infinity", "-infinity"})


@dataclass(frozen=True, slots=True)
class _Writing:
    """How the parts of a statement are written: values by `hole`, all else by `plain`. `shapes` knows the tables."""

    shapes: Shapes
    hole: Hole
    plain: Callable[[str], str]


def where(condition: Condition, table: TableShape, shapes: Shapes) -> tuple[str, list[str]]:
    """The condition with `%s` for each value, and the values; `true` for the empty one. Columns of `table` are named
    without it: the statement has no other table. `shapes` are all tables beside it.

    Raises UserError for a column that is not there and for a value its column cannot hold.
    """
    values: list[str] = []

    def bound(value: str) -> str:
        values.append(value)
        return "%s"

    return _all(condition, table, _Writing(shapes, bound, lambda sql: sql.replace("%", "%%"))), values


def where_constant(condition: Condition, table: TableShape, shapes: Shapes) -> str:
    """The condition with its values as constants; to be executed without parameters. Raises as `where` does."""
    return _all(condition, table, _Writing(shapes, literal, str))


def _all(condition: Condition, table: TableShape, writing: _Writing) -> str:
    texts = []
    for clause in condition:
        column = _column(table, clause.column)
        side = _Side(column, writing.plain(quoted(column.name)), writing.hole, table.policy_name)
        if isinstance(clause.value, RowSet):
            texts.append(_among_rows(clause.operator, clause.value, side, writing))
        else:
            texts.append(_clause(clause.operator, clause.value, side))
    return " AND ".join(f"({text})" for text in texts) or "true"


def _column(table: TableShape, name: str) -> ColumnShape:
    column = table.column(name)
    if column is None:
        raise UserError(
            f"There is no column {name} in {table.policy_name}",
            "A condition of the policy names it.",
            "Correct the name in the policy.",
        )
    return column


def _clause(operator: Operator, given: Value, side: "_Side") -> str:
    if operator in (Operator.IN, Operator.NOT_IN):
        items = given if isinstance(given, tuple) else (settled(given),)
        equal = side.one_of(items) or "false"
        return equal if operator is Operator.IN else f"({equal}) IS NOT TRUE"
    value = settled(given)
    if operator is Operator.IS:
        return side.equals(value)
    if operator is Operator.NOT:
        return f"({side.equals(value)}) IS NOT TRUE"
    if value is None:
        return "false"  # nothing is more, less or like what is not there
    if operator in _LIKES:
        return side.like(_LIKES[operator], str(value))
    left, right = side.both(value)
    return f"{left} {_ORDERS[operator]} {right}"


def _among_rows(operator: Operator, rows: RowSet, side: "_Side", writing: _Writing) -> str:
    """Whether the column's value is one that the rows have; NULL is not, unless `nothing` says so."""
    parent = writing.shapes.topmost(rows.table)
    if parent is None:
        raise UserError(
            f"There is no table {rows.table} with rows of its own",
            "A condition of the policy looks at it.",
            "Correct the name in the policy.",
        )
    other = _column(parent, rows.column)
    pair = keys(side.column, side.name, other, writing.plain(quoted(other.name)))
    if pair is None:
        raise UserError(
            f"{side.table}.{side.column.name} cannot be compared with {rows.table}.{other.name}",
            f"The one holds {side.column.type}, the other {other.type}.",
            "Correct the condition or the reference in the policy.",
        )
    left, right = pair
    nothing = side.one_of(rows.nothing)  # values are bound in the order in which they stand in the text
    found = f"FROM {writing.plain(writing.shapes.reading(parent))} WHERE {_all(rows.condition, parent, writing)}"
    if operator is Operator.IN_ROWS and not nothing:
        return f"{left} IN (SELECT {right} {found})"
    if operator is Operator.IN_ROWS:  # an OR would keep the server from joining: "nothing" becomes one more row
        return (
            f"CASE WHEN {nothing} THEN '{{}}' ELSE ARRAY[{left}] END IN "
            f"(SELECT ARRAY[{right}] {found} AND {right} IS NOT NULL UNION ALL SELECT '{{}}')"
        )
    key = "key" if side.column.name != "key" else "value"  # any name that does not hide the column's own
    absent = f"NOT EXISTS (SELECT FROM (SELECT {right} AS {key} {found}) AS r WHERE r.{key} = {left})"
    return f"({nothing}) IS NOT TRUE AND {absent}" if nothing else absent


def settled(value: Value) -> Scalar:
    """The value without lists and references to options. Raises UserError for an option that was never given one."""
    if isinstance(value, OptionRef):
        raise UserError(
            f"The option {value.option} was never given a value",
            "The plan still refers to it.",
            "Choose a value for it and make the plan again.",
        )
    return ", ".join(str(item) for item in value) if isinstance(value, tuple) else value


class _Side:
    """One column in a comparison: how it is written, and how a value is written that is compared with it."""

    def __init__(self, column: ColumnShape, name: str, hole: Hole, table: str) -> None:
        self.column, self.name, self.table = column, name, table
        self._hole = hole
        self._base = "" if column.array else column.base

    def one_of(self, values: tuple[Scalar, ...]) -> str:
        """Whether it is one of the values; empty where there are none."""
        return " OR ".join(self.equals(value) for value in values)

    def equals(self, value: Scalar) -> str:
        if value is None:
            return f"{self.name} IS NULL"
        left, right = self.both(value)
        return f"{left} = {right}"

    def like(self, operator: str, pattern: str) -> str:
        """A backslash is a character like any other, as in other databases."""
        value = self._given(pattern)
        if self._base == "citext":
            return f"lower({self.name}::text) {operator} lower({value}::text) ESCAPE ''"
        return f"{self.name}::text COLLATE \"C\" {operator} {value}::text ESCAPE ''"

    def both(self, value: Scalar) -> tuple[str, str]:
        """The column and the value in forms that can be compared. Raises UserError where there are none."""
        text = str(value).lower() if isinstance(value, bool) else str(value)
        if self._base == "citext":
            return f"lower({self.name}::text)", f"lower({self._given(text)}::text)"
        if self._base == "bpchar":
            return f"{self.name}::text", f"{self._given(text.rstrip(' '))}::text"
        if self._base in _TEXTS:
            return f"{self.name}::text", f"{self._given(text)}::text"
        if self._base in _NUMBERS:
            return self._number(value)
        if self._base == "bool":
            truth = _TRUTHS.get(text.casefold())
            return (self.name, "true" if truth else "false") if truth is not None else self._refuse(value)
        if self._base in ("date", "timestamp", "timestamptz", "time", "timetz"):
            return self._moment(value)
        if self._base in _CHECKED:
            kind, reads = _CHECKED[self._base]
            return (f"{self.name}::{kind}", f"{self._given(text)}::{kind}") if reads(text) else self._refuse(value)
        if self._base == "bytea":
            return self.name, f"convert_to({self._given(text)}, 'UTF8')"
        return f"{self.name}::text", f"{self._given(text)}::text"

    def _number(self, value: Scalar) -> tuple[str, str]:
        try:
            number = Decimal(int(value) if isinstance(value, bool) else str(value).strip())
        except InvalidOperation:
            return self._refuse(value)
        if not number.is_finite() or abs(number.adjusted()) > 1000:
            return self._refuse(value)
        if self._base in ("float4", "float8"):  # a single one equals what a person writes in its own width alone
            return self.name, f"{self._given(repr(float(number)))}::{self._base}"
        exact = f"{self.name}::int8" if self._base == "oid" else self.name
        return f"{exact}::numeric", f"{self._given(format(number, 'f'))}::numeric"

    def _moment(self, value: Scalar) -> tuple[str, str]:
        text = str(value).strip()
        if not isinstance(value, str):
            return self._refuse(value)
        if self._base in ("time", "timetz"):
            kind = self._base if _reads(time.fromisoformat, text) else ""
        elif text.casefold() in _INFINITE:
            kind = self._base
        elif _reads(date.fromisoformat, text):
            kind, text = "date", date.fromisoformat(text).isoformat()
        elif _reads(datetime.fromisoformat, text):
            moment = datetime.fromisoformat(text)
            kind, text = ("timestamp" if moment.tzinfo is None else "timestamptz"), moment.isoformat()
        else:
            kind = ""
        return (self.name, f"{self._given(text)}::{kind}") if kind else self._refuse(value)

    def _given(self, text: str) -> str:
        if "\0" in text:
            self._refuse(text)
        return self._hole(text)

    def _refuse(self, value: Scalar) -> tuple[str, str]:
        shown = str(value).replace("\0", "\N{REPLACEMENT CHARACTER}")[:60]
        raise UserError(
            f"{self.table}.{self.column.name} cannot be compared with {shown!r}",
            f"The column holds {self.column.type}. Dates and times are written 2026-11-21 and 2026-11-21 13:45.",
            "Correct the condition in the policy.",
        )


def _reads(parse: Callable[[str], object], text: str) -> bool:
    try:
        parse(text)
    except ValueError:
        return False
    return True


_CHECKED: Final[Mapping[str, tuple[str, Callable[[str], bool]]]] = {
    "uuid": ("uuid", lambda text: _reads(UUID, text)),
    "inet": ("inet", lambda text: _reads(ip_interface, text)),
    "cidr": ("inet", lambda text: _reads(ip_interface, text)),
    "jsonb": ("jsonb", lambda text: _reads(json.loads, text)),
}
"""Types whose values have more than one spelling: what a value is read as, and whether it can be."""
