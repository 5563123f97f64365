"""How an operation ends: every end has a reason, and the environment's state says what is left."""

import logging

from app.domain.environments import Environment, EnvironmentState, target_of
from app.domain.operations import Operation, OperationState
from app.errors import CancelledError, RefusedError, SandkeeperError, StaleFenceError
from app.operations.prepare import PREPARED
from app.operations.publish import record_published, swapped_in
from app.operations.workshop import Workshop

_log = logging.getLogger(__name__)


def resting_state(environment: Environment) -> EnvironmentState:
    """What an environment is when nothing runs and nothing failed."""
    return EnvironmentState.READY if environment.identity is not None else EnvironmentState.ABSENT


def end_badly(shop: Workshop, operation: Operation, attempt: int, problem: Exception) -> OperationState:
    """Close an operation that did not succeed: cancelled, or failed with what a person can act on.

    What the attempt left aside is removed first, so that nothing stays behind; after publish the environment is the
    new copy and stays ready. Raises StaleFenceError when another attempt owns the operation.
    """
    if isinstance(problem, StaleFenceError):
        raise problem
    state, reason, hint = _in_words(problem)
    with shop.catalog.read() as tx:
        operation = tx.operations.get(operation.id) or operation
        environment = tx.environments.get(operation.environment_id)
        current, _ = tx.operations.attempt(operation.id)
    if current != attempt:
        raise StaleFenceError("Another worker took this operation over")
    published, removed = put_right(shop, operation, environment)
    if published is None:
        state, hint = OperationState.INTERRUPTED, "Resume it when the server can be reached again: it then finds out."
        reason = f"{reason} Whether the new copy has taken the environment's name cannot be told now."
    with shop.catalog.write() as tx:
        tx.operations.end(operation.id, attempt, state=state, reason=reason, hint=hint, at=shop.clock.now())
        if environment is not None:
            environment = tx.environments.get(environment.id) or environment
            failed = state in (OperationState.FAILED, OperationState.INTERRUPTED) and not published
            after = EnvironmentState.FAILED if failed else resting_state(environment)
            tx.environments.set(environment.id, state=after)
        tx.audit.append(
            f"operation.{state}",
            operation.environment,
            operation=operation.id,
            kind=str(operation.kind),
            reason=reason,
            removed=list(removed),
        )
    return state


def put_right(
    shop: Workshop, operation: Operation, environment: Environment | None
) -> tuple[bool | None, tuple[str, ...]]:
    """Leave nothing half done by an operation that goes no further: where its copy has the environment's name already,
    the catalog is told and what settle needs stays; else what it left aside is removed. Says which (None when its
    server cannot be asked: then nothing is touched), and what."""
    if environment is None:
        return False, ()
    with shop.catalog.read() as tx:
        stored = tx.operations.staged(operation.id)
    prepared = None if stored is None else PREPARED.validate_python(stored)
    published = prepared is not None and swapped_in(shop, environment, prepared)
    if prepared is not None and published:
        record_published(shop, operation, environment, prepared)
        return True, ()
    if published is None:
        return None, ()
    try:
        return False, shop.adapter_for(environment.database).sweep(target_of(environment), shop.signer)
    except SandkeeperError as trouble:
        _log.warning("could not remove what operation %s left aside: %s", operation.id, trouble.title)
        return False, ()


def _in_words(problem: Exception) -> tuple[OperationState, str, str]:
    if isinstance(problem, CancelledError):
        return OperationState.CANCELLED, "Stopped on request; the environment is as it was.", ""
    if isinstance(problem, RefusedError):
        said = [problem.sentence]
        said += [str(getattr(f, "message", f)) for f in problem.findings]
        said += [str(getattr(w, "text", w)) for w in problem.warnings]
        return OperationState.FAILED, " ".join(part for part in said if part), problem.hint
    if isinstance(problem, SandkeeperError):
        return OperationState.FAILED, problem.sentence, problem.hint
    # The text of an unexpected error may hold a value of a row; its type and place do not.
    _log.error("an operation met a bug: %s", _place(problem))
    return (
        OperationState.FAILED,
        f"Sandkeeper met a bug ({_place(problem)}); the environment is as it was.",
        "Please report it with the log of the worker.",
    )


def _place(problem: Exception) -> str:
    trace, where = problem.__traceback__, ""
    while trace is not None:
        code = trace.tb_frame.f_code
        where = f"{code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}"
        trace = trace.tb_next
    return f"{type(problem).__name__} at {where}" if where else type(problem).__name__
