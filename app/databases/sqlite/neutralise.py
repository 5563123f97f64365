"""The policy's actions on the copy, before any trigger exists."""

import sqlite3
from collections import Counter

from app.databases.sqlite.copied import Copied
from app.databases.sqlite.quoting import bindable, policy_name, quoted, where
from app.databases.sqlite.shapes import Content, TableShape
from app.databases.sqlite.staging import Staging
from app.domain.plan import Plan
from app.domain.policy import Action, ActionKind, Scalar
from app.errors import OutsideError
from app.ports.context import PhaseContext

_DONE = {ActionKind.UPDATE: "changed", ActionKind.DELETE: "deleted", ActionKind.INSERT: "added"}


def run_actions(
    staging: Staging, copied: Copied, plan: Plan, ctx: PhaseContext
) -> tuple[tuple[str, ...], dict[str, int]]:
    """One line of words for each action, and by table how many rows more or fewer there are now."""
    words: list[str] = []
    effects: Counter[str] = Counter()
    with staging.working(ctx, "while neutralising the copy") as connection:
        for action in plan.actions:
            if action.when is not None and not plan.chosen.get(action.when):
                words.append(f"{action.title}: not chosen")
                continue
            table = table_named(copied, action.table)
            rows = _run(connection, table, action)
            if action.kind is not ActionKind.UPDATE:
                effects[table.policy_name] += rows if action.kind is ActionKind.INSERT else -rows
            words.append(f"{action.title}: {rows:,} {'row' if rows == 1 else 'rows'} {_DONE[action.kind]}")
            ctx.checkpoint(table.policy_name)
    return tuple(words), dict(effects)


def table_named(copied: Copied, name: str) -> TableShape:
    """The table of the copy a policy means. Raises OutsideError when it has none of that name."""
    folded = name.casefold()
    for table in copied.shapes.tables:
        if table.shadow_of is None and folded in (table.name.casefold(), policy_name(table.name).casefold()):
            if table.content not in (None, Content.OWN):
                break
            return table
    raise OutsideError(
        f"The copy has no table {name}", "The policy names one that holds no rows of its own.", "Mend the policy."
    )


def _run(connection: sqlite3.Connection, table: TableShape, action: Action) -> int:
    name, columns = quoted(table.name), [quoted(column) for column in action.values]
    given: list[Scalar] = [bindable(value) for value in action.values.values()]
    condition, bound = where(action.condition, table.name)
    if action.kind is ActionKind.UPDATE:
        sets = ", ".join(f"{column} = ?" for column in columns)
        return connection.execute(f"UPDATE OR ABORT {name} SET {sets} WHERE {condition}", (*given, *bound)).rowcount
    if action.kind is ActionKind.DELETE:
        return connection.execute(f"DELETE FROM {name} WHERE {condition}", bound).rowcount
    marks = ", ".join("?" * len(columns))
    return connection.execute(f"INSERT OR ABORT INTO {name} ({', '.join(columns)}) VALUES ({marks})", given).rowcount
