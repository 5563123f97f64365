"""What state an environment is in, as the catalog and the database itself tell it; no personal data is read."""

import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from app.domain.environments import Environment, EnvironmentKind, EnvironmentState, MarkerState, target_of
from app.domain.ids import PolicyVersionId
from app.domain.inspection import Inspection
from app.domain.operations import ChecklistItem, ItemKind
from app.domain.plan import Impact
from app.errors import RefusedError, SandkeeperError, UserError
from app.policy.parse import PolicyError, parse_policy
from app.ports.catalog import Catalog, Transaction
from app.ports.clock import Clock
from app.ports.databases import Adapter, Look, Signer
from app.ports.secrets import Secrets
from app.services.names import shown, the_environment, the_tenant

LONGEST_NOTE = 2000
"""Characters of a note beside a ticked item."""


class InspectionService:
    """Looks at environments and keeps the manual part of their checklists."""

    def __init__(
        self,
        *,
        catalog: Catalog,
        adapter_for: Callable[[str], Adapter],
        secrets: Secrets,
        signer: Signer,
        clock: Clock,
        actor: str,
    ) -> None:
        self._catalog = catalog
        self._adapter_for = adapter_for
        self._secrets = secrets
        self._signer = signer
        self._clock = clock
        self._actor = actor
        self._lifetimes: dict[PolicyVersionId, int | None] = {}  # days; a stored text never changes

    def inspect(self, ref: str) -> Inspection:
        """State, marker, size, tables with row counts, what changed since the copy, and the checklist with evidence.

        Never raises for a database that cannot be reached: then `problem` says why.
        """
        with self._catalog.read() as tx:
            environment = the_environment(tx, ref)
            checklist = tuple(tx.environments.checklist(environment.id))
            expires = self._expiry(tx, environment)
        glance, look = self._glance(environment)
        tables, impact, problem = glance.tables, Impact(), glance.problem
        if look.exists and not look.problem:
            try:
                adapter = self._adapter_for(environment.database)
                tables = adapter.table_facts(environment)
                if environment.kind is not EnvironmentKind.PRODUCTION:
                    impact = adapter.impact(target_of(environment))
            except SandkeeperError as trouble:
                problem = trouble.sentence
        if look.exists and look.size_bytes != environment.size_bytes:
            with self._catalog.write() as tx:
                tx.environments.seen(environment.id, size_bytes=look.size_bytes)
        return replace(
            glance,
            tables=tables,
            impact=impact,
            checklist=checklist,
            expires_at=expires,
            problem=problem,
            secrets=self._secrets.where,
        )

    def glance(self, ref: str) -> Inspection:
        """One quick look: state, marker and size, no tables."""
        with self._catalog.read() as tx:
            environment = the_environment(tx, ref)
            expires = self._expiry(tx, environment)
        return replace(self._glance(environment)[0], expires_at=expires)

    def glances(self, tenant: str | None = None) -> tuple[Inspection, ...]:
        """One quick look at each environment, in the order of the list: state, marker and size, no tables."""
        with self._catalog.read() as tx:
            owner = None
            if tenant is not None:
                owner = the_tenant(tx, tenant).id
            environments = [(e, self._expiry(tx, e)) for e in tx.environments.all(owner)]
        return tuple(replace(self._glance(e)[0], expires_at=expires) for e, expires in environments)

    def checklist(self, ref: str) -> tuple[ChecklistItem, ...]:
        """The items of the copy that is there now, with their evidence."""
        with self._catalog.read() as tx:
            return tuple(tx.environments.checklist(the_environment(tx, ref).id))

    def tick(self, ref: str, item: str, note: str) -> tuple[ChecklistItem, ...]:
        """A person says that a manual item is done, and how they know.

        Raises UserError for an item that is not there or a note that cannot be kept, RefusedError for an automatic
        one (only evidence ticks it) and while an operation runs.
        """
        note = _clean_note(note)
        with self._catalog.write() as tx:
            environment = the_environment(tx, ref)
            running = tx.operations.active(environment.id)
            if running is not None:
                raise RefusedError(
                    f"{environment.ref} is busy",
                    "Its checklist belongs to the copy that is being replaced.",
                    "Wait for the operation to end.",
                    operation=running.id,
                )
            items = tx.environments.checklist(environment.id)
            found = next((i for i in items if i.id == item.strip()), None)
            if found is None:
                manual = ", ".join(i.id for i in items if i.kind is ItemKind.MANUAL)
                raise UserError(
                    f"The checklist of {environment.ref} has no item {shown(item)}",
                    f"Its manual items: {manual}." if manual else "It has no manual items.",
                    f'`sandkeeper checklist "{environment.ref}"` shows it.',
                )
            if found.kind is not ItemKind.MANUAL:
                raise RefusedError(
                    f"The item {found.id} is automatic",
                    "Its state comes from evidence, not from a person.",
                    "Refresh the environment to have it checked anew.",
                )
            tx.environments.tick(environment.id, found.id, note=note, by=self._actor, at=self._clock.now())
            tx.audit.append("checklist.tick", environment.ref, item=found.id, title=found.title, note=note)
            return tuple(tx.environments.checklist(environment.id))

    def _expiry(self, tx: Transaction, environment: Environment) -> datetime | None:
        """When the copy's lifetime under the environment's policy ends."""
        version = environment.policy_version
        if environment.copied_at is None or version is None:
            return None
        if version not in self._lifetimes:
            stored = tx.policies.get(version)
            try:
                lifetime = parse_policy(stored.text).lifetime if stored is not None else None
            except PolicyError:
                lifetime = None
            self._lifetimes[version] = lifetime.days if lifetime is not None else None
        days = self._lifetimes[version]
        return None if days is None else environment.copied_at + timedelta(days=days)

    def _glance(self, environment: Environment) -> tuple[Inspection, Look]:
        look, marker, problem = Look(exists=False), MarkerState.MISSING, ""
        try:
            adapter = self._adapter_for(environment.database)
            look = adapter.look(environment)
            problem = look.problem
            if environment.kind is not EnvironmentKind.PRODUCTION:
                marker = adapter.marker_state(target_of(environment), look, self._signer)
            elif look.exists:
                marker = MarkerState.NONE if look.marker is None else MarkerState.FOREIGN
        except SandkeeperError as trouble:
            problem = trouble.sentence
        inspection = Inspection(
            id=environment.id,
            tenant=environment.tenant,
            name=environment.name,
            kind=environment.kind,
            state=_state(environment, look),
            database=environment.database,
            source=environment.source,
            policy=environment.policy,
            policy_outdated=environment.policy_outdated,
            copied_at=environment.copied_at,
            # what the proof looked at is the copy on record, not another file that took its place
            proven=environment.proven and marker in (MarkerState.VALID, MarkerState.MISSING),
            checklist_done=environment.checklist_done,
            checklist_of=environment.checklist_of,
            size_bytes=look.size_bytes if look.size_bytes is not None else environment.size_bytes,
            marker=marker,
            engine=look.engine,
            problem=problem,
        )
        return inspection, look


def _state(environment: Environment, look: Look) -> EnvironmentState:
    """What the catalog says, unless the database that should be there cannot be reached."""
    expected = environment.kind is EnvironmentKind.PRODUCTION or environment.identity is not None
    gone = not look.exists or bool(look.problem)
    if expected and gone and environment.state is not EnvironmentState.BUSY:
        return EnvironmentState.UNREACHABLE
    return environment.state


def _clean_note(note: str) -> str:
    cleaned = " ".join(unicodedata.normalize("NFC", note).split())
    if len(cleaned) > LONGEST_NOTE:
        raise UserError(
            "The note is too long", f"It has {len(cleaned):,} characters.", f"Use {LONGEST_NOTE:,} at most."
        )
    if any(unicodedata.category(c) in ("Cc", "Cf", "Cs") for c in cleaned):
        raise UserError(
            "The note holds characters that do not show",
            "Control characters and marks that turn the direction of writing are not kept.",
            "Leave them out.",
        )
    return cleaned
