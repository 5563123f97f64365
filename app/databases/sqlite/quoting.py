"""Names and conditions as SQL text. Names are always quoted by SQLAlchemy, values always travel bound."""

from collections.abc import Mapping

from sqlalchemy.dialects import sqlite

from app.domain.policy import Clause, Condition, Operator, OptionRef, Scalar, Value
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


def where(condition: Condition, table: str) -> tuple[str, list[Scalar]]:
    """The condition on rows of the table as SQL and the values to bind; "1" for the empty one, which holds for all.

    Columns carry the table's name: SQLite takes a quoted name alone that is no column for a text, and a condition on
    a mistyped column would hold for no row, or for every one, without a word.
    """
    texts: list[str] = []
    values: list[Scalar] = []
    for clause in condition:
        text, bound = _clause(clause, f"{quoted(table)}.{quoted(clause.column)}")
        texts.append(text)
        values.extend(bound)
    return " AND ".join(texts) or "1", values


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


def _clause(clause: Clause, column: str) -> tuple[str, list[Scalar]]:
    if clause.operator in (Operator.IN, Operator.NOT_IN):
        items = clause.value if isinstance(clause.value, tuple) else (clause.value,)
        values = [bindable(item) for item in items]
        known: list[Scalar] = [value for value in values if value is not None]
        text = f"{column} IN ({', '.join('?' * len(known))})"
        if len(known) < len(values):
            text = f"({text} OR {column} IS NULL)"
        return (text if clause.operator is Operator.IN else f"({text}) IS NOT TRUE"), known
    value = bindable(clause.value)
    if clause.operator is Operator.IS:
        return f"{column} IS ?", [value]
    if clause.operator is Operator.NOT:
        return f"{column} IS NOT ?", [value]
    return f"{column} {_COMPARISONS[clause.operator]} ?", [value]
