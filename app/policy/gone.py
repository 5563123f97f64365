"""Checks that have nothing left to look at, once tables and columns are gone from the source."""

from collections.abc import Iterable

from app.domain.policy import Check, Policy


def pointless(policy: Policy, places: Iterable[tuple[str, str | None]]) -> tuple[Check, ...]:
    """The checks that look at none but these places: of a table (column None) that is gone, or under conditions on gone
    columns alone.

    A check that also looks at something else is none of them, nor one that a published step rests on: what they prove
    then is for a person to decide, and planning asks.
    """
    gone = {(table.casefold(), None if column is None else column.casefold()) for table, column in places}
    steps = {check for step in policy.steps for check in step.checks}

    def lost(check: Check) -> bool:
        table = check.table.casefold()
        if (table, None) in gone:
            return True
        return bool(check.condition) and all((table, clause.column.casefold()) in gone for clause in check.condition)

    return tuple(check for check in policy.checks if check.id not in steps and lost(check))
