"""Conditions: which rows are meant. A mapping of columns to what they must be; all of it must hold."""

from app.domain.policy import Clause, Condition, Operator, OptionRef, OptionType, RowSet, Value
from app.policy.positions import Node, shown
from app.policy.reading import Reader, is_reference, near

_OPERATORS = tuple(str(operator) for operator in Operator)
_LISTS = (Operator.IN, Operator.NOT_IN)
_PATTERNS = (Operator.LIKE, Operator.NOT_LIKE)
_ROW_SETS = (Operator.IN_ROWS, Operator.NOT_IN_ROWS)
_REGULAR = ("matches", "match", "regex", "regexp", "rlike", "similar_to", "~")
_DEEPEST = 4
"""How many tables one condition may lead through."""
_ORDERS = (Operator.BELOW, Operator.ABOVE, Operator.AT_MOST, Operator.AT_LEAST)


def read_condition(reader: Reader, node: Node, what: str, depth: int = 0) -> Condition:
    """A mapping of column to a value (equal), a list (one of) or `{operator: value, ...}`. `depth` counts the tables
    that led here."""
    fields = reader.fields(node, f"the condition of {what}", of_database=True)
    if fields is None:
        return ()
    if not fields:
        reader.problem(node, f"the condition of {what} is empty; leave it out to mean every row")
    clauses: list[Clause] = []
    for column, (_, value) in fields.items():
        clauses.extend(_clauses(reader, column, value, depth))
    return tuple(clauses)


def _clauses(reader: Reader, column: str, node: Node, depth: int) -> list[Clause]:
    what = f"the value for {shown(column)}"
    if is_reference(node):
        reference = reader.reference(node)
        if reference is None:
            return []
        several = reader.options[reference.option].type is OptionType.LIST
        return [Clause(column=column, operator=Operator.IN if several else Operator.IS, value=reference)]
    if node.items is not None:
        return _listed(reader, column, Operator.IN, node)
    if node.entries is None:
        single = reader.scalar(node, what)
        return [] if single is None else [Clause(column=column, operator=Operator.IS, value=single[0])]
    fields = reader.fields(node, what) or {}
    if not fields:
        reader.problem(node, f"{what} is an empty mapping; write a value or an operator such as {{not: …}}")
    found: list[Clause] = []
    for name, (key, value) in fields.items():
        if name in _REGULAR:
            reader.problem(
                key,
                f"policies have no regular expressions ({shown(name)}), which can run for ever; use like, with % and _",
            )
            continue
        if name not in _OPERATORS:
            reader.problem(
                key,
                f"there is no operator {shown(name)}{near(name, _OPERATORS)}; operators are {', '.join(_OPERATORS)}",
            )
            continue
        if name in _ROW_SETS:
            rows = _row_set(reader, value, f"{name} of {shown(column)}", depth)
            found.extend([] if rows is None else [Clause(column=column, operator=Operator(name), value=rows)])
            continue
        found.extend(_compared(reader, column, Operator(name), value))
    return found


def _row_set(reader: Reader, node: Node, what: str, depth: int) -> RowSet | None:
    """`{table: T, column: C, where: CONDITION}`."""
    fields = reader.fields(node, what, ("table", "column", "where"))
    if fields is None or not reader.required(node, fields, ("table", "column"), what):
        return None
    if depth + 1 >= _DEEPEST:
        reader.problem(node, f"{what} leads through more than {_DEEPEST} tables; say it with fewer")
        return None
    where = fields.get("where")
    return RowSet(
        table=reader.text(fields, "table", limit=100_000),
        column=reader.text(fields, "column", limit=100_000),
        condition=() if where is None else read_condition(reader, where[1], what, depth + 1),
    )


def _compared(reader: Reader, column: str, operator: Operator, node: Node) -> list[Clause]:
    if is_reference(node):
        reference = reader.reference(node)
        if reference is None:
            return []
        return _referring(reader, column, operator, reference, node)
    if operator in _LISTS:
        return _listed(reader, column, operator, node)
    single = reader.scalar(node, f"what {shown(column)} is compared with")
    if single is None:
        return []
    value = single[0]
    if operator in _PATTERNS and not isinstance(value, str):
        reader.problem(node, f"{operator} takes a text with % and _, not {node.kind}")
        return []
    if operator in _ORDERS and (value is None or isinstance(value, bool)):
        reader.problem(node, f"{operator} takes a number or a text, not {node.kind}")
        return []
    return [Clause(column=column, operator=operator, value=value)]


def _referring(reader: Reader, column: str, operator: Operator, reference: OptionRef, node: Node) -> list[Clause]:
    several = reader.options[reference.option].type is OptionType.LIST
    if several and operator in (Operator.IS, Operator.NOT):
        operator = Operator.IN if operator is Operator.IS else Operator.NOT_IN
    elif several != (operator in _LISTS):
        wanted = "a list" if operator in _LISTS else "a single value"
        reader.problem(node, f"{operator} needs {wanted}, and the option {shown(reference.option)} is not one")
        return []
    return [Clause(column=column, operator=operator, value=reference)]


def _listed(reader: Reader, column: str, operator: Operator, node: Node) -> list[Clause]:
    values = reader.scalars(node, f"the list for {shown(column)}")
    if node.items == []:
        reader.problem(node, f"the list for {shown(column)} is empty, which no row can match")
        return []
    if any(value is None for value in values):
        reader.problem(node, f"a list for {shown(column)} cannot hold null; a row without a value matches no list")
        return []
    return [Clause(column=column, operator=operator, value=values)]


def condition_data(condition: Condition) -> dict[str, object]:
    """The condition as it is written in a file; reading it again gives the same clauses in the same order, as long as
    the clauses of one column stand together and no column has one operator twice."""
    by_column: dict[str, list[Clause]] = {}
    for clause in condition:
        by_column.setdefault(clause.column, []).append(clause)
    data: dict[str, object] = {}
    for column, clauses in by_column.items():
        first = clauses[0]
        short = Operator.IN if isinstance(first.value, tuple) else Operator.IS
        if len(clauses) == 1 and first.operator is short and not isinstance(first.value, OptionRef):
            data[column] = value_data(first.value)
        else:
            data[column] = {str(clause.operator): value_data(clause.value) for clause in clauses}
    return data


def value_data(value: Value | RowSet) -> object:
    if isinstance(value, OptionRef):
        return {"option": value.option}
    if isinstance(value, RowSet):
        where = {"where": condition_data(value.condition)} if value.condition else {}
        return {"table": value.table, "column": value.column, **where}
    return list(value) if isinstance(value, tuple) else value
