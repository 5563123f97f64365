"""The automatic items of the checklist, and their wording."""

from app.domain.operations import ChecklistItem, ItemKind, ItemState
from app.domain.policy import Check, Condition, Operator, RowSet

_WORDS = {
    Operator.IS: "is",
    Operator.NOT: "is not",
    Operator.IN: "is one of",
    Operator.NOT_IN: "is none of",
    Operator.BELOW: "is below",
    Operator.ABOVE: "is above",
    Operator.AT_MOST: "is at most",
    Operator.AT_LEAST: "is at least",
    Operator.LIKE: "is like",
    Operator.NOT_LIKE: "is not like",
    Operator.IN_ROWS: "is among",
    Operator.NOT_IN_ROWS: "is not among",
}


def item(
    id_: str,
    title: str,
    passed: bool,
    evidence: str,
    found: str,
    *,
    query: str = "",
    details: tuple[tuple[str, ...], ...] = (),
) -> ChecklistItem:
    """An automatic item, passed or failed."""
    state = ItemState.PASSED if passed else ItemState.FAILED
    return ChecklistItem(
        id=id_,
        title=title,
        kind=ItemKind.AUTOMATIC,
        state=state,
        evidence=evidence,
        found=found,
        query=query,
        details=details,
    )


def not_applicable(id_: str, title: str, why: str) -> ChecklistItem:
    """An automatic item that has nothing to look at here."""
    state = ItemState.NOT_APPLICABLE
    return ChecklistItem(
        id=id_, title=title, kind=ItemKind.AUTOMATIC, state=state, evidence=why, found="not applicable"
    )


def counted(check: Check, found: int, total: int, query: str = "") -> ChecklistItem:
    """The item of a policy's check that found so many of all rows of its table."""
    passed = found >= check.at_least and (check.at_most is None or found <= check.at_most)
    matching = f" match {in_words(check.condition)}" if check.condition else ""
    evidence = f"{found:,} of {total:,} rows of {check.table}{matching}; {_wanted(check)}."
    return item(check.id, check.title, passed, evidence, f"{found:,} of {total:,}", query=query)


def not_run(check: Check, why: str) -> ChecklistItem:
    """The item of a policy's check that could not be run."""
    return item(check.id, check.title, False, f"The check cannot be run: {why}.", "cannot be run")


def in_words(condition: Condition) -> str:
    """The condition for a person to read."""
    return " and ".join(f"{c.column} {_WORDS[c.operator]} {_value(c.value)}" for c in condition)


def _wanted(check: Check) -> str:
    if check.at_most is None:
        return f"at least {check.at_least:,} are wanted"
    if check.at_least == check.at_most:
        return f"{check.at_most:,} are wanted" if check.at_most else "none may"
    return f"{check.at_least:,} to {check.at_most:,} are wanted"


def _value(value: object) -> str:
    if isinstance(value, RowSet):
        rows = f"the {value.column} of {value.table}"
        if value.condition:
            rows += f" where ({in_words(value.condition)})"
        return f"{rows} or {_value(value.nothing)}" if value.nothing else rows
    if isinstance(value, tuple):
        return ", ".join(_value(item) for item in value) or "(nothing)"
    return "empty" if value is None else "''" if value == "" else str(value)
