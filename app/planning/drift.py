"""What changed in production since somebody looked through it, and what of it stands in the way of a copy.

What was added is not said here again: planning finds every table and column that the policy does not cover.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain.findings import Finding, error, note
from app.domain.plan import Plan
from app.domain.policy import ColumnPolicy, Policy, RowsKind, TablePolicy, Treatment
from app.domain.schema import Column, Schema, Table
from app.domain.structure import ColumnFact, Structure
from app.planning.columns import needs_treatment
from app.planning.draft import Draft, place
from app.planning.names import Names, short
from app.ports.catalog import Reviewed

_MISSING = ("policy-names-missing-table", "policy-names-missing-column")


class DriftKind(StrEnum):
    ADDED = "added"  # there, and the policy does not cover it
    CHANGED = "changed"  # another type, or another answer to whether it may be empty, than at the review
    REMOVED = "removed"  # there at the review, or named by the policy, and not in the source


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One difference; without a `column` it is about a whole table. Names are spelt as the database spells (or
    spelt) them."""

    kind: DriftKind
    table: str
    column: str | None = None
    before: ColumnFact | None = None
    now: ColumnFact | None = None

    @property
    def place(self) -> str:
        return self.table if self.column is None else place(self.table, self.column)


def drift(reviewed: Structure | None, schema: Schema, policy: Policy) -> tuple[Difference, ...]:
    """Every difference between the source and what was reviewed and decided: in the order of the source, what is gone
    last. Of tables whose rows stay behind only whether they are there; a computed column needs no decision."""
    covered = _Covered(policy, schema)
    seen = _Seen(reviewed)
    found: list[Difference] = []
    for table in schema.tables:
        treated = covered.of(table)
        if not needs_treatment(table):
            continue
        if treated is None:
            found.append(Difference(kind=DriftKind.ADDED, table=table.name))
        elif treated.rows.kind is not RowsKind.NONE or treated.rows.option is not None:
            found += _columns(table, treated, seen)
    gone = seen.removed(schema)
    told = {difference.place.casefold() for difference in gone}
    return (*found, *gone, *(d for d in _unknown(policy, schema) if d.place.casefold() not in told))


def _unknown(policy: Policy, schema: Schema) -> Iterable[Difference]:
    """What the policy speaks of and the source does not have: gone before the review, as in a version that was
    restored, or misspelt."""
    names: Names[Table] = Names(schema.tables, lambda table: table.name)
    for name, treated in policy.tables.items():
        table = names.find(name)
        if treated.optional:
            continue
        if table is None:
            yield Difference(kind=DriftKind.REMOVED, table=name)
            continue
        known: Names[Column] = Names(table.columns, lambda column: column.name)
        for column in treated.columns:
            if known.find(column) is None:
                yield Difference(kind=DriftKind.REMOVED, table=table.name, column=column)


def _columns(table: Table, treated: TablePolicy, seen: "_Seen") -> Iterable[Difference]:
    decided = Names(treated.columns, str)
    for column in table.columns:
        if column.generated:
            continue
        now, before = fact_of(column), seen.fact(table.name, column.name)
        if decided.find(column.name) is None:
            yield Difference(kind=DriftKind.ADDED, table=table.name, column=column.name, now=now)
        elif before is not None and before != now:
            yield Difference(kind=DriftKind.CHANGED, table=table.name, column=column.name, before=before, now=now)


class _Covered:
    """The policy's tables by the source's names."""

    def __init__(self, policy: Policy, schema: Schema) -> None:
        names: Names[Table] = Names(schema.tables, lambda table: table.name)
        self._tables: dict[str, TablePolicy] = {}
        for name, treated in policy.tables.items():
            table = names.find(name)
            if table is not None:
                self._tables.setdefault(table.name, treated)

    def of(self, table: Table) -> TablePolicy | None:
        return self._tables.get(table.name)


class _Seen:
    """What the review saw, by name."""

    def __init__(self, structure: Structure | None) -> None:
        self._structure = structure.tables if structure is not None else {}
        self._tables: Names[str] = Names(self._structure, str)
        self._columns: dict[str, Names[str]] = {}

    def table(self, name: str) -> str | None:
        return self._tables.find(name)

    def column(self, table: str, name: str) -> str | None:
        known = self.table(table)
        if known is None:
            return None
        if known not in self._columns:
            self._columns[known] = Names(self._structure[known], str)
        return self._columns[known].find(name)

    def fact(self, table: str, column: str) -> ColumnFact | None:
        known, named = self.table(table), self.column(table, column)
        return None if known is None or named is None else self._structure[known][named]

    def had(self, difference: Difference) -> bool:
        if difference.column is None:
            return self.table(difference.table) is not None
        return self.column(difference.table, difference.column) is not None

    def removed(self, schema: Schema) -> list[Difference]:
        there: Names[Table] = Names(schema.tables, lambda table: table.name)
        found: list[Difference] = []
        for name, columns in self._structure.items():
            table = there.find(name)
            if table is None:
                found.append(Difference(kind=DriftKind.REMOVED, table=name))
                continue
            known: Names[Column] = Names(table.columns, lambda column: column.name)
            found += [
                Difference(kind=DriftKind.REMOVED, table=table.name, column=column, before=fact)
                for column, fact in columns.items()
                if known.find(column) is None
            ]
        return found


def look_at_drift(draft: Draft, policy: Policy, reviewed: Reviewed | None) -> None:
    """Findings about what changed since the review. A name in the policy that was there then is no mistake of the
    policy's: what was said of it as one is taken back."""
    if reviewed is None:
        return
    decisions = Decisions(policy)
    seen = _Seen(reviewed.structure)
    forgiven = _gone(draft, policy, seen)
    draft.findings[:] = [f for f in draft.findings if f.code not in _MISSING or f.where not in forgiven]
    for difference in drift(reviewed.structure, draft.schema, policy):
        if difference.kind is DriftKind.CHANGED and difference.column is not None:
            planned = draft.column(difference.table, difference.column)
            if planned is not None and planned.treatment in (Treatment.KEEP, Treatment.MASK):
                decision = decisions.on(difference.table, difference.column)
                draft.findings.append(_changed(draft, difference, difference.column, decision, reviewed))
        elif difference.kind is DriftKind.REMOVED and seen.had(difference):
            draft.findings.append(_removed(draft, difference, reviewed))


def _gone(draft: Draft, policy: Policy, seen: _Seen) -> set[str]:
    """The places of the policy's names that the source has no more, as planning's findings spell them."""
    found: set[str] = set()
    for name, treated in policy.tables.items():
        table = draft.names.find(name)
        if table is None:
            found |= {name} if seen.table(name) is not None else set()
            continue
        known: Names[Column] = Names(table.columns, lambda column: column.name)
        found |= {
            place(table.name, column)
            for column in treated.columns
            if known.find(column) is None and seen.column(table.name, column) is not None
        }
    return found


def _changed(
    draft: Draft, difference: Difference, column: str, decision: ColumnPolicy | None, reviewed: Reviewed
) -> Finding:
    by, at = reviewed.by, _day(reviewed.at)
    if decision is not None and decision.decided_by and decision.decided_at > reviewed.at.isoformat():
        by, at = decision.decided_by, decision.decided_at[:10]
    before = said(difference.before) if difference.before else "something else"
    now = said(difference.now) if difference.now else "something else"
    return error(
        "column-changed",
        f"The column {short(column)} of {short(difference.table)} is {now} now; it was {before} when {by} looked at it "
        f"on {at}.",
        difference.place,
        f'See what is suggested: sandkeeper policy drift "{draft.ref}"; accept it with --accept "{difference.place}", '
        f"or decide: {draft.hint(difference.place)}",
    )


def _removed(draft: Draft, difference: Difference, reviewed: Reviewed) -> Finding:
    what = f"The table {short(difference.table)}"
    if difference.column is not None:
        what = f"The column {short(difference.column)} of {short(difference.table)}"
    return note(
        "table-removed" if difference.column is None else "column-removed",
        f"{what} was there when {reviewed.by} looked at the source on {_day(reviewed.at)}, and is gone.",
        difference.place,
        f'To put that on record: sandkeeper policy drift "{draft.ref}" --accept "{difference.place}"',
    )


def said(fact: ColumnFact) -> str:
    """`TEXT, may be empty`: a column's facts in a sentence."""
    return f"{fact.type or 'without a type'}, {'may be empty' if fact.nullable else 'never empty'}"


def _day(at: datetime) -> str:
    return at.date().isoformat()


def fact_of(column: Column) -> ColumnFact:
    return ColumnFact(type=column.type, nullable=column.nullable)


def structure_shown(plan: Plan) -> Structure:
    """What of the source's structure a plan shows to whoever reads it."""
    return Structure(
        tables={
            table.table: {c.column: ColumnFact(type=c.type, nullable=c.nullable) for c in table.columns}
            for table in plan.tables
        }
    )


def with_unseen(known: Structure, now: Structure) -> Structure:
    """What was reviewed, with the tables and columns that were not there then as they are now."""
    tables: dict[str, Mapping[str, ColumnFact]] = {**known.tables}
    for name, columns in now.tables.items():
        tables[name] = {**columns, **tables.get(name, {})}
    return Structure(tables=tables)


def brought_up(known: Structure, now: Structure, differences: Iterable[Difference]) -> Structure:
    """What was reviewed, with these differences settled: those places as they are now, or gone."""
    tables: dict[str, Mapping[str, ColumnFact]] = {**known.tables}
    for difference in differences:
        table, column = difference.table, difference.column
        there = now.tables.get(table, {})
        if column is None:
            tables.pop(table, None)
            if table in now.tables:
                tables[table] = there
            continue
        rest = {name: fact for name, fact in tables.get(table, {}).items() if name != column}
        tables[table] = {**rest, column: there[column]} if column in there else rest
    return Structure(tables=tables)


class Decisions:
    """What a policy says of single columns, under whatever spelling of their names."""

    def __init__(self, policy: Policy) -> None:
        self._tables: Names[TablePolicy] = Names(policy.tables.values(), lambda table: table.name)
        self._columns: dict[str, Names[str]] = {}

    def table(self, name: str) -> TablePolicy | None:
        return self._tables.find(name)

    def on(self, table: str, column: str) -> ColumnPolicy | None:
        """None where it says nothing."""
        treated = self.table(table)
        if treated is None:
            return None
        if treated.name not in self._columns:
            self._columns[treated.name] = Names(treated.columns, str)
        name = self._columns[treated.name].find(column)
        return None if name is None else treated.columns[name]
