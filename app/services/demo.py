"""The demo workspace: two agencies that never were, with production databases worth scrubbing."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from app.domain.environments import Environment, EnvironmentKind
from app.errors import UserError
from app.ports.catalog import Catalog
from app.services.environments import EnvironmentService
from app.services.tenants import TenantService

ROWS = 2000
"""Customers of the larger agency when nothing else is asked for."""
PACK = "agency-management"


class MakeDatabase(Protocol):
    """Writes a demo production database with `rows` customers to `path`, which must not exist."""

    def __call__(self, path: Path, rows: int, *, seed: int = ...) -> None: ...


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
        folder: Path,
        make_database: MakeDatabase,
    ) -> None:
        self._catalog = catalog
        self._tenants = tenants
        self._environments = environments
        self._folder = folder
        self._make_database = make_database

    def present(self) -> bool:
        """Whether all of the demo is there already."""
        return all(
            self._find(agency.tenant, name) is not None
            for agency in AGENCIES
            for name in ("production", *(name for name, _ in agency.copies))
        )

    def create(self, rows: int = ROWS) -> tuple[Environment, ...]:
        """Make what is missing and return all of it, the sandbox of the larger agency included.

        `rows` is the number of customers of the larger agency. Raises UserError for a number below 1, OutsideError
        when the files cannot be written, RefusedError when a tenant of that name uses other databases.
        """
        if rows < 1:
            raise UserError("A demo needs customers", f"{rows} were asked for.", "Give --rows a number from 1.")
        return tuple(environment for agency in AGENCIES for environment in self._agency(agency, rows))

    def _agency(self, agency: _Agency, rows: int) -> list[Environment]:
        with self._catalog.read() as tx:
            known = tx.tenants.find(agency.tenant) is not None
        if not known:
            self._tenants.add(agency.tenant)
        folder = self._folder / agency.tenant.lower().replace(" ", "-")
        production = self._find(agency.tenant, "production")
        if production is None:
            path = folder / "production.sqlite"
            if not path.exists():
                self._make_database(path, max(1, rows // agency.share), seed=agency.seed)
            production = self._environments.add(
                agency.tenant, "production", kind=EnvironmentKind.PRODUCTION, database=f"sqlite:///{path}"
            )
        made = [production]
        for name, kind in agency.copies:
            made.append(
                self._find(agency.tenant, name)
                or self._environments.add(
                    agency.tenant,
                    name,
                    kind=kind,
                    database=f"sqlite:///{folder / name}.sqlite",
                    source="production",
                    policy=PACK,
                )
            )
        return made

    def _find(self, tenant: str, name: str) -> Environment | None:
        with self._catalog.read() as tx:
            return tx.environments.find(tenant, name)
