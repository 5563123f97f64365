"""Keys survive masking: unique stays unique, and both ends of a reference are masked alike."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from app.domain.findings import error
from app.domain.plan import ColumnPlan, TablePlan
from app.domain.policy import Treatment
from app.domain.schema import ForeignKey, Schema, Table
from app.planning.draft import Draft, place
from app.planning.names import Names, short

Place = tuple[str, str]  # table and column, as the schema spells them


def settle_keys(draft: Draft) -> None:
    """Say of each masked column whether its values must stay apart, let both ends of a reference agree on what their
    mask is bound with, and report references whose ends are treated differently."""
    facts: dict[Place, ColumnPlan] = {}
    for table in draft.schema.tables:
        for column in _apart(table, draft.tables.get(table.name)):
            planned = draft.column(table.name, column)
            if planned is not None and planned.treatment is Treatment.MASK:
                facts[(table.name, planned.column)] = replace(planned, unique=True)
    groups: dict[Place, set[Place]] = {}
    for child, parent in _pairs(draft):
        if _agree(draft, child, parent):
            joined = groups.get(child, {child}) | groups.get(parent, {parent})
            groups.update(dict.fromkeys(joined, joined))
    for group in {id(g): g for g in groups.values()}.values():
        _bind_alike(draft, facts, group)
    for (table_name, column), plan in facts.items():
        table_plan = draft.tables[table_name]
        columns = tuple(plan if c.column == column else c for c in table_plan.columns)
        draft.tables[table_name] = replace(table_plan, columns=columns)


def _apart(table: Table, plan: TablePlan | None) -> set[str]:
    """The columns whose masks must not map two values to one. A key that contains a smaller one, all of whose columns
    are kept, is held by that one already."""
    if plan is None or plan.copied == "none":
        return set()
    keys = [key.columns for key in table.unique_keys]
    if table.primary_key:
        keys.append(table.primary_key)
    anchoring = len(keys)
    keys.extend(exclusion.equal for exclusion in table.exclusions)
    kept = {c.column for c in plan.columns if c.treatment is Treatment.KEEP}
    spelt = [[_spelt(table, column) for column in key] for key in keys]
    anchors = [set(key) for key in spelt[:anchoring] if set(key) <= kept]
    return {c for key in spelt if not any(anchor <= set(key) for anchor in anchors) for c in key}


def _spelt(table: Table, name: str) -> str:
    """The column's own spelling: names that differ in case alone may be two columns."""
    column = table.column(name)
    return column.name if column else name


def references(schema: Schema, names: Names[Table]) -> Iterator[tuple[Table, ForeignKey, Table, tuple[str, ...]]]:
    """Each foreign key with both tables and the columns referred to; those to tables that are not there are left to
    the database's own findings."""
    for table in schema.tables:
        for key in table.foreign_keys:
            parent = names.find(key.table)
            if parent is None:
                continue
            referred = key.referred or parent.primary_key
            if len(referred) == len(key.columns):
                yield table, key, parent, referred


def _pairs(draft: Draft) -> Iterator[tuple[Place, Place]]:
    for child, key, parent, referred in references(draft.schema, draft.names):
        ends = (draft.tables.get(child.name), draft.tables.get(parent.name))
        if any(end is None or end.copied == "none" for end in ends):
            continue
        for column, target in zip(key.columns, referred, strict=True):
            yield (child.name, column), (parent.name, target)
    for plan in draft.tables.values():
        for reference in plan.references if plan.copied != "none" else ():
            target_plan = draft.tables.get(reference.table)
            if not reference.declared and target_plan is not None and target_plan.copied != "none":
                yield (plan.table, reference.column), (reference.table, reference.referred)


def _agree(draft: Draft, child: Place, parent: Place) -> bool:
    """Whether both ends are masked, and alike. Reports it when they differ."""
    ours, theirs = draft.column(*child), draft.column(*parent)
    if ours is None or theirs is None or Treatment.REVIEW in (ours.treatment, theirs.treatment):
        return False
    if Treatment.GENERATED in (ours.treatment, theirs.treatment) or ours.mask == "null":
        return False
    masked = [end.treatment is Treatment.MASK for end in (ours, theirs)]
    if not any(masked):
        return False
    from_, to = f"{short(place(*child), 90)}", f"{short(place(*parent), 90)}"
    if not all(masked) or ours.mask != theirs.mask or dict(ours.parameters) != dict(theirs.parameters):
        draft.findings.append(
            error(
                "foreign-key-masks-differ",
                f"{from_} refers to {to}, but the first is {_said(ours)} and the second {_said(theirs)}: "
                "the rows would no longer find each other.",
                place(*child),
                "Give both the same mask with the same parameters, or keep both.",
            )
        )
        return False
    if ours.family != theirs.family:
        draft.findings.append(
            error(
                "foreign-key-types-differ",
                f"{from_} ({ours.type or 'no type'}) refers to {to} ({theirs.type or 'no type'}): masks differ "
                "by type, so the rows would no longer find each other.",
                place(*child),
                "Keep both, or empty the referring column with the mask null.",
            )
        )
        return False
    return True


def _said(column: ColumnPlan) -> str:
    if column.treatment is not Treatment.MASK:
        return "kept"
    given = ", ".join(f"{name} {value!r}" for name, value in sorted(column.parameters.items()))
    return f"masked with {column.mask}" + (f" ({given})" if given else "")


def _bind_alike(draft: Draft, facts: dict[Place, ColumnPlan], group: set[Place]) -> None:
    """The mask of each end is bound with the same facts, or it might shorten or widen values differently."""
    plans: Mapping[Place, ColumnPlan] = {at: _current(draft, facts, at) for at in group}
    lengths = [plan.length for plan in plans.values() if plan.length is not None]
    unique = any(plan.unique for plan in plans.values())
    collations = sorted({plan.collation for plan in plans.values() if plan.collation})
    for (table, _), plan in plans.items():
        facts[(table, plan.column)] = replace(
            plan,
            unique=unique,
            length=min(lengths, default=None),
            collation=collations[0] if collations else None,
        )


def _current(draft: Draft, facts: Mapping[Place, ColumnPlan], at: Place) -> ColumnPlan:
    planned = draft.column(*at)
    if planned is None:
        raise KeyError(at)
    return facts.get((at[0], planned.column), planned)
