"""The command line's root: global options, the nouns, and how a run ends."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer.exceptions import Abort, TyperException

import app
from app.cli import (
    audits,
    checklists,
    demo,
    environments,
    limits,
    operations,
    plans,
    policies,
    policy_versions,
    reviews,
    tenants,
    worker,
)
from app.cli.errors import ExitCode, say_bug, say_problem, say_usage
from app.cli.output import Output
from app.cli.session import OpenConsole, Session
from app.errors import SandkeeperError, UserError

if TYPE_CHECKING:
    from app.services import Services

_INTERRUPTED = 130

cli = typer.Typer(
    name="sandkeeper",
    help="Scrubbed sandbox copies of production databases: provision, refresh, reset, wipe, and proof of each.",
    epilog="Exit codes: 0 done, 1 failed, 2 wrong usage, 3 refused or something is missing, 4 cancelled.",
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"sandkeeper {app.__version__}")
        raise typer.Exit


@cli.callback(invoke_without_command=True)
def root(
    context: typer.Context,
    home: Annotated[
        str | None, typer.Option("--home", metavar="DIR", help="Keep everything in this folder.", show_default=False)
    ] = None,
    catalog: Annotated[
        str | None,
        typer.Option("--catalog", metavar="URL", help="Use this catalog instead of the home's.", show_default=False),
    ] = None,
    json: Annotated[
        bool, typer.Option("--json", help="One JSON object on standard output, everything else on standard error.")
    ] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which version this is.")
    ] = False,
) -> None:
    """Without a command, the console opens."""
    session: Session = context.obj
    if home is not None:
        if not home.strip() or "\0" in home:
            raise UserError("--home names no folder", "", "Give the path of a folder.")
        session.home = Path(os.path.abspath(Path(home).expanduser()))  # noqa: PTH100  # resolve() would follow links
    session.catalog_url = catalog
    if context.invoked_subcommand is None:
        demo.open_console(session, demo=False)


cli.add_typer(demo.cli)
cli.add_typer(tenants.cli)
cli.add_typer(environments.cli)
plans.add_to(cli)
operations.add_to(cli)
checklists.add_to(cli)
policy_versions.add_to(policies.cli)
reviews.add_to(policies.cli)
cli.add_typer(policies.cli)
cli.add_typer(audits.cli)
cli.add_typer(limits.cli)
worker.add_to(cli)
demo.add_to(cli)


def main(
    arguments: Sequence[str] | None = None,
    *,
    open_console: OpenConsole | None = None,
    services: "Services | None" = None,
) -> int:
    """Run one command and return its exit code. Nothing is raised: every problem is told here.

    `open_console` opens the graphical console; without it there is none to open. `services` are used instead of
    those of the home, and stay open.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    words = [word for at, word in enumerate(given) if word != "--json" or "--" in given[:at]]
    session = Session(Output(json=len(words) < len(given)), open_console, services)
    try:
        code = cli(args=words, prog_name="sandkeeper", standalone_mode=False, obj=session)
    except SandkeeperError as problem:
        return say_problem(session, problem)
    except TyperException as problem:
        return say_usage(session, problem)
    except (Abort, KeyboardInterrupt):
        return _stopped(session)
    except Exception as problem:  # noqa: BLE001  # the last line of defence: said in words, traced in the log
        return say_bug(session, problem)
    finally:
        session.close()
    if code == _INTERRUPTED:
        return _stopped(session)
    return code if isinstance(code, int) else ExitCode.DONE


def _stopped(session: Session) -> int:
    session.out.error("Stopped", "Nothing more was done; operations that run in the worker go on.")
    return ExitCode.CANCELLED
