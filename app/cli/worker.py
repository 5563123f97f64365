"""`sandkeeper worker`: the process that does the work."""

from typing import Annotated

import typer

from app.cli.session import Session


def add_to(cli: typer.Typer) -> None:
    """Give the root this command."""
    cli.command()(worker)


def worker(
    context: typer.Context,
    idle_exit: Annotated[
        float | None,
        typer.Option("--idle-exit", metavar="SECONDS", min=0, help="End when idle for so long.", show_default="never"),
    ] = None,
) -> None:
    """Run operations until told to stop. The other commands start one by themselves when none runs."""
    session: Session = context.obj
    from app.bootstrap import run_worker  # the durable workflows take over a second to import

    code = run_worker(session.home, session.catalog_url, idle_exit)
    raise typer.Exit(code or 0)
