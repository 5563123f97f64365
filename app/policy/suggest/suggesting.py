"""From a schema and samples of its rows to a suggestion for every column."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from app.domain.policy import Treatment
from app.domain.schema import Column, Schema, Table
from app.policy.suggest import together
from app.policy.suggest.classify import classify
from app.policy.suggest.fires import fires
from app.policy.suggest.fitting import Fit, empty, fit
from app.policy.suggest.sampling import Sample, Sampled, sampled
from app.policy.suggest.suggestion import ColumnSuggestion, Suggestion, TableSuggestion
from app.policy.suggest.tables import Surroundings, TableKind, surroundings_of, without_rows
from app.policy.suggest.together import Place
from app.policy.suggest.values import ValueFacts
from app.policy.suggest.verdict import Verdict, review

_NO_FACTS = ValueFacts()
_KINDS = {TableKind.QUEUE: "queue", TableKind.SESSION: "session", TableKind.CONFIG: "settings"}


def suggest(schema: Schema, sample: Sample) -> Suggestion:
    """How every column of every table might be treated, with reasons. Reads at most a few hundred rows of each table
    through `sample(table, columns, limit)`; raises what that raises.

    Tables that are the insides of a virtual table are left out: they are rebuilt, never copied.
    """
    samples = sampled(schema, sample)
    around = surroundings_of(schema)
    facts: dict[Place, ValueFacts] = {
        (t.name, c.name): samples[t.name].facts.get(c.name, _NO_FACTS)
        for t in schema.tables
        if t.name in samples
        for c in t.columns
    }
    references = together.referring(schema)
    verdicts = _alone(schema, around, facts, references)
    _keys_made_from_names(verdicts, samples)
    verdicts.update(together.named_alike(schema, verdicts))
    verdicts.update(together.same_values(verdicts, facts))
    _virtual_tables(schema, verdicts)
    columns = _columns(schema, verdicts, references)
    empty = without_rows(schema, around)
    return Suggestion(
        tables={
            table.name: TableSuggestion(
                rows="none" if table.name in empty else "all",
                columns={c.name: columns[table.name, c.name] for c in table.columns},
                reason=empty.get(table.name, ""),
                kind=_KINDS.get(around[table.name].kind, ""),
                fires=fires(around[table.name], samples[table.name].facts),
            )
            for table in schema.tables
            if table.name in samples
        }
    )


def _alone(
    schema: Schema,
    around: Mapping[str, Surroundings],
    facts: Mapping[Place, ValueFacts],
    references: Mapping[Place, Sequence[Place]],
) -> dict[Place, Verdict]:
    newest = max((f.years[-1] for f in facts.values() if f.years), default=0)
    found: dict[Place, Verdict] = {}
    for table in schema.tables:
        for column in table.columns:
            place = (table.name, column.name)
            if place in facts:
                found[place] = classify(
                    column,
                    around[table.name].readings[column.name],
                    facts[place],
                    around[table.name],
                    newest,
                    refers=together.is_child(place, references),
                    identifies=table.primary_key == (column.name,),
                )
    return found


def _keys_made_from_names(verdicts: dict[Place, Verdict], samples: Mapping[str, Sampled]) -> None:
    for table, look in samples.items():
        for key, sources in look.made_from.items():
            place = (table, key)
            verdicts[place] = together.derived(verdicts[place], [verdicts[table, source] for source in sorted(sources)])


def _virtual_tables(schema: Schema, verdicts: dict[Place, Verdict]) -> None:
    """A full-text table repeats columns of another table: the stricter verdict about either holds for it."""
    for table in schema.tables:
        if table.virtual is None or table.shadow_of is not None:
            continue
        for column in table.columns:
            place = (table.name, column.name)
            twins = [
                verdicts[other.name, twin.name]
                for other in schema.tables
                if other.virtual is None and other.shadow_of is None and _related(table, other)
                for twin in other.columns
                if twin.name.casefold() == column.name.casefold()
            ]
            strictest = max(twins, key=lambda v: v.weight, default=None)
            if strictest is not None and strictest.weight > verdicts[place].weight:
                verdicts[place] = Verdict(
                    strictest.treatment,
                    strictest.meaning,
                    "Repeats a column of the table it indexes. " + strictest.reason,
                    strictest.confidence,
                )


def _related(virtual: Table, other: Table) -> bool:
    return other.name.casefold() in virtual.name.casefold() or virtual.name.casefold() in other.name.casefold()


def _columns(
    schema: Schema, verdicts: Mapping[Place, Verdict], references: Mapping[Place, Sequence[Place]]
) -> dict[Place, ColumnSuggestion]:
    """Masks fitted; columns that refer to each other get the same one."""
    tables: dict[str, Table] = {t.name: t for t in schema.tables}
    found: dict[Place, ColumnSuggestion] = {}
    for group in together.groups(schema, references):
        members = {(t, c): (tables[t], _column(tables[t], c)) for t, c in group if (t, c) in verdicts}
        written = {place: member for place, member in members.items() if not member[1].generated}
        for place in members.keys() - written.keys():
            found[place] = _kept(verdicts[place])
        if not written:
            continue
        decided = _decided(list(written), verdicts, references)
        leader = next(iter(written))
        family = written[leader][1].family
        fitting = [member for member in written.values() if member[1].family is family]
        shared = _masked(decided, fit(decided.meaning, fitting))
        for place, (table, column) in written.items():
            if decided.treatment is Treatment.KEEP:
                suggestion = _kept(decided)
            elif column.family is family:
                suggestion = shared
            else:
                suggestion = _masked(_of_other_type(decided), empty(table, column))
            if place != leader:
                alike = f"Refers to {together.place_name(leader)} and is treated alike. "
                suggestion = replace(suggestion, reason=alike + suggestion.reason)
            found[place] = suggestion
    return found


def _of_other_type(verdict: Verdict) -> Verdict:
    reason = "Its type differs from that of the column it refers to, so no mask keeps them together. " + verdict.reason
    return review(verdict.meaning, reason, min(0.4, verdict.confidence))


def _decided(
    places: Sequence[Place], verdicts: Mapping[Place, Verdict], references: Mapping[Place, Sequence[Place]]
) -> Verdict:
    """One verdict for columns that must keep holding the same values: that of the column referred to, unless the
    values of one that refers to it say more."""
    roots = [p for p in places if not together.is_child(p, references)] or list(places[:1])
    strictest = max((verdicts[p] for p in roots), key=lambda v: v.weight)
    children = [verdicts[p] for p in places if p not in roots and verdicts[p].treatment is Treatment.MASK]
    return max([strictest, *children], key=lambda v: v.weight)


def _kept(verdict: Verdict) -> ColumnSuggestion:
    return ColumnSuggestion(
        treatment=Treatment.KEEP,
        mask=None,
        reason=verdict.reason,
        confidence=round(verdict.confidence, 2),
        meaning=str(verdict.meaning),
    )


def _masked(verdict: Verdict, fitted: Fit) -> ColumnSuggestion:
    if not fitted.fits:
        reason = verdict.reason + " No mask was found that the column's type and keys allow: decide by hand."
        verdict = review(verdict.meaning, reason, min(verdict.confidence, 0.3))
    return ColumnSuggestion(
        treatment=verdict.treatment,
        mask=fitted.mask,
        parameters=dict(fitted.parameters),
        reason=verdict.reason,
        confidence=round(verdict.confidence, 2),
        meaning=str(verdict.meaning),
    )


def _column(table: Table, name: str) -> Column:
    return next(column for column in table.columns if column.name == name)
