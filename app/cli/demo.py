"""`sandkeeper demo` and `sandkeeper console`; where there is no display, the demo's journey in the terminal."""

import os
import sys
from collections.abc import Mapping
from typing import Annotated

import typer

from app.cli import contract
from app.cli.checklists import show_checklist
from app.cli.environments import show_environments
from app.cli.errors import ExitCode, exit_code_of
from app.cli.follow import follow
from app.cli.session import Session
from app.cli.text import ended_line, proof_line
from app.domain.environments import Environment, EnvironmentKind
from app.domain.operations import Choices, OperationState
from app.errors import OutsideError
from app.services.demo import ENGINES, ROWS, TENANTS
from app.services.operations import copying_kind

cli = typer.Typer(name="demo", help="Demo tenants with generated production databases.")


@cli.callback()
def group() -> None:
    """Demo tenants with generated production databases."""


@cli.command()
def create(
    context: typer.Context,
    rows: Annotated[int, typer.Option("--rows", min=1, max=1_000_000, help="Customers of the largest tenant.")] = ROWS,
    engine: Annotated[
        str | None,
        typer.Option(
            "--engine",
            metavar="|".join(ENGINES),
            help="What the databases are; postgresql brings a private server along.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Make organisations that never were: production databases, sandboxes, a training environment."""
    session: Session = context.obj
    services = session.services
    there = services.demo.present()
    environments = services.demo.create(rows, engine)
    seen = [services.inspection.glance(environment.ref) for environment in environments]
    if session.out.json:
        session.out.emit({"created": not there, "environments": [contract.environment_data(one) for one in seen]})
        return
    session.out.show("The demo is there already; nothing was changed" if there else "The demo is ready", "")
    show_environments(session, seen)
    sandbox = _sandbox(environments)
    words = (str(copying_kind(sandbox)), sandbox.ref, "--acknowledge", "all", "--confirm", sandbox.name)
    session.out.show("", "To make its first scrubbed copy:" if sandbox.identity is None else "To refresh its copy:")
    session.out.show(f"  {session.command(*words)}")


def add_to(root: typer.Typer) -> None:
    """Give the root the command `console`."""
    root.command()(console)


def console(
    context: typer.Context,
    demo: Annotated[
        bool, typer.Option("--demo", help="Make the demo tenants first, where they are not there.")
    ] = False,
) -> None:
    """Open the console."""
    open_console(context.obj, demo=demo)


def open_console(session: Session, *, demo: bool) -> None:
    """Open the graphical console; where there is no display, say so and show the demo's journey instead.

    A home with tenants of its own is never given a demo by this: there the environments are listed.
    """
    why = _no_display(os.environ) or ("" if session.open_console is not None else "The console is not installed.")
    if why or session.open_console is None:
        session.out.say(why)
        if demo or _no_tenants_of_its_own(session):
            _journey(session)
            return
        show_environments(session, session.services.inspection.glances())
        raise OutsideError(
            "The console needs a display",
            "Everything can be done on the command line too.",
            f"`{session.command('--help')}` says how.",
        )
    if demo and not session.services.demo.present():
        session.out.say("Making the demo tenants ...")
        session.services.demo.create()
    raise typer.Exit(session.open_console(session.home, session.catalog_url))


def _no_display(environment: Mapping[str, str]) -> str:
    """Why no window can be opened here, in words; empty when one can."""
    if not sys.platform.startswith("linux"):
        return ""
    if environment.get("QT_QPA_PLATFORM", "") not in ("", "xcb", "wayland"):
        return ""  # somebody chose a platform that needs none
    if environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"):
        return ""
    return "There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set), so no window can be opened."


def _no_tenants_of_its_own(session: Session) -> bool:
    demo = {tenant.name for tenant in TENANTS}
    return all(tenant.name in demo for tenant in session.services.tenants.all())


def _journey(session: Session) -> None:
    """The demo's whole job in the terminal: provision its sandbox, then its checklist and certificate."""
    out, services = session.out, session.services
    if not services.demo.present():
        out.say("Making the demo tenants ...")
    sandbox = services.environments.get(_sandbox(services.demo.create()).ref)
    kind = copying_kind(sandbox)
    out.say(f"{kind.capitalize()} of {sandbox.ref}: a scrubbed copy of {sandbox.source}")
    operation = services.operations.start(sandbox.ref, kind, Choices(acknowledged=("all",), confirm=sandbox.name))
    (operation,) = follow(session, [operation.id])
    if out.json:
        out.emit(contract.operation_data(operation))
    else:
        out.show(ended_line(operation))
        if operation.state is OperationState.SUCCEEDED:
            out.show("")
            show_checklist(session, services.inspection.checklist(sandbox.ref))
            out.show("", f"Proof: {proof_line(operation.proof)}", f"Certificate: {operation.certificate}")
            out.show("", "What else there is:")
            for words in (
                ("inspect", sandbox.ref),
                ("plan", sandbox.ref, "--samples"),
                ("audit", "verify"),
                ("--help",),
            ):
                out.show(f"  {session.command(*words)}")
    code = exit_code_of((operation,)) if operation.state.ended else ExitCode.CANCELLED
    if code:
        raise typer.Exit(code)


def _sandbox(environments: tuple[Environment, ...]) -> Environment:
    return next(e for e in environments if e.kind is EnvironmentKind.SANDBOX)
