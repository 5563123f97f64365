"""The demo workspace: two agencies that never were, with production databases worth scrubbing."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from app.domain.environments import Environment, EnvironmentKind
from app.errors import RefusedError, UserError
from app.ports.catalog import Catalog
from app.services.environments import EnvironmentService
from app.services.tenants import TenantService

ROWS = 2000
"""Customers of the larger agency when nothing else is asked for."""
PACK = "agency-management"


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
class _Agency:
    tenant: str
    copies: tuple[tuple[str, EnvironmentKind], ...]
    share: int  # of the rows asked for: one in `share`
    seed: int


AGENCIES = (
    _Agency(
        tenant="Harbor Insurance",
        copies=(("sandbox", EnvironmentKind.SANDBOX), ("training-01", EnvironmentKind.TRAINING)),
        share=1,
        seed=20_261_101,
    ),
    _Agency(tenant="Kestrel Brokers", copies=(("sandbox", EnvironmentKind.SANDBOX),), share=4, seed=20_261_102),
)


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
            self._find(agency.tenant, name) is not None
            for agency in AGENCIES
            for name in ("production", *(name for name, _ in agency.copies))
        )

    def create(self, rows: int = ROWS, engine: str | None = None) -> tuple[Environment, ...]:
        """Make what is missing and return all of it, the sandbox of the larger agency included.

        `rows` is the number of customers of the larger agency; `engine` is one of ENGINES, None for what is there
        already, else SQLite. Raises UserError for a number below 1 and an unknown engine, OutsideError when the files
        cannot be written or the private server does not start, RefusedError when the demo is there on another engine
        or a tenant of that name uses other databases.
        """
        if rows < 1:
            raise UserError("A demo needs customers", f"{rows} were asked for.", "Give --rows a number from 1.")
        if engine not in (None, *ENGINES):
            raise UserError("A demo cannot be made on that", "", f"Give --engine one of: {', '.join(ENGINES)}.")
        databases = self._databases(self._engine(engine))
        return tuple(environment for agency in AGENCIES for environment in self._agency(agency, rows, databases))

    def _engine(self, asked: str | None) -> str:
        """The engine to use: the one the demo is on already, where there is any of it."""
        for agency in AGENCIES:
            production = self._find(agency.tenant, "production")
            there = production.database.partition(":")[0] if production else ""
            if there in ENGINES:
                if asked not in (None, there):
                    raise RefusedError(
                        f"The demo is there already, on {there}",
                        f"{agency.tenant}/production stands at {production.database if production else ''}.",
                        "Give another home with --home for a second demo.",
                    )
                return there
        return asked or ENGINES[0]

    def _agency(self, agency: _Agency, rows: int, databases: DemoDatabases) -> list[Environment]:
        with self._catalog.read() as tx:
            known = tx.tenants.find(agency.tenant) is not None
        if not known:
            self._tenants.add(agency.tenant)
        place = agency.tenant.lower().replace(" ", "-")
        production = self._find(agency.tenant, "production")
        if production is None:
            production = self._environments.add(
                agency.tenant,
                "production",
                kind=EnvironmentKind.PRODUCTION,
                database=databases.production(place, max(1, rows // agency.share), world="agency", seed=agency.seed),
            )
        made = [production]
        for name, kind in agency.copies:
            made.append(
                self._find(agency.tenant, name)
                or self._environments.add(
                    agency.tenant,
                    name,
                    kind=kind,
                    database=databases.copy(place, name),
                    source="production",
                    policy=PACK,
                )
            )
        return made

    def _find(self, tenant: str, name: str) -> Environment | None:
        with self._catalog.read() as tx:
            return tx.environments.find(tenant, name)
