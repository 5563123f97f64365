"""The policy's actions and checks with options filled in and names as the database spells them."""

import re
from dataclasses import replace

from app.domain.findings import error
from app.domain.plan import NotApplicable
from app.domain.policy import Action, ActionKind, Check, Policy
from app.domain.schema import Column, Table, TypeFamily
from app.planning.conditions import settled
from app.planning.copies import named
from app.planning.draft import Draft, place
from app.planning.names import Names, short
from app.planning.options import Resolved

_NUMBERS = (TypeFamily.INTEGER, TypeFamily.NUMBER)
_NUMBER = re.compile(r"\s*[-+]?(?:\d+\.?\d*|\.\d+)\s*\Z")


def plan_actions(draft: Draft, policy: Policy, resolved: Resolved) -> tuple[Action, ...]:
    """The actions that will run: those whose option is off are left out."""
    found: list[Action] = []
    for action in policy.actions:
        if action.when is not None and not resolved.values.get(action.when):
            continue
        what = f"The action {short(action.id)}"
        table = named(draft, action.table, what, "action-names-missing-table")
        if table is None:
            continue
        known: Names[Column] = Names(table.columns, lambda column: column.name)
        condition = settled(draft, action.condition, resolved, table, what)
        if condition.absent:
            continue
        values = resolved.columns(action.values)
        spelt = {}
        for name, value in values.items():
            column = known.find(name)
            if column is None:
                if draft.optional(table.name):
                    continue
                draft.findings.append(
                    error(
                        "action-names-missing-column",
                        f"{what} sets {short(name)}, which {short(table.name)} does not have.{known.like(name)}",
                        place(table.name, name),
                        "Correct the name in the policy.",
                    )
                )
                continue
            if column.name in spelt:
                draft.findings.append(
                    error(
                        "action-names-column-twice",
                        f"{what} sets {short(place(table.name, column.name), 90)} twice, under two spellings.",
                        place(table.name, column.name),
                        "Leave one of them.",
                    )
                )
            spelt[column.name] = value
            _fits(draft, what, table, column, value)
        if not spelt and action.kind is not ActionKind.DELETE:
            continue
        if action.kind is ActionKind.INSERT:
            _complete(draft, what, table, set(spelt))
        found.append(replace(action, table=table.name, condition=condition.condition, values=spelt, when=None))
    return tuple(found)


def _fits(draft: Draft, what: str, table: Table, column: Column, value: object) -> None:
    problem = ""
    if column.generated:
        problem = "which the database computes itself"
    elif value is None and not column.nullable:
        problem = "to nothing, but it must have a value"
    elif isinstance(value, str) and column.length is not None and len(value) > column.length:
        problem = f"to a text longer than its {column.length} characters"
    elif isinstance(value, str) and column.family in _NUMBERS and not _NUMBER.match(value):
        problem = "to a text, but it holds numbers"
    if problem:
        draft.findings.append(
            error(
                "action-cannot-work",
                f"{what} sets {short(place(table.name, column.name), 90)} {problem}.",
                place(table.name, column.name),
                "Change the action in the policy.",
            )
        )


def _complete(draft: Draft, what: str, table: Table, given: set[str]) -> None:
    missing = [
        column.name
        for column in table.columns
        if column.name not in given
        and not (column.nullable or column.generated or column.identity or column.default is not None)
    ]
    if missing:
        listed = ", ".join(short(name) for name in missing)
        draft.findings.append(
            error(
                "action-cannot-work",
                f"{what} adds a row to {short(table.name)} without {listed}, which must have a value.",
                table.name,
                "Give these columns a value in the action.",
            )
        )


def plan_checks(
    draft: Draft, policy: Policy, resolved: Resolved
) -> tuple[tuple[Check, ...], tuple[NotApplicable, ...]]:
    """The checks that will be made, and those whose optional table or column the source does not have."""
    found: list[Check] = []
    absent: list[NotApplicable] = []
    for check in policy.checks:
        what = f"The check {short(check.id)}"
        table = named(draft, check.table, what, "check-names-missing-table")
        if table is None:
            why = f"The source has no table {check.table}."
            absent.append(NotApplicable(id=check.id, title=check.title, reason=why))
            continue
        condition = settled(draft, check.condition, resolved, table, what)
        if condition.absent:
            why = f"In the source, {condition.absent}."
            absent.append(NotApplicable(id=check.id, title=check.title, reason=why))
            continue
        found.append(replace(check, table=table.name, condition=condition.condition))
    return tuple(found), tuple(absent)
