"""Plans: what an operation would do, from what the catalog and the databases say now. Nothing is written."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace

from app.domain.environments import Environment, EnvironmentKind, Identity, source_of, target_of
from app.domain.findings import Finding, Severity, error, note, warning
from app.domain.ids import EnvironmentId
from app.domain.operations import OperationKind
from app.domain.plan import Impact, Plan
from app.domain.policy import Policy, Scalar
from app.domain.schema import Schema
from app.errors import SandkeeperError, UserError
from app.planning.plan import PlanRequest, in_order, make_plan
from app.policy.parse import parse_policy
from app.ports.catalog import Catalog, PolicyVersion, Reviewed
from app.ports.databases import Adapter, Signer, SourceDatabase
from app.ports.secrets import Secrets
from app.services.asking import same_serial_number, with_counts, with_offers, with_preserved
from app.services.policy_changes import whose
from app.services.samples import with_samples

COPYING = (OperationKind.PROVISION, OperationKind.REFRESH)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What the catalog knows about one planned operation."""

    environment: Environment
    source: Environment | None
    version: PolicyVersion | None
    productions: Sequence[Environment]
    busy: str | None
    reviewed: Reviewed | None
    decided: tuple[str, str]  # by whom and when, what the policy does not sign itself


@dataclass(slots=True)
class _Found:
    """What looking at the databases brought."""

    findings: list[Finding] = field(default_factory=list)
    schema: Schema | None = None
    needed_bytes: int = 0


class PlanService:
    """Implements `ports.planner.Planner`.

    Rules: nothing is written, anywhere; whatever can be a finding is one; every production of every tenant is looked
    at, so that a target that is one of them is always noticed. Real values are read for the preview when asked for.
    """

    def __init__(
        self, *, catalog: Catalog, adapter_for: Callable[[str], Adapter], secrets: Secrets, signer: Signer
    ) -> None:
        self._catalog = catalog
        self._adapter_for = adapter_for
        self._secrets = secrets
        self._signer = signer

    def plan(
        self,
        environment: EnvironmentId,
        kind: OperationKind,
        options: Mapping[str, Scalar | tuple[Scalar, ...]],
        *,
        samples: int = 0,
        operation: str = "",
    ) -> Plan:
        """Raises UserError when the environment is not there (any more), RefusedError when it is production."""
        known = self._known(environment, operation)
        target = target_of(known.environment)
        found = _Found()
        if known.busy is not None:
            found.findings.append(
                error(
                    "busy",
                    f"Operation {known.busy} has not ended on this environment.",
                    known.environment.ref,
                    "Wait for it to end, or cancel it.",
                )
            )
        policy = self._policy(known.version, found)
        with ExitStack() as open_:
            database = None
            if kind in COPYING and known.source is not None:
                database = self._open(known.source, found, open_)
                self._keyring(found)
                if policy is not None and policy.baseline:
                    found.needed_bytes *= 2  # the copy, and its twin for resets
            self._targets(known, kind, found)
            request = PlanRequest(
                kind=kind,
                environment=known.environment,
                source=known.source if kind in COPYING else None,
                policy=policy,
                policy_name=known.version.name if known.version else None,
                policy_hash=known.version.hash if known.version else None,
                schema=found.schema,
                options=options,
                findings=tuple(found.findings),
                impact=self._impact(known.environment, found),
                approved=self._approved(policy),
                reviewed=known.reviewed,
                decided_by=known.decided[0],
                decided_at=known.decided[1],
            )
            plan = make_plan(request)
            if database is not None and found.schema is not None:
                plan = self._with_what_rows_say(plan, found.schema, database, known)
            if samples > 0 and database is not None:
                plan = with_offers(plan, database)
                plan = with_samples(plan, database, self._secrets.mask_key(target.environment.tenant_id), samples)
        return plan

    def _with_what_rows_say(self, plan: Plan, schema: Schema, database: SourceDatabase, known: _Known) -> Plan:
        """The plan with what only the databases themselves can say of it. What cannot be asked is a finding."""
        environment = known.environment
        others = [e for e in known.productions if known.source is None or e.id != known.source.id]
        more: tuple[Finding, ...] = ()
        try:
            more = database.plan_findings(plan)
            if not any(finding.severity is Severity.ERROR for finding in more):  # else a condition may not fit
                plan = with_counts(plan, schema, database)
            more += same_serial_number(plan, database, others, self._adapter_for)
        except SandkeeperError as problem:
            more += (_as_error("source-unreadable", problem, known.source.ref if known.source else ""),)
        try:
            plan = with_preserved(plan, self._adapter_for(environment.database), target_of(environment))
        except SandkeeperError as problem:
            more += (_as_error("preserved-unreadable", problem, environment.ref),)
        return replace(plan, findings=in_order((*plan.findings, *more)))

    def _known(self, environment_id: EnvironmentId, operation: str) -> _Known:
        with self._catalog.read() as tx:
            environment = tx.environments.get(environment_id)
            if environment is None:
                raise UserError(
                    "The environment is not there any more",
                    "It was removed, with its tenant or by itself.",
                    "Look at the list of environments.",
                )
            running = tx.operations.active(environment_id)
            version = tx.policies.get(environment.policy_version) if environment.policy_version else None
            return _Known(
                environment=environment,
                source=tx.environments.get(environment.source_id) if environment.source_id else None,
                version=version,
                reviewed=tx.environments.reviewed(environment_id),
                decided=whose(tx, environment, version) if version is not None else ("", ""),
                productions=[e for e in tx.environments.all() if e.kind is EnvironmentKind.PRODUCTION],
                busy=running.id if running is not None and running.id != operation else None,
            )

    def _policy(self, version: PolicyVersion | None, found: _Found) -> Policy | None:
        if version is None:
            return None
        try:
            return parse_policy(version.text, name=version.name)
        except UserError as problem:
            found.findings.append(
                error(
                    "policy-invalid",
                    f"The stored policy {version.name} cannot be read: {problem.detail or problem.title}",
                    version.name,
                    "Set the environment's policy again.",
                )
            )
            return None

    def _approved(self, policy: Policy | None) -> frozenset[str]:
        """The digests of what the policy runs that a person approved."""
        if policy is None or not policy.run:
            return frozenset()
        with self._catalog.read() as tx:
            return frozenset(approval.digest for approval in tx.policies.approvals([run.digest for run in policy.run]))

    def _open(self, source: Environment, found: _Found, open_: ExitStack) -> SourceDatabase | None:
        """The source, open until the plan is made. What keeps it from being read is a finding."""
        try:
            database = open_.enter_context(self._adapter_for(source.database).open_source(source_of(source)))
            found.schema = database.schema()
            found.findings += database.findings()
            found.needed_bytes = database.size_bytes()
        except SandkeeperError as problem:
            found.schema = None
            found.findings.append(_as_error("source-unreadable", problem, source.ref))
            return None
        return database

    def _targets(self, known: _Known, kind: OperationKind, found: _Found) -> None:
        """What stands against replacing the target."""
        environment = known.environment
        if kind not in COPYING:
            found.needed_bytes = (environment.size_bytes or 0) if kind is OperationKind.RESET else 0
        identities = self._production_identities(known.productions, found)
        source = source_of(known.source) if known.source is not None and kind in COPYING else None
        target = target_of(environment)
        try:
            adapter = self._adapter_for(environment.database)
            found.findings += adapter.target_findings(target, source, identities, self._signer, found.needed_bytes)
            if kind is OperationKind.RESET and not adapter.has_baseline(target):
                found.findings.append(
                    error(
                        "no-baseline",
                        "There is no baseline to go back to.",
                        environment.ref,
                        "Refresh it instead; a policy that keeps no baseline says so with `baseline: false`.",
                    )
                )
        except SandkeeperError as problem:
            found.findings.append(_as_error("target-unusable", problem, environment.ref))

    def _production_identities(self, productions: Sequence[Environment], found: _Found) -> list[Identity]:
        identities: list[Identity] = []
        for production in productions:
            try:
                look = self._adapter_for(production.database).look(production)
                identity, why = look.identity, look.problem or "nothing stands at its address"
            except SandkeeperError as problem:
                identity, why = None, problem.title
            if identity is not None:
                identities.append(identity)
            else:
                found.findings.append(
                    note(
                        "production-not-seen",
                        f"Production could not be looked at, so only its address was compared with the target's: {why}",
                        production.ref,
                    )
                )
        return identities

    def _impact(self, environment: Environment, found: _Found) -> Impact:
        try:
            impact = self._adapter_for(environment.database).impact(target_of(environment))
        except SandkeeperError as problem:
            why = problem.sentence
            impact = Impact(exists=environment.identity is not None, exact=False, note=why)
        if impact.last_copied_at is None and environment.copied_at is not None:
            impact = replace(impact, last_copied_at=environment.copied_at)
        return impact

    def _keyring(self, found: _Found) -> None:
        if not self._secrets.stable_masks:
            found.findings.append(
                warning(
                    "masks-not-stable",
                    "Masks are not stable across refreshes: there is no keyring to keep the tenant's mask key, so "
                    "this copy gets a key of its own.",
                    hint="Unlock or install a keyring (on a server: systemd credentials), or accept that a person is "
                    "called differently after each refresh.",
                )
            )


def _as_error(code: str, problem: SandkeeperError, where: str) -> Finding:
    return error(code, problem.sentence, where, problem.hint)
