"""The policy's actions on the staged copy, before any trigger, rule or foreign key exists."""

import json
from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import Any, Final

import psycopg

from app.databases.postgresql.conditions import settled, where
from app.databases.postgresql.connections import Session, quoted
from app.databases.postgresql.shapes import ColumnShape, Copied, Shapes, TableShape
from app.databases.postgresql.stoppable import attended
from app.domain.plan import Plan
from app.domain.policy import Action, ActionKind, Value
from app.errors import OutsideError, UserError
from app.ports.context import PhaseContext

_DONE = {ActionKind.UPDATE: "changed", ActionKind.DELETE: "deleted", ActionKind.INSERT: "added"}

_NUMBERED: Final = """
    SELECT DISTINCT a.attname, s.seqrelid::regclass::oid, s.seqincrement > 0
    FROM pg_attribute a
    LEFT JOIN pg_attrdef f ON f.adrelid = a.attrelid AND f.adnum = a.attnum
    JOIN pg_depend d ON (d.classid = 'pg_attrdef'::regclass AND d.objid = f.oid AND d.refclassid = 'pg_class'::regclass)
        OR (d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = a.attrelid
            AND d.refobjsubid = a.attnum AND d.deptype = 'i')
    JOIN pg_sequence s ON s.seqrelid = CASE WHEN d.classid = 'pg_attrdef'::regclass THEN d.refobjid ELSE d.objid END
    WHERE a.attrelid = to_regclass(%s) AND NOT a.attisdropped"""
"""Columns that a sequence numbers, and which: those of identity, of serial, and of a default that names one."""


def run_actions(
    session: Session, copied: Copied, plan: Plan, ctx: PhaseContext
) -> tuple[tuple[str, ...], dict[str, int]]:
    """One line of words for each action, and by table how many rows more or fewer there are now.

    Raises OutsideError that names the action when it cannot be carried out.
    """
    words: list[str] = []
    effects: Counter[str] = Counter()
    for action in plan.actions:
        if action.when is not None and not plan.chosen.get(action.when):
            words.append(f"{action.title}: not chosen")
            continue
        table = table_named(copied.shapes, action.table)
        rows = _run(session, table, action, copied.shapes, ctx)
        if action.kind is not ActionKind.UPDATE:
            effects[table.policy_name] += rows if action.kind is ActionKind.INSERT else -rows
        words.append(f"{action.title}: {rows:,} {'row' if rows == 1 else 'rows'} {_DONE[action.kind]}")
        ctx.checkpoint(table.policy_name)
    return tuple(words), dict(effects)


def table_named(shapes: Shapes, name: str) -> TableShape:
    """The table of the copy a policy means, of a partitioned one the topmost. Raises OutsideError when it has none."""
    found = shapes.topmost(name)
    if found is None:
        raise OutsideError(
            f"The copy has no table {name}", "The policy names one that holds no rows of its own.", "Mend the policy."
        )
    return found


def rows_of(table: TableShape) -> str:
    """The table in a statement: a partitioned one with all its partitions, any other without those that inherit."""
    return table.sql if table.kind == "p" else f"ONLY {table.sql}"


def _run(session: Session, table: TableShape, action: Action, shapes: Shapes, ctx: PhaseContext) -> int:
    try:
        if action.kind is ActionKind.INSERT:
            number_on(session, table, tuple(action.values), ctx)
        statement, values = _statement(table, action, shapes)
        return attended(session, lambda: session.execute(statement.encode(), values).rowcount, ctx)
    except UserError as error:
        raise _failed(action, f"{error.title}. {error.detail}") from None
    except psycopg.Error as error:
        if ctx.should_stop():
            ctx.checkpoint()
        raise _failed(action, said(error)) from None


def _statement(table: TableShape, action: Action, shapes: Shapes) -> tuple[str, list[Any]]:
    given = [(_column(table, name), value) for name, value in action.values.items()]
    names = [quoted(column.name).replace("%", "%%") for column, _ in given]
    values: list[Any] = [_typed(column, value) for column, value in given]
    place = rows_of(table).replace("%", "%%")
    if action.kind is ActionKind.INSERT:
        into = table.sql.replace("%", "%%")
        if not names:
            return f"INSERT INTO {into} DEFAULT VALUES", []
        over = " OVERRIDING SYSTEM VALUE" if any(column.identity == "a" for column, _ in given) else ""
        return f"INSERT INTO {into} ({', '.join(names)}){over} VALUES ({', '.join(['%s'] * len(names))})", values
    condition, bound = where(action.condition, table, shapes)
    if action.kind is ActionKind.DELETE:
        return f"DELETE FROM {place} WHERE {condition}", bound
    sets = ", ".join(f"{name} = %s" for name in names)
    return f"UPDATE {place} SET {sets} WHERE {condition}", [*values, *bound]


def _column(table: TableShape, name: str) -> ColumnShape:
    column = table.column(name)
    if column is None:
        raise UserError(f"There is no column {name} in {table.policy_name}", "The action sets it.", "")
    return column


def _typed(column: ColumnShape, value: Value) -> str | list[str] | None:
    """The value as a text that the server reads as the column's type: a parameter without a type of its own."""
    if column.array and isinstance(value, tuple):
        return [str(item) for item in value]
    plain = settled(value)
    if plain is None:
        return None
    text = str(plain).lower() if isinstance(plain, bool) else str(plain)
    if column.array:
        return text
    if column.base in ("int2", "int4", "int8", "oid", "numeric", "float4", "float8"):
        if isinstance(plain, bool):
            return str(int(plain))
        return str(int(plain)) if isinstance(plain, float) and plain.is_integer() else text
    if column.base in ("json", "jsonb"):
        return text if _is_json(text) else json.dumps(text)
    if column.base == "bytea" and not text.startswith("\\x"):
        return "\\x" + text.encode().hex()
    return text


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def number_on(session: Session, table: TableShape, given: Sequence[str], ctx: PhaseContext) -> None:
    """Let the sequences of columns that are not given go on behind the rows that are there, whose numbers they do not
    know yet."""
    named = {column.casefold() for column in given}
    for name, sequence, ascending in session.execute(_NUMBERED, (table.sql,)).fetchall():
        if name.casefold() in named:
            continue
        last = f"SELECT {'max' if ascending else 'min'}({quoted(name)}) FROM {table.sql}"
        found = attended(session, partial(_first, session, last), ctx)
        if found is not None and found[0] is not None:
            session.execute(
                f"SELECT setval(%s::oid::regclass, {'greatest' if ascending else 'least'}"
                "(%s, pg_sequence_last_value(%s::oid::regclass)))",
                (sequence, int(found[0]), sequence),
            )


def _first(session: Session, query: str) -> tuple[Any, ...] | None:
    return session.execute(query.encode()).fetchone()


def _failed(action: Action, why: str) -> OutsideError:
    return OutsideError(
        f"The action {action.title} cannot be carried out on {action.table}",
        why,
        "Mend the action in the policy, then start again.",
    )


def said(error: psycopg.Error) -> str:
    """The server's words, but for those that may hold a value of a row."""
    if (error.sqlstate or "").startswith("22"):
        return f"The server refused a value ({type(error).__name__}, SQLSTATE {error.sqlstate})."
    return f"The server said: {(error.diag.message_primary or type(error).__name__).rstrip('.')[:400]}."
