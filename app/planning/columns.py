"""Every table and column of the source with its treatment; what nobody decided is an error (invariant 4)."""

from dataclasses import replace

from app.domain.findings import Finding, error
from app.domain.plan import ColumnPlan, TablePlan
from app.domain.policy import ColumnPolicy, Condition, Policy, Rows, RowsKind, TablePolicy, Treatment
from app.domain.schema import Column, Table
from app.planning.conditions import settled
from app.planning.draft import Draft, place
from app.planning.names import Names, short
from app.planning.options import Resolved


def plan_tables(draft: Draft, policy: Policy, resolved: Resolved) -> None:
    """Fill the draft: a plan for each table that is copied, findings for what is uncovered or not there."""
    policies: dict[str, TablePolicy] = {}
    for name, table_policy in policy.tables.items():
        table = draft.names.find(name)
        if table is None:
            if table_policy.optional:
                continue
            draft.findings.append(
                error(
                    "policy-names-missing-table",
                    f"The policy speaks of a table {short(name)}, which the source does not have."
                    f"{draft.names.like(name)}",
                    name,
                    "Correct the name, or remove the table from the policy: "
                    f'sandkeeper policy drift "{draft.ref}" --accept "{name}"',
                )
            )
        elif table.name in policies:
            draft.findings.append(
                error(
                    "policy-names-table-twice",
                    f"The policy speaks of the table {short(table.name)} twice, under two spellings.",
                    table.name,
                    "Leave one of them.",
                )
            )
        else:
            policies[table.name] = table_policy
    for table in draft.schema.tables:
        if needs_treatment(table):
            draft.tables[table.name] = _table(draft, table, policies.get(table.name), resolved)
        elif table.name in policies and any(
            c.treatment is Treatment.MASK for c in policies[table.name].columns.values()
        ):
            draft.findings.append(_rebuilt(table))


def needs_treatment(table: Table) -> bool:
    """Tables that hold rows of their own. Storage of virtual tables, and virtual tables whose every column is computed
    from other tables, are rebuilt instead."""
    if table.shadow_of is not None:
        return False
    return table.virtual is None or not all(column.generated for column in table.columns)


def _rebuilt(table: Table) -> Finding:
    owner = f" of {short(table.shadow_of)}" if table.shadow_of else ""
    return error(
        "mask-on-rebuilt-table",
        f"The table {short(table.name)} is storage{owner}, rebuilt from scrubbed rows; it cannot be masked itself.",
        table.name,
        "Remove it from the policy and mask the columns it is made from.",
    )


def _table(draft: Draft, table: Table, policy: TablePolicy | None, resolved: Resolved) -> TablePlan:
    if policy is None:
        draft.findings.append(
            error(
                "uncovered-table",
                f"No rule of the policy covers the table {short(table.name)}.",
                table.name,
                f"{draft.suggested(table.name)}. Or add it to the policy: each column kept or masked, or `rows: none`. "
                f"One column at a time: {draft.hint(place(table.name, 'COLUMN'))}",
            )
        )
        columns = tuple(_undecided(c) for c in table.columns)
        return TablePlan(table=table.name, rows=table.rows, copied="all", columns=columns)
    known: Names[Column] = Names(table.columns, lambda column: column.name)
    chosen: dict[str, ColumnPolicy] = {}
    for name, decision in policy.columns.items():
        column = known.find(name)
        if column is None:
            if policy.optional:
                continue
            draft.findings.append(
                error(
                    "policy-names-missing-column",
                    f"The policy speaks of a column {short(name)} of {short(table.name)}, which is not there."
                    f"{known.like(name)}",
                    place(table.name, name),
                    "Correct the name, or remove the column from the policy: "
                    f'sandkeeper policy drift "{draft.ref}" --accept "{place(table.name, name)}"',
                )
            )
        elif column.name in chosen:
            draft.findings.append(
                error(
                    "policy-names-column-twice",
                    f"The policy speaks of the column {short(column.name)} of {short(table.name)} twice, under two "
                    "spellings.",
                    place(table.name, column.name),
                    "Leave one of them.",
                )
            )
        else:
            chosen[column.name] = decision
    copied, condition = _rows(draft, table, policy.rows, resolved)
    if copied == "none":
        columns = tuple(_plain(c, Treatment.DROP, reason="no rows are copied") for c in table.columns)
    else:
        columns = tuple(_column(draft, table, c, chosen.get(c.name), resolved) for c in table.columns)
    return TablePlan(
        table=table.name, rows=table.rows, copied=copied, columns=columns, condition=condition, reason=policy.reason
    )


def _rows(draft: Draft, table: Table, rows: Rows, resolved: Resolved) -> tuple[str, Condition]:
    what = f"The rows of {short(table.name)}"
    if rows.option is not None:
        value = resolved.values.get(rows.option)
        if value == "some" and rows.condition:
            return "where", settled(draft, rows.condition, resolved, table, what).condition
        everything = value is True or value == "all"
        return ("all" if everything else "none"), ()
    if rows.kind is not RowsKind.WHERE:
        return str(rows.kind), ()
    return "where", settled(draft, rows.condition, resolved, table, what).condition


def _column(
    draft: Draft, table: Table, column: Column, decision: ColumnPolicy | None, resolved: Resolved
) -> ColumnPlan:
    where = place(table.name, column.name)
    if column.generated:
        return _plain(column, Treatment.GENERATED, reason="computed by the database from other columns")
    if decision is None:
        draft.findings.append(
            error(
                "uncovered-column",
                f"No rule of the policy covers the column {short(column.name)} of {short(table.name)}.",
                where,
                f"{draft.hint(where)}. {draft.suggested(where)}",
            )
        )
        return _undecided(column)
    if decision.treatment is Treatment.REVIEW:
        why = f" ({decision.reason})" if decision.reason else ""
        draft.findings.append(
            error(
                "review",
                f"The column {short(column.name)} of {short(table.name)} waits for a decision{why}.",
                where,
                draft.hint(where),
            )
        )
        return _undecided(column, decision.reason)
    if decision.treatment is Treatment.MASK:
        parameters = resolved.parameters(decision.parameters)
        return replace(_plain(column, Treatment.MASK, decision.reason), mask=decision.mask, parameters=parameters)
    return _plain(column, Treatment.KEEP, decision.reason)


def _plain(column: Column, treatment: Treatment, reason: str = "") -> ColumnPlan:
    return ColumnPlan(
        column=column.name,
        type=column.type,
        family=str(column.family),
        treatment=treatment,
        nullable=column.nullable,
        length=column.length,
        collation=column.collation,
        reason=reason,
    )


def _undecided(column: Column, reason: str = "") -> ColumnPlan:
    if column.generated:
        return _plain(column, Treatment.GENERATED)
    return replace(_plain(column, Treatment.REVIEW, reason), decided=False)
