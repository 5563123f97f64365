"""Tenants in the catalog."""

from collections.abc import Sequence

from sqlalchemy import Connection, delete, insert, select, update

from app.catalog.feed import Feed
from app.catalog.mapping import tenant_of
from app.catalog.tables import EnvironmentRow, OperationRow, TenantRow
from app.domain.environments import Tenant
from app.domain.ids import TenantId
from app.domain.operations import OperationState
from app.errors import RefusedError


class Tenants:
    """Implements `ports.catalog.TenantStore`."""

    def __init__(self, connection: Connection, feed: Feed) -> None:
        self._connection = connection
        self._feed = feed

    def add(self, tenant: Tenant) -> None:
        """Raises RefusedError when the name is taken."""
        if self.find(tenant.name) is not None:
            raise RefusedError(
                "There is a tenant of that name already", tenant.name, "Choose another name, or use the one there is."
            )
        self._connection.execute(insert(TenantRow).values(id=tenant.id, name=tenant.name, created_at=tenant.created_at))
        self._feed.bump("tenant", tenant.id)

    def get(self, tenant: TenantId) -> Tenant | None:
        row = self._connection.execute(select(*TenantRow.__table__.columns).where(TenantRow.id == tenant)).first()
        return None if row is None else tenant_of(row)

    def find(self, name: str) -> Tenant | None:
        row = self._connection.execute(select(*TenantRow.__table__.columns).where(TenantRow.name == name)).first()
        return None if row is None else tenant_of(row)

    def all(self) -> Sequence[Tenant]:
        """Ordered by name."""
        query = select(*TenantRow.__table__.columns).order_by(TenantRow.name, TenantRow.id)
        return [tenant_of(row) for row in self._connection.execute(query)]

    def remove(self, tenant: TenantId) -> None:
        """Forget the tenant and its environments; operations and audit records stay. Raises RefusedError, carrying
        the operation's id, while one is queued or running in any of them."""
        environments = self._connection.execute(
            select(EnvironmentRow.id).where(EnvironmentRow.tenant_id == tenant)
        ).scalars()
        ids = list(environments)
        busy = self._connection.execute(
            select(OperationRow.id, OperationRow.environment)
            .join(EnvironmentRow, EnvironmentRow.id == OperationRow.environment_id)
            .where(
                EnvironmentRow.tenant_id == tenant,
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
        mine = EnvironmentRow.tenant_id == tenant
        self._connection.execute(update(EnvironmentRow).where(mine).values(source_id=None))
        self._connection.execute(delete(EnvironmentRow).where(mine))
        self._connection.execute(delete(TenantRow).where(TenantRow.id == tenant))
        for environment in ids:
            self._feed.bump("environment", environment)
        self._feed.bump("tenant", tenant)
