"""Rows that stay behind must not be missed by rows that come along."""

from app.domain.findings import error, warning
from app.domain.plan import TablePlan
from app.domain.policy import Gone, Operator
from app.domain.schema import ForeignKey, Table
from app.planning.draft import Draft, place
from app.planning.keys import references
from app.planning.names import short


def look_at_rows(draft: Draft) -> None:
    """Find references into tables whose rows come only in part or not at all.

    A table that stays empty while rows refer to it is an error: the copy's references would dangle. Where a condition
    chooses, only the copy can tell; its check compares references and stops the operation when one was lost.
    """
    for child, key, parent, referred in references(draft.schema, draft.names):
        ours, theirs = draft.tables.get(child.name), draft.tables.get(parent.name)
        if ours is None or theirs is None or theirs.copied == "all" or ours.copied == "none":
            continue
        if child.rows == 0 or parent.rows == 0 or _cut_off(draft, ours, key) or _settled(ours, key, parent):
            continue
        columns = ", ".join(short(column) for column in key.columns)
        if theirs.copied == "none":
            draft.findings.append(
                error(
                    "rows-lose-their-parent",
                    f"The rows of {short(parent.name)} do not come along, but those of {short(child.name)} do and "
                    f"refer to them through {columns}.",
                    child.name,
                    _remedy(draft, child, key, parent),
                )
            )
        elif not _same_choice(draft, ours, theirs, key, referred):
            draft.findings.append(
                warning(
                    "rows-may-lose-their-parent",
                    f"Only some rows of {short(parent.name)} come along; rows of {short(child.name)} refer to them "
                    f"through {columns}. If one refers to a row left behind, the operation stops in its check and the "
                    "environment stays as it is.",
                    child.name,
                    _remedy(draft, child, key, parent),
                )
            )


def _settled(child: TablePlan, key: ForeignKey, parent: Table) -> bool:
    """Whether the policy says what happens to rows whose reference leads to one that stays behind."""
    return any(
        reference.gone is not Gone.STOP and key.columns == (reference.column,) and reference.table == parent.name
        for reference in child.references
    )


def _remedy(draft: Draft, child: Table, key: ForeignKey, parent: Table) -> str:
    ways: list[str] = []
    if len(key.columns) == 1:
        name = short(key.columns[0])
        detach = " or detach (the reference is emptied)" if _may_be_empty(child, key) else ""
        said = f"say under `references` of {short(child.name)} that {name} is to follow (such rows stay behind too)"
        ways.append(said + detach)
    ways += [f"copy all rows of {short(parent.name)}", f"choose the rows of {short(child.name)} to match (or none)"]
    if _may_be_empty(child, key):
        ways.append(f"empty {short(place(child.name, key.columns[0]), 90)} with the mask null")
    text = ", or ".join(ways)
    text = text[0].upper() + text[1:] + "."
    if len(key.columns) == 1:
        at = place(child.name, key.columns[0])
        text += f' To have it written: sandkeeper policy follow "{draft.ref}" "{at}" follow|detach'
    return text


def _may_be_empty(child: Table, key: ForeignKey) -> bool:
    return any((column := child.column(name)) is not None and column.nullable for name in key.columns)


def _cut_off(draft: Draft, child: TablePlan, key: ForeignKey) -> bool:
    """Whether no copied row refers to anything: the column is emptied, or only rows without a value come."""
    for name in key.columns:
        column = draft.column(child.table, name)
        if column is not None and column.mask == "null":
            return True
        if column is not None and any(
            clause.column == column.column and clause.operator is Operator.IS and clause.value is None
            for clause in child.condition
        ):
            return True
    return False


def _same_choice(draft: Draft, child: TablePlan, parent: TablePlan, key: ForeignKey, referred: tuple[str, ...]) -> bool:
    """Whether the parent's condition speaks only of its key, and the child's says the same of the referring columns."""
    renamed = {
        _spelt(draft, parent, target): _spelt(draft, child, own)
        for own, target in zip(key.columns, referred, strict=True)
    }
    ours = {(clause.column, clause.operator, clause.value) for clause in child.condition}
    theirs = [(renamed.get(clause.column), clause.operator, clause.value) for clause in parent.condition]
    return child.table != parent.table and all(clause in ours for clause in theirs)


def _spelt(draft: Draft, table: TablePlan, name: str) -> str:
    """The column as its table spells it, which is how conditions name it by now."""
    column = draft.column(table.table, name)
    return column.column if column else name
