"""The demo workspace: organisations that never were, with production databases worth scrubbing."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from app.domain.environments import Environment, EnvironmentKind
from app.errors import RefusedError, UserError
from app.ports.catalog import Catalog
from app.services.environments import EnvironmentService
from app.services.tenants import TenantService

ROWS = 2000
"""Customers of the largest tenant when nothing else is asked for."""
ENGINES = ("sqlite", "postgresql")
"""What the demo's databases can be; the first is taken when nothing else is asked for."""


class DemoDatabases(Protocol):
    """Where the demo's databases lie, and what makes them."""

    def production(self, tenant: str, rows: int, *, world: str, seed: int) -> str:
        """See that a tenant's production database is there; its URL.

        Where it is not, it is made with `rows` customers, as a system of the kind that `world` names.
        """
        ...

    def copy(self, tenant: str, name: str) -> str:
        """The URL that the copy called `name` shall have."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoTenant:
    """An organisation of the demo: what kind of system it has, and the copies that are made of it."""

    name: str
    world: str
    policy: str
    copies: tuple[tuple[str, EnvironmentKind], ...]
    share: int  # of the rows asked for: one in `share`
    seed: int


_SANDBOX = ("sandbox", EnvironmentKind.SANDBOX)
TENANTS = (
    DemoTenant(
        name="Harbor Insurance", world="agency", policy="agency-management",
        copies=(_SANDBOX, ("training-01", EnvironmentKind.TRAINING)), share=1, seed=20_261_101,
    ),
    DemoTenant(
        name="Kestrel Brokers", world="agency", policy="agency-management", copies=(_SANDBOX,), share=4,
        seed=20_261_102,
    ),
    DemoTenant(
        name="Nordlys CRM", world="crm", policy="crm-online", copies=(_SANDBOX,), share=4, seed=20_261_103,
    ),
    DemoTenant(
        name="Tidewater Rewards", world="promotions", policy="promotions", copies=(_SANDBOX,), share=2,
        seed=20_261_104,
    ),
)  # fmt: skip
"""The largest first."""


class DemoService:
    """Makes the demo in the home's own folder. What is there already stays as it is."""

    def __init__(
        self,
        *,
        catalog: Catalog,
        tenants: TenantService,
        environments: EnvironmentService,
        databases: Callable[[str], DemoDatabases],
    ) -> None:
        """`databases` gives those of one of ENGINES, in the home's own folder."""
        self._catalog = catalog
        self._tenants = tenants
        self._environments = environments
        self._databases = databases

    def present(self) -> bool:
        """Whether all of the demo is there already."""
        return all(
            self._find(tenant.name, name) is not None
            for tenant in TENANTS
            for name in ("production", *(name for name, _ in tenant.copies))
        )

    def create(self, rows: int = ROWS, engine: str | None = None) -> tuple[Environment, ...]:
        """Make what is missing and return all of it, the sandbox of the largest tenant first among the copies.

        `rows` is the number of customers of the largest tenant; `engine` is one of ENGINES, None for what is there
        already, else SQLite. Raises UserError for a number below 1 and an unknown engine, OutsideError when the files
        cannot be written or the private server does not start, RefusedError when the demo is there on another engine
        or a tenant of that name uses other databases.
        """
        if rows < 1:
            raise UserError("A demo needs customers", f"{rows} were asked for.", "Give --rows a number from 1.")
        if engine not in (None, *ENGINES):
            raise UserError("A demo cannot be made on that", "", f"Give --engine one of: {', '.join(ENGINES)}.")
        databases = self._databases(self._engine(engine))
        return tuple(environment for tenant in TENANTS for environment in self._tenant(tenant, rows, databases))

    def _engine(self, asked: str | None) -> str:
        """The engine to use: the one the demo is on already, where there is any of it."""
        for tenant in TENANTS:
            production = self._find(tenant.name, "production")
            there = production.database.partition(":")[0] if production else ""
            if there in ENGINES:
                if asked not in (None, there):
                    raise RefusedError(
                        f"The demo is there already, on {there}",
                        f"{tenant.name}/production stands at {production.database if production else ''}.",
                        "Give another home with --home for a second demo.",
                    )
                return there
        return asked or ENGINES[0]

    def _tenant(self, tenant: DemoTenant, rows: int, databases: DemoDatabases) -> list[Environment]:
        with self._catalog.read() as tx:
            known = tx.tenants.find(tenant.name) is not None
        if not known:
            self._tenants.add(tenant.name)
        place = tenant.name.lower().replace(" ", "-")
        production = self._find(tenant.name, "production")
        if production is None:
            rows = max(1, rows // tenant.share)
            database = databases.production(place, rows, world=tenant.world, seed=tenant.seed)
            production = self._environments.add(
                tenant.name, "production", kind=EnvironmentKind.PRODUCTION, database=database
            )
        made = [production]
        for name, kind in tenant.copies:
            made.append(
                self._find(tenant.name, name)
                or self._environments.add(
                    tenant.name,
                    name,
                    kind=kind,
                    database=databases.copy(place, name),
                    source="production",
                    policy=tenant.policy,
                )
            )
        return made

    def _find(self, tenant: str, name: str) -> Environment | None:
        with self._catalog.read() as tx:
            return tx.environments.find(tenant, name)
