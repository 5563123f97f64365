"""References to rows that stay behind: the rows that refer to them stay behind too, or their reference is emptied."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from app.domain.findings import Finding, error
from app.domain.plan import ReferencePlan, TablePlan
from app.domain.policy import (
    Action,
    ActionKind,
    Clause,
    Gone,
    Operator,
    Policy,
    ReferencePolicy,
    RowSet,
    Scalar,
)
from app.domain.schema import Column, Table
from app.planning.draft import Draft, place
from app.planning.names import Names, short

DETACHING: Final = "detach-"
"""How the ids of actions begin that empty references."""


def follow_references(draft: Draft, policy: Policy) -> None:
    """Give each planned table its references, and narrow the rows of those that follow."""
    for name, table_policy in policy.tables.items():
        table = draft.names.find(name)
        planned = draft.tables.get(table.name) if table is not None else None
        if table is None or planned is None or not table_policy.references:
            continue
        found = [_reference(draft, table, reference) for reference in table_policy.references]
        draft.tables[table.name] = replace(planned, references=tuple(r for r in found if r is not None))
    for child in _parents_first(draft):
        draft.tables[child] = _narrowed(draft, draft.tables[child])


def _reference(draft: Draft, table: Table, reference: ReferencePolicy) -> ReferencePlan | None:
    known: Names[Column] = Names(table.columns, lambda column: column.name)
    column = known.find(reference.column)
    if column is None:
        if not draft.optional(table.name):
            draft.findings.append(
                error(
                    "reference-names-missing-column",
                    f"The policy speaks of a reference {short(reference.column)} of {short(table.name)}, which is not "
                    f"there.{known.like(reference.column)}",
                    place(table.name, reference.column),
                    "Correct the name, or remove the reference from the policy.",
                )
            )
        return None
    if reference.table is None or reference.referred is None:
        return _declared(draft, table, column, reference)
    parent = draft.names.find(reference.table)
    referred = parent.column(reference.referred) if parent is not None else None
    if parent is None or referred is None:
        if not draft.optional(reference.table):
            draft.findings.append(
                error(
                    "reference-names-missing-table",
                    f"The reference {short(column.name)} of {short(table.name)} leads to "
                    f"{short(place(reference.table, reference.referred), 90)}, which the source does not have."
                    f"{'' if parent is not None else draft.names.like(reference.table)}",
                    place(table.name, column.name),
                    "Correct the name, or remove the reference from the policy.",
                )
            )
        return None
    declared = any(
        key.columns == (column.name,) and draft.names.find(key.table) is parent for key in table.foreign_keys
    )
    return ReferencePlan(
        column=column.name,
        table=parent.name,
        referred=referred.name,
        nothing=reference.nothing,
        gone=reference.gone,
        declared=declared,
    )


def _declared(draft: Draft, table: Table, column: Column, reference: ReferencePolicy) -> ReferencePlan | None:
    """A reference that the database declares: the one foreign key of that column alone."""
    folded = column.name.casefold()
    keys = [key for key in table.foreign_keys if folded in {name.casefold() for name in key.columns}]
    single = [key for key in keys if len(key.columns) == 1]
    parent = draft.names.find(single[0].table) if single else None
    if parent is None:
        several = keys and not single
        draft.findings.append(
            error(
                "reference-not-followed",
                f"The policy follows {short(column.name)} of {short(table.name)}, "
                + (
                    "which refers to another table only together with other columns."
                    if several
                    else "but the database declares no foreign key for it."
                ),
                place(table.name, column.name),
                "Choose the rows with a condition instead."
                if several
                else "Say where it leads: {to: TABLE.COLUMN, gone: follow}.",
            )
        )
        return None
    referred = single[0].referred or parent.primary_key
    return ReferencePlan(
        column=column.name,
        table=parent.name,
        referred=_spelt(parent, referred[0]),
        nothing=reference.nothing,
        gone=reference.gone,
        declared=True,
    )


def _spelt(table: Table, name: str) -> str:
    column = table.column(name)
    return column.name if column is not None else name


def _parents_first(draft: Draft) -> Iterator[str]:
    """The tables that follow others, each after those it follows; circles become findings and are left out."""
    following = {
        name: [r.table for r in plan.references if r.gone is Gone.FOLLOW and r.table in draft.tables]
        for name, plan in draft.tables.items()
    }
    done: set[str] = set()
    in_circle: set[str] = set()
    for start in following:
        path: list[str] = []
        stack: list[tuple[str, Iterator[str]]] = [(start, iter(following[start]))] if start not in done else []
        path = [start] if stack else []
        while stack:
            name, parents = stack[-1]
            parent = next(parents, None)
            if parent is None:
                stack.pop()
                path.pop()
                if name not in done:
                    done.add(name)
                    if following[name] and name not in in_circle:
                        yield name
            elif parent in path:
                circle = path[path.index(parent) :]
                if not in_circle.issuperset(circle):
                    draft.findings.append(_loop(circle))
                in_circle.update(circle)
            elif parent not in done:
                path.append(parent)
                stack.append((parent, iter(following[parent])))


def _loop(circle: list[str]) -> Finding:
    names = " → ".join(short(name) for name in (*circle, circle[0]))
    return error(
        "follow-loops",
        f"Following references leads in a circle: {names}.",
        circle[0],
        "Use detach for one of the references, or choose the rows with a condition.",
    )


def _narrowed(draft: Draft, plan: TablePlan) -> TablePlan:
    """The table without the rows whose parents stay behind."""
    if plan.copied == "none":
        return plan
    for reference in plan.references:
        parent = draft.tables.get(reference.table)
        if reference.gone is not Gone.FOLLOW or parent is None or parent.copied == "all":
            continue
        nothing: tuple[Scalar, ...] = (None, *reference.nothing)
        if parent.copied == "none":
            clause = Clause(column=reference.column, operator=Operator.IN, value=nothing)
        else:
            rows = RowSet(table=parent.table, column=reference.referred, condition=parent.condition, nothing=nothing)
            clause = Clause(column=reference.column, operator=Operator.IN_ROWS, value=rows)
        plan = replace(plan, copied="where", condition=(*plan.condition, clause))
    return plan


def _stands(draft: Draft, plan: TablePlan, reference: ReferencePlan) -> tuple[str, str] | None:
    """Why a reference cannot be emptied, and what to do instead."""
    table = draft.names.find(plan.table)
    column = table.column(reference.column) if table is not None else None
    if table is None or column is None:
        return None
    if column.generated:
        return "the database computes it", "Follow the reference, or detach the columns that it is computed from."
    if not column.nullable and not reference.nothing:
        return "it must have a value", "Say which value means nothing ({none: [0]}), or follow the reference."
    keys = [table.primary_key, *(key.columns for key in table.unique_keys if key.condition is None)]
    if reference.nothing and (column.name,) in keys:
        return "its values are unique, so the one that means nothing can stand there once", "Follow the reference."
    return None


def detaching(draft: Draft) -> tuple[Action, ...]:
    """Actions that empty references whose rows stay behind. They look at the copy, where those rows are missing."""
    found: list[Action] = []
    for plan in draft.tables.values():
        for reference in plan.references:
            parent = draft.tables.get(reference.table)
            if reference.gone is not Gone.DETACH or plan.copied == "none" or parent is None or parent.copied == "all":
                continue
            stands = _stands(draft, plan, reference)
            if stands is not None:
                why, hint = stands
                draft.findings.append(
                    error(
                        "detach-needs-value",
                        f"{short(place(plan.table, reference.column), 90)} cannot be emptied: {why}.",
                        place(plan.table, reference.column),
                        hint,
                    )
                )
                continue
            at = place(plan.table, reference.column)
            rows = RowSet(table=parent.table, column=reference.referred, nothing=(None, *reference.nothing))
            found.append(
                Action(
                    id=f"{DETACHING}{at}",
                    title=f"Empty {at} where its row of {parent.table} stayed behind",
                    kind=ActionKind.UPDATE,
                    table=plan.table,
                    values={reference.column: reference.nothing[0] if reference.nothing else None},
                    condition=(Clause(column=reference.column, operator=Operator.NOT_IN_ROWS, value=rows),),
                )
            )
    return tuple(found)
