"""From a schema and samples of its rows to a suggestion for every column."""

from collections.abc import Mapping, Sequence

from app.domain.policy import Treatment
from app.domain.schema import Column, Schema, Table
from app.policy.suggest import together
from app.policy.suggest.classify import classify
from app.policy.suggest.fitting import fit
from app.policy.suggest.sampling import Sample, Sampled, sampled
from app.policy.suggest.suggestion import ColumnSuggestion, Suggestion, TableSuggestion
from app.policy.suggest.tables import Surroundings, surroundings_of, without_rows
from app.policy.suggest.together import Place
from app.policy.suggest.values import ValueFacts
from app.policy.suggest.verdict import Verdict, review

_NO_FACTS = ValueFacts()


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
        places = [place for place in group if place in verdicts]
        if not places:
            continue
        members = [(tables[t], _column(tables[t], c)) for t, c in places]
        decided = _decided(places, verdicts, references)
        generated = [m[1].generated for m in members]
        for place, is_generated in zip(places, generated, strict=True):
            verdict = verdicts[place] if is_generated else decided
            found[place] = _suggestion(place, places[0], verdict, members)
    return found


def _decided(
    places: Sequence[Place], verdicts: Mapping[Place, Verdict], references: Mapping[Place, Sequence[Place]]
) -> Verdict:
    """One verdict for columns that must keep holding the same values: that of the column referred to, unless the
    values of one that refers to it say more."""
    roots = [p for p in places if not together.is_child(p, references)] or list(places[:1])
    strictest = max((verdicts[p] for p in roots), key=lambda v: v.weight)
    children = [verdicts[p] for p in places if p not in roots and verdicts[p].treatment is Treatment.MASK]
    return max([strictest, *children], key=lambda v: v.weight)


def _suggestion(
    place: Place, leader: Place, verdict: Verdict, members: Sequence[tuple[Table, Column]]
) -> ColumnSuggestion:
    reason = verdict.reason
    if place != leader:
        reason = f"Refers to {together.place_name(leader)} and is treated alike. {reason}"
    if verdict.treatment is Treatment.KEEP:
        return ColumnSuggestion(
            treatment=Treatment.KEEP, mask=None, reason=reason, confidence=round(verdict.confidence, 2)
        )
    fitted = fit(verdict.meaning, members)
    if not fitted.fits:
        verdict = review(verdict.meaning, verdict.reason, min(verdict.confidence, 0.3))
        reason += " No mask was found that the column's type and keys allow: decide by hand."
    return ColumnSuggestion(
        treatment=verdict.treatment,
        mask=fitted.mask,
        parameters=dict(fitted.parameters),
        reason=reason,
        confidence=round(verdict.confidence, 2),
    )


def _column(table: Table, name: str) -> Column:
    return next(column for column in table.columns if column.name == name)
