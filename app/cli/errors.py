"""What a process says when it ends: exit codes, and errors in words or as JSON."""

import logging
from enum import IntEnum
from typing import TYPE_CHECKING

from typer.exceptions import TyperException

from app.cli import contract
from app.cli.output import clean
from app.cli.text import finding_lines, warning_lines
from app.domain.findings import Finding
from app.domain.operations import Operation, OperationState
from app.domain.policy import PolicyWarning
from app.errors import CancelledError, OutsideError, RefusedError, SandkeeperError, UserError

if TYPE_CHECKING:
    from app.cli.session import Session

_log = logging.getLogger(__name__)


class ExitCode(IntEnum):
    """The contract with scripts."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    REFUSED = 3
    CANCELLED = 4


def exit_code(problem: SandkeeperError) -> ExitCode:
    """Whose fault it was, as a number."""
    if isinstance(problem, RefusedError):
        return ExitCode.REFUSED
    if isinstance(problem, UserError):
        return ExitCode.USAGE
    return ExitCode.CANCELLED if isinstance(problem, CancelledError) else ExitCode.FAILED


def exit_code_of(operations: tuple[Operation, ...]) -> ExitCode:
    """Done when all are; failed counts more than cancelled."""
    states = {operation.state for operation in operations}
    if states & {OperationState.FAILED, OperationState.INTERRUPTED}:
        return ExitCode.FAILED
    return ExitCode.CANCELLED if OperationState.CANCELLED in states else ExitCode.DONE


def say_problem(session: "Session", problem: SandkeeperError) -> ExitCode:
    """Tell the person, or the script, what went wrong; returns the exit code."""
    out = session.out
    if _emitted(session, problem):
        return exit_code(problem)
    out.error(problem.title, problem.detail)
    if isinstance(problem, RefusedError):
        for line in finding_lines([f for f in problem.findings if isinstance(f, Finding)]):
            out.say(line)
        for line in warning_lines([w for w in problem.warnings if isinstance(w, PolicyWarning)]):
            out.say(line)
    if problem.hint:
        out.say(clean(problem.hint))
    return exit_code(problem)


def say_usage(session: "Session", problem: TyperException) -> ExitCode:
    """A command that could not be understood."""
    context = getattr(problem, "ctx", None)
    path = context.command_path if context is not None else session.program
    hint = f"`{path} --help` says what there is."
    message = problem.format_message() or "There is something wrong with the command."
    if not _emitted(session, UserError(message, "", hint)):
        session.out.error(message, "", hint)
    return ExitCode.USAGE


def say_bug(session: "Session", problem: BaseException) -> ExitCode:
    """Something nobody expected: the trace goes into the log and nowhere else, because it may hold a value."""
    log = session.log_file()
    if log is not None:
        _log.error("unexpected", exc_info=problem)
    said = SandkeeperError(
        f"Sandkeeper met a bug ({type(problem).__name__})",
        "What was being done did not finish; operations that run in the worker are not touched by this.",
        f"Please report it, with the end of {log}." if log is not None else "Please report it.",
    )
    if not _emitted(session, said):
        session.out.error(said.title, said.detail, said.hint)
    return ExitCode.FAILED


def _emitted(session: "Session", problem: SandkeeperError) -> bool:
    """Give the problem to a script; False where there is none, or where standard output takes no more."""
    if not session.out.json:
        return False
    try:
        session.out.emit(contract.problem_data(problem))
    except OutsideError:
        return False
    return True
