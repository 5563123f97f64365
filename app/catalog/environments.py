"""Environments in the catalog, with what was recorded of their copies."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, case, delete, insert, select, update

from app.catalog.checklists import Checklists
from app.catalog.feed import Feed
from app.catalog.mapping import environment_of, environment_values, environments_query
from app.catalog.policy_uses import PolicyUses
from app.catalog.reviews import Reviews
from app.catalog.tables import ChecklistRow, EnvironmentRow, OperationRow, TenantRow
from app.domain.environments import Environment, EnvironmentKind, EnvironmentState, Identity
from app.domain.ids import EnvironmentId, PolicyVersionId, TenantId
from app.domain.operations import OperationState
from app.errors import RefusedError


class Environments(Checklists, Reviews):
    """Implements `ports.catalog.EnvironmentStore`; changes to one that is not there change nothing."""

    def __init__(self, connection: Connection, feed: Feed, uses: PolicyUses) -> None:
        super().__init__(connection, feed)
        self._uses = uses

    def add(self, environment: Environment) -> None:
        """Raises RefusedError when the tenant has one of that name."""
        taken = select(EnvironmentRow.id).where(
            EnvironmentRow.tenant_id == environment.tenant_id, EnvironmentRow.name == environment.name
        )
        if self._connection.execute(taken).first() is not None:
            raise RefusedError(
                f"{environment.tenant} has an environment of that name already",
                environment.ref,
                "Choose another name, or use the one there is.",
            )
        self._connection.execute(insert(EnvironmentRow).values(environment_values(environment)))
        if environment.policy_version is not None:
            self._uses.add(environment.id, environment.policy_version)
        self._feed.bump("environment", environment.id)

    def get(self, environment: EnvironmentId) -> Environment | None:
        row = self._connection.execute(environments_query().where(EnvironmentRow.id == environment)).first()
        return None if row is None else environment_of(row)

    def find(self, tenant: str, name: str) -> Environment | None:
        row = self._connection.execute(
            environments_query().where(TenantRow.name == tenant, EnvironmentRow.name == name)
        ).first()
        return None if row is None else environment_of(row)

    def all(self, tenant: TenantId | None = None) -> Sequence[Environment]:
        query = environments_query().order_by(
            TenantRow.name,
            TenantRow.id,
            case((EnvironmentRow.kind == str(EnvironmentKind.PRODUCTION), 0), else_=1),
            EnvironmentRow.name,
        )
        if tenant is not None:
            query = query.where(EnvironmentRow.tenant_id == tenant)
        return [environment_of(row) for row in self._connection.execute(query)]

    def set(
        self,
        environment: EnvironmentId,
        *,
        database: str | None = None,
        source_id: EnvironmentId | None = None,
        policy_version: PolicyVersionId | None = None,
        state: EnvironmentState | None = None,
    ) -> None:
        if policy_version is not None and self._another_policy(environment, policy_version):
            self._uses.add(environment, policy_version)
        given: dict[str, object] = {
            "database": database,
            "source_id": source_id,
            "policy_version": policy_version,
            "state": None if state is None else str(state),
        }
        self._change(environment, {name: value for name, value in given.items() if value is not None})

    def published(
        self,
        environment: EnvironmentId,
        *,
        identity: Identity,
        nonce: str,
        copied_at: datetime | None,
        proven: bool,
        size_bytes: int,
        policy_version: PolicyVersionId | None = None,
    ) -> None:
        values: dict[str, object] = {
            "identity_engine": identity.engine,
            "identity_major": identity.major,
            "identity_minor": identity.minor,
            "marker_nonce": nonce,
            "proven": proven,
            "size_bytes": size_bytes,
        }
        if copied_at is not None:
            values["copied_at"] = copied_at
        if policy_version is not None:
            values["copied_policy_version"] = policy_version
        self._change(environment, values)

    def wiped(self, environment: EnvironmentId) -> None:
        self._connection.execute(delete(ChecklistRow).where(ChecklistRow.environment_id == environment))
        self._change(
            environment,
            {
                "identity_engine": None,
                "identity_major": None,
                "identity_minor": None,
                "marker_nonce": None,
                "copied_at": None,
                "copied_policy_version": None,
                "proven": False,
                "checklist_done": 0,
                "checklist_of": 0,
                "size_bytes": None,
                "state": str(EnvironmentState.WIPED),
            },
        )
        self._feed.bump("checklist", environment)

    def seen(self, environment: EnvironmentId, *, size_bytes: int | None) -> None:
        known = self._connection.execute(
            select(EnvironmentRow.size_bytes).where(EnvironmentRow.id == environment)
        ).first()
        if known is not None and known.size_bytes != size_bytes:
            self._change(environment, {"size_bytes": size_bytes})

    def remove(self, environment: EnvironmentId) -> None:
        """Forget it; its operations and audit records stay. Raises RefusedError while an operation has not ended, and
        while other environments name it as their source."""
        busy = self._connection.execute(
            select(OperationRow.id, OperationRow.environment).where(
                OperationRow.environment_id == environment,
                OperationRow.state.in_([str(OperationState.QUEUED), str(OperationState.RUNNING)]),
            )
        ).first()
        if busy is not None:
            raise RefusedError(
                f"{busy.environment} is busy",
                f"Operation {busy.id} has not ended.",
                "Wait for it or cancel it first.",
                operation=busy.id,
            )
        copies = list(
            self._connection.execute(
                select(EnvironmentRow.name).where(EnvironmentRow.source_id == environment).order_by(EnvironmentRow.name)
            ).scalars()
        )
        if copies:
            raise RefusedError(
                "Other environments are copied from this one",
                ", ".join(copies),
                "Give them another source, or remove them first.",
            )
        self._connection.execute(delete(EnvironmentRow).where(EnvironmentRow.id == environment))
        self._feed.bump("environment", environment)

    def _another_policy(self, environment: EnvironmentId, version: PolicyVersionId) -> bool:
        has = select(EnvironmentRow.policy_version).where(EnvironmentRow.id == environment)
        found = self._connection.execute(has).first()
        return found is not None and found.policy_version != version

    def _change(self, environment: EnvironmentId, values: dict[str, object]) -> None:
        if values:
            self._connection.execute(update(EnvironmentRow).where(EnvironmentRow.id == environment).values(values))
            self._feed.bump("environment", environment)
