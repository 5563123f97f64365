"""Conditions with options filled in and names as the database spells them, through every table they lead to."""

from dataclasses import dataclass, replace

from app.domain.findings import Finding, error
from app.domain.policy import Clause, Condition, OptionRef, RowSet
from app.domain.schema import Column, Table
from app.planning.draft import Draft, place
from app.planning.names import Names, short
from app.planning.options import Resolved


@dataclass(frozen=True, slots=True)
class Settled:
    """`absent` says in words what optional part of the source the condition speaks of that is not there; what it
    belongs to is left out then."""

    condition: Condition
    absent: str = ""


def settled(draft: Draft, condition: Condition, resolved: Resolved, table: Table, what: str) -> Settled:
    """The condition on rows of a table; what is wrong with it becomes findings of the draft.

    A comparison with an option for which nothing was chosen is an error: as a comparison with NULL it would mean the
    rows without a value, which nobody asked for.
    """
    known: Names[Column] = Names(table.columns, lambda column: column.name)
    clauses: list[Clause] = []
    absent = ""
    for clause in condition:
        column = known.find(clause.column)
        if column is None:
            if draft.optional(table.name):
                absent = absent or f"{table.name} has no column {clause.column}"
                continue
            draft.findings.append(_no_column(clause.column, table, known, what))
            continue
        if isinstance(clause.value, RowSet):
            rows, missing = _row_set(draft, clause.value, resolved, what)
            absent = absent or missing
            if rows is not None:
                clauses.append(replace(clause, column=column.name, value=rows))
            continue
        value = resolved.value(clause.value)
        if isinstance(clause.value, OptionRef) and value in (None, ""):
            draft.findings.append(
                error(
                    "option-missing",
                    f"{what}: the condition needs the option {short(clause.value.option)}, and nothing was chosen.",
                    clause.value.option,
                    f"Choose a value: --option {clause.value.option}=VALUE",
                )
            )
        clauses.append(replace(clause, column=column.name, value=value))
    return Settled(tuple(clauses), absent)


def _row_set(draft: Draft, rows: RowSet, resolved: Resolved, what: str) -> tuple[RowSet | None, str]:
    table = draft.names.find(rows.table)
    if table is None:
        if draft.optional(rows.table):
            return None, f"there is no table {rows.table}"
        draft.findings.append(
            error(
                "condition-names-missing-table",
                f"{what}: the condition looks at a table {short(rows.table)}, which the source does not have."
                f"{draft.names.like(rows.table)}",
                rows.table,
                "Correct the name in the policy.",
            )
        )
        return None, ""
    known: Names[Column] = Names(table.columns, lambda column: column.name)
    column = known.find(rows.column)
    if column is None:
        if draft.optional(table.name):
            return None, f"{table.name} has no column {rows.column}"
        draft.findings.append(_no_column(rows.column, table, known, what))
        return None, ""
    inner = settled(draft, rows.condition, resolved, table, what)
    return replace(rows, table=table.name, column=column.name, condition=inner.condition), inner.absent


def _no_column(name: str, table: Table, known: Names[Column], what: str) -> Finding:
    return error(
        "condition-names-missing-column",
        f"{what}: the condition names {short(name)}, which {short(table.name)} does not have.{known.like(name)}",
        place(table.name, name),
        "Correct the name in the policy.",
    )
