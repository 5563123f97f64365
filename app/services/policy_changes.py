"""The next version of an environment's policy, from a change to its text, and what of the source was reviewed."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from app.domain.environments import Environment, source_of
from app.domain.policy import ColumnPolicy, Gone, Policy
from app.domain.schema import Column, Schema, Table
from app.domain.structure import Structure, structure_of
from app.errors import OutsideError, RefusedError, UserError
from app.planning.drift import Difference, DriftKind, brought_up
from app.policy.editing import Decision, with_decisions, with_reference
from app.policy.parse import parse_policy
from app.ports.catalog import Catalog, PolicyVersion, Reviewed, Transaction
from app.ports.clock import Clock
from app.ports.databases import Adapter
from app.services.names import shown, the_environment
from app.services.policy_texts import refuse_busy, stored, version_in_force, version_of

DECIDED = "decided by "
WAIVED = "waived by "
_IN_PART = (DECIDED, WAIVED)
"""How the origins of versions begin that differ from the one before in what their author signed there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce:
    """What an environment's next copy is made with, and what is known of its source."""

    environment: Environment
    version: PolicyVersion
    source: Environment | None
    reviewed: Reviewed | None

    @property
    def policy(self) -> Policy:
        return parse_policy(self.version.text, name=self.version.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What the audit trail says of a change."""

    action: str
    detail: Mapping[str, object]


class PolicyChanges:
    """Writes new versions; what is in force is never rewritten, and a change that somebody else overtook is refused."""

    def __init__(self, *, catalog: Catalog, adapter_for: Callable[[str], Adapter], clock: Clock, actor: str) -> None:
        self._catalog = catalog
        self._adapter_for = adapter_for
        self._clock = clock
        self._actor = actor

    def in_force(self, ref: str) -> InForce:
        """Raises UserError when there is no such environment, or it has no policy."""
        with self._catalog.read() as tx:
            environment = the_environment(tx, ref)
            return InForce(
                environment=environment,
                version=version_in_force(tx, environment),
                source=tx.environments.get(environment.source_id) if environment.source_id else None,
                reviewed=tx.environments.reviewed(environment.id),
            )

    def decide(self, ref: str, decisions: Sequence[Decision]) -> Policy:
        """Record how these columns are treated, by whom and when, as one new version.

        Raises UserError when the source has no such column or a decision is not valid, RefusedError while busy.
        """
        known = self.in_force(ref)
        if not decisions:
            return known.policy
        schema = schema_now(self._adapter_for, known.source)
        found = [(*_as_in(schema, known.source, table, column), self.signed(how)) for table, column, how in decisions]
        text = with_decisions(known.version.text, found, source=columns_of(schema, {table for table, _, _ in found}))
        concerned = [Difference(kind=DriftKind.CHANGED, table=table, column=column) for table, column, _ in found]
        return self.write(known, text, DECIDED, _decided(found), self.reviewed(known, schema, concerned))

    def follow(self, ref: str, table: str, column: str, gone: Gone) -> Policy:
        """Record what happens to rows whose reference `column` leads to one that stays behind, as a new version.

        Raises UserError when the column refers to nothing, or to something together with other columns, or when it is
        to be emptied and must have a value; RefusedError while busy.
        """
        known = self.in_force(ref)
        schema = schema_now(self._adapter_for, known.source)
        found, named = _as_in(schema, known.source, table, column)
        if schema is not None:
            _must_refer(schema, known.policy, found, named, gone)
        text = with_reference(known.version.text, found, named, gone, source=columns_of(schema, {found}))
        detail = {"table": found, "column": named, "gone": str(gone)}
        return self.write(known, text, DECIDED, Record(action="policy.follow", detail=detail), None)

    def reviewed(self, known: InForce, schema: Schema | None, concerned: Sequence[Difference]) -> Reviewed | None:
        """The review with these places as they are now. All others keep who looked at them and when."""
        if schema is None:
            return None
        before = known.reviewed or Reviewed(structure=Structure(tables={}), by=self._actor, at=self._clock.now())
        return replace(before, structure=brought_up(before.structure, structure_of(schema), concerned))

    def reviewed_whole(self, schema: Schema) -> Reviewed:
        return Reviewed(structure=structure_of(schema), by=self._actor, at=self._clock.now())

    def write(self, known: InForce, text: str, origin: str, record: Record, reviewed: Reviewed | None) -> Policy:
        """The text as the environment's policy and what was reviewed for it, in one act, on record.

        `reviewed` None leaves the review as it is. Raises RefusedError while busy, or when the policy changed since
        `known` was read; PolicyError when the text is not valid.
        """
        now = self._clock.now()
        version = version_of(
            text, origin=f"{origin}{self._actor}", now=now, author=self._actor, name=known.version.name
        )
        with self._catalog.write() as tx:
            environment = tx.environments.get(known.environment.id)
            refuse_busy(tx, known.environment)
            if environment is None or environment.policy_version != known.version.id:
                raise RefusedError(
                    f"The policy of {known.environment.ref} changed meanwhile", "Nothing was decided.", "Look again."
                )
            if version.hash != known.version.hash:
                version = stored(tx, version)
                tx.environments.set(environment.id, policy_version=version.id)
            if reviewed is not None:
                tx.environments.set_reviewed(environment.id, reviewed.structure, by=reviewed.by, at=reviewed.at)
            tx.audit.append(record.action, environment.ref, **record.detail, policy_hash=version.hash)
        return parse_policy(text, name=version.name)

    def signed(self, decision: ColumnPolicy) -> ColumnPolicy:
        """The decision as this person's, now."""
        return replace(decision, decided_by=self._actor, decided_at=self._clock.now().isoformat(timespec="seconds"))


def schema_now(adapter_for: Callable[[str], Adapter], source: Environment | None) -> Schema | None:
    """A production's structure; None where there is none to read now: names stay as given then, and preflight will
    tell a wrong one."""
    if source is None:
        return None
    try:
        with adapter_for(source.database).open_source(source_of(source)) as database:
            return database.schema()
    except OutsideError:
        return None


def whose(tx: Transaction, environment: Environment, version: PolicyVersion) -> tuple[str, str]:
    """Who decided, and when (ISO 8601), what a policy does not sign itself: whoever gave the text that the version in
    force goes back to, decision by decision."""
    uses = tx.policies.uses(environment.id)
    first = max((at for at, use in enumerate(uses) if use.version == version.id), default=None)
    for use in uses[first:] if first is not None else ():
        used = version if use.version == version.id else tx.policies.get(use.version)
        if used is not None and not used.origin.startswith(_IN_PART):
            return use.by or used.author or used.origin, use.at.isoformat(timespec="seconds")
    return version.author or version.origin, version.created_at.isoformat(timespec="seconds")


def columns_of(schema: Schema | None, tables: Collection[str]) -> dict[str, tuple[str, ...]]:
    """The source's tables as it spells them, with the columns of those asked for."""
    if schema is None:
        return {}
    return {t.name: tuple(c.name for c in t.columns) if t.name in tables else () for t in schema.tables}


def the_column(schema: Schema, source: str, table: str, column: str) -> tuple[Table, Column]:
    """Raises UserError when the source has no such table or column."""
    found = schema.table(table)
    if found is None:
        raise UserError(f"{source} has no table {shown(table)}", "", "`sandkeeper plan` lists its tables and columns.")
    known = found.column(column)
    if known is None:
        raise UserError(
            f"The table {shown(found.name)} has no column {shown(column)}",
            f"It has {', '.join(c.name for c in found.columns)}.",
            "Write TABLE.COLUMN as the database spells them.",
        )
    return found, known


def _as_in(schema: Schema | None, source: Environment | None, table: str, column: str) -> tuple[str, str]:
    """The names as the source spells them."""
    if schema is None:
        return table, column
    found, known = the_column(schema, source.ref if source is not None else "The source", table, column)
    return found.name, known.name


def _must_refer(schema: Schema, policy: Policy, table: str, column: str, gone: Gone) -> None:
    """Raises UserError where following or emptying that reference could not be done."""
    spoken, (found, named) = policy.table(table), the_column(schema, "The source", table, column)
    same = [r for r in spoken.references if r.column.casefold() == column.casefold()] if spoken is not None else []
    keys = [key for key in found.foreign_keys if named.name in key.columns]
    place = f"{shown(table)}.{shown(column)}"
    if not any(r.table is not None for r in same) and not any(len(key.columns) == 1 for key in keys):
        why = "It refers to another table only together with other columns." if keys else "It has no foreign key."
        raise UserError(
            f"{place} refers to nothing by itself",
            f"{why} The policy says of no table that it leads there, either.",
            "Say in the policy where it leads: references: {COLUMN: {to: TABLE.COLUMN}}.",
        )
    if gone is Gone.DETACH and not named.nullable and not any(r.nothing for r in same):
        raise UserError(
            f"{place} cannot be emptied",
            "It must have a value, and the policy names none that means nothing.",
            "Follow it instead, or say in the policy which value means nothing: none: [0].",
        )


def _decided(decisions: Sequence[Decision]) -> Record:
    said: list[dict[str, object]] = [
        {"table": table, "column": column, "treatment": str(how.treatment), "mask": how.mask}
        for table, column, how in decisions
    ]
    return Record(action="policy.decide", detail=said[0] if len(said) == 1 else {"decisions": said})
