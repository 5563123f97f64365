"""`sandkeeper environment`: the databases of a tenant."""

import getpass
import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from app.cli import contract
from app.cli.output import facts_table, table
from app.cli.session import Session
from app.cli.text import ago, kind_text, policy_text, size, state_text
from app.domain.environments import EnvironmentKind
from app.domain.inspection import Inspection
from app.errors import UserError
from app.system.clock import SystemClock

cli = typer.Typer(name="environment", help="The databases of a tenant, and what each is for.")

Ref = Annotated[str, typer.Argument(metavar="TENANT/NAME", help="The environment.")]
Database = Annotated[
    str | None,
    typer.Option(
        "--database",
        metavar="URL",
        help="sqlite:///file, sqlite:////absolute/file, postgresql://user@host:port/name. "
        "A password in it moves to the keyring.",
        show_default=False,
    ),
]
AskPassword = Annotated[
    bool,
    typer.Option(
        "--ask-password",
        help="Ask for the database's password, or read it from standard input; it moves to the keyring.",
    ),
]
Source = Annotated[
    str | None,
    typer.Option("--source", metavar="NAME", help="The production environment to copy from.", show_default=False),
]
Policy = Annotated[
    str | None,
    typer.Option("--policy", metavar="PACK|FILE", help="A pack's name or a policy file.", show_default=False),
]


@cli.command()
def add(
    context: typer.Context,
    tenant: Annotated[str, typer.Argument(metavar="TENANT", help="The tenant's name.")],
    name: Annotated[str, typer.Argument(metavar="NAME", help="The environment's name, without a slash.")],
    kind: Annotated[EnvironmentKind, typer.Option("--kind", help="What it is for.")],
    database: Annotated[str, typer.Option("--database", metavar="URL", help="Where its database is, or will be.")],
    source: Source = None,
    policy: Policy = None,
    ask_password: AskPassword = False,
) -> None:
    """Register an environment. Production must be readable; a sandbox's database need not exist yet."""
    session: Session = context.obj
    environment = session.services.environments.add(
        tenant, name, kind=kind, database=database, source=source, policy=policy, password=_password(ask_password)
    )
    _say(session, environment.ref, "Added")


@cli.command("set")
def set_(
    context: typer.Context,
    ref: Ref,
    database: Database = None,
    source: Source = None,
    policy: Policy = None,
    ask_password: AskPassword = False,
) -> None:
    """Change an environment's database, source, policy or password."""
    session: Session = context.obj
    environment = session.services.environments.set(
        ref, database=database, source=source, policy=policy, password=_password(ask_password)
    )
    _say(session, environment.ref, "Changed")


@cli.command("list")
def list_(
    context: typer.Context,
    tenant: Annotated[
        str | None, typer.Argument(metavar="[TENANT]", help="Only of this tenant.", show_default=False)
    ] = None,
) -> None:
    """All environments, with their state."""
    session: Session = context.obj
    seen = session.services.inspection.glances(tenant)
    if session.out.json:
        session.out.emit({"environments": [contract.environment_data(one) for one in seen]})
    else:
        show_environments(session, seen)


@cli.command()
def show(context: typer.Context, ref: Ref) -> None:
    """One environment."""
    session: Session = context.obj
    one = session.services.inspection.glance(ref)
    if session.out.json:
        session.out.emit(contract.environment_data(one))
        return
    facts = (
        ("Tenant", one.tenant),
        ("Name", one.name),
        ("Kind", kind_text(one.kind, symbols=session.out.symbols)),
        ("State", state_text(one.state)),
        ("Database", one.database),
        ("Source", one.source or ""),
        ("Policy", policy_text(one)),
        ("Copied", ago(one.copied_at, SystemClock().now())),
        ("Size", size(one.size_bytes)),
        ("Problem", one.problem),
    )
    session.out.show(facts_table(facts))


@cli.command()
def login(
    context: typer.Context,
    ref: Ref,
    password: Annotated[bool, typer.Option("--password", help="Show the password too; that goes on record.")] = False,
) -> None:
    """How people reach a sandbox: its connection, and the login it belongs to."""
    session: Session = context.obj
    access = session.services.environments.access(ref, reveal=password)
    if session.out.json:
        data = {"url": access.url, "login": access.login}
        session.out.emit({**data, "password": access.password} if password else data)
    else:
        secret = (access.password or "none is kept: the sandbox belongs to the worker's role") if password else ""
        session.out.show(facts_table([("Connection", access.url), ("Login", access.login or ""), ("Password", secret)]))


@cli.command()
def remove(context: typer.Context, ref: Ref) -> None:
    """Forget an environment; refused while a copy exists that Sandkeeper made."""
    session: Session = context.obj
    environment = session.services.environments.get(ref)
    session.services.environments.remove(ref)
    if session.out.json:
        session.out.emit({"removed": environment.ref})
    else:
        session.out.show(f"Removed {environment.ref}; its database was not touched")


def show_environments(session: Session, seen: Sequence[Inspection]) -> None:
    """The list, one environment a line, tenants in their own block."""
    if not seen:
        session.out.show(f"There are no environments. A demo to try things on: {session.command('demo', 'create')}")
        return
    now, rows, tenant = SystemClock().now(), [], None
    for one in seen:
        proven = "" if one.copied_at is None else "proven" if one.proven else "not proven"
        done = f"{one.checklist_done}/{one.checklist_of}" if one.checklist_of else ""
        rows.append(
            (
                "" if one.tenant == tenant else one.tenant,
                one.name,
                kind_text(one.kind, symbols=session.out.symbols),
                state_text(one.state),
                ago(one.copied_at, now),
                done,
                proven,
                size(one.size_bytes),
            )
        )
        tenant = one.tenant
    headings = ("Tenant", "Environment", "Kind", "State", "Copied", "Checklist", "Proof", "Size")
    session.out.show(table(headings, rows, right=(5, 7)))


def _say(session: Session, ref: str, done: str) -> None:
    one = session.services.inspection.glance(ref)
    if session.out.json:
        session.out.emit(contract.environment_data(one))
    else:
        session.out.show(f"{done} {ref} ({one.kind}, {one.state})")


def _password(ask: bool) -> str | None:
    """What the person types unseen, or the first line of standard input; None when it is not asked for."""
    if not ask:
        return None
    given = getpass.getpass("Password of the database: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")
    if not given:
        raise UserError("No password was given", "", "Type it, or send it on standard input.")
    return given
