"""Tenants: the organisations that own environments."""

from collections.abc import Callable

from app.domain.environments import Tenant
from app.domain.ids import TenantId, new_id
from app.errors import RefusedError
from app.ports.catalog import Catalog
from app.ports.clock import Clock
from app.ports.databases import Adapter, Signer
from app.ports.secrets import Secrets
from app.services.copies import refuse_while_copy
from app.services.names import clean_name, the_tenant


class TenantService:
    """Adds, lists and forgets tenants.

    Rules: a name is there once, also when only its letters' case differs; a tenant is not forgotten while Sandkeeper's
    copies of its data exist or an operation runs.
    """

    def __init__(
        self,
        *,
        catalog: Catalog,
        adapter_for: Callable[[str], Adapter],
        secrets: Secrets,
        signer: Signer,
        clock: Clock,
    ) -> None:
        self._catalog = catalog
        self._adapter_for = adapter_for
        self._secrets = secrets
        self._signer = signer
        self._clock = clock

    def add(self, name: str) -> Tenant:
        """Raises UserError for a name that cannot be used, RefusedError for one that is taken."""
        tenant = Tenant(
            id=TenantId(new_id()), name=clean_name(name, "tenant", slash=True), created_at=self._clock.now()
        )
        with self._catalog.write() as tx:
            folded = tenant.name.casefold()
            taken = next((t for t in tx.tenants.all() if t.name.casefold() == folded), None)
            if taken is not None:
                raise RefusedError(
                    f"There is a tenant {taken.name} already",
                    "Two tenants cannot have one name, or names that differ in capital letters alone.",
                    "Choose another name, or use the one there is.",
                )
            tx.tenants.add(tenant)
            tx.audit.append("tenant.add", tenant.name)
        return tenant

    def all(self) -> tuple[Tenant, ...]:
        """Ordered by name."""
        with self._catalog.read() as tx:
            return tuple(tx.tenants.all())

    def get(self, name: str) -> Tenant:
        """Raises UserError when there is none of that name."""
        with self._catalog.read() as tx:
            return the_tenant(tx, name)

    def remove(self, name: str) -> None:
        """Forget the tenant, its environments and its secrets; no database is touched.

        Raises RefusedError while any of its environments is busy or holds a copy that Sandkeeper made.
        """
        with self._catalog.read() as tx:
            tenant = the_tenant(tx, name)
            environments = tx.environments.all(tenant.id)
        for environment in environments:
            refuse_while_copy(self._adapter_for, self._signer, environment)
        with self._catalog.write() as tx:
            now = {e.id: e.identity for e in tx.environments.all(tenant.id)}
            if now != {e.id: e.identity for e in environments}:
                raise RefusedError(
                    f"{tenant.name} changed meanwhile", "One of its environments is not what it was.", "Try again."
                )
            tx.tenants.remove(tenant.id)
            tx.audit.append("tenant.remove", tenant.name, environments=[e.name for e in environments])
        for environment in environments:
            self._secrets.forget_password(environment.id)
        self._secrets.forget_mask_key(tenant.id)
