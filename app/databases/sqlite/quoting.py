"""Names and conditions as SQL text. Names are always quoted by SQLAlchemy, values always travel bound."""

from collections.abc import Mapping, Sequence

from sqlalchemy.dialects import sqlite

from app.databases.sqlite.statements import tokens, unquoted
from app.domain.policy import Clause, Condition, Operator, OptionRef, RowSet, Scalar, Value
from app.errors import UserError

_PREPARER = sqlite.dialect().identifier_preparer

_COMPARISONS: Mapping[Operator, str] = {
    Operator.BELOW: "<",
    Operator.ABOVE: ">",
    Operator.AT_MOST: "<=",
    Operator.AT_LEAST: ">=",
    Operator.LIKE: "LIKE",
    Operator.NOT_LIKE: "NOT LIKE",
}


def quoted(name: str) -> str:
    """The name as an SQL identifier."""
    return _PREPARER.quote_identifier(name)


def policy_name(table: str) -> str:
    """A table's name as policies write it: in double quotes only where a dot or a quote would be misread."""
    return quoted(table) if "." in table or '"' in table else table


def table_name(policy: str) -> str:
    """A table's own name, from the one policies write."""
    return unquoted(policy) if policy.startswith('"') else policy


def where(condition: Condition, table: str, database: str = "main") -> tuple[str, list[Scalar]]:
    """The condition on rows of the table as SQL and the values to bind; "1" for the empty one, which holds for all.

    Columns carry the table's name: SQLite takes a quoted name alone that is no column for a text, and a condition on
    a mistyped column would hold for no row, or for every one, without a word. Other tables that it looks at carry the
    name of their `database`: production and copy are open at the same time.
    """
    texts: list[str] = []
    values: list[Scalar] = []
    for clause in condition:
        text, bound = _clause(clause, f"{quoted(table)}.{quoted(clause.column)}", database)
        texts.append(text)
        values.extend(bound)
    return " AND ".join(texts) or "1", values


def looks_elsewhere(condition: Condition) -> bool:
    """Whether it depends on rows of other tables."""
    return any(isinstance(clause.value, RowSet) for clause in condition)


def any_of(column: str, values: tuple[Value, ...]) -> tuple[str, list[Scalar]]:
    """That the column has one of these values, None standing for no value at all. Not true is false or NULL."""
    given = [bindable(value) for value in values]
    known: list[Scalar] = [value for value in given if value is not None]
    text = f"{column} IN ({', '.join('?' * len(known))})"
    return (f"({text} OR {column} IS NULL)" if len(known) < len(given) else text), known


def shown(sql: str, values: Sequence[Scalar]) -> str:
    """The statement with its values in place, for people to read and to ask again; never run by us."""
    left, parts, at = list(values), list[str](), 0
    for token in tokens(sql):
        if token.text == "?" and token.kind == "other":
            parts.extend((sql[at : token.start], _literal(left.pop(0))))
            at = token.end
    return "".join(parts) + sql[at:]


def bindable(value: Value) -> Scalar:
    """A policy's value as one that SQLite can bind; a list becomes its items with commas between."""
    if isinstance(value, OptionRef):
        raise UserError(
            f"The option {value.option} was never given a value",
            "The plan still refers to it.",
            "Choose a value for it and make the plan again.",
        )
    if isinstance(value, tuple):
        return ", ".join(str(item) for item in value)
    return int(value) if isinstance(value, bool) else value


def _clause(clause: Clause, column: str, database: str) -> tuple[str, list[Scalar]]:
    operator, given = clause.operator, clause.value
    if isinstance(given, RowSet):
        text, values = _in_rows(given, column, database)
        return (text if operator is Operator.IN_ROWS else f"{text} IS NOT TRUE"), values
    if operator in (Operator.IN, Operator.NOT_IN):
        text, values = any_of(column, given if isinstance(given, tuple) else (given,))
        return (text if operator is Operator.IN else f"({text}) IS NOT TRUE"), values
    value = bindable(given)
    if operator is Operator.IS:
        return f"{column} IS ?", [value]
    if operator is Operator.NOT:
        return f"{column} IS NOT ?", [value]
    return f"{column} {_COMPARISONS[operator]} ?", [value]


def _in_rows(rows: RowSet, column: str, database: str) -> tuple[str, list[Scalar]]:
    """IN compares as `=` does: a number and a text of the same digits are equal where either column holds numbers."""
    table = table_name(rows.table)
    condition, values = where(rows.condition, table, database)
    text = (
        f"{column} IN (SELECT {quoted(table)}.{quoted(rows.column)} FROM {database}.{quoted(table)} WHERE {condition})"
    )
    if rows.nothing:
        also, more = any_of(column, rows.nothing)
        return f"({text} OR {also})", [*values, *more]
    return f"({text})", values


def _literal(value: Scalar) -> str:
    if value is None:
        return "NULL"
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else repr(value)
