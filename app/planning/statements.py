"""The policy's actions and checks with options filled in and names as the database spells them."""

import re
from dataclasses import replace

from app.domain.findings import error
from app.domain.policy import Action, ActionKind, Check, Policy
from app.domain.schema import Column, Table, TypeFamily
from app.planning.columns import needs_treatment, settled
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
        table = _table(draft, action.table, what, "action-names-missing-table")
        if table is None:
            continue
        known: Names[Column] = Names(table.columns, lambda column: column.name)
        condition, findings = settled(action.condition, resolved, table, known, what)
        draft.findings.extend(findings)
        values = resolved.columns(action.values)
        spelt = {}
        for name, value in values.items():
            column = known.find(name)
            if column is None:
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
        if action.kind is ActionKind.INSERT:
            _complete(draft, what, table, set(spelt))
        found.append(replace(action, table=table.name, condition=condition, values=spelt, when=None))
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


def plan_checks(draft: Draft, policy: Policy, resolved: Resolved) -> tuple[Check, ...]:
    found: list[Check] = []
    for check in policy.checks:
        what = f"The check {short(check.id)}"
        table = _table(draft, check.table, what, "check-names-missing-table")
        if table is None:
            continue
        known: Names[Column] = Names(table.columns, lambda column: column.name)
        condition, findings = settled(check.condition, resolved, table, known, what)
        draft.findings.extend(findings)
        found.append(replace(check, table=table.name, condition=condition))
    return tuple(found)


def _table(draft: Draft, name: str, what: str, code: str) -> Table | None:
    table = draft.names.find(name)
    if table is not None and needs_treatment(table):
        return table
    draft.findings.append(
        error(
            code,
            f"{what} names a table {short(name)}, which the source does not have.{draft.names.like(name)}",
            name,
            "Correct the name, or remove it from the policy.",
        )
    )
    return None
