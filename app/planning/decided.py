"""Whose decision each column's treatment is: its own, or that of whoever gave the policy."""

from collections.abc import Iterable
from dataclasses import replace

from app.domain.plan import ColumnPlan, TablePlan
from app.domain.policy import ColumnPolicy, Policy, Treatment
from app.planning.drift import Decisions

_DECIDED = (Treatment.KEEP, Treatment.MASK, Treatment.DROP)


def signed(tables: Iterable[TablePlan], policy: Policy, by: str, at: str) -> tuple[TablePlan, ...]:
    """The plans with who decided on each column and when; `by` and `at` for what is not signed in the policy itself.

    What nobody decided, and what the database computes, stays unsigned.
    """
    decisions = Decisions(policy)
    return tuple(
        replace(t, columns=tuple(_column(c, decisions.on(t.table, c.column), by, at) for c in t.columns))
        for t in tables
    )


def _column(plan: ColumnPlan, decision: ColumnPolicy | None, by: str, at: str) -> ColumnPlan:
    if plan.treatment not in _DECIDED:
        return plan
    if decision is not None and decision.decided_by and plan.treatment is not Treatment.DROP:
        return replace(plan, decided_by=decision.decided_by, decided_at=decision.decided_at)
    return replace(plan, decided_by=by, decided_at=at)
