"""`sandkeeper limit`: how many sessions may be open on a database server at once."""

from typing import Annotated

import typer

from app.cli.output import table
from app.cli.session import Session
from app.ports.limits import EVERY_SERVER

cli = typer.Typer(name="limit", help="How many sessions a copy may open on a database server at once.")

Server = Annotated[
    str,
    typer.Argument(metavar="SERVER", help=f"HOST:PORT as the URL has it; {EVERY_SERVER} for every server without one."),
]


@cli.command("list")
def list_(context: typer.Context) -> None:
    """What was chosen, and what holds for every other server."""
    session: Session = context.obj
    settings = session.services.settings
    chosen = {**settings.session_limits(), EVERY_SERVER: settings.sessions()}
    if session.out.json:
        session.out.emit({"sessions": chosen})
    else:
        session.out.show(table(("Server", "Sessions"), [(name, str(number)) for name, number in chosen.items()]))


@cli.command("set")
def set_(
    context: typer.Context,
    server: Server,
    number: Annotated[int, typer.Argument(metavar="N", help="Sessions that read, and as many that write; 0 forgets.")],
) -> None:
    """Choose for one server. A copy that runs already goes on as it is."""
    session: Session = context.obj
    session.services.settings.limit_sessions(server, number or None)
    if session.out.json:
        session.out.emit({"sessions": session.services.settings.session_limits()})
    else:
        session.out.say(f"{server}: {number} sessions" if number else f"{server}: as every other server")
