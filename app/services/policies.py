"""Policies: the packs, what an environment has, suggestions, and decisions about single columns."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from app.domain.environments import Environment, EnvironmentKind, source_of
from app.domain.policy import ColumnPolicy, Policy
from app.domain.structure import structure_of
from app.errors import UserError
from app.policy.packs import pack_names, pack_text
from app.policy.parse import parse_policy
from app.policy.write import write_policy
from app.ports.catalog import Catalog, PolicyVersion, Transaction
from app.ports.clock import Clock
from app.ports.databases import Adapter
from app.services.mask_choices import MaskChoice, mask_choices
from app.services.names import the_environment
from app.services.policy_changes import PolicyChanges, schema_now
from app.services.policy_texts import refuse_busy, stored, version_in_force, version_of

if TYPE_CHECKING:
    from app.policy.suggest import Suggestion


class PolicyService:
    """Reads policies and records decisions. A stored text never changes: a decision makes a new version."""

    def __init__(self, *, catalog: Catalog, adapter_for: Callable[[str], Adapter], clock: Clock, actor: str) -> None:
        self._catalog = catalog
        self._adapter_for = adapter_for
        self._clock = clock
        self._actor = actor
        self._changes = PolicyChanges(catalog=catalog, adapter_for=adapter_for, clock=clock, actor=actor)

    def packs(self) -> tuple[Policy, ...]:
        """The policies that are shipped."""
        return tuple(self.pack(name) for name in pack_names())

    def pack(self, name: str) -> Policy:
        """Raises UserError when there is none of that name."""
        return parse_policy(self.pack_text(name), name=name)

    def pack_text(self, name: str) -> str:
        """The pack as its file has it."""
        return pack_text(name)

    def masks(self) -> tuple[MaskChoice, ...]:
        """Every mask with its help and what may be said about it."""
        return mask_choices()

    def check(self, text: str, name: str = "") -> Policy:
        """Raises PolicyError with everything wrong in it, each with line and column."""
        return parse_policy(text, name=name)

    def policy_of(self, ref: str) -> Policy:
        """The policy an environment has. Raises UserError when it has none."""
        version = self._version(ref)
        return parse_policy(version.text, name=version.name)

    def text_of(self, ref: str) -> str:
        """Its text as stored, comments included."""
        return self._version(ref).text

    def suggest(self, ref: str) -> "Suggestion":
        """Read the production database behind an environment (or that production itself) and classify its columns.

        Raises OutsideError when it cannot be read, UserError when the environment has no source.
        """
        from app.policy.suggest import suggest  # the recognisers take half a second to import

        with self._catalog.read() as tx:
            production = _production_of(tx, the_environment(tx, ref))
        with self._adapter_for(production.database).open_source(source_of(production)) as source:
            return suggest(source.schema(), source.sample)

    def suggested_text(self, ref: str, suggestion: "Suggestion", accept: bool) -> str:
        """The suggestion as a policy file; `accept` turns each `review` into the mask suggested for it."""
        from app.policy.suggest import as_policy

        with self._catalog.read() as tx:
            environment = the_environment(tx, ref)
            production = _production_of(tx, environment)
        name = "".join(c if c.isalnum() else "-" for c in environment.tenant.casefold())
        name = "-".join(part for part in name.split("-") if part) or "policy"
        title = f"{production.ref}, as suggested"
        return write_policy(as_policy(suggestion, name=name, title=title, accept=accept))

    def draft(self, ref: str) -> Policy:
        """Give an environment a policy suggested from its source; what is unclear is masked, never kept.

        Raises what `suggest` does, RefusedError while busy.
        """
        text = self.suggested_text(ref, self.suggest(ref), accept=True)
        policy = parse_policy(text)
        with self._catalog.read() as tx:
            production = _production_of(tx, the_environment(tx, ref))
        schema = schema_now(self._adapter_for, production)
        version = version_of(text, origin="suggested", now=self._clock.now(), author=self._actor, name=policy.name)
        with self._catalog.write() as tx:
            environment = the_environment(tx, ref)
            refuse_busy(tx, environment)
            version = stored(tx, version)
            tx.environments.set(environment.id, policy_version=version.id)
            if schema is not None:
                tx.environments.set_reviewed(environment.id, structure_of(schema), by=self._actor, at=self._clock.now())
            tx.audit.append("policy.draft", environment.ref, policy=policy.name, policy_hash=version.hash)
        return policy

    def decide(self, ref: str, table: str, column: str, decision: ColumnPolicy) -> Policy:
        """Record how one column is treated, by whom and when, as a new version of the environment's policy.

        Raises UserError when the source has no such column or the decision is not valid, RefusedError while busy.
        """
        return self._changes.decide(ref, [(table, column, decision)])

    def _version(self, ref: str) -> PolicyVersion:
        with self._catalog.read() as tx:
            return version_in_force(tx, the_environment(tx, ref))


def _production_of(tx: Transaction, environment: Environment) -> Environment:
    if environment.kind is EnvironmentKind.PRODUCTION:
        return environment
    production = tx.environments.get(environment.source_id) if environment.source_id else None
    if production is None:
        raise UserError(
            f"{environment.ref} has no source",
            "A policy is suggested from the production database a copy is made of.",
            f'Set one: `sandkeeper environment set "{environment.ref}" --source NAME`.',
        )
    return production
