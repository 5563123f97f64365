"""`sandkeeper tenant`: the organisations that own environments."""

from typing import Annotated

import typer

from app.cli import contract
from app.cli.environments import show_environments
from app.cli.output import table
from app.cli.session import Session

cli = typer.Typer(name="tenant", help="The organisations that own environments.")

Name = Annotated[str, typer.Argument(metavar="NAME", help="The tenant's name.")]


@cli.command()
def add(context: typer.Context, name: Name) -> None:
    """Add a tenant."""
    session: Session = context.obj
    tenant = session.services.tenants.add(name)
    if session.out.json:
        session.out.emit(contract.tenant_data(tenant))
    else:
        session.out.show(f"Added {tenant.name}")


@cli.command("list")
def list_(context: typer.Context) -> None:
    """All tenants."""
    session: Session = context.obj
    tenants = session.services.tenants.all()
    environments = session.services.environments.all()
    of = {tenant.id: [e for e in environments if e.tenant_id == tenant.id] for tenant in tenants}
    if session.out.json:
        session.out.emit({"tenants": [contract.tenant_data(tenant, of[tenant.id]) for tenant in tenants]})
    elif not tenants:
        session.out.show(f"There are no tenants yet. Add one: {session.command('tenant', 'add', 'NAME')}")
    else:
        rows = [(tenant.name, str(len(of[tenant.id]))) for tenant in tenants]
        session.out.show(table(("Tenant", "Environments"), rows, right=(1,)))


@cli.command()
def show(context: typer.Context, name: Name) -> None:
    """One tenant and its environments."""
    session: Session = context.obj
    tenant = session.services.tenants.get(name)
    seen = session.services.inspection.glances(tenant.name)
    if session.out.json:
        data = contract.tenant_data(tenant) | {"environments": [contract.environment_data(one) for one in seen]}
        session.out.emit(data)
        return
    session.out.show(tenant.name)
    show_environments(session, seen)


@cli.command()
def remove(context: typer.Context, name: Name) -> None:
    """Forget a tenant and its environments; refused while a copy exists that Sandkeeper made."""
    session: Session = context.obj
    session.services.tenants.remove(name)
    if session.out.json:
        session.out.emit({"removed": name.strip()})
    else:
        session.out.show(f"Removed {name.strip()}; its databases were not touched")
