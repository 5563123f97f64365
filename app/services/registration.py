"""Whether a database may be registered as an environment."""

from collections.abc import Callable

from app.domain.environments import Environment, EnvironmentKind, Tenant, source_of
from app.errors import OutsideError, RefusedError, SandkeeperError, UserError
from app.ports.catalog import Catalog, Transaction
from app.ports.databases import Adapter, Look
from app.services.names import shown


class Registration:
    """The rules of what a new or changed environment may point at."""

    def __init__(self, catalog: Catalog, adapter_for: Callable[[str], Adapter]) -> None:
        self._catalog = catalog
        self._adapter_for = adapter_for

    def check(self, environment: Environment) -> Look:
        """What stands at its database now.

        Raises RefusedError when it is registered already under any name, or is to be production and carries our
        marker; OutsideError when it is to be production and cannot be read.
        """
        adapter = self._adapter_for(environment.database)
        self._refuse_another_kind(environment, adapter)
        look = adapter.look(environment)
        with self._catalog.read() as tx:
            self.refuse_same_url(tx, environment)
            others = [e for e in tx.environments.all() if e.id != environment.id]
        for other in others:
            if look.identity is not None and look.identity in self._identities(other, adapter.scheme):
                raise _registered(environment, other)
        if environment.kind is EnvironmentKind.PRODUCTION:
            self._must_be_readable(environment, adapter, look)
        return look

    def _refuse_another_kind(self, environment: Environment, adapter: Adapter) -> None:
        """Raises RefusedError where source and copy would be of two kinds of database."""
        if environment.source_id is None:
            return
        with self._catalog.read() as tx:
            source = tx.environments.get(environment.source_id)
        if source is not None and self._adapter_for(source.database).scheme != adapter.scheme:
            raise RefusedError(
                f"{environment.ref} would be another kind of database than its source",
                f"{source.ref} is {self._adapter_for(source.database).scheme}, the copy would be {adapter.scheme}.",
                "Give a database of the source's kind.",
            )

    def refuse_same_url(self, tx: Transaction, environment: Environment) -> None:
        """Raises RefusedError when another environment has that very URL."""
        for other in tx.environments.all():
            if other.id != environment.id and other.database == environment.database:
                raise _registered(environment, other)

    def _identities(self, other: Environment, scheme: str) -> tuple[object, ...]:
        """What an environment is by the catalog, and for production by looking: its file may have been replaced."""
        recorded = () if other.identity is None else (other.identity,)
        if other.kind is not EnvironmentKind.PRODUCTION:
            return recorded
        try:
            adapter = self._adapter_for(other.database)
            live = adapter.look(other).identity if adapter.scheme == scheme else None
        except SandkeeperError:
            live = None
        return recorded if live is None else (*recorded, live)

    def _must_be_readable(self, environment: Environment, adapter: Adapter, look: Look) -> None:
        if look.marker is not None:
            raise RefusedError(
                f"{shown(environment.name)} cannot be production",
                "This database carries Sandkeeper's marker: it is a scrubbed copy, or was made from one.",
                "Data never goes from a sandbox to production. Name the production database itself.",
            )
        if not look.exists and not look.problem:
            raise OutsideError(
                "The production database was not found",
                f"Nothing stands at {environment.database}. Nothing was registered or changed.",
                "Check the path or address; relative paths start from the folder you are in.",
            )
        with adapter.open_source(source_of(environment)) as source:
            _ = source.identity


def _registered(environment: Environment, other: Environment) -> RefusedError:
    if other.kind is EnvironmentKind.PRODUCTION and environment.kind is not EnvironmentKind.PRODUCTION:
        return RefusedError(
            f"That database is production: {other.ref}",
            f"A {environment.kind} is replaced and wiped; production is only ever read.",
            "Give the path or address of a database that does not exist yet.",
        )
    return RefusedError(
        "That database is registered already",
        f"It is {other.ref} ({other.kind}).",
        "Each database is one environment. Give another one, or use the one that is there.",
    )


def find_source(tx: Transaction, tenant: Tenant, name: str | None) -> Environment:
    """The production environment of this tenant to copy from; without a name, the only one there is.

    `name` may also be given as TENANT/NAME. Raises RefusedError for one that is not production or of another tenant,
    UserError when there is none of that name, or several and none was named.
    """
    environments = tx.environments.all(tenant.id)
    productions = [e for e in environments if e.kind is EnvironmentKind.PRODUCTION]
    listed = ", ".join(e.name for e in productions)
    if name is None:
        if len(productions) == 1:
            return productions[0]
        if not productions:
            raise UserError(
                f"{tenant.name} has no production environment",
                "Copies are made from production, so that has to be known first.",
                f'Add it: `sandkeeper environment add "{tenant.name}" production --kind production --database URL`.',
            )
        raise UserError(
            f"{tenant.name} has several production environments", f"They are {listed}.", "Name one with --source."
        )
    wanted = name.strip()
    found = next((e for e in environments if wanted in (e.name, e.ref)), None)
    if found is None:
        if "/" in wanted and wanted.rpartition("/")[0] != tenant.name:
            raise RefusedError(
                f"{shown(wanted)} is not an environment of {tenant.name}",
                "Data of one tenant never goes to another.",
                f"Name a production environment of {tenant.name}" + (f": {listed}." if listed else "."),
            )
        raise UserError(
            f"{tenant.name} has no environment {shown(wanted)}",
            f"Its production environments: {listed or 'none yet'}.",
            "Name one of them with --source.",
        )
    source_of(found)
    return found


def no_source_for_production(source: str | None, policy: str | None) -> None:
    """Raises UserError when production is given what only copies have."""
    if source is not None or policy is not None:
        raise UserError(
            "Production has no source and no policy",
            "Both say how a copy is made, and production is not a copy.",
            "Leave out --source and --policy; give them to the sandbox.",
        )
