"""What a policy says of rows preserved, reconciled, chosen from and checked over, with names as the source has them."""

from dataclasses import replace

from app.domain.findings import error, note, warning
from app.domain.policy import (
    Action,
    ActionKind,
    Option,
    Policy,
    Preserve,
    Reconcile,
    Run,
    SerialNumber,
    Treatment,
)
from app.domain.schema import Table, TypeFamily
from app.planning.columns import needs_treatment
from app.planning.conditions import settled
from app.planning.draft import Draft, place
from app.planning.names import short
from app.planning.options import Resolved

_NUMBERS = (TypeFamily.INTEGER, TypeFamily.NUMBER)


def plan_preserve(draft: Draft, policy: Policy, resolved: Resolved) -> tuple[Preserve, ...]:
    """The entries whose table is there."""
    found: list[Preserve] = []
    for entry in policy.preserve:
        what = f"What is preserved as {short(entry.id)}"
        table = named(draft, entry.table, what, "preserve-names-missing-table")
        if table is None:
            continue
        condition = settled(draft, entry.condition, resolved, table, what)
        match = columns_named(draft, table, entry.match, what, "preserve-names-missing-column")
        if not match and not table.primary_key:
            draft.findings.append(
                error(
                    "preserve-needs-match",
                    f"{what} comes from {short(table.name)}, which has no primary key, so nobody can tell which rows "
                    "of the new copy make way.",
                    table.name,
                    "Name the columns that tell rows apart: match: [COLUMN].",
                )
            )
            continue
        empty = [name for name in match if name not in table.primary_key and _may_be_empty(table, name)]
        if empty:
            draft.findings.append(
                note(
                    "preserve-match-empty",
                    f"{what} is told apart by {short(empty[0])}, which may be empty: a row without a value makes none "
                    "of the new copy give way, and stands there once more after each refresh.",
                    place(table.name, empty[0]),
                    "Leave such rows out with a condition: where: {COLUMN: {not: null}}.",
                )
            )
        if not condition.absent:
            matched = match or tuple(table.primary_key)
            found.append(replace(entry, table=table.name, condition=condition.condition, match=matched))
    return tuple(found)


def _may_be_empty(table: Table, name: str) -> bool:
    column = table.column(name)
    return column is not None and column.nullable


def plan_run(draft: Draft, policy: Policy, approved: frozenset[str]) -> tuple[Run, ...]:
    """What will be run; an entry that nobody approved blocks."""
    for entry in policy.run:
        if entry.digest not in approved:
            draft.findings.append(
                error(
                    "run-not-approved",
                    f"The policy runs {short(entry.title)} on the copy, and nobody has approved its exact text "
                    f"({entry.kind}, SHA-256 {entry.digest[:16]}…).",
                    entry.id,
                    f'Read it and approve it: sandkeeper policy approve "{draft.ref}" {entry.id}',
                )
            )
    return policy.run


def plan_reconcile(draft: Draft, policy: Policy) -> tuple[Reconcile, ...]:
    found: list[Reconcile] = []
    for entry in policy.reconcile:
        what = "The reconciliation"
        table = named(draft, entry.table, what, "reconcile-names-missing-table")
        if table is None or draft.tables[table.name].copied == "none":
            continue
        sums = columns_named(draft, table, entry.sums, what, "reconcile-names-missing-column")
        for name in sums:
            column, planned = table.column(name), draft.column(table.name, name)
            masked = planned is not None and planned.treatment is Treatment.MASK
            if masked or (column is not None and column.family not in _NUMBERS):
                why = "it is masked" if masked else "it holds no numbers"
                draft.findings.append(
                    error(
                        "reconcile-cannot-sum",
                        f"{short(place(table.name, name), 90)} cannot be summed for the reconciliation: {why}.",
                        place(table.name, name),
                        "Take the column out of `reconcile`, or keep it.",
                    )
                )
        found.append(replace(entry, table=table.name, sums=sums))
    return tuple(found)


def plan_serial_number(draft: Draft, policy: Policy) -> SerialNumber | None:
    given = policy.serial_number
    if given is None:
        return None
    what = "The serial number"
    table = named(draft, given.table, what, "serial-number-missing")
    columns = columns_named(draft, table, (given.column,), what, "serial-number-missing") if table is not None else ()
    return SerialNumber(table=table.name, column=columns[0]) if table is not None and columns else None


def plan_options(draft: Draft, policy: Policy, resolved: Resolved) -> tuple[Option, ...]:
    """The options, those chosen from rows of production with names as it spells them."""
    found: list[Option] = []
    for option in policy.options:
        from_ = option.choices_from
        if from_ is None:
            found.append(option)
            continue
        what = f"The option {short(option.id)}"
        table = named(draft, from_.table, what, "option-names-missing-table")
        columns = (
            columns_named(draft, table, (from_.value, from_.label), what, "option-names-missing-column")
            if table is not None
            else ()
        )
        if table is None or len(columns) < 2:
            found.append(replace(option, choices_from=None))
            continue
        condition = settled(draft, from_.condition, resolved, table, what)
        chosen = replace(from_, table=table.name, value=columns[0], label=columns[1], condition=condition.condition)
        found.append(replace(option, choices_from=None if condition.absent else chosen))
    return tuple(found)


def look_at_checksums(draft: Draft, policy: Policy, actions: tuple[Action, ...]) -> None:
    """Rows with a checksum over them that the scrub changes, and nothing makes the checksum anew."""
    changed = {action.table for action in actions if action.kind is not ActionKind.DELETE}
    for name, table_policy in policy.tables.items():
        table = draft.names.find(name)
        checksum = table_policy.checksum
        planned = draft.tables.get(table.name) if table is not None else None
        if table is None or checksum is None or planned is None:
            continue
        there = columns_named(draft, table, (checksum.column,), "The checksum", "checksum-missing")
        if not there or checksum.recomputed_by is not None or draft.column(table.name, there[0]) is None:
            continue
        masked = [c.column for c in planned.columns if c.treatment is Treatment.MASK and c.column != there[0]]
        if planned.copied != "none" and masked:
            why = f"masks {', '.join(short(column) for column in masked[:5])}"
        elif table.name in changed:
            why = "is changed by an action"
        else:
            continue
        draft.findings.append(
            warning(
                "checksum-stale",
                f"{short(table.name)} has a checksum over each row in {short(there[0])}, and the scrub {why}. The "
                "application may refuse such rows until it has computed their checksums anew.",
                place(table.name, there[0]),
                "Compute them in the copy with the application's own tool (an entry of `run`, named by "
                "`recomputed_by`), or acknowledge this and do it by hand.",
            )
        )


def named(draft: Draft, name: str, what: str, code: str) -> Table | None:
    """The table that holds rows of its own under that name. One that is missing is a finding, unless it is optional."""
    table = draft.names.find(name)
    if table is not None and needs_treatment(table):
        return table
    if not draft.optional(name):
        draft.findings.append(
            error(
                code,
                f"{what} names a table {short(name)}, which the source does not have.{draft.names.like(name)}",
                name,
                "Correct the name, or remove it from the policy.",
            )
        )
    return None


def columns_named(draft: Draft, table: Table, names: tuple[str, ...], what: str, code: str) -> tuple[str, ...]:
    """The columns as the table spells them; those that are missing are findings, unless the table is optional."""
    found: list[str] = []
    for name in names:
        column = table.column(name)
        if column is not None:
            found.append(column.name)
        elif not draft.optional(table.name):
            draft.findings.append(
                error(
                    code,
                    f"{what} names a column {short(name)}, which {short(table.name)} does not have.",
                    place(table.name, name),
                    "Correct the name in the policy.",
                )
            )
    return tuple(found)
