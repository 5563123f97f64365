"""What only the source's rows can answer about a plan: how many a condition chooses, how many would lose their parent.

A plan is made without reading a row. `questions` says what to count; `answered` puts the numbers into the plan.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from app.domain.findings import Finding, error, note, warning
from app.domain.plan import Plan, TablePlan
from app.domain.policy import Clause, Condition, Gone, Operator, RowSet, Treatment
from app.domain.schema import Schema
from app.planning.draft import place
from app.planning.following import DETACHING
from app.planning.names import short

_SMALL: Final = 200_000
"""Rows up to which the conditions of actions and checks are tried out: that is for a hint alone."""

_NAMED: Final = 5
"""How many titles one note names."""

_LOST: Final = ("rows-lose-their-parent", "rows-may-lose-their-parent")


class About(StrEnum):
    ROWS = "rows"  # the rows a condition chooses
    ORPHANS = "orphans"  # rows that come along while what they refer to stays behind
    ACTION = "action"
    CHECK = "check"
    CHOSEN = "chosen"  # values chosen for an option that stand in production


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """How many rows of `table` there are for which `condition` holds. `name` is the id of what asks; for orphans the
    column, with `parent` being the table it refers to."""

    about: About
    table: str
    condition: Condition
    name: str = ""
    parent: str = ""


def questions(plan: Plan, schema: Schema) -> tuple[Question, ...]:
    """What to count in the source, cheapest questions last left out: see `_SMALL`."""
    tables = {table.table: table for table in plan.tables}
    found: list[Question] = []
    for table in plan.tables:
        if table.copied == "where":
            found.append(Question(about=About.ROWS, table=table.table, condition=table.condition))
        found.extend(_orphans(table, tables, schema))
    own = [action for action in plan.actions if not action.id.startswith(DETACHING)]  # those look at the copy alone
    for about, entries in ((About.ACTION, own), (About.CHECK, plan.checks)):
        for entry in entries:
            table_plan = tables.get(entry.table)
            if entry.condition and table_plan is not None and _as_in_source(table_plan, entry.condition, tables):
                found.append(Question(about=about, table=entry.table, condition=entry.condition, name=entry.id))
    for option in plan.options:
        chosen = plan.chosen.get(option.id)
        from_ = option.choices_from
        if from_ is not None and isinstance(chosen, tuple) and chosen:
            value = Clause(column=from_.value, operator=Operator.IN, value=chosen)
            condition = (*from_.condition, value)
            found.append(Question(about=About.CHOSEN, table=from_.table, condition=condition, name=option.id))
    return tuple(found)


def _orphans(child: TablePlan, tables: Mapping[str, TablePlan], schema: Schema) -> Iterator[Question]:
    if child.copied == "none":
        return
    settled = {reference.column: reference for reference in child.references}
    links = [(r.column, r.table, r.referred, (None, *r.nothing)) for r in child.references if r.gone is Gone.STOP]
    table = schema.table(child.table)
    for key in table.foreign_keys if table is not None else ():
        parent = schema.table(key.table)
        referred = key.referred or (parent.primary_key if parent is not None else ())
        if len(key.columns) == 1 and len(referred) == 1 and parent is not None and key.columns[0] not in settled:
            links.append((key.columns[0], parent.name, referred[0], (None,)))
    for column, parent_name, referred_name, nothing in links:
        other = tables.get(parent_name)
        if other is None or other.copied == "all" or _emptied(child, column):
            continue
        if other.copied == "none":
            lost = Clause(column=column, operator=Operator.NOT_IN, value=nothing)
        else:
            rows = RowSet(table=parent_name, column=referred_name, condition=other.condition, nothing=nothing)
            lost = Clause(column=column, operator=Operator.NOT_IN_ROWS, value=rows)
        yield Question(
            about=About.ORPHANS,
            table=child.table,
            condition=(*child.condition, lost),
            name=column,
            parent=parent_name,
        )


def _emptied(table: TablePlan, column: str) -> bool:
    return any(c.column == column and c.mask == "null" for c in table.columns)


def _as_in_source(table: TablePlan, condition: Condition, tables: Mapping[str, TablePlan]) -> bool:
    """Whether the condition says of the source's rows what it will say of the copy's: all its columns are kept."""
    if table.copied == "none" or (table.rows or _SMALL) > _SMALL:
        return False
    kept = {column.column for column in table.columns if column.treatment is Treatment.KEEP}
    for clause in condition:
        if clause.column not in kept:
            return False
        if isinstance(clause.value, RowSet):
            other = tables.get(clause.value.table)
            if other is None or not _as_in_source(other, clause.value.condition, tables):
                return False
    return True


def answered(plan: Plan, asked: Sequence[tuple[Question, int]]) -> Plan:
    """The plan with what the numbers say: rows coming along, conditions that choose all or none, lost parents."""
    findings = list(plan.findings)
    coming: dict[str, int] = {}
    idle: dict[About, list[str]] = {}
    for question, count in asked:
        table = next((t for t in plan.tables if t.table == question.table), None)
        total = table.rows if table is not None else None
        if question.about is About.ROWS:
            coming[question.table] = count
            findings.extend(_chooses(question, count, total))
        elif question.about is About.ORPHANS:
            findings = [f for f in findings if not _same_loss(f, question)]
            findings.extend(_lost(plan, question, count))
        elif question.about is About.CHOSEN:
            findings.extend(_unknown(plan, question, count))
        elif count == 0:
            idle.setdefault(question.about, []).append(question.name)
    findings.extend(_matches_nothing(plan, about, names) for about, names in idle.items())
    tables = tuple(replace(t, coming=coming[t.table]) if t.table in coming else t for t in plan.tables)
    return replace(plan, tables=tables, findings=tuple(findings))


def _chooses(question: Question, count: int, total: int | None) -> Iterator[Finding]:
    if count == 0 and total != 0:
        yield warning(
            "condition-matches-nothing",
            f"The condition on the rows of {short(question.table)} holds for none of them: it comes along empty.",
            question.table,
            "Correct the condition, or write `rows: none` if that is meant.",
        )
    elif total is not None and count >= total > 0:
        yield warning(
            "condition-matches-all",
            f"The condition on the rows of {short(question.table)} holds for every one of them.",
            question.table,
            "Correct the condition, or write `rows: all` if that is meant.",
        )


def _same_loss(finding: Finding, question: Question) -> bool:
    """Whether a finding made without counting speaks of the same reference."""
    return (
        finding.code in _LOST
        and finding.where == question.table
        and short(question.name) in finding.message
        and short(question.parent) in finding.message
    )


def _lost(plan: Plan, question: Question, count: int) -> Iterator[Finding]:
    if count:
        yield error(
            "rows-lose-their-parent",
            f"{count:,} {'row' if count == 1 else 'rows'} of {short(question.table)} would come along while what "
            f"{short(question.name)} refers to in {short(question.parent)} stays behind.",
            place(question.table, question.name),
            f"Say under `references` of {short(question.table)} that {short(question.name)} is to follow (such rows "
            f"stay behind too) or detach (the reference is emptied); or copy all rows of {short(question.parent)}. "
            f'To have it written: sandkeeper policy follow "{plan.environment}" '
            f'"{place(question.table, question.name)}" follow|detach',
        )


def _unknown(plan: Plan, question: Question, count: int) -> Iterator[Finding]:
    chosen = plan.chosen.get(question.name)
    wanted = len(set(chosen)) if isinstance(chosen, tuple) else 0
    if count < wanted:
        yield error(
            "option-value",
            f"{wanted - count:,} of the {wanted:,} values chosen for {short(question.name)} are not among those of "
            f"{short(question.table)} in production that can be chosen.",
            question.name,
            f'Look at what there is: sandkeeper plan "{plan.environment}" --samples',
        )


def _matches_nothing(plan: Plan, about: About, names: Sequence[str]) -> Finding:
    """One note for all actions (or all checks) that no row of production is meant by now."""
    entries = plan.actions if about is About.ACTION else plan.checks
    titles = [short(entry.title) for entry in entries if entry.id in names]
    listed = ", ".join(titles[:_NAMED]) + (f" and {len(titles) - _NAMED:,} more" if len(titles) > _NAMED else "")
    if about is About.ACTION:
        said = f"No row of production is meant now by {_several(len(titles), 'action')}: {listed}."
    else:
        said = (
            f"No row of production is counted now by {_several(len(titles), 'check')}, so it would hold without the "
            f"scrub too: {listed}."
        )
    return note(f"{about}-matches-nothing", said)


def _several(count: int, noun: str) -> str:
    return f"one {noun}" if count == 1 else f"each of {count:,} {noun}s"
