"""What a plan needs to hear of the databases' rows: counts, what can be chosen, serial numbers. Read, never stored."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from app.domain.environments import Environment, Target, source_of
from app.domain.findings import Finding, warning
from app.domain.plan import Offer, Plan
from app.domain.schema import Schema
from app.errors import SandkeeperError
from app.planning.questions import answered, questions
from app.ports.databases import Adapter, RowValue, SourceDatabase

MOST_OFFERS = 1000
"""Rows read of what can be chosen for one option; more nobody picks from a list."""
_LONGEST_VALUE = 500
_LONGEST_LABEL = 200


def with_counts(plan: Plan, schema: Schema, database: SourceDatabase) -> Plan:
    """The plan with what counting in the source says of it. Raises SandkeeperError where it cannot count."""
    return answered(plan, [(asked, database.count(asked.table, asked.condition)) for asked in questions(plan, schema)])


def with_offers(plan: Plan, database: SourceDatabase) -> Plan:
    """The plan with what can be chosen for the options that are chosen from rows of production."""
    offers: dict[str, tuple[Offer, ...]] = {}
    for option in plan.options:
        from_ = option.choices_from
        if from_ is None:
            continue
        try:
            rows = database.values(from_.table, (from_.label, from_.value), from_.condition, MOST_OFFERS)
        except SandkeeperError:
            continue  # without offers the values are typed; what cannot be read is a finding elsewhere
        found: dict[str, Offer] = {}
        for label, value in rows:
            offer = _offer(value, label)
            if offer is not None:
                found.setdefault(offer.value, offer)
        offers[option.id] = tuple(found.values())
    return replace(plan, offers=offers)


def _offer(value: RowValue, label: RowValue) -> Offer | None:
    """What one row offers; None where its value cannot be chosen: there is none, or none that anybody could type."""
    if value is None or isinstance(value, bytes) or not 0 < len(str(value)) <= _LONGEST_VALUE:
        return None
    words = " ".join(str(label).split()) if label is not None and not isinstance(label, bytes) else ""
    words = words if len(words) <= _LONGEST_LABEL else words[: _LONGEST_LABEL - 1] + "…"
    return Offer(value=str(value), label=words or str(value))


def with_preserved(plan: Plan, adapter: Adapter, target: Target) -> Plan:
    """The plan with how many rows of the environment will survive, where it has a copy to take them from."""
    if not plan.preserve or target.environment.identity is None:
        return plan
    return replace(plan, preserved=adapter.preserved(target, plan.preserve))


def same_serial_number(
    plan: Plan, database: SourceDatabase, others: Sequence[Environment], adapter_for: Callable[[str], Adapter]
) -> tuple[Finding, ...]:
    """A finding for each other production that says it is the same installation as this plan's source."""
    asked = plan.serial_number
    if asked is None:
        return ()
    ours = _serials(database, asked.table, asked.column)
    found: list[Finding] = []
    for other in others if ours else ():
        try:
            with adapter_for(other.database).open_source(source_of(other)) as source:
                theirs = _serials(source, asked.table, asked.column)
        except SandkeeperError:
            continue  # one that cannot be read, or has no such table, is none of the kind for all we know
        if ours & theirs:
            found.append(
                warning(
                    "serial-number-twice",
                    f"{plan.source} and {other.ref} have the same serial number in {asked.table}.{asked.column}: one "
                    "is a copy of the other, and services outside take them for one installation.",
                    other.ref,
                    "Give one of them a serial number of its own, or make it an environment of kind sandbox.",
                )
            )
    return tuple(found)


def _serials(database: SourceDatabase, table: str, column: str) -> frozenset[str]:
    rows = database.values(table, (column,))
    return frozenset(str(value).strip() for (value,) in rows if value is not None and str(value).strip())
